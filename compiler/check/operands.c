/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A list as written → its values, names replaced by what they stand for. A list of
 * one name or one feed shares the array of that: a hundred thousand rules on one big set
 * cost one copy.
 */
#include <string.h>
#include "compiler/check/check.h"

static const char *expected_noun(enum ast_kind kind)
{
	return kind == AST_PATHS ? "paths" : kind == AST_NET ? "addresses" : "ports";
}

static bool wrong_item(struct check *c, const struct ast_item *item, enum ast_kind kind)
{
	bool path = item->kind == ITEM_STRING || item->kind == ITEM_TREE ||
		    item->kind == ITEM_FILE;

	if (kind == AST_PATHS && item->kind == ITEM_LITERAL && item->text[0] == '/') {
		diag_report(c->diags, item->span, DIAG_unquoted_path,
			    "a path is written in quotes");
		diag_help(c->diags, "write \"%s\"", item->text);
		return false;
	}
	diag_report(c->diags, item->span, DIAG_wrong_type, "expected %s, saw %s%s%s%s",
		    expected_noun(kind), ast_item_noun(item->kind), path ? "" : " '",
		    path ? "" : item->text, path ? "" : "'");
	if (kind == AST_PATHS && item->kind == ITEM_ANYWHERE)
		diag_help(c->diags, "every file is written tree \"/\"");
	if (item->kind == ITEM_FILE)
		diag_help(c->diags, "only net sets have feeds");
	return false;
}

static bool has_room(struct check *c, struct span span, size_t more)
{
	if (c->full)
		return false;
	if (more <= VALUES_MAX - c->values) {
		c->values += (uint32_t)more;
		return true;
	}
	c->full = true;
	diag_report(c->diags, span, DIAG_too_many_values,
		    "with this list the policy has more than %d values", VALUES_MAX);
	diag_help(c->diags, "a list of one name costs nothing: define a set of what is "
			    "listed here and name it alone");
	return false;
}

/* Alternatives multiply text: it counts as values too, 32 bytes as one. */
static bool has_room_written_out(struct check *c, const struct ast_item *item, size_t n,
				 struct operand *out)
{
	out->alternatives += n;
	if (out->alternatives <= ALTERNATIVES_MAX)
		return has_room(c, item->span, n - 1 + n * strlen(item->text) / 32);
	diag_report(c->diags, item->span, DIAG_too_many_alternatives,
		    "with this pattern the alternatives of the list make more than %d patterns",
		    ALTERNATIVES_MAX);
	diag_help(c->diags, "use a wildcard, or several statements");
	return false;
}

bool operand_add_paths(struct check *c, const struct ast_item *item, bool tree,
		       struct operand *out)
{
	size_t n = alternatives_count(c->diags, item->span, item->text);
	struct path_pattern p;

	if (n > 1 && !has_room_written_out(c, item, n, out))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!path_read_one(c->arena, c->diags, item->span, item->text, tree, i, &p))
			return false;
		VEC_PUSH(c->arena, &out->paths, p);
	}
	return n > 0;
}

static bool add_net(struct check *c, const struct ast_item *item, struct operand *out)
{
	struct addr_range range = {.span = item->span};

	if (item->kind == ITEM_LITERAL) {
		if (!address_read(c->diags, item->span, item->text, &range))
			return false;
		VEC_PUSH(c->arena, &out->addrs, range);
		if (!range.v6 && strchr(item->text, ':')) {
			diag_report(c->diags, item->span, DIAG_mapped_address,
				    "this is IPv4, and is read as such");
			diag_help(c->diags, "IPv4-mapped addresses are IPv4 on the wire: write "
					    "them so");
		}
		return true;
	}
	for (int i = 0; i < 4; i++)
		range.hi[i] = 0xff;
	VEC_PUSH(c->arena, &out->addrs, range);
	range.v6 = true;
	for (int i = 0; i < 16; i++)
		range.hi[i] = 0xff;
	VEC_PUSH(c->arena, &out->addrs, range);
	return true;
}

static bool add_port(struct check *c, const struct ast_item *item, struct operand *out)
{
	struct port_box boxes[PORT_BOXES_MAX];
	uint32_t n = 1;

	if (item->kind == ITEM_LITERAL)
		n = port_read(c->diags, item->span, item->text, boxes);
	else if (!protocol_read(c->diags, item->span, item->text, boxes))
		return false;
	for (uint32_t i = 0; i < n; i++)
		VEC_PUSH(c->arena, &out->ports, boxes[i]);
	return n > 0;
}

static bool add_all(struct check *c, struct span span, const struct operand *from,
		    struct operand *out)
{
	if (!has_room(c, span, from->paths.n + from->addrs.n + from->ports.n))
		return false;
	for (size_t i = 0; i < from->paths.n; i++)
		VEC_PUSH(c->arena, &out->paths, from->paths.at[i]);
	for (size_t i = 0; i < from->addrs.n; i++)
		VEC_PUSH(c->arena, &out->addrs, from->addrs.at[i]);
	for (size_t i = 0; i < from->ports.n; i++)
		VEC_PUSH(c->arena, &out->ports, from->ports.at[i]);
	return true;
}

/* The set that the item names, of the kind wanted. */
static const struct operand *named_set(struct check *c, const struct ast_item *item,
				       enum ast_kind kind)
{
	const struct named *n = names_use(c, item->span, item->text);

	if (n && n->def->kind != kind) {
		names_wrong_type(c, item->span, n, expected_noun(kind));
		return NULL;
	}
	return n ? n->values : NULL;
}

static const struct operand *feed_values(struct check *c, const struct ast_item *item)
{
	struct operand *values;
	struct feed *feed;

	if (!item->feed) {
		diag_report(c->diags, item->span, DIAG_feed_misplaced,
			    "a feed stands only in the definition of a net set");
		diag_help(c->diags, "write net NAME = file \"%s\", and NAME here",
			  item->text);
		return NULL;
	}
	if (!c->feeds)
		c->feeds = ARENA_ARRAY(c->arena, struct feed, c->sources->list.n);
	feed = &c->feeds[item->feed];
	if (feed->tried)
		return feed->values;
	feed->tried = true;
	values = ARENA_NEW(c->arena, struct operand);
	if (feed_read(c->arena, c->diags, c->sources, item->feed, VALUES_MAX - c->values,
		      values) &&
	    has_room(c, item->span, values->addrs.n))
		feed->values = values;
	return feed->values;
}

static bool add_item(struct check *c, const struct ast_item *item, enum ast_kind kind,
		     struct operand *out)
{
	const struct operand *set;
	struct port_box box;

	switch (item->kind) {
	case ITEM_NAME:
		if (kind == AST_PORTS && protocol_named(item->text, &box)) {
			box.span = item->span;
			VEC_PUSH(c->arena, &out->ports, box);
			return true;
		}
		set = named_set(c, item, kind);
		return set && add_all(c, item->span, set, out);
	case ITEM_STRING:
	case ITEM_TREE:
		return kind == AST_PATHS ? operand_add_paths(c, item, item->kind == ITEM_TREE, out)
					 : wrong_item(c, item, kind);
	case ITEM_LITERAL:
		if (kind == AST_PATHS)
			return wrong_item(c, item, kind);
		return kind == AST_NET ? add_net(c, item, out) : add_port(c, item, out);
	case ITEM_ANYWHERE:
		return kind == AST_NET ? add_net(c, item, out)
				       : wrong_item(c, item, kind);
	case ITEM_PROTO:
		return kind == AST_PORTS ? add_port(c, item, out)
					 : wrong_item(c, item, kind);
	case ITEM_FILE:
		if (kind != AST_NET)
			return wrong_item(c, item, kind);
		set = feed_values(c, item);
		return set && add_all(c, item->span, set, out);
	}
	return false;
}

const struct operand *operand_expand(struct check *c, const struct ast_list *list,
				     enum ast_kind kind)
{
	const struct ast_item *first = list->items.at;
	struct port_box unused;
	struct operand *out;
	bool good = true;

	if (list->items.n == 1 && first->kind == ITEM_NAME &&
	    !protocol_named(first->text, &unused))
		return named_set(c, first, kind);
	out = ARENA_NEW(c->arena, struct operand);
	if (list->items.n == 1 && first->kind == ITEM_FILE && kind == AST_NET) {
		const struct operand *feed = feed_values(c, first);

		good = feed;
		if (good)
			*out = *feed;
	} else {
		if (!has_room(c, list->span, list->items.n))
			return NULL;
		for (size_t i = 0; i < list->items.n; i++)
			good &= add_item(c, &list->items.at[i], kind, out);
	}
	if (good && !out->paths.n && !out->addrs.n && !out->ports.n)
		diag_report(c->diags, list->span, DIAG_empty_set,
			    "there is nothing in this list, so that it matches nothing");
	return good ? out : NULL;
}
