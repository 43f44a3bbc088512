/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Test blocks → questions with one answer each: facts and objects are single
 * values, spelled as rules spell them, and a rule named in a verdict exists.
 */
#include <string.h>
#include "compiler/ast/cases.h"
#include "compiler/base/spell.h"
#include "compiler/check/check.h"

/* ---- single values ---- */

static bool refuse_fact(struct check *c, struct span span, const char *word,
			const char *example)
{
	diag_report(c->diags, span, DIAG_bad_fact, "'%s' here is one value", word);
	diag_help(c->diags, "write %s", example);
	return false;
}

/* One literal path, escapes removed; NULL = reported as `code`. */
static const char *read_path(struct check *c, const struct ast_item *item,
			     enum diag_code code)
{
	const char *path = "";
	struct path_pattern p;

	if (item->kind == ITEM_STRING) {
		if (!path_read(c->arena, c->diags, item->span, item->text, false, &p))
			return NULL;
		for (uint32_t i = 0; i < p.dirs; i++)
			path = arena_printf(c->arena, "%s/%.*s", path, (int)p.dir[i].len,
					    p.dir[i].at);
		if (p.shape == PATH_LITERAL)
			return *path ? path : "/";
		diag_report(c->diags, item->span, code,
			    "expected one path, saw a pattern");
		diag_help(c->diags, "a wildcard that is part of the name is written \\* "
				    "or \\?");
		return NULL;
	}
	diag_report(c->diags, item->span, code, "expected a quoted path, saw %s",
		    ast_item_noun(item->kind));
	return NULL;
}

/* ---- facts ---- */

static bool read_ids(struct check *c, const struct ast_subject *fact, const char *word,
		     uint32_t *ids)
{
	for (size_t i = 0; i < fact->list->items.n; i++) {
		const struct ast_item *item = &fact->list->items.at[i];
		struct id_range range;

		if (item->kind != ITEM_LITERAL && item->kind != ITEM_NAME)
			return refuse_fact(c, item->span, word, "a number: uid 33");
		if (!id_read(c->diags, item->span, word, item->text, &range))
			return false;
		if (range.lo != range.hi)
			return refuse_fact(c, item->span, word,
					   "each number: gid { 27, 1000 }");
		ids[i] = range.lo;
	}
	return true;
}

static bool read_fact(struct check *c, const struct ast_subject *fact, struct facts *out)
{
	const struct ast_list *list = fact->list;
	uint32_t *gids;

	if (fact->kind == AST_GID) {
		gids = ARENA_ARRAY(c->arena, uint32_t, list->items.n);
		if (!list->items.n)
			return refuse_fact(c, list->span, "gid", "the groups: gid { 27, 1000 }");
		out->gid_known = true;
		out->gids = gids;
		out->n_gids = (uint32_t)list->items.n;
		return read_ids(c, fact, "gid", gids);
	}
	if (list->items.n != 1)
		return refuse_fact(c, list->span,
				   fact->kind == AST_UID ? "uid"
				   : fact->kind == AST_EXE ? "exe" : "cgroup",
				   "one, and another 'as' for the others");
	if (fact->kind == AST_UID) {
		out->uid_known = true;
		return read_ids(c, fact, "uid", &out->uid);
	}
	if (fact->kind == AST_EXE)
		return (out->exe = read_path(c, list->items.at, DIAG_bad_fact));
	return (out->cgroup = read_path(c, list->items.at, DIAG_bad_fact));
}

static bool read_facts(struct check *c, const struct ast_case *written, struct facts *out)
{
	bool good = true;

	out->guest = written->guest.end;
	for (size_t i = 0; i < written->facts.n; i++) {
		const struct ast_subject *fact = written->facts.at[i];
		size_t first = 0;

		while (written->facts.at[first]->kind != fact->kind)
			first++;
		if (first == i) {
			good &= read_fact(c, fact, out);
			continue;
		}
		diag_report(c->diags, fact->span, DIAG_repeated_fact,
			    "this is said already");
		diag_note(c->diags, written->facts.at[first]->span, "it is said here");
		good = false;
	}
	return good;
}

/* ---- requests ---- */

static bool refuse_request(struct check *c, const struct ast_request *r,
			   const char *example)
{
	diag_report(c->diags, r->span, DIAG_bad_request,
		    "this is not how '%s' is asked for", r->op.text);
	diag_help(c->diags, "write %s", example);
	return false;
}

static bool read_address(struct check *c, const struct ast_request *r,
			 struct question *out)
{
	struct addr_range range;

	if (r->object.kind != ITEM_LITERAL)
		return refuse_request(c, r, "one address and port: connect 192.0.2.1 tcp/80");
	if (!address_read(c->diags, r->object.span, r->object.text, &range))
		return false;
	if (memcmp(range.lo, range.hi, sizeof range.lo))
		return refuse_request(c, r, "one address and port: connect 192.0.2.1 tcp/80");
	out->v6 = range.v6;
	memcpy(out->addr, range.lo, sizeof out->addr);
	return true;
}

static bool read_port(struct check *c, const struct ast_request *r, struct question *out)
{
	const struct ast_item *port = &r->second;
	struct port_box boxes[PORT_BOXES_MAX] = {0};
	uint32_t n = 1;

	if (port->kind == ITEM_LITERAL)
		n = port_read(c->diags, port->span, port->text, boxes);
	else if (port->kind == ITEM_PROTO)
		n = protocol_read(c->diags, port->span, port->text, boxes);
	else if (port->kind != ITEM_NAME || !protocol_named(port->text, boxes))
		n = 2;
	if (!n)
		return false;
	if (n > 1 || (protocol_carries_ports(boxes->proto_lo) && boxes->port_lo != boxes->port_hi))
		return refuse_request(
			c, r, "a protocol and one port, tcp/80, or a protocol without ports, icmp");
	out->protocol = boxes->proto_lo;
	out->port = protocol_carries_ports(out->protocol) ? boxes->port_lo : 0;
	return true;
}

/* Of a directory's name the '/' behind it, if it has one. */
static bool cut_slash(struct check *c, struct ast_item *item)
{
	size_t n = strlen(item->text);

	if (item->kind != ITEM_STRING || n < 2 || item->text[n - 1] != '/')
		return false;
	item->text = arena_printf(c->arena, "%.*s", (int)(n - 1), item->text);
	return true;
}

static bool read_move(struct check *c, const struct ast_request *r, struct question *out)
{
	struct ast_item from = r->object, to = r->second;
	bool link = out->kind == QUESTION_LINK;

	if (r->form != REQUEST_TO)
		return refuse_request(c, r, link ? "both names: link \"/old\" to \"/new\""
						 : "both names: rename \"/old\" to \"/new\"");
	if (!link && from.kind == ITEM_TREE) {
		from.kind = ITEM_STRING;
		out->kind = QUESTION_TREE;
		cut_slash(c, &from);
	} else if (!link && cut_slash(c, &from)) {
		out->kind = QUESTION_DIRECTORY;
	}
	if (out->kind == QUESTION_DIRECTORY || out->kind == QUESTION_TREE)
		cut_slash(c, &to);
	out->path = read_path(c, &from, DIAG_bad_request);
	out->new_path = read_path(c, &to, DIAG_bad_request);
	if (!out->path || !out->new_path)
		return false;
	if (out->path[1] && out->new_path[1])
		return true;
	return refuse_request(c, r, "names below \"/\", which nobody can move");
}

static bool read_operation(struct check *c, const struct ast_request *r,
			   struct question *out)
{
	struct ast_list *ops = ast_list_of(c->arena, r->op);
	bool address = r->form == REQUEST_PORT || r->object.kind == ITEM_LITERAL;
	struct rule rule = {0};

	if (!ops_read(c, ops, address ? OBJECT_NET : OBJECT_FILES, &rule))
		return false;
	if (!op_of_word(r->op.text, rule.kind, &out->op))
		return refuse_request(c, r, "one operation, such as write");
	if (out->op == NB_OP_SOCKET) {
		if (r->form != REQUEST_ONE ||
		    (r->object.kind != ITEM_NAME && r->object.kind != ITEM_LITERAL) ||
		    !socket_parse(r->object.text, &out->socket))
			return refuse_request(c, r, "one family and type: socket inet/raw");
		return true;
	}
	if (rule.kind == OBJECT_NET)
		return r->form == REQUEST_PORT
			       ? read_address(c, r, out) & read_port(c, r, out)
			       : refuse_request(c, r,
						"one address and port: connect 192.0.2.1 tcp/80");
	out->again = r->form == REQUEST_AGAIN;
	if (out->again && !(NB_AGAIN_OPS >> out->op & 1))
		return refuse_request(c, r, "one of read, write and list behind 'revalidate': "
					    "what else is done is judged each time");
	if (r->form != REQUEST_ONE && !out->again)
		return refuse_request(c, r, "one path: read \"/etc/shadow\"");
	out->path = read_path(c, &r->object, DIAG_bad_request);
	return out->path;
}

/* ---- verdicts ---- */

static void suggest_rule(struct check *c, const char *name)
{
	const struct rule *best = NULL;
	unsigned least = SPELL_FAR;

	for (size_t i = 0; i < c->rules.n; i++) {
		const struct rule *rule = &c->rules.at[i];
		unsigned steps = rule->name ? spell_distance(name, rule->name) : SPELL_FAR;

		if (steps < least) {
			least = steps;
			best = rule;
		}
	}
	if (best)
		diag_note(c->diags, best->span, "did you mean '%s'?", best->name);
}

static bool read_number(struct check *c, const struct ast_verdict *v, uint32_t *out)
{
	uint64_t number;
	const char *end = number_read(v->number, UINT32_MAX, &number);

	if (strcmp(v->by, "rule")) {
		diag_report(c->diags, v->by_span, DIAG_unknown_rule,
			    "a number stands after 'by rule', saw '%s'", v->number);
		return false;
	}
	if (end && !*end && number && number <= c->rules.n) {
		*out = (uint32_t)number;
		return true;
	}
	diag_report(c->diags, v->by_span, DIAG_unknown_rule,
		    "there is no rule %s, the last is number %zu", v->number, c->rules.n);
	return false;
}

static bool read_verdict(struct check *c, const struct ast_verdict *v,
			 struct question *out)
{
	static const enum expected expected[] = {
		[VERDICT_ALLOW] = EXPECT_ALLOW,
		[VERDICT_DENY] = EXPECT_DENY,
		[VERDICT_AUDIT] = EXPECT_AUDIT,
	};

	out->expected = expected[v->kind];
	if (!c->numbered)
		return true;
	if (v->number)
		return read_number(c, v, &out->rule);
	for (size_t i = 0; v->by && i < c->rules.n; i++)
		if (c->rules.at[i].name && !strcmp(c->rules.at[i].name, v->by))
			out->rule = c->rules.at[i].number;
	if (!v->by || out->rule)
		return true;
	diag_report(c->diags, v->by_span, DIAG_unknown_rule, "no rule is named '%s'",
		    v->by);
	suggest_rule(c, v->by);
	return false;
}

/* ---- all of it ---- */

static const char *item_text(struct check *c, const struct ast_item *item)
{
	if (item->kind == ITEM_STRING || item->kind == ITEM_TREE)
		return arena_printf(c->arena, "%s\"%s\"", item->kind == ITEM_TREE ? "tree " : "",
				    item->text);
	return arena_printf(c->arena, item->kind == ITEM_PROTO ? "proto %s" : "%s",
			    item->text);
}

static const char *request_text(struct check *c, const struct ast_request *r)
{
	const char *object = item_text(c, &r->object);

	if (r->form == REQUEST_ONE || r->form == REQUEST_AGAIN)
		return arena_printf(c->arena, "%s%s %s",
				    r->form == REQUEST_AGAIN ? "revalidate " : "", r->op.text,
				    object);
	return arena_printf(c->arena, "%s %s %s%s", r->op.text, object,
			    r->form == REQUEST_TO ? "to " : "", item_text(c, &r->second));
}

static bool read_question(struct check *c, const struct ast_request *r,
			  const struct facts *who, struct question *out)
{
	bool link = !strcmp(r->op.text, "link"), rename = !strcmp(r->op.text, "rename");
	bool good;

	*out = (struct question){.span = r->span, .who = who};
	if (link || rename) {
		out->kind = link ? QUESTION_LINK : QUESTION_RENAME;
		good = read_move(c, r, out);
	} else {
		good = read_operation(c, r, out);
	}
	out->text = request_text(c, r);
	return read_verdict(c, &r->verdict, out) && good;
}

static void check_test(struct check *c, const struct ast_statement *s)
{
	VEC(struct question) questions = {0};
	struct test test = {.span = s->name_span, .line = s->line};
	size_t asked = 0;

	test.title = string_read(c->arena, c->diags, s->name_span, s->title);
	for (size_t i = 0; i < s->cases->list.n; i++) {
		const struct ast_case *written = s->cases->list.at[i];
		struct facts *who = ARENA_NEW(c->arena, struct facts);
		bool good = read_facts(c, written, who);

		asked += written->requests.n;
		for (size_t j = 0; j < written->requests.n; j++) {
			struct question q;

			if (read_question(c, &written->requests.at[j], who, &q) && good)
				VEC_PUSH(c->arena, &questions, q);
		}
	}
	if (!asked) {
		diag_report(c->diags, s->name_span, DIAG_empty_test,
			    "this test asks nothing");
		diag_help(c->diags, "write as uid 33 { read \"/etc/shadow\" => deny }");
	}
	test.questions = questions.at;
	test.n_questions = (uint32_t)questions.n;
	VEC_PUSH(c->arena, &c->tests, test);
}

void tests_check(struct check *c)
{
	for (size_t i = 0; i < c->ast->statements.n; i++)
		if (c->ast->statements.at[i]->kind == AST_TEST)
			check_test(c, c->ast->statements.at[i]);
}
