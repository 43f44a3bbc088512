/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PATHS → the states and rows that paths lead to, breadth first, so that the example
 * of a row is a short path. A context is walked once, from the first state that has
 * it: its rows, and where its edges lead, are the same wherever it stands.
 */
#include <string.h>
#include "compiler/assure/reach_parts.h"

/* Slots of the edges that begin at each state, then at each context. */
static void group_edges(struct reach *r)
{
	uint32_t n = r->image->params.buckets * NB_BUCKET_EDGES;
	uint32_t states = r->image->params.states, *fill, total = 0;

	for (uint32_t i = 0; i < n; i++)
		if (r->edges[i].from & NB_GLOB && (r->edges[i].from & ~NB_GLOB) >= r->contexts)
			r->contexts = (r->edges[i].from & ~NB_GLOB) + 1;
	for (uint32_t i = 0; i < states; i++) /* some have no edge at all */
		if (r->states[i].context >= r->contexts)
			r->contexts = r->states[i].context + 1;
	for (uint32_t i = 0; i < states; i++)
		if ((r->states[i].suffixes & ~NB_WHOLE) >= r->contexts)
			r->contexts = (r->states[i].suffixes & ~NB_WHOLE) + 1;
	r->state_first = ARENA_ARRAY(r->arena, uint32_t, (size_t)states + r->contexts + 2);
	r->context_first = r->state_first + states + 1;
	r->slots = ARENA_ARRAY(r->arena, uint32_t, n);
	fill = ARENA_ARRAY(r->arena, uint32_t, (size_t)states + r->contexts + 2);
	for (uint32_t pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < n; i++) {
			uint32_t from = r->edges[i].from;
			uint32_t at = from & NB_GLOB ? states + 1 + (from & ~NB_GLOB) : from;

			if (from && pass)
				r->slots[fill[at]++] = i;
			else if (from)
				r->state_first[at]++;
		}
		for (uint32_t at = 0; !pass && at < states + r->contexts + 2; at++) {
			uint32_t count = r->state_first[at];

			r->state_first[at] = fill[at] = total;
			total += count;
		}
	}
}

typedef VEC(uint32_t) numbers;

static void meet(struct class_origin *rows, uint32_t row, struct class_origin origin)
{
	if (rows[row].met == MET_NEVER)
		rows[row] = origin;
}

/* A name without an edge gets the state's row unless its class has one here: is
 * there a class without? */
static bool has_default(const struct reach *r, uint32_t context)
{
	uint32_t here = 0, all = 0;

	if (!context)
		return true;
	for (uint32_t i = r->context_first[context]; i < r->context_first[context + 1]; i++)
		here += class_is_possible(r->classes, r->edges[r->slots[i]].name);
	for (uint32_t class = 0; class < class_names_count(r->classes); class++)
		all += class_is_possible(r->classes, class);
	return here < all;
}

bool context_has(const struct reach *r, uint32_t context, uint32_t class, uint32_t *row)
{
	for (uint32_t i = r->context_first[context]; i < r->context_first[context + 1]; i++)
		if (r->edges[r->slots[i]].name == class) {
			*row = r->edges[r->slots[i]].row;
			return true;
		}
	return false;
}

/* Second rows of the context; of the base those that `own`, which falls back to it, leaves
 * to it. */
static void meet_seconds(struct reach *r, uint32_t state, uint32_t context, uint32_t own)
{
	uint32_t row;

	for (uint32_t i = r->context_first[context]; i < r->context_first[context + 1]; i++) {
		const struct nb_edge *edge = &r->edges[r->slots[i]];

		if (class_is_possible(r->classes, edge->name) &&
		    (own == context || !context_has(r, own, edge->name, &row)))
			meet(r->second_rows, edge->row,
			     (struct class_origin){ .met = MET_GLOB, .state = state,
						    .what = edge->name });
	}
}

static void walk_suffixes(struct reach *r, uint32_t state)
{
	uint32_t suffixes = r->states[state].suffixes, own = suffixes & ~NB_WHOLE;
	uint32_t base = r->image->params.base_suffixes;

	if (!own || r->context_seen[own])
		return;
	r->context_seen[own] = true;
	meet_seconds(r, state, own, own);
	if (base && !(suffixes & NB_WHOLE))
		meet_seconds(r, state, base, own);
}

static void walk_state(struct reach *r, uint32_t state, struct class_origin *rows, bool *defaults)
{
	const struct nb_state *s = &r->states[state];

	for (uint32_t i = r->state_first[state]; i < r->state_first[state + 1]; i++)
		meet(rows, r->edges[r->slots[i]].row,
		     (struct class_origin){ .met = MET_EDGE, .state = state, .what = r->slots[i] });
	if (!r->context_seen[s->context]) {
		r->context_seen[s->context] = true;
		defaults[s->context] = has_default(r, s->context);
		for (uint32_t i = r->context_first[s->context];
		     s->context && i < r->context_first[s->context + 1]; i++) {
			const struct nb_edge *edge = &r->edges[r->slots[i]];

			if (class_is_possible(r->classes, edge->name))
				meet(rows, edge->row,
				     (struct class_origin){ .met = MET_GLOB, .state = state,
						      .what = edge->name });
		}
	}
	if (defaults[s->context])
		meet(rows, s->row, (struct class_origin){ .met = MET_DEFAULT, .state = state });
}

/* What a state is met by: 1 = a name without an edge, else the slot of an edge + 2. */
static void arrive(struct reach *r, uint32_t from, uint32_t to, uint32_t by, numbers *queue)
{
	if (!to || r->came[to])
		return;
	r->came[to] = by;
	r->came_from[to] = from;
	VEC_PUSH(r->arena, queue, to);
}

static void leave(struct reach *r, uint32_t state, bool first, bool has_default, numbers *queue)
{
	const struct nb_state *s = &r->states[state];

	for (uint32_t i = r->state_first[state]; i < r->state_first[state + 1]; i++)
		arrive(r, state, r->edges[r->slots[i]].to, r->slots[i] + 2, queue);
	for (uint32_t i = r->context_first[s->context];
	     first && i < r->context_first[s->context + 1]; i++)
		if (class_is_possible(r->classes, r->edges[r->slots[i]].name))
			arrive(r, state, r->edges[r->slots[i]].to, r->slots[i] + 2, queue);
	if (has_default)
		arrive(r, state, s->background, 1, queue);
}

static void walk(struct reach *r, uint32_t start, struct class_origin *rows, bool *defaults)
{
	numbers queue = { 0 };

	if (start && !r->came[start]) {
		r->came[start] = 1;
		VEC_PUSH(r->arena, &queue, start);
	}
	for (size_t head = 0; head < queue.n; head++) {
		uint32_t state = queue.at[head], context = r->states[state].context;
		bool first = context && !r->context_seen[context];

		walk_state(r, state, rows, defaults);
		walk_suffixes(r, state);
		leave(r, state, first, defaults[context], &queue);
	}
}

static struct class_origin *rows_from(struct reach *r, uint32_t start, uint32_t n_rows,
				      bool *defaults)
{
	struct class_origin *rows = ARENA_ARRAY(r->arena, struct class_origin, (size_t)n_rows + 1);

	walk(r, start, rows, defaults);
	return rows;
}

static void reach_paths(struct reach *r)
{
	const struct nb_params *p = &r->image->params;
	const uint8_t *paths = r->image->maps[NB_IMAGE_PATHS].at;
	bool *defaults;

	if (!p->paths_bytes) {
		r->rows = ARENA_ARRAY(r->arena, struct class_origin, (size_t)p->rows + 1);
		r->second_rows = r->rows;
		return;
	}
	r->edges = (const struct nb_edge *)paths;
	r->states = (const struct nb_state *)(paths + p->states_off);
	r->contexts = 1;
	group_edges(r);
	r->classes = class_names(r->arena, r->image);
	r->came = ARENA_ARRAY(r->arena, uint32_t, p->states);
	r->came_from = ARENA_ARRAY(r->arena, uint32_t, p->states);
	r->context_seen = ARENA_ARRAY(r->arena, bool, r->contexts);
	defaults = ARENA_ARRAY(r->arena, bool, r->contexts);
	r->second_rows = ARENA_ARRAY(r->arena, struct class_origin, (size_t)p->rows + 1);
	r->rows = rows_from(r, p->file_start, p->rows, defaults);
	walk(r, p->guest_start, r->rows, defaults);
	r->exe_rows = rows_from(r, p->exe_start, p->exe_rows, defaults);
	r->cgroup_rows = rows_from(r, p->cgroup_start, p->cgroup_rows, defaults);
	if (p->cgroup_start)
		meet(r->cgroup_rows, p->cgroup_root_row, (struct class_origin){ .met = MET_ROOT });
	if (p->file_ops)
		meet(r->rows, p->file_root_row, (struct class_origin){ .met = MET_ROOT });
	if (p->file_ops)
		meet(r->rows, p->guest_root_row,
		     (struct class_origin){ .met = MET_ROOT, .state = p->guest_start });
	beside_read(r);
}

struct reach *reach_read(struct arena *arena, const struct image *image)
{
	struct reach *r = ARENA_NEW(arena, struct reach);

	r->arena = arena;
	r->image = image;
	r->row_ops = ARENA_ARRAY(arena, uint32_t, (size_t)image->params.rows + 1);
	reach_paths(r);
	for (uint32_t row = 0; row < image->params.rows; row++)
		if (r->rows[row].met || r->second_rows[row].met)
			r->row_ops[row] = FILE_OPS;
	reach_addresses(r);
	return r;
}

uint32_t reach_ops(const struct reach *r, uint32_t row)
{
	return r->row_ops[row];
}

bool reach_atoms(const struct reach *r, enum nb_dim dim, uint32_t row)
{
	return (dim == NB_DIM_EXE ? r->exe_rows : r->cgroup_rows)[row].met;
}

/* ---- examples ---- */

static struct bytes edge_name(const struct reach *r, const struct nb_edge *edge)
{
	const char *at = (const char *)r->image->maps[NB_IMAGE_PATHS].at +
			 r->image->params.names_off + (size_t)(edge->name & NB_NAME_OFFSET) * 8;

	return (struct bytes){ at, (uint32_t)strlen(at) };
}

/* A name that is in no edge at all needs no search through those of one state. */
static bool is_taken(struct reach *r, struct bytes name)
{
	const struct nb_params *p = &r->image->params;
	const char *pool = (const char *)r->image->maps[NB_IMAGE_PATHS].at + p->names_off;

	if (!r->names) {
		r->names = table_new(r->arena);
		for (size_t at = 8, len; at < p->names_bytes; at += (len / 8 + 1) * 8) {
			len = strlen(pool + at);
			*table_at(r->names, pool + at, len) = r;
		}
	}
	return table_get(r->names, name.at, name.len);
}

static struct bytes fresh_name(struct reach *r)
{
	struct bytes name = { "x", 1 };

	for (uint32_t i = 1; is_taken(r, name); i++) {
		name.at = arena_printf(r->arena, "x%u", i);
		name.len = (uint32_t)strlen(name.at);
	}
	return name;
}

static bool free_class_name(struct reach *r, uint32_t class, struct bytes *out)
{
	for (uint32_t variant = 0; variant < 64; variant++) {
		*out = class_name(r->arena, r->classes, class, variant);
		if (!is_taken(r, *out))
			return true;
	}
	return false;
}

static bool default_name(struct reach *r, uint32_t context, struct bytes *out)
{
	uint32_t row;

	if (!context) {
		*out = fresh_name(r);
		return true;
	}
	for (uint32_t class = 0; class < class_names_count(r->classes); class++)
		if (class_is_possible(r->classes, class) && !context_has(r, context, class, &row))
			return free_class_name(r, class, out);
	return false;
}

/* A name that leads to the state from the one that it was met from. */
static bool way_name(struct reach *r, uint32_t state, struct bytes *out)
{
	const struct nb_edge *edge = &r->edges[r->came[state] - 2];

	if (r->came[state] == 1)
		return default_name(r, r->states[r->came_from[state]].context, out);
	if (edge->from & NB_GLOB)
		return free_class_name(r, edge->name, out);
	*out = edge_name(r, edge);
	return true;
}

static bool path_example(struct reach *r, const struct class_origin *o, struct request *out)
{
	const struct nb_params *p = &r->image->params;
	struct bytes name = { 0 };
	const char *path;
	uint32_t s = o->state;

	while (r->came_from[s])
		s = r->came_from[s];
	out->guest = s && s == p->guest_start && s != p->file_start;
	if (o->met == MET_ROOT) {
		out->path = "/";
		return true;
	}
	if (o->met == MET_EDGE)
		name = edge_name(r, &r->edges[o->what]);
	else if (o->met == MET_GLOB && !free_class_name(r, o->what, &name))
		return false;
	else if (o->met == MET_DEFAULT && !default_name(r, r->states[o->state].context, &name))
		return false;
	path = arena_printf(r->arena, "/%.*s", (int)name.len, name.at);
	for (s = o->state; r->came_from[s]; s = r->came_from[s]) {
		if (!way_name(r, s, &name))
			return false;
		path = arena_printf(r->arena, "/%.*s%s", (int)name.len, name.at, path);
	}
	out->path = path;
	return true;
}

bool reach_example(struct reach *r, uint32_t row, struct request *out)
{
	const struct class_origin *o = &r->rows[row];

	if (o->met == MET_NEVER)
		o = &r->second_rows[row];
	if (o->met == MET_NEVER)
		return false;
	if (o->met == MET_SOCKET) {
		out->op = NB_OP_SOCKET;
		out->socket.family = (uint16_t)(o->what >> 8);
		out->socket.type = (uint8_t)o->what;
		return true;
	}
	if (o->met != MET_ADDRESS)
		return path_example(r, o, out);
	out->v6 = o->v6;
	memcpy(out->addr, o->addr, 16);
	out->protocol = (uint8_t)(o->what >> 16);
	out->port = (uint16_t)o->what;
	return true;
}
