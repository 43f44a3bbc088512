/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pieces of the image (pieces.h) and ranges of the rules are walked side by side. Between
 * two places where either changes, an address has one class in the image and one set of
 * lists in the policy; each such pair is compared once, by sweeping the ports of its rules
 * along the cells of its class. Sets are compared by 64-bit sums of random numbers, one a
 * member. Nothing of this is taken from compiler/lower but the reader of the bytes.
 */
#include "compiler/assure/net_check.h"
#include "compiler/assure/asked.h"
#include "compiler/assure/net_entries.h"
#include <stdlib.h>
#include <string.h>
#include "compiler/assure/net_ranges.h"
#include "compiler/base/table.h"

/* The addresses of some rules; disjoint, ascending, not touching. */
struct list {
	const struct rule **rules;
	uint32_t n_rules;
	const struct range *ranges; /* of the family at hand */
	uint32_t n, at;       /* at: the one that is met next, or that holds */
	bool inside;
	uint32_t place; /* among those that hold */
};

struct pair {
	uint64_t lists;
	uint32_t class;
};

struct edge { /* a rule's box begins or has ended at a key */
	uint32_t key;
	uint32_t rule;
	int32_t change;
};

/* Most lists come and go by turns. */
enum { LAST = 4 };

struct check {
	struct arena *room;
	const struct image *image;
	bool v6;
	VEC(struct list) lists;
	uint32_t *heap; /* lists by their next change, those that have one */
	uint32_t n_heap;
	uint32_t *holding; /* lists that hold */
	uint32_t n_holding;
	uint64_t inside; /* sum over them */
	struct table *seen;
	struct pair last[LAST];
	uint32_t any, oldest; /* of those */
	bool *dropped;  /* by rule number: its subject is nobody, and no row has it */
	uint32_t *times; /* by rule number: boxes that hold */
	uint64_t *rows; /* sum over the rules of each */
	VEC(struct edge) edges;
};

static uint64_t random_of(uint64_t n)
{
	n = (n + 1) * 0x9e3779b97f4a7c15ull;
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9ull;
	n = (n ^ n >> 27) * 0x94d049bb133111ebull;
	return n ^ n >> 31;
}

/* ---- the policy's side: lists, and where they begin and end ---- */

static void find_lists(struct check *c)
{
	const struct policy *policy = c->image->policy;
	struct table *known = table_new(c->room);

	for (uint32_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rules[i];
		struct list *list;
		void **slot;

		if (rule->kind != OBJECT_NET || !rule->n_addrs)
			continue;
		slot = table_at(known, &rule->addrs, sizeof rule->addrs);
		if (!*slot) {
			VEC_PUSH(c->room, &c->lists, (struct list){ .n_rules = 0 });
			*slot = (void *)(uintptr_t)c->lists.n;
		}
		list = &c->lists.at[(uintptr_t)*slot - 1];
		list->n_rules++;
	}
	for (uint32_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rules[i];
		struct list *list;

		if (rule->kind != OBJECT_NET || !rule->n_addrs)
			continue;
		list = &c->lists.at[(uintptr_t)table_get(known, &rule->addrs,
							 sizeof rule->addrs) - 1];
		if (!list->rules) {
			list->rules = ARENA_ARRAY(c->room, const struct rule *, list->n_rules);
			list->n_rules = 0;
		}
		list->rules[list->n_rules++] = rule;
	}
}

/* Where the list begins or has ended next; it has such a place while it is in the heap. */
static piece_address next_change(const struct list *l)
{
	return l->inside ? l->ranges[l->at].hi + 1 : l->ranges[l->at].lo;
}

static void sink(struct check *c, uint32_t i)
{
	for (;;) {
		uint32_t least = i, child = 2 * i + 1, swap;

		for (uint32_t k = child; k < child + 2 && k < c->n_heap; k++)
			if (next_change(&c->lists.at[c->heap[k]]) <
			    next_change(&c->lists.at[c->heap[least]]))
				least = k;
		if (least == i)
			return;
		swap = c->heap[i];
		c->heap[i] = c->heap[least];
		c->heap[least] = swap;
		i = least;
	}
}

/* The first list of the heap begins or has ended. */
static void change(struct check *c)
{
	struct list *l = &c->lists.at[c->heap[0]];
	piece_address last = c->v6 ? ~(piece_address)0 : UINT32_MAX;
	uint64_t member = random_of(c->heap[0]);
	bool done;

	if (l->inside) {
		c->holding[l->place] = c->holding[--c->n_holding];
		c->lists.at[c->holding[l->place]].place = l->place;
		c->inside -= member;
		done = ++l->at == l->n;
	} else {
		c->holding[l->place = c->n_holding++] = c->heap[0];
		c->inside += member;
		done = l->ranges[l->at].hi == last; /* nothing is behind it */
	}
	l->inside = !l->inside;
	if (done)
		c->heap[0] = c->heap[--c->n_heap];
	sink(c, 0);
}

/* ---- a set of lists beside a class ---- */

/* Where a socket listens that has no port: denied by any, allowed by all. */
static void add_unsettled(struct check *c, const struct rule *rule, const struct port_box *b)
{
	bool all_ports = b->port_lo < 2 && b->port_hi == UINT16_MAX;

	for (uint32_t proto = b->proto_lo; proto <= b->proto_hi; proto++) {
		struct edge e = { NB_CELL_ANY_PORT(proto), rule->number, 1 };

		if (!(rule->ops & 1u << NB_OP_LISTEN) ||
		    (rule->effect == EFFECT_ALLOW && !all_ports))
			continue;
		VEC_PUSH(c->room, &c->edges, e);
		e.key = NB_CELL_ANY_PORT(proto + 1);
		e.change = -1;
		VEC_PUSH(c->room, &c->edges, e);
	}
}

static void add_edges(struct check *c, const struct rule *rule)
{
	for (uint32_t i = 0; i < rule->n_ports; i++) {
		const struct port_box *b = &rule->ports[i];

		bool all_ports = !b->port_lo && b->port_hi == UINT16_MAX;

		for (uint32_t proto = b->proto_lo; proto <= b->proto_hi; proto++) {
			struct edge e = { NB_CELL_KEY(proto, b->port_lo), rule->number, 1 };

			if (all_ports) /* of neighbouring protocols are neighbours */
				proto = b->proto_hi;
			VEC_PUSH(c->room, &c->edges, e);
			e.key = NB_CELL_KEY(proto, b->port_hi) + 1;
			e.change = -1;
			VEC_PUSH(c->room, &c->edges, e);
		}
		add_unsettled(c, rule, b);
	}
}

static int by_key(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* Do the cells of the class have the rules that the edges say, at every key? */
static bool cells_agree(struct check *c, uint32_t class)
{
	const struct nb_params *p = &c->image->params;
	const uint8_t *rows = c->image->maps[NB_IMAGE_ROWS].at;
	const struct nb_span *span = (const struct nb_span *)(rows + p->classes_off) + class;
	const struct nb_cell *cell = (const struct nb_cell *)(rows + p->cells_off) + span->first;
	uint64_t holds = 0;
	size_t i = 0;
	bool named;

	if (!span->count || cell[0].start || 1u << p->cell_steps < span->count)
		return false;
	for (uint32_t k = 0, key = 0; key < NB_CELL_END;) {
		uint32_t next = NB_CELL_END;

		for (; i < c->edges.n && c->edges.at[i].key == key; i++) {
			uint32_t *times = &c->times[c->edges.at[i].rule];
			bool before = *times;

			*times += (uint32_t)c->edges.at[i].change;
			holds += !before ? random_of(c->edges.at[i].rule) :
				 *times	 ? 0 : -random_of(c->edges.at[i].rule);
		}
		if (cell[k].row >= p->rows || c->rows[cell[k].row] != holds)
			return false;
		named = cell[k].row;
		if (i < c->edges.n)
			next = c->edges.at[i].key;
		if (k + 1 < span->count && cell[k + 1].start <= next) {
			if (cell[k + 1].start <= key)
				return false;
			next = cell[++k].start;
		}
		if (named && !asked_keys(p, key, next - 1))
			return false;
		key = next;
	}
	for (; i < c->edges.n; i++) /* of the last key, so that none holds any more */
		c->times[c->edges.at[i].rule] += (uint32_t)c->edges.at[i].change;
	return true;
}

static bool pair_agrees(struct check *c, uint32_t class)
{
	c->edges.n = 0;
	for (uint32_t i = 0; i < c->n_holding; i++) {
		const struct list *l = &c->lists.at[c->holding[i]];

		for (uint32_t r = 0; r < l->n_rules; r++)
			if (!c->dropped[l->rules[r]->number])
				add_edges(c, l->rules[r]);
	}
	if (c->edges.n)
		qsort(c->edges.at, c->edges.n, sizeof *c->edges.at, by_key);
	return cells_agree(c, class);
}

static bool agrees(struct check *c, uint32_t class)
{
	struct pair pair, *key;
	void **slot;

	for (uint32_t i = 0; i < c->any; i++)
		if (c->last[i].lists == c->inside && c->last[i].class == class)
			return true;
	memset(&pair, 0, sizeof pair); /* it is compared as bytes */
	pair.lists = c->inside;
	pair.class = class;
	c->last[c->oldest++ % LAST] = pair;
	c->any += c->any < LAST;
	if (table_get(c->seen, &pair, sizeof pair))
		return true;
	key = ARENA_NEW(c->room, struct pair);
	memcpy(key, &pair, sizeof pair);
	slot = table_at(c->seen, key, sizeof *key);
	*slot = key;
	return pair_agrees(c, class);
}

static const char *meet_piece(void *to, piece_address first, piece_address last, uint32_t class)
{
	static const char other_rules[] = "a class that does not have the rules of its addresses";
	struct check *c = to;

	if (!asked_addresses(&c->image->params, c->v6, first, last, class))
		return "addresses outside of those that are said to be named";
	while (c->n_heap && next_change(&c->lists.at[c->heap[0]]) <= first)
		change(c);
	if (!agrees(c, class))
		return other_rules;
	while (c->n_heap && next_change(&c->lists.at[c->heap[0]]) <= last) {
		piece_address at = next_change(&c->lists.at[c->heap[0]]);

		while (c->n_heap && next_change(&c->lists.at[c->heap[0]]) == at)
			change(c);
		if (!agrees(c, class))
			return other_rules;
	}
	return NULL;
}

/* The sums of the rows; rules without an entry must have a subject to be left out for. */
static const char *read_rows(struct check *c)
{
	const struct nb_params *p = &c->image->params;
	const struct policy *policy = c->image->policy;
	const uint8_t *rows = c->image->maps[NB_IMAGE_ROWS].at;
	const struct nb_row *row = (const struct nb_row *)(rows + p->rows_off);
	const struct nb_entry *entry = (const struct nb_entry *)(rows + p->entries_off);

	c->rows = ARENA_ARRAY(c->room, uint64_t, p->rows);
	c->times = ARENA_ARRAY(c->room, uint32_t, policy->n_rules + 1);
	c->dropped = ARENA_ARRAY(c->room, bool, policy->n_rules + 1);
	memset(c->dropped, 1, policy->n_rules + 1);
	for (uint32_t i = 0; i < p->rows; i++)
		for (uint32_t k = row[i].first; k < row[i].first + row[i].count; k++) {
			if (k >= p->entries || entry[k].rule > policy->n_rules ||
			    (k > row[i].first && entry[k].rule <= entry[k - 1].rule))
				return "a row whose rules do not ascend";
			c->rows[i] += random_of(entry[k].rule);
			c->dropped[entry[k].rule] = false;
		}
	for (uint32_t i = 0; i < policy->n_rules; i++)
		if (!subject_may_be_nobody(policy->rules[i].who))
			c->dropped[policy->rules[i].number] = false;
	return NULL;
}

static const char *check_family(struct check *c, bool v6)
{
	c->v6 = v6;
	c->inside = 0;
	c->n_holding = 0;
	c->n_heap = 0;
	for (uint32_t i = 0; i < c->lists.n; i++) {
		struct list *list = &c->lists.at[i];

		list->ranges = net_ranges(c->room, list->rules[0], v6, &list->n);
		list->at = 0;
		list->inside = false;
		if (list->n)
			c->heap[c->n_heap++] = i;
	}
	for (uint32_t i = c->n_heap; i--;)
		sink(c, i);
	return pieces_walk(c->image, v6, meet_piece, c);
}

/* ---- classes that no table of addresses leads to ---- */

/* Does the rule speak of binding or listening at all addresses? Denying one of a family that
 * this takes is enough, allowing needs all of both. */
static bool speaks_of_all(const struct rule *rule, bool v6_too)
{
	bool some[2] = { false }, all[2] = { false };

	if (rule->kind != OBJECT_NET || !(rule->ops & (1u << NB_OP_BIND | 1u << NB_OP_LISTEN)))
		return false;
	for (uint32_t i = 0; i < rule->n_addrs; i++) {
		const struct addr_range *a = &rule->addrs[i];
		int bytes = a->v6 ? 16 : 4, whole = 0;

		while (whole < bytes && !a->lo[whole] && a->hi[whole] == 0xff)
			whole++;
		some[a->v6] = true;
		all[a->v6] |= whole == bytes;
	}
	if (rule->effect == EFFECT_ALLOW)
		return all[0] && (all[1] || !v6_too);
	return some[0] || (some[1] && v6_too);
}

static bool all_agrees(struct check *c, bool v6_too)
{
	const struct nb_params *p = &c->image->params;
	const struct policy *policy = c->image->policy;
	uint32_t class = v6_too ? p->any6_class : p->any4_class;

	c->edges.n = 0;
	for (uint32_t i = 0; i < policy->n_rules; i++)
		if (speaks_of_all(&policy->rules[i], v6_too) && !c->dropped[i + 1])
			add_edges(c, &policy->rules[i]);
	if (c->edges.n)
		qsort(c->edges.at, c->edges.n, sizeof *c->edges.at, by_key);
	return class < p->classes ? cells_agree(c, class) : !c->edges.n;
}

static bool sockets_agree(struct check *c)
{
	const struct nb_params *p = &c->image->params;
	const struct policy *policy = c->image->policy;

	c->edges.n = 0;
	for (uint32_t i = 0; i < policy->n_rules; i++)
		for (uint32_t k = 0; !c->dropped[i + 1] && k < policy->rules[i].n_sockets; k++) {
			const struct socket_kind *s = &policy->rules[i].sockets[k];
			struct edge e = { NB_SOCKET_KEY(s->family, s->type), i + 1, 1 };

			VEC_PUSH(c->room, &c->edges, e);
			e.key = NB_SOCKET_KEY(s->family, s->type ? s->type : 255) + 1;
			e.change = -1;
			VEC_PUSH(c->room, &c->edges, e);
		}
	if (!c->edges.n)
		return true;
	qsort(c->edges.at, c->edges.n, sizeof *c->edges.at, by_key);
	return p->sockets_class && p->sockets_class < p->classes &&
	       cells_agree(c, p->sockets_class);
}

static const char *check_others(struct check *c)
{
	if (!all_agrees(c, false) || !all_agrees(c, true))
		return "a class of all addresses that does not have the rules of them";
	return sockets_agree(c) ? NULL : "kinds of sockets that do not have their rules";
}

const char *net_check(const struct image *image)
{
	struct check c = { .room = arena_new(), .image = image };
	const char *wrong;

	c.seen = table_new(c.room);
	find_lists(&c);
	c.heap = ARENA_ARRAY(c.room, uint32_t, c.lists.n + 1);
	c.holding = ARENA_ARRAY(c.room, uint32_t, c.lists.n + 1);
	wrong = net_entries_check(image);
	if (!wrong)
		wrong = read_rows(&c);
	if (!wrong)
		wrong = check_others(&c);
	if (!wrong)
		wrong = check_family(&c, false);
	if (!wrong)
		wrong = check_family(&c, true);
	arena_free(c.room);
	return wrong;
}
