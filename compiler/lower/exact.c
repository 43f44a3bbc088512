/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include "compiler/lower/steps.h"

struct exact *exact_new(struct arena *arena)
{
	struct exact *exact = ARENA_NEW(arena, struct exact);

	exact->arena = arena;
	exact->globs = globs_new(arena);
	exact->edges = edges_new(arena);
	VEC_PUSH(arena, &exact->states, (struct nb_state){ 0 });
	VEC_PUSH(arena, &exact->contexts, (struct nb_span){ 0, 0 });
	return exact;
}

void exact_merge(struct exact_automaton *a, const uint32_t *kind_of)
{
	a->kind_of = kind_of;
}

void exact_bound(struct exact_automaton *a, uint32_t most)
{
	a->most_moving = most;
}

void exact_restart(struct exact *exact)
{
	exact->states.n = exact->contexts.n = 1;
	exact->edges->edges.n = exact->edges->hashes.n = 0;
	exact->base_suffixes = 0;
	exact->base_done = false;
	exact->excess = (struct exact_excess){ 0 };
}

struct globs *exact_globs(struct exact *exact)
{
	return exact->globs;
}

void exact_set_globs(struct exact *exact, const struct glob_automaton *automaton)
{
	exact->automaton = automaton;
}

struct edge_list *exact_edges(struct exact *exact)
{
	return exact->edges;
}

const struct nb_state *exact_states(const struct exact *exact, uint32_t *n)
{
	*n = (uint32_t)exact->states.n;
	return exact->states.at;
}

uint32_t exact_base_suffixes(const struct exact *exact)
{
	return exact->base_suffixes;
}

struct exact_excess exact_excess(const struct exact *exact)
{
	return exact->excess;
}

/* ---- states ---- */

static uint32_t new_state(struct build *b)
{
	VEC_PUSH(b->exact->arena, &b->exact->states, (struct nb_state){ 0 });
	return (uint32_t)b->exact->states.n - 1;
}

uint32_t state_of(struct build *b, const struct standing *p)
{
	uint32_t *known, state;
	bool fresh;

	if (!p->sticky && !p->here && !p->below && !p->ends_here && !p->ends_below && !p->moving &&
	    !b->bias && !b->base)
		return 0;
	if (b->last.state && !memcmp(&b->last.place, p, sizeof(*p)))
		return b->last.state;
	known = know(b, KNOWN_STATE, p, &fresh);
	state = fresh ? new_state(b) : *known;
	b->last = (struct pending){ state, *p };
	if (!fresh)
		return state;
	*known = state;
	b->moving_states += p->moving != 0;
	VEC_PUSH(b->exact->arena, &b->pending, (struct pending){ state, *p });
	return state;
}

/* Over that name, from a state that is filled: the place in *to, and all of the object's
 * rows in one, without bias. node: of the trie, if the name leads to one. */
static uint32_t over_name(struct build *b, const struct standing *from, uint32_t state,
			  uint32_t name, uint32_t node, struct standing *to)
{
	uint32_t context = b->exact->states.at[state].context;
	uint32_t suffixes = b->exact->states.at[state].suffixes;
	uint32_t class = 0, own;

	if (context || suffixes)
		class = globs_class(b->exact->automaton, edges_bytes(b->exact->edges, name));
	begin(b);
	meet_any(b, from->moving);
	meet_name(b, from->moving, name);
	if (class)
		meet_globs(b, from->moving, class);
	if (node != NONE) {
		meet_marks(b, b->a->nodes.at[node].marks);
		meet_position(b, b->a->nodes.at[node].root);
	}
	own = sets_union(b->rows, from->sticky, arrive(b, from, to));
	if (class && context)
		own = sets_union(b->rows, own, glob_row(b, context, class) - b->bias);
	if (class && suffixes)
		own = sets_union(b->rows, own, suffix_row(b, suffixes, class));
	return first_of_kinds(b, own);
}

/* Nothing that a name without an edge would not find, nor one of its class. */
static bool is_background(const struct build *b, uint32_t state, uint32_t to, uint32_t row)
{
	const struct nb_state *s = &b->exact->states.at[state];

	return s->background == to && s->row == row + b->bias && !s->context && !s->suffixes;
}

static void add_edge(struct build *b, uint32_t from, uint32_t name, uint32_t to, uint32_t row)
{
	uint64_t hash = edges_add(b->exact->edges, from, name, to, row + b->bias);

	b->exact->states.at[from].filter |= NB_FILTER_BIT(hash);
	b->exact->states.at[from].below |= b->exact->edges->names.at[name].odd;
}

/* Edges for the names that general patterns wait for; those that lead to a node of the
 * trie are made when that is settled. */
static void add_names(struct build *b, uint32_t state, const struct standing *from, uint32_t node)
{
	struct set moving = sets_get(b->movings, from->moving);

	b->names.n = 0;
	for (uint32_t i = 0; i < moving.n; i++) {
		uint32_t c = b->a->positions.at[moving.at[i]].name_child;

		for (; c; c = b->a->positions.at[c].name_next)
			VEC_PUSH(b->exact->arena, &b->names, b->a->positions.at[c].what);
	}
	b->work += b->names.n;
	if (b->names.n)
		qsort(b->names.at, b->names.n, sizeof(*b->names.at), by_number);
	for (size_t i = 0; i < b->names.n && b->work <= EXACT_MAX_WORK; i++) {
		uint32_t name = (uint32_t)b->names.at[i], row, to;
		struct standing behind;

		if ((i && b->names.at[i - 1] == name) ||
		    (node != NONE && trie_child(b->a, node, name) != NONE))
			continue;
		row = over_name(b, from, state, name, NONE, &behind);
		to = state_of(b, &behind);
		if (!b->a->kind_of || !is_background(b, state, to, row))
			add_edge(b, state, name, to, row);
	}
}

/* Everything of a state; node: of the trie, or NONE. */
static void fill(struct build *b, uint32_t state, const struct standing *place, uint32_t node)
{
	uint32_t to, row, context, suffixes;
	struct nb_state *s;
	struct standing behind;

	begin(b);
	meet_any(b, place->moving);
	row = sets_union(b->rows, place->sticky, arrive(b, place, &behind));
	to = state_of(b, &behind);
	context = context_id(b, place, to, row);
	suffixes = suffixes_id(b, place);
	s = &b->exact->states.at[state];
	s->background = to;
	s->row = row + b->bias;
	s->context = context;
	s->suffixes = suffixes;
	if (place->moving)
		add_names(b, state, place, node);
}

/* ---- all of it ---- */

/* The edge into a node, and its state; parents come first. */
static void settle(struct build *b, uint32_t n, uint32_t *root_row)
{
	static const struct standing nothing;
	const struct node *parent = &b->a->nodes.at[b->a->nodes.at[n].parent];
	struct node *node = &b->a->nodes.at[n];
	uint32_t row;

	if (n) {
		row = over_name(b, &parent->place, parent->state, node->name, n, &node->place);
	} else {
		begin(b);
		meet_marks(b, node->marks);
		meet_position(b, node->root);
		*root_row = arrive(b, &nothing, &node->place) + b->bias;
	}
	if (!n)
		make_base(b);
	node->state = node->children ? new_state(b) : state_of(b, &node->place);
	if (n)
		add_edge(b, parent->state, node->name, node->state, row);
	if (node->children)
		fill(b, node->state, &node->place, n);
}

/* The tags of all marks at or behind a position, into b->own. */
static void meet_all(struct build *b, uint32_t position)
{
	VEC(uint32_t) todo = { 0 };

	VEC_PUSH(b->exact->arena, &todo, position);
	while (todo.n) {
		const struct position *p = &b->a->positions.at[todo.at[--todo.n]];
		const uint32_t next[] = { p->name_child, p->name_next, p->glob_child, p->glob_next,
					  p->any_child, p->depth_child };

		for (uint32_t m = p->marks; m; m = b->a->marks.at[m - 1].next)
			VEC_PUSH(b->exact->arena, &b->own, b->a->marks.at[m - 1].tag);
		for (size_t i = 0; i < sizeof(next) / sizeof(*next); i++)
			if (next[i])
				VEC_PUSH(b->exact->arena, &todo, next[i]);
	}
}

/* Tags of the widest place of those that were too many. */
static void note_excess(struct build *b)
{
	const struct standing *widest = NULL;
	uint32_t most = 0;
	struct set set;

	for (size_t i = 0; i < b->pending.n; i++) {
		const struct standing *p = &b->pending.at[i].place;
		uint32_t n = sets_get(b->rows, p->sticky).n + sets_get(b->pairs, p->below).n +
			     sets_get(b->pairs, p->ends_below).n +
			     sets_get(b->movings, p->moving).n;

		if (!p->moving || n <= most)
			continue;
		most = n;
		widest = p;
	}
	b->list.n = 0;
	set = sets_get(b->rows, widest->sticky);
	for (uint32_t i = 0; i < set.n; i++)
		VEC_PUSH(b->exact->arena, &b->list, set.at[i]);
	set = sets_get(b->pairs, sets_union(b->pairs, widest->below, widest->ends_below));
	for (uint32_t i = 0; i < set.n; i++)
		VEC_PUSH(b->exact->arena, &b->list, b->pair_list.at[set.at[i]].tag);
	set = sets_get(b->movings, widest->moving);
	for (uint32_t i = 0; i < set.n; i++) {
		begin(b);
		meet_all(b, set.at[i]);
		for (size_t k = 0; k < b->own.n; k++)
			VEC_PUSH(b->exact->arena, &b->list, b->own.at[k]);
	}
	set = sets_get(b->rows, sets_intern(b->rows, b->list.at, (uint32_t)b->list.n));
	b->exact->excess = (struct exact_excess){ set.at, set.n };
}

static bool fits(struct build *b)
{
	/* what trie nodes lead to grows with them; what is more comes of patterns alone */
	if (b->moving_states > b->a->most_moving + 4 * b->a->nodes.n) {
		note_excess(b);
		return false;
	}
	return b->work <= EXACT_MAX_WORK && b->exact->edges->edges.n <= EXACT_MAX_EDGES &&
	       sets_members(b->rows) + sets_members(b->pairs) + sets_members(b->movings) <=
		       EXACT_MAX_MEMBERS;
}

bool exact_build(struct exact *exact, struct exact_automaton *a, struct sets *rows,
		 uint32_t bias, uint32_t *start, uint32_t *root_row)
{
	struct build b = { .exact = exact, .a = a, .rows = rows, .bias = bias };

	b.pairs = sets_new(exact->arena);
	b.movings = sets_new(exact->arena);
	b.n_slots = edges_slots(a->nodes.n / 2);
	b.slots = ARENA_ARRAY(exact->arena, uint32_t, b.n_slots);
	for (uint32_t n = 0; n < a->nodes.n; n++) {
		settle(&b, n, root_row);
		if (!fits(&b))
			return false;
	}
	for (size_t i = 0; i < b.pending.n; i++) {
		struct pending p = b.pending.at[i];

		fill(&b, p.state, &p.place, NONE);
		if (!fits(&b))
			return false;
	}
	exact->base_done = true;
	*start = a->nodes.at[0].state;
	return true;
}
