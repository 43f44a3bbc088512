/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/below.h"
#include <stdlib.h>
#include "compiler/lower/trie.h"

/* One build. Kinds: rules whose entries differ in nothing but the rule. */
struct below {
	struct lowering *l;
	const struct edge_list *edges;
	uint32_t *kind_of;       /* by rule number: its kind; 0 = nobody's */
	struct sets *names;      /* sets of accept classes */
	struct sets *lists;      /* sets of item numbers */
	uint32_t *of_row;        /* by set of tags: the kinds that its rules are, in kinds */
	struct sets *kinds;
	uint32_t *of_context;    /* by context: items of its globs, in lists; of second rows
				  * those that the base does not have */
	uint32_t *slots;         /* (kind, names) → item */
	uint32_t n_slots;
	VEC(struct nb_item) items;
	VEC(uint32_t) kind;      /* by item: the kind that it is one of */
	VEC(uint32_t) list;      /* in the making */
	VEC(uint64_t) pairs;     /* kind << 32 | class */
};

#define UNMADE UINT32_MAX

static bool is_excepted(uint32_t tag)
{
	return tag & EXACT_EXCEPT;
}

/* ---- kinds ---- */

static bool same_kind(const struct nb_entry *a, const struct nb_entry *b)
{
	return a->ops == b->ops && a->subject == b->subject && a->verdict == b->verdict &&
	       a->scope == b->scope;
}

static uint32_t entry_hash(const struct nb_entry *e)
{
	return key_hash(e->ops, e->subject, (uint32_t)e->verdict << 8 | e->scope);
}

static void add_item(struct below *b, const struct nb_entry *entry, uint32_t kind, uint32_t names)
{
	VEC_PUSH(b->l->arena, &b->items, ((struct nb_item){ *entry, names }));
	VEC_PUSH(b->l->arena, &b->kind, kind);
}

/* Numbers kinds from 2, each as an item without names, which comes first. */
static void number_kinds(struct below *b)
{
	const struct policy *policy = b->l->policy;
	uint32_t n_slots = 64, i, *slots;

	while (n_slots < policy->n_rules * 2)
		n_slots *= 2;
	slots = ARENA_ARRAY(b->l->arena, uint32_t, n_slots);
	b->kind_of = ARENA_ARRAY(b->l->arena, uint32_t, policy->n_rules + 1);
	for (uint32_t r = 0; r < policy->n_rules; r++) {
		const struct rule *rule = &policy->rules[r];
		const struct nb_entry *entry = &b->l->entry_of[rule->number];

		if (rule->kind != OBJECT_FILES || !entry->rule)
			continue;
		for (i = entry_hash(entry); slots[i & (n_slots - 1)]; i++)
			if (same_kind(&b->items.at[slots[i & (n_slots - 1)]].entry, entry))
				break;
		if (!slots[i & (n_slots - 1)]) {
			slots[i & (n_slots - 1)] = (uint32_t)b->items.n;
			add_item(b, entry, (uint32_t)b->items.n, 0);
		}
		b->kind_of[rule->number] = slots[i & (n_slots - 1)];
	}
}

/* The kinds of the rules of a row. A row of a set of tags that was met before costs
 * nothing. */
static struct set kinds_of(struct below *b, uint32_t row)
{
	struct set rules;

	if (b->of_row[row] == UNMADE) {
		rules = row_rules(b->l, sets_get(b->l->rows, row));
		b->list.n = 0;
		for (uint32_t i = 0; i < rules.n; i++)
			if (b->kind_of[rules.at[i]])
				VEC_PUSH(b->l->arena, &b->list, b->kind_of[rules.at[i]]);
		b->of_row[row] = sets_intern(b->kinds, b->list.at, (uint32_t)b->list.n);
	}
	return sets_get(b->kinds, b->of_row[row]);
}

/* ---- wildcards ---- */

static uint32_t item_of(struct below *b, uint32_t kind, uint32_t names)
{
	uint32_t i, item;
	struct nb_entry entry = b->items.at[kind].entry;

	for (i = key_hash(kind, names, 1); (item = b->slots[i & (b->n_slots - 1)]); i++)
		if (b->kind.at[item] == kind && b->items.at[item].names == names)
			return item;
	item = b->slots[i & (b->n_slots - 1)] = (uint32_t)b->items.n;
	add_item(b, &entry, kind, names);
	if (b->items.n * 2 <= b->n_slots)
		return item;
	b->n_slots *= 2;
	b->slots = ARENA_ARRAY(b->l->arena, uint32_t, b->n_slots);
	for (uint32_t n = 0; n < b->items.n; n++) {
		if (!b->items.at[n].names)
			continue;
		i = key_hash(b->kind.at[n], b->items.at[n].names, 1);
		while (b->slots[i & (b->n_slots - 1)])
			i++;
		b->slots[i & (b->n_slots - 1)] = n;
	}
	return item;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Does an exception take some of the names out that have no edge elsewhere? */
static bool is_shaky(struct below *b, struct set background, struct nb_span edges)
{
	for (uint32_t i = 0; i < edges.count; i++) {
		struct set tags = sets_get(b->l->rows,
					   b->edges->edges.at[edges.first + i].row);

		for (uint32_t k = tags.n; k && is_excepted(tags.at[k - 1]); k--)
			if (!set_has(background, tags.at[k - 1]))
				return true;
	}
	return false;
}

/* Each kind that a class has by these edges, and not by those of the base. Both have their
 * classes in order. */
static void find_pairs(struct below *b, struct nb_span edges, struct nb_span base)
{
	const struct nb_edge *all = b->edges->edges.at;
	uint32_t at = 0;

	b->pairs.n = 0;
	for (uint32_t i = 0; i < edges.count; i++) {
		const struct nb_edge *e = &all[edges.first + i];
		struct set kinds = kinds_of(b, e->row), known = { 0 };

		while (at < base.count && all[base.first + at].name < e->name)
			at++;
		if (at < base.count && all[base.first + at].name == e->name)
			known = kinds_of(b, all[base.first + at].row);
		for (uint32_t k = 0; k < kinds.n; k++)
			if (!set_has(known, kinds.at[k]))
				VEC_PUSH(b->l->arena, &b->pairs,
					 (uint64_t)kinds.at[k] << 32 | e->name);
	}
}

/* Items of a context's edges: to each kind exactly the classes that give it. All states
 * with that context have the same background. */
static uint32_t context_list(struct below *b, struct nb_span edges, struct nb_span base,
			     struct set background)
{
	VEC(uint32_t) list = { 0 }, classes = { 0 };

	find_pairs(b, edges, base);
	if (b->pairs.n)
		qsort(b->pairs.at, b->pairs.n, sizeof(*b->pairs.at), by_number);
	for (size_t i = 0; i < b->pairs.n && list.n <= NB_ITEMS_MAX;) {
		uint32_t kind = (uint32_t)(b->pairs.at[i] >> 32);

		classes.n = 0;
		for (; i < b->pairs.n && b->pairs.at[i] >> 32 == kind; i++)
			VEC_PUSH(b->l->arena, &classes, (uint32_t)b->pairs.at[i]);
		VEC_PUSH(b->l->arena, &list,
			 item_of(b, kind, sets_intern(b->names, classes.at, (uint32_t)classes.n)));
	}
	if (list.n > NB_ITEMS_MAX)
		VEC_PUSH(b->l->arena, &list, NB_ITEM_MANY);
	if (is_shaky(b, background, edges))
		VEC_PUSH(b->l->arena, &list, NB_ITEM_SHAKY);
	return sets_intern(b->lists, list.at, (uint32_t)list.n);
}

/* ---- lists ---- */

/* What an edge with a name of its own adds to the list of its state. */
static void add_literal(struct below *b, struct set background, const struct nb_edge *e)
{
	struct set tags = sets_get(b->l->rows, e->row), kinds = kinds_of(b, e->row);

	b->list.n = 0;
	for (uint32_t i = 0; i < kinds.n && b->list.n <= NB_ITEMS_MAX; i++)
		VEC_PUSH(b->l->arena, &b->list, kinds.at[i]);
	for (uint32_t i = tags.n; i && is_excepted(tags.at[i - 1]); i--)
		if (!set_has(background, tags.at[i - 1])) {
			VEC_PUSH(b->l->arena, &b->list, NB_ITEM_SHAKY);
			break;
		}
}

/* The list of a context, 0 being none, which is without what the base has. */
static uint32_t glob_list(struct below *b, uint32_t context, uint32_t base, struct set background)
{
	const struct nb_span *spans = b->l->exact->contexts.at;

	if (context && b->of_context[context] == UNMADE)
		b->of_context[context] =
			context_list(b, spans[context], spans[base], background);
	return context ? b->of_context[context] : 0;
}

static void add_list(struct below *b, struct set list)
{
	for (uint32_t i = 0; i < list.n; i++)
		VEC_PUSH(b->l->arena, &b->list, list.at[i]);
}

/* What every name has, and what wildcards give, in first rows and in second ones. */
static uint32_t state_list(struct below *b, const struct nb_state *s)
{
	static const struct set nothing;
	uint32_t suffixes = s->suffixes & ~NB_WHOLE, base = b->l->image->params.base_suffixes;
	uint32_t lists[3] = { glob_list(b, s->context, 0, sets_get(b->l->rows, s->row)) };

	if (!suffixes || s->suffixes & NB_WHOLE)
		base = 0;
	lists[1] = glob_list(b, suffixes, base, nothing);
	lists[2] = glob_list(b, base, 0, nothing);
	b->list.n = 0;
	add_list(b, kinds_of(b, s->row));
	for (size_t i = 0; i < 3; i++)
		add_list(b, sets_get(b->lists, lists[i]));
	return sets_intern(b->lists, b->list.at, (uint32_t)b->list.n);
}

static void clip(struct below *b, struct nb_state *s)
{
	struct set all = sets_get(b->lists, s->below);

	if (all.n <= NB_ITEMS_MAX)
		return;
	b->list.n = 0;
	VEC_PUSH(b->l->arena, &b->list, NB_ITEM_MANY);
	VEC_PUSH(b->l->arena, &b->list, NB_ITEM_SHAKY);
	s->below = sets_intern(b->lists, b->list.at, (uint32_t)b->list.n);
}

/* What a name of its own has by wildcards is listed as if it had it by itself: less may
 * be moved then, never more. */
static void add_literals(struct below *b, struct nb_state *states)
{
	uint32_t list;

	for (size_t i = 0; i < b->edges->edges.n; i++) {
		const struct nb_edge *e = &b->edges->edges.at[i];
		struct nb_state *s;

		if (e->from >= b->l->file_states) /* of globs, or not of files */
			continue;
		s = &states[e->from];
		if (e->row == s->row)
			continue;
		add_literal(b, sets_get(b->l->rows, s->row), e);
		list = sets_intern(b->lists, b->list.at, (uint32_t)b->list.n);
		s->below = sets_union(b->lists, s->below, list);
		clip(b, s);
	}
}

static void fill(uint32_t *at, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		at[i] = UNMADE;
}

/* States that differ in nothing but an odd name have lists of two numbers. */
static void number_odd(struct lowering *l, struct nb_state *states)
{
	const struct nb_state *marked = l->exact->states.at;
	uint32_t lists = sets_count(l->below), *twin = ARENA_ARRAY(l->arena, uint32_t, lists);
	VEC(uint32_t) odd = { 0 };

	for (uint32_t i = 1; i < l->image->params.states; i++) {
		uint32_t list = i < l->file_states ? states[i].below : 0;

		if (marked[i].below && !twin[list]) {
			twin[list] = lists + (uint32_t)odd.n;
			VEC_PUSH(l->arena, &odd, list);
		}
		states[i].below = marked[i].below ? twin[list] : list;
	}
	l->odd_lists = odd.at;
	l->n_odd_lists = (uint32_t)odd.n;
}

void below_build(struct lowering *l)
{
	struct below b = { .l = l, .edges = exact_edges(l->exact), .n_slots = 64 };
	uint32_t n = l->file_states, rows = sets_count(l->rows),
		 contexts = (uint32_t)l->exact->contexts.n;
	struct nb_state *states;
	static const struct nb_entry none;

	if (n <= 1) /* the dead one */
		return;
	/* they are the same as in `exact`, which has them without this */
	states = (struct nb_state *)((uintptr_t)l->image->maps[NB_IMAGE_PATHS].at +
				     l->image->params.states_off);
	b.names = sets_new(l->arena);
	b.kinds = sets_new(l->arena);
	b.lists = l->below = sets_new(l->arena);
	b.slots = ARENA_ARRAY(l->arena, uint32_t, b.n_slots);
	b.of_row = ARENA_ARRAY(l->arena, uint32_t, rows);
	b.of_context = ARENA_ARRAY(l->arena, uint32_t, contexts);
	fill(b.of_row, rows);
	fill(b.of_context, contexts);
	add_item(&b, &none, 0, 0); /* NB_ITEM_MANY */
	add_item(&b, &none, 0, 0); /* NB_ITEM_SHAKY */
	number_kinds(&b);
	for (uint32_t i = 1; i < n; i++) {
		struct nb_state *s = &states[i];

		s->below = state_list(&b, s);
		clip(&b, s);
	}
	add_literals(&b, states);
	number_odd(l, states);
	l->items = b.items.at;
	l->n_items = (uint32_t)b.items.n;
}

void below_write(struct lowering *l)
{
	struct nb_params *p = &l->image->params;
	VEC(struct nb_span) spans = { 0 };
	VEC(uint32_t) numbers = { 0 };

	p->odd_lists = 1; /* without lists all states have 0 or 1 */
	if (!l->below)
		return;
	for (uint32_t id = 0; id < sets_count(l->below); id++) {
		struct set list = sets_get(l->below, id);

		VEC_PUSH(l->arena, &spans, ((struct nb_span){ (uint32_t)numbers.n, list.n }));
		for (uint32_t i = 0; i < list.n; i++)
			VEC_PUSH(l->arena, &numbers, list.at[i]);
		if (list.n > p->list_max && list.n <= NB_ITEMS_MAX)
			p->list_max = list.n;
	}
	p->odd_lists = (uint32_t)spans.n;
	for (uint32_t i = 0; i < l->n_odd_lists; i++) {
		struct nb_span list = spans.at[l->odd_lists[i]];

		VEC_PUSH(l->arena, &spans, list);
	}
	p->belows = (uint32_t)spans.n;
	p->below_off = bytes_section(&l->out, spans.at, spans.n, sizeof(*spans.at));
	p->lists = (uint32_t)numbers.n;
	p->lists_off = bytes_section(&l->out, numbers.at, numbers.n, sizeof(*numbers.at));
	p->items = l->n_items;
	p->items_off = bytes_section(&l->out, l->items, l->n_items, sizeof(*l->items));
}
