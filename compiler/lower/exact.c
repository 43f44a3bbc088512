/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
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

static uint32_t state_of(struct build *b, const struct standing *p)
{
	uint32_t *known, state;
	bool fresh;

	if (!p->sticky && !p->here && !p->below && !p->moving && !b->bias)
		return 0;
	known = know(b, KNOWN_STATE, p, &fresh);
	if (!fresh)
		return *known;
	state = *known = new_state(b);
	b->moving_states += p->moving != 0;
	VEC_PUSH(b->exact->arena, &b->pending, (struct pending){ state, *p });
	return state;
}

/* Row of a name that nothing but the globs of a context speaks of, with bias; 0 if its
 * class has no edge. Looked up among the context's edges, however many globs it has. */
static uint32_t glob_row(const struct build *b, uint32_t context, uint32_t class)
{
	struct nb_span span = b->exact->contexts.at[context];
	const struct nb_edge *edges = b->exact->edges->edges.at + span.first;
	uint32_t low = 0, high = span.count;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (edges[mid].name < class)
			low = mid + 1;
		else
			high = mid;
	}
	return low < span.count && edges[low].name == class ? edges[low].row : b->bias;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void add_hits(struct build *b, uint32_t glob, uint32_t what)
{
	struct set classes = globs_classes(b->exact->automaton, glob);

	b->work += classes.n;
	for (uint32_t k = 0; k < classes.n; k++)
		VEC_PUSH(b->exact->arena, &b->hits, (uint64_t)classes.at[k] << 32 | what);
}

static void find_hits(struct build *b, const struct standing *place)
{
	struct set pairs = sets_get(b->pairs, sets_union(b->pairs, place->here, place->below));
	struct set moving = sets_get(b->movings, place->moving);

	b->hits.n = 0;
	for (uint32_t i = 0; i < pairs.n && b->work <= EXACT_MAX_WORK; i++)
		add_hits(b, b->pair_list.at[pairs.at[i]].glob, b->pair_list.at[pairs.at[i]].tag);
	for (uint32_t i = 0; i < moving.n && b->work <= EXACT_MAX_WORK; i++) {
		uint32_t c = b->a->positions.at[moving.at[i]].glob_child;

		for (; c; c = b->a->positions.at[c].glob_next)
			add_hits(b, b->a->positions.at[c].what, HIT_MOVE | c);
	}
	if (b->hits.n)
		qsort(b->hits.at, b->hits.n, sizeof(*b->hits.at), by_number);
}

/* Edges of a new context: for each accept class the tags of the pairs that it matches,
 * and where the positions that it moves lead. to, row: of a name without a class. */
static void add_glob_edges(struct build *b, uint32_t id, const struct standing *place, uint32_t to,
			   uint32_t row)
{
	struct edge_list *edges = b->exact->edges;
	uint32_t first = (uint32_t)edges->edges.n;

	find_hits(b, place);
	for (size_t i = 0; i < b->hits.n;) {
		uint32_t class = (uint32_t)(b->hits.at[i] >> 32), class_to = to, class_row = row;
		struct standing behind;
		bool moves = false;

		b->tags.n = 0;
		begin(b);
		for (; i < b->hits.n && b->hits.at[i] >> 32 == class; i++) {
			uint32_t what = (uint32_t)b->hits.at[i];

			moves |= what & HIT_MOVE;
			if (what & HIT_MOVE)
				meet_position(b, what & ~HIT_MOVE);
			else
				VEC_PUSH(b->exact->arena, &b->tags, what);
		}
		if (moves) {
			meet_any(b, place->moving);
			class_row = sets_union(b->rows, row, arrive(b, place, &behind));
			class_to = state_of(b, &behind);
		}
		class_row = sets_union(b->rows, class_row,
				       sets_intern(b->rows, b->tags.at, (uint32_t)b->tags.n));
		if (class_to != to || class_row != row)
			edges_add_glob(edges, id, class, class_to, class_row + b->bias);
	}
	b->exact->contexts.at[id] = (struct nb_span){ first, (uint32_t)edges->edges.n - first };
}

static bool has_globs(const struct build *b, const struct standing *place)
{
	struct set moving = sets_get(b->movings, place->moving);

	for (uint32_t i = 0; i < moving.n; i++)
		if (b->a->positions.at[moving.at[i]].glob_child)
			return true;
	return place->here || place->below;
}

static uint32_t context_id(struct build *b, const struct standing *place, uint32_t to, uint32_t row)
{
	uint32_t *known, id;
	bool fresh;

	if (!has_globs(b, place))
		return 0;
	known = know(b, KNOWN_CONTEXT, place, &fresh);
	if (!fresh)
		return *known;
	id = *known = (uint32_t)b->exact->contexts.n;
	VEC_PUSH(b->exact->arena, &b->exact->contexts, (struct nb_span){ 0, 0 });
	add_glob_edges(b, id, place, to, row);
	return id;
}

/* Over that name, from a state of that context, which exists: the place in *to, and the
 * object's row without bias. node: of the trie, if the name leads to one. */
static uint32_t over_name(struct build *b, const struct standing *from, uint32_t context,
			  uint32_t name, uint32_t node, struct standing *to)
{
	uint32_t class = 0, own;

	if (context)
		class = globs_class(b->exact->automaton, b->exact->edges->names.at[name]);
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
	return class ? sets_union(b->rows, own, glob_row(b, context, class) - b->bias) : own;
}

static void add_edge(struct build *b, uint32_t from, uint32_t name, uint32_t to, uint32_t row)
{
	uint64_t hash = edges_add(b->exact->edges, from, name, to, row + b->bias);

	b->exact->states.at[from].filter |= NB_FILTER_BIT(hash);
	b->exact->states.at[from].odd |= edges_is_odd(b->exact->edges->names.at[name]);
}

/* Edges for the names that general patterns wait for; those that lead to a node of the
 * trie are made when that is settled. */
static void add_names(struct build *b, uint32_t state, const struct standing *from, uint32_t node)
{
	uint32_t context = b->exact->states.at[state].context;
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
		uint32_t name = (uint32_t)b->names.at[i], row;
		struct standing to;

		if ((i && b->names.at[i - 1] == name) ||
		    (node != NONE && trie_child(b->a, node, name) != NONE))
			continue;
		row = over_name(b, from, context, name, NONE, &to);
		add_edge(b, state, name, state_of(b, &to), row);
	}
}

/* Everything of a state; node: of the trie, or NONE. */
static void fill(struct build *b, uint32_t state, const struct standing *place, uint32_t node)
{
	uint32_t to, row, context;
	struct nb_state *s;
	struct standing behind;

	begin(b);
	meet_any(b, place->moving);
	row = sets_union(b->rows, place->sticky, arrive(b, place, &behind));
	to = state_of(b, &behind);
	context = context_id(b, place, to, row);
	s = &b->exact->states.at[state];
	s->background = to;
	s->row = row + b->bias;
	s->context = context;
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
		row = over_name(b, &parent->place, b->exact->states.at[parent->state].context,
				node->name, n, &node->place);
	} else {
		begin(b);
		meet_marks(b, node->marks);
		meet_position(b, node->root);
		*root_row = arrive(b, &nothing, &node->place) + b->bias;
	}
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
	set = sets_get(b->pairs, widest->below);
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
	if (b->moving_states > EXACT_MAX_MOVING + 4 * b->a->nodes.n) {
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
	b.n_slots = 64;
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
	*start = a->nodes.at[0].state;
	return true;
}
