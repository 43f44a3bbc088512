/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and ports of network rules → NET4, NET6 and the cells in ROWS. An
 * address class is the set of rules whose addresses hold there; its cells are the
 * intervals of (protocol, port) with the rules that hold at both. Never a cross
 * product of addresses and ports. Rules are told apart until the end, also where they
 * do the same: the first of them is the one that a denial names.
 */
#include <stdlib.h>
#include "compiler/lower/active.h"
#include "compiler/lower/lower.h"
#include "compiler/lower/tables.h"

#define CELL_MAX (4u << 20)
#define CELL_MAX_EDGES (16u << 20)

struct edge { /* of a box: its rule begins or has ended at key */
	uint32_t key, rule;
	bool begins;
};

typedef VEC(struct edge) edges;

struct classes {
	address_lists lists;
	struct sets *list_sets; /* of list numbers, as the sweeps found them */
	struct sets *sets;      /* of rule numbers; a class is a set id */
	VEC(struct nb_span) spans;
	VEC(struct nb_cell) cells;
	edges edges; /* of the class being added */
	struct active active;
	uint64_t work; /* edges of all classes */
};

static int by_key(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

static void add_interval(struct arena *arena, edges *to, uint32_t rule, uint32_t first,
			 uint32_t last)
{
	VEC_PUSH(arena, to, (struct edge){ first, rule, true });
	VEC_PUSH(arena, to, (struct edge){ last + 1, rule, false });
}

/* A box of several protocols that does not hold all ports of each would be one
 * interval a protocol; the full box is one interval. */
static void add_box(struct arena *arena, edges *to, const struct port_box *box,
		    const struct rule *rule)
{
	bool whole = box->port_lo == 0 && box->port_hi == 65535;

	for (uint32_t proto = box->proto_lo; proto <= box->proto_hi; proto++) {
		uint32_t last = whole ? box->proto_hi : proto;

		add_interval(arena, to, rule->number, NB_CELL_KEY(proto, box->port_lo),
			     NB_CELL_KEY(last, box->port_hi));
		proto = last;
	}
	/* who listens without a port gets any: only an allow must have them all */
	if (rule->ops >> NB_OP_LISTEN & 1 &&
	    (rule->effect != EFFECT_ALLOW || (box->port_lo <= 1 && box->port_hi == 65535)))
		add_interval(arena, to, rule->number, NB_CELL_ANY_PORT(box->proto_lo),
			     NB_CELL_ANY_PORT(box->proto_hi) + 65535);
}

/* The edges of the boxes of a class's rules, in order of their keys. */
static bool list_edges(struct lowering *l, struct classes *c, struct set set)
{
	c->edges.n = 0;
	for (uint32_t i = 0; i < set.n; i++) {
		const struct rule *rule = &l->policy->rules[set.at[i] - 1];

		for (uint32_t k = 0; k < rule->n_ports; k++)
			add_box(l->arena, &c->edges, &rule->ports[k], rule);
		if (c->work + c->edges.n > CELL_MAX_EDGES)
			return false;
	}
	c->work += c->edges.n;
	if (c->edges.n)
		qsort(c->edges.at, c->edges.n, sizeof(*c->edges.at), by_key);
	return true;
}

/* A class of the edges. false: too many cells, or so many rules at one place that no
 * row holds them, which is then among l->rows. */
static bool add_cells(struct lowering *l, struct classes *c)
{
	uint32_t first = (uint32_t)c->cells.n;
	const edges *list = &c->edges;

	c->active.n = 0;
	VEC_PUSH(l->arena, &c->cells, (struct nb_cell){ 0, 0 });
	for (size_t i = 0; i < list->n;) {
		uint32_t key = list->at[i].key, row;

		for (; i < list->n && list->at[i].key == key; i++)
			active_apply(&c->active, list->at[i].rule, list->at[i].begins);
		row = sets_intern(l->rows, c->active.rules, c->active.n);
		if (c->active.n > ROW_MAX_ENTRIES)
			return false;
		if (c->cells.at[c->cells.n - 1].start == key && c->cells.n > first)
			c->cells.at[c->cells.n - 1].row = row;
		else if (c->cells.at[c->cells.n - 1].row != row)
			VEC_PUSH(l->arena, &c->cells, (struct nb_cell){ key, row });
	}
	VEC_PUSH(l->arena, &c->spans,
		 (struct nb_span){ first, (uint32_t)c->cells.n - first });
	return c->cells.n <= CELL_MAX;
}

/* The class of kinds of sockets, the last one. */
static bool add_sockets(struct lowering *l, struct classes *c)
{
	struct nb_params *p = &l->image->params;

	c->edges.n = 0;
	for (uint32_t r = 0; r < l->policy->n_rules; r++) {
		const struct rule *rule = &l->policy->rules[r];

		for (uint32_t i = 0; i < rule->n_sockets; i++) {
			const struct socket_kind *kind = &rule->sockets[i];

			add_interval(l->arena, &c->edges, rule->number,
				     NB_SOCKET_KEY(kind->family, kind->type),
				     NB_SOCKET_KEY(kind->family, kind->type ? kind->type : 255));
		}
	}
	if (!c->edges.n)
		return true;
	qsort(c->edges.at, c->edges.n, sizeof(*c->edges.at), by_key);
	p->sockets_class = (uint32_t)c->spans.n;
	return add_cells(l, c);
}

static bool whole_family(const struct addr_range *r)
{
	for (int i = 0; i < (r->v6 ? 16 : 4); i++)
		if (r->lo[i] != 0 || r->hi[i] != 0xff)
			return false;
	return true;
}

/* Does the rule speak of a bind to 0.0.0.0, or to ::, which takes IPv4 too, or of
 * listening there? A denial
 * with any address of the family does; an allow must have them all. */
static bool binds_any(const struct rule *rule, bool v6_too)
{
	bool has4 = false, has6 = false;

	for (uint32_t i = 0; i < rule->n_addrs; i++) {
		bool counts = rule->effect != EFFECT_ALLOW || whole_family(&rule->addrs[i]);

		has4 |= counts && !rule->addrs[i].v6;
		has6 |= counts && rule->addrs[i].v6;
	}
	if (rule->effect == EFFECT_ALLOW)
		return has4 && (has6 || !v6_too);
	return has4 || (has6 && v6_too);
}

/* Rules that speak of a bind to every address, or of listening at them. */
static uint32_t bind_set(struct lowering *l, struct classes *c, bool v6_too)
{
	uint32_t *list = ARENA_ARRAY(l->arena, uint32_t, l->policy->n_rules + 1), n = 0;

	for (uint32_t r = 0; r < l->policy->n_rules; r++) {
		const struct rule *rule = &l->policy->rules[r];

		if (rule->kind == OBJECT_NET &&
		    rule->ops & (1u << NB_OP_BIND | 1u << NB_OP_LISTEN) &&
		    binds_any(rule, v6_too))
			list[n++] = rule->number;
	}
	return sets_intern(c->sets, list, n);
}

/* Names two rules of those most at one address. */
static bool refuse_overlap(struct lowering *l, const struct classes *c, const char *what)
{
	struct set widest = { NULL, 0 };
	uint32_t n = sets_count(c->list_sets);

	for (uint32_t i = 0; i < n; i++)
		if (sets_get(c->list_sets, i).n > widest.n)
			widest = sets_get(c->list_sets, i);
#define RULE_OF(i) (&l->policy->rules[c->lists.at[widest.at[i] - 1].rules.at[0] - 1])
	diag_report(l->diags, widest.n ? RULE_OF(0)->span : lower_place(l),
		    DIAG_addresses_too_many, "%s", what);
	if (widest.n > 1)
		diag_note(l->diags, RULE_OF(1)->span,
			  "this rule overlaps it, as do %u others at one address", widest.n - 2);
#undef RULE_OF
	return false;
}

static bool refuse_cells(struct lowering *l, const struct classes *c)
{
	return rows_fit(l) &&
	       refuse_overlap(l, c,
			      "the addresses and ports of this policy fall into too many pieces; use fewer port ranges, or the same for all addresses");
}

/* The rules of a set of lists, as a set. */
static uint32_t rules_of(struct lowering *l, struct classes *c, struct set lists)
{
	VEC(uint32_t) rules = { 0 };

	for (uint32_t i = 0; i < lists.n; i++)
		for (size_t k = 0; k < c->lists.at[lists.at[i] - 1].rules.n; k++)
			VEC_PUSH(l->arena, &rules, c->lists.at[lists.at[i] - 1].rules.at[k]);
	return sets_intern(c->sets, rules.at, (uint32_t)rules.n);
}

/* Sets of lists become classes; neighbours of one class become one. */
static bool classify(struct lowering *l, struct classes *c, struct intervals *list)
{
	uint32_t n = sets_count(c->list_sets), kept = 0;
	uint32_t *class_of = ARENA_ARRAY(l->arena, uint32_t, n); /* + 1 */

	for (uint32_t i = 0; i < list->n; i++) {
		uint32_t *class = &class_of[list->at[i].set];

		if (!*class)
			*class = rules_of(l, c, sets_get(c->list_sets, list->at[i].set)) + 1;
		if (sets_members(c->sets) > ADDRESS_MAX_MEMBERS)
			return refuse_overlap(l, c,
					      "too many rules overlap in their addresses");
		if (kept && list->at[kept - 1].set == *class - 1)
			continue;
		list->at[kept] = list->at[i];
		list->at[kept++].set = *class - 1;
	}
	list->n = kept;
	return true;
}

static uint32_t steps_for(const struct classes *c)
{
	uint32_t most = 1, steps = 0;

	for (size_t i = 0; i < c->spans.n; i++)
		if (c->spans.at[i].count > most)
			most = c->spans.at[i].count;
	while (1u << steps < most)
		steps++;
	return steps;
}

static void write_tables(struct lowering *l, const struct intervals *v4,
			 const struct intervals *v6)
{
	struct image *image = l->image;
	size_t most = lower_value_max(l->policy);

	image->maps[NB_IMAGE_NET4] = table_v4(l->arena, v4, most, &image->params);
	image->maps[NB_IMAGE_NET6] = table_v6(l->arena, v6, most, &image->params);
	shortcut_addresses(&image->params, v4, v6);
	image->prefixes[0] = v4->prefixes;
	image->prefixes[1] = v6->prefixes;
}

bool lower_addresses(struct lowering *l)
{
	struct nb_params *p = &l->image->params;
	struct classes c = { .sets = sets_new(l->arena), .list_sets = sets_new(l->arena) };
	struct intervals v4, v6;

	c.lists = addresses_lists(l->arena, l->policy);
	if (!addresses_sweep(l->arena, &c.lists, false, c.list_sets, &v4) ||
	    !addresses_sweep(l->arena, &c.lists, true, c.list_sets, &v6))
		return refuse_overlap(l, &c, "too many rules overlap in their addresses");
	if (!classify(l, &c, &v4) || !classify(l, &c, &v6))
		return false;
	p->any4_class = bind_set(l, &c, false);
	p->any6_class = bind_set(l, &c, true);
	if (sets_count(c.sets) > TABLE_MAX_CLASSES)
		return refuse_overlap(l, &c,
				      "the addresses of this policy fall into more than 262,143 classes");
	c.active = active_new(l->arena, l->policy->n_rules + 1);
	for (uint32_t set = 0; set < sets_count(c.sets); set++)
		if (!list_edges(l, &c, sets_get(c.sets, set)) || !add_cells(l, &c))
			return refuse_cells(l, &c);
	if (!add_sockets(l, &c))
		return refuse_cells(l, &c);
	p->classes = (uint32_t)c.spans.n;
	p->classes_off = bytes_section(&l->out, c.spans.at, c.spans.n, sizeof(*c.spans.at));
	p->cells = (uint32_t)c.cells.n;
	p->cells_off = bytes_section(&l->out, c.cells.at, c.cells.n, sizeof(*c.cells.at));
	p->cell_steps = steps_for(&c);
	shortcut_keys(l->arena, p, c.spans.at, c.cells.at);
	write_tables(l, &v4, &v6);
	return true;
}
