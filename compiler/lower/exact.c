/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/exact.h"
#include <stdlib.h>
#include <string.h>

/* A tag at a node: of a literal, a tree, or a glob that starts here. */
enum mark_kind { MARK_LITERAL, MARK_TREE, MARK_HERE, MARK_BELOW };
struct mark {
	enum mark_kind kind;
	uint32_t tag;
	uint32_t glob;
	uint32_t next; /* + 1; 0 ends the node's list */
};

struct node {
	uint32_t parent;
	uint32_t name;
	uint32_t marks;    /* + 1 */
	uint32_t children; /* how many */
	/* set by exact_build */
	uint32_t sticky, here, below; /* sets: of tags, of pairs, of pairs */
	uint32_t state;               /* for what lies below */
	uint32_t row;                 /* of the object itself, without bias */
};

struct pair { /* a glob and the tag it gives */
	uint32_t glob, tag;
};

struct context {
	uint32_t sticky, here, below;
	uint32_t id; /* context number, or state of a background */
};

struct exact_automaton {
	VEC(struct node) nodes; /* parents before children; 0 is "/" */
	VEC(struct mark) marks;
	uint32_t *slots; /* (parent, name) → node + 1 */
	uint32_t n_slots;
};

struct exact {
	struct arena *arena;
	struct globs *globs;
	const struct glob_automaton *automaton;
	struct edge_list *edges;
	VEC(struct nb_state) states;
	VEC(struct nb_span) contexts; /* by number: its glob edges, by class */
};

/* One exact_build: what is interned for one automaton. */
struct build {
	struct exact *exact;
	struct exact_automaton *a;
	struct sets *rows, *pairs;
	VEC(struct pair) pair_list;
	VEC(struct context) found; /* contexts and backgrounds, by key */
	VEC(uint64_t) hits;        /* of one context: class << 32 | tag */
	VEC(uint32_t) tags;
	uint64_t work; /* hits of all contexts */
	uint32_t *slots;
	uint32_t n_slots;
	uint32_t bias;
};

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

struct exact_automaton *exact_automaton(struct exact *exact)
{
	struct exact_automaton *a = ARENA_NEW(exact->arena, struct exact_automaton);

	a->n_slots = 64;
	a->slots = ARENA_ARRAY(exact->arena, uint32_t, a->n_slots);
	VEC_PUSH(exact->arena, &a->nodes, (struct node){ 0 });
	return a;
}

static uint32_t key_hash(uint32_t x, uint32_t y, uint32_t z)
{
	uint64_t h = ((uint64_t)x << 32 | y) * 0x9e3779b97f4a7c15ull;

	h = (h ^ h >> 32 ^ z) * 0xff51afd7ed558ccdull;
	return (uint32_t)(h >> 32);
}

/* Node of that name below a node, 0 if there is none. */
static uint32_t child_named(const struct exact_automaton *a, uint32_t parent, uint32_t id)
{
	uint32_t i = key_hash(parent, id, 0), n;

	for (; (n = a->slots[i & (a->n_slots - 1)]); i++)
		if (a->nodes.at[n - 1].parent == parent && a->nodes.at[n - 1].name == id)
			return n - 1;
	return 0;
}

static void grow_nodes(struct exact *exact, struct exact_automaton *a)
{
	a->n_slots *= 2;
	a->slots = ARENA_ARRAY(exact->arena, uint32_t, a->n_slots);
	for (uint32_t n = 1; n < a->nodes.n; n++) {
		uint32_t i = key_hash(a->nodes.at[n].parent, a->nodes.at[n].name, 0);

		while (a->slots[i & (a->n_slots - 1)])
			i++;
		a->slots[i & (a->n_slots - 1)] = n + 1;
	}
}

static uint32_t child(struct exact *exact, struct exact_automaton *a, uint32_t parent,
		      struct bytes name)
{
	uint32_t id = edges_name(exact->edges, name), i = key_hash(parent, id, 0);
	uint32_t n = child_named(a, parent, id);

	if (n)
		return n;
	while (a->slots[i & (a->n_slots - 1)])
		i++;
	n = (uint32_t)a->nodes.n;
	a->slots[i & (a->n_slots - 1)] = n + 1;
	VEC_PUSH(exact->arena, &a->nodes, (struct node){ .parent = parent, .name = id });
	a->nodes.at[parent].children++;
	if (a->nodes.n * 2 > a->n_slots)
		grow_nodes(exact, a);
	return n;
}

void exact_add(struct exact *exact, struct exact_automaton *a, const struct path_pattern *p,
	       uint32_t tag)
{
	static const enum mark_kind kind[] = {
		[PATH_LITERAL] = MARK_LITERAL,
		[PATH_TREE] = MARK_TREE,
		[PATH_GLOB] = MARK_HERE,
		[PATH_GLOB_BELOW] = MARK_BELOW,
	};
	struct mark mark = { .kind = kind[p->shape], .tag = tag };
	uint32_t node = 0;

	for (uint32_t i = 0; i < p->dirs; i++)
		node = child(exact, a, node, p->dir[i]);
	if (mark.kind >= MARK_HERE)
		mark.glob = globs_add(exact->globs, p);
	mark.next = a->nodes.at[node].marks;
	VEC_PUSH(exact->arena, &a->marks, mark);
	a->nodes.at[node].marks = (uint32_t)a->marks.n;
}

/* The marks of one kind at a node, as a set of tags or of pairs. */
static uint32_t marked(struct build *b, const struct node *node, enum mark_kind kind)
{
	VEC(uint32_t) list = { 0 };

	for (uint32_t m = node->marks; m; m = b->a->marks.at[m - 1].next) {
		const struct mark *mark = &b->a->marks.at[m - 1];

		if (mark->kind != kind)
			continue;
		if (kind >= MARK_HERE) {
			VEC_PUSH(b->exact->arena, &b->pair_list,
				 (struct pair){ mark->glob, mark->tag });
			VEC_PUSH(b->exact->arena, &list, (uint32_t)b->pair_list.n - 1);
		} else {
			VEC_PUSH(b->exact->arena, &list, mark->tag);
		}
	}
	if (!list.n)
		return 0;
	return sets_intern(kind >= MARK_HERE ? b->pairs : b->rows, list.at, (uint32_t)list.n);
}

/* Row, without bias, of a name that nothing but the globs of a context speaks of:
 * looked up among the context's edges, however many globs it has. */
static uint32_t glob_row(const struct exact *exact, uint32_t bias, uint32_t context,
			 struct bytes name)
{
	struct nb_span span = exact->contexts.at[context];
	uint32_t class = context ? globs_class(exact->automaton, name) : 0;
	const struct nb_edge *edges;
	uint32_t low = 0, high = span.count;

	if (!class)
		return 0;
	edges = exact->edges->edges.at + span.first;
	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (edges[mid].name < class)
			low = mid + 1;
		else
			high = mid;
	}
	return low < span.count && edges[low].name == class ? edges[low].row - bias : 0;
}

/* Interns (sticky, here, below); *fresh when it was not known. background: the
 * entry stands for a state, in a key space of its own. */
static struct context *context(struct build *b, uint32_t sticky, uint32_t here,
			       uint32_t below, bool background, bool *fresh)
{
	uint32_t mark = background ? UINT32_MAX : here, i = key_hash(sticky, mark, below), n;

	for (; (n = b->slots[i & (b->n_slots - 1)]); i++) {
		struct context *c = &b->found.at[n - 1];

		if (c->sticky == sticky && c->here == mark && c->below == below) {
			*fresh = false;
			return c;
		}
	}
	*fresh = true;
	VEC_PUSH(b->exact->arena, &b->found, (struct context){ sticky, mark, below, 0 });
	b->slots[i & (b->n_slots - 1)] = (uint32_t)b->found.n;
	if (b->found.n * 2 > b->n_slots) {
		b->n_slots *= 2;
		b->slots = ARENA_ARRAY(b->exact->arena, uint32_t, b->n_slots);
		for (n = 0; n < b->found.n; n++) {
			const struct context *c = &b->found.at[n];

			i = key_hash(c->sticky, c->here, c->below);
			while (b->slots[i & (b->n_slots - 1)])
				i++;
			b->slots[i & (b->n_slots - 1)] = n + 1;
		}
	}
	return &b->found.at[b->found.n - 1];
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Rows of a new context: for each accept class, sticky and the tags it matches. */
static void add_glob_edges(struct build *b, uint32_t id, uint32_t sticky, uint32_t pairs)
{
	struct set set = sets_get(b->pairs, pairs);
	struct edge_list *edges = b->exact->edges;
	uint32_t first = (uint32_t)edges->edges.n;

	b->hits.n = 0;
	for (uint32_t i = 0; i < set.n && b->work <= EXACT_MAX_WORK; i++) {
		struct pair pair = b->pair_list.at[set.at[i]];
		struct set classes = globs_classes(b->exact->automaton, pair.glob);

		b->work += classes.n;
		for (uint32_t k = 0; k < classes.n; k++)
			VEC_PUSH(b->exact->arena, &b->hits,
				 (uint64_t)classes.at[k] << 32 | pair.tag);
	}
	if (b->hits.n)
		qsort(b->hits.at, b->hits.n, sizeof(*b->hits.at), by_number);
	for (size_t i = 0; i < b->hits.n;) {
		uint32_t class = (uint32_t)(b->hits.at[i] >> 32);

		b->tags.n = 0;
		for (; i < b->hits.n && b->hits.at[i] >> 32 == class; i++)
			VEC_PUSH(b->exact->arena, &b->tags, (uint32_t)b->hits.at[i]);
		edges_add_glob(edges, id, class,
			       sets_union(b->rows, sticky,
					  sets_intern(b->rows, b->tags.at,
						      (uint32_t)b->tags.n)) +
				       b->bias);
	}
	b->exact->contexts.at[id] = (struct nb_span){ first, (uint32_t)edges->edges.n - first };
}

static uint32_t context_id(struct build *b, uint32_t sticky, uint32_t here, uint32_t below)
{
	struct context *c;
	bool fresh;
	uint32_t id;

	if (!here && !below)
		return 0;
	c = context(b, sticky, here, below, false, &fresh);
	if (!fresh)
		return c->id;
	id = c->id = (uint32_t)b->exact->contexts.n;
	VEC_PUSH(b->exact->arena, &b->exact->contexts, (struct nb_span){ 0, 0 });
	add_glob_edges(b, id, sticky, sets_union(b->pairs, here, below));
	return id;
}

static uint32_t background(struct build *b, uint32_t sticky, uint32_t below)
{
	struct context *c;
	uint32_t state;
	bool fresh;

	if (!sticky && !below && !b->bias)
		return 0;
	c = context(b, sticky, 0, below, true, &fresh);
	if (!fresh)
		return c->id;
	state = c->id = (uint32_t)b->exact->states.n;
	VEC_PUSH(b->exact->arena, &b->exact->states,
		 (struct nb_state){ .background = state, .row = sticky + b->bias });
	b->exact->states.at[state].context = context_id(b, sticky, 0, below);
	return state;
}

/* Inherits from the parent and gets its state; parents come first. */
static void settle(struct build *b, uint32_t n)
{
	struct node *node = &b->a->nodes.at[n];
	const struct node *parent = &b->a->nodes.at[node->parent];
	struct nb_state state = { 0 };

	node->sticky = sets_union(b->rows, n ? parent->sticky : 0, marked(b, node, MARK_TREE));
	node->below = sets_union(b->pairs, n ? parent->below : 0, marked(b, node, MARK_BELOW));
	node->here = marked(b, node, MARK_HERE);
	if (!node->children && !node->here) {
		node->state = background(b, node->sticky, node->below);
		return;
	}
	state.background = background(b, node->sticky, node->below);
	state.context = context_id(b, node->sticky, node->here, node->below);
	state.row = node->sticky + b->bias;
	node->state = (uint32_t)b->exact->states.n;
	VEC_PUSH(b->exact->arena, &b->exact->states, state);
}

static bool fits(const struct build *b)
{
	return b->work <= EXACT_MAX_WORK && b->exact->edges->edges.n <= EXACT_MAX_EDGES &&
	       sets_members(b->rows) + sets_members(b->pairs) <= EXACT_MAX_MEMBERS;
}

/* The edge into node n, whose parent has its state. */
static void enter(struct build *b, uint32_t n, uint32_t row)
{
	struct node *node = &b->a->nodes.at[n];
	uint32_t from = b->a->nodes.at[node->parent].state;
	struct nb_state *state = &b->exact->states.at[from];
	struct bytes name = b->exact->edges->names.at[node->name];

	node->row = sets_union(b->rows, row, glob_row(b->exact, b->bias, state->context, name));
	state->filter |= NB_FILTER_BIT(edges_add(b->exact->edges, from, node->name,
						 node->state, node->row + b->bias));
}

bool exact_build(struct exact *exact, struct exact_automaton *a, struct sets *rows,
		 uint32_t bias, uint32_t *start, uint32_t *root_row)
{
	struct build b = { .exact = exact, .a = a, .rows = rows, .bias = bias };

	b.pairs = sets_new(exact->arena);
	b.n_slots = 64;
	b.slots = ARENA_ARRAY(exact->arena, uint32_t, b.n_slots);
	for (uint32_t n = 0; n < a->nodes.n; n++) {
		const struct node *node = &a->nodes.at[n];
		uint32_t row;

		settle(&b, n);
		row = sets_union(rows, node->sticky, marked(&b, node, MARK_LITERAL));
		if (n)
			enter(&b, n, row);
		else
			*root_row = row + bias;
		if (!fits(&b))
			return false;
	}
	*start = a->nodes.at[0].state;
	return true;
}

void exact_find(const struct exact *exact, const struct exact_automaton *a, const char *path,
		uint32_t *state, uint32_t *row)
{
	uint32_t node = 0, from = a->nodes.at[0].state, at = 0, next;
	bool inside = true; /* of the trie */

	for (; *path; path += strcspn(path, "/")) {
		struct bytes name = { path + 1, (uint32_t)strcspn(path + 1, "/") };
		uint32_t id = inside ? edges_find(exact->edges, name) : EDGES_NO_NAME;
		const struct nb_state *s = &exact->states.at[from];

		path++;
		next = id == EDGES_NO_NAME ? 0 : child_named(a, node, id);
		if (next) {
			node = next;
			at = a->nodes.at[node].row;
			from = a->nodes.at[node].state;
			continue;
		}
		inside = false;
		at = glob_row(exact, 0, s->context, name);
		at = at ? at : s->row;
		from = s->background;
	}
	*state = from;
	*row = at;
}
