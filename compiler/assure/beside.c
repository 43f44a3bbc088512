/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which first rows objects have beside a second one. The pairs are the product of trees
 * and suffixes, which the image does not hold and this does not make: they are told one
 * by one, and whoever asks stops at the first that decides.
 */
#include "compiler/assure/reach_parts.h"

struct beside {
	uint32_t *row_first, *edges;   /* by second row: its slots; one more than rows */
	uint32_t *own_first, *states;  /* by context: states that have it */
	uint32_t *linked, n_linked;    /* states that fall back to the base */
};

static bool is_reached(const struct reach *r, uint32_t state)
{
	return r->came[state] && r->states[state].suffixes;
}

/* Counts, then places: into[first[key]...] for each key. */
static uint32_t *starts(struct reach *r, const uint32_t *count, uint32_t n, uint32_t *total)
{
	uint32_t *first = ARENA_ARRAY(r->arena, uint32_t, (size_t)n + 1);

	*total = 0;
	for (uint32_t i = 0; i < n; i++) {
		first[i] = *total;
		*total += count[i];
	}
	first[n] = *total;
	return first;
}

static void group_states(struct reach *r, struct beside *b)
{
	uint32_t n = r->image->params.states, total;
	uint32_t *count = ARENA_ARRAY(r->arena, uint32_t, (size_t)r->contexts + 1);

	for (uint32_t s = 0; s < n; s++)
		if (is_reached(r, s))
			count[r->states[s].suffixes & ~NB_WHOLE]++;
	b->own_first = starts(r, count, r->contexts, &total);
	b->states = ARENA_ARRAY(r->arena, uint32_t, (size_t)total + 1);
	b->linked = ARENA_ARRAY(r->arena, uint32_t, (size_t)total + 1);
	for (uint32_t s = 0; s < n; s++) {
		uint32_t suffixes = r->states[s].suffixes, own = suffixes & ~NB_WHOLE;

		if (!is_reached(r, s))
			continue;
		b->states[b->own_first[own + 1] - count[own]--] = s;
		if (!(suffixes & NB_WHOLE))
			b->linked[b->n_linked++] = s;
	}
}

static bool is_second(const struct reach *r, const struct beside *b, const struct nb_edge *edge)
{
	uint32_t context = edge->from & ~NB_GLOB;

	return edge->from & NB_GLOB && class_is_possible(r->classes, edge->name) &&
	       (context == r->image->params.base_suffixes ||
		b->own_first[context] < b->own_first[context + 1]);
}

static void group_edges(struct reach *r, struct beside *b)
{
	uint32_t n = r->image->params.buckets * NB_BUCKET_EDGES, rows = r->image->params.rows, total;
	uint32_t *count = ARENA_ARRAY(r->arena, uint32_t, (size_t)rows + 1);

	for (uint32_t i = 0; i < n; i++)
		if (is_second(r, b, &r->edges[i]))
			count[r->edges[i].row]++;
	b->row_first = starts(r, count, rows, &total);
	b->edges = ARENA_ARRAY(r->arena, uint32_t, (size_t)total + 1);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t row = r->edges[i].row;

		if (is_second(r, b, &r->edges[i]))
			b->edges[b->row_first[row + 1] - count[row]--] = i;
	}
}

void beside_read(struct reach *r)
{
	struct beside *b = ARENA_NEW(r->arena, struct beside);

	group_states(r, b);
	group_edges(r, b);
	r->beside = b;
}

/* Of a name of that class that has no edge of its own. */
static uint32_t first_row(const struct reach *r, uint32_t state, uint32_t class)
{
	uint32_t row = r->states[state].row;

	context_has(r, r->states[state].context, class, &row);
	return row;
}

static bool tell_linked(const struct reach *r, uint32_t class, beside_fn *fn, void *to)
{
	uint32_t row;

	for (uint32_t i = 0; i < r->beside->n_linked; i++) {
		uint32_t s = r->beside->linked[i];

		if (!context_has(r, r->states[s].suffixes, class, &row) &&
		    !fn(to, first_row(r, s, class)))
			return false;
	}
	return true;
}

bool reach_is_first(const struct reach *r, uint32_t row)
{
	return r->rows[row].met != MET_NEVER;
}

bool reach_beside(const struct reach *r, uint32_t row, beside_fn *fn, void *to)
{
	const struct beside *b = r->beside;

	for (uint32_t i = b ? b->row_first[row] : 0; b && i < b->row_first[row + 1]; i++) {
		const struct nb_edge *edge = &r->edges[b->edges[i]];
		uint32_t context = edge->from & ~NB_GLOB;

		for (uint32_t k = b->own_first[context]; k < b->own_first[context + 1]; k++)
			if (!fn(to, first_row(r, b->states[k], edge->name)))
				return false;
		if (context == r->image->params.base_suffixes &&
		    !tell_linked(r, edge->name, fn, to))
			return false;
	}
	return true;
}
