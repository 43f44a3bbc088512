/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What globs give: edges of (context, accept class). Where a name of a class leads, with
 * its row; and apart from that the second rows (exact.h).
 */
#include <stdlib.h>
#include "compiler/lower/steps.h"

/* Row of a name that nothing but the globs of a context speaks of, with bias; 0 if its
 * class has no edge. Looked up among the context's edges, however many globs it has. */
uint32_t glob_row(const struct build *b, uint32_t context, uint32_t class)
{
	struct nb_span span = b->exact->contexts.at[context];
	const struct nb_edge *edges = b->exact->edges->edges.at;
	uint32_t low = span.first, high = span.first + span.count;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (edges[mid].name < class)
			low = mid + 1;
		else
			high = mid;
	}
	return low < span.first + span.count && edges[low].name == class ? edges[low].row : b->bias;
}

int by_number(const void *a, const void *b)
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

static void find_pairs(struct build *b, uint32_t here, uint32_t below)
{
	struct set pairs = sets_get(b->pairs, sets_union(b->pairs, here, below));

	b->hits.n = 0;
	for (uint32_t i = 0; i < pairs.n && b->work <= EXACT_MAX_WORK; i++)
		add_hits(b, b->pair_list.at[pairs.at[i]].glob, b->pair_list.at[pairs.at[i]].tag);
}

static void find_hits(struct build *b, const struct standing *place)
{
	struct set moving = sets_get(b->movings, place->moving);

	find_pairs(b, place->here, place->below);
	for (uint32_t i = 0; i < moving.n && b->work <= EXACT_MAX_WORK; i++) {
		uint32_t c = b->a->positions.at[moving.at[i]].glob_child;

		for (; c; c = b->a->positions.at[c].glob_next)
			add_hits(b, b->a->positions.at[c].what, HIT_MOVE | c);
	}
}

/* Those of one glob are in order already. */
static void sort_hits(struct build *b)
{
	size_t i = 1;

	while (i < b->hits.n && b->hits.at[i - 1] <= b->hits.at[i])
		i++;
	if (i < b->hits.n)
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
	sort_hits(b);
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

/* Of that key; fresh: with edges still to be made. */
static uint32_t new_context(struct build *b, enum known_kind kind, const struct standing *key,
			    bool *fresh)
{
	uint32_t *known = know(b, kind, key, fresh);

	if (!*fresh)
		return *known;
	*known = (uint32_t)b->exact->contexts.n;
	VEC_PUSH(b->exact->arena, &b->exact->contexts, (struct nb_span){ 0, 0 });
	return (uint32_t)b->exact->contexts.n - 1;
}

uint32_t context_id(struct build *b, const struct standing *place, uint32_t to, uint32_t row)
{
	struct standing key = *place;
	uint32_t id;
	bool fresh;

	if (!has_globs(b, place))
		return 0;
	key.ends_here = 0; /* what is below does not depend on it */
	id = new_context(b, KNOWN_CONTEXT, &key, &fresh);
	if (fresh)
		add_glob_edges(b, id, place, to, row);
	return id;
}

/* Second rows: what the pairs apart give, for each accept class. Where there is a base, only
 * for those classes that the pairs match; the rows are then of both. */
static void add_suffixes(struct build *b, uint32_t id, const struct standing *place)
{
	uint32_t first = (uint32_t)b->exact->edges->edges.n;

	find_pairs(b, place->ends_here, place->ends_below);
	sort_hits(b);
	for (size_t i = 0; i < b->hits.n;) {
		uint32_t class = (uint32_t)(b->hits.at[i] >> 32), row;

		b->tags.n = 0;
		for (; i < b->hits.n && b->hits.at[i] >> 32 == class; i++)
			VEC_PUSH(b->exact->arena, &b->tags, (uint32_t)b->hits.at[i]);
		row = sets_intern(b->rows, b->tags.at, (uint32_t)b->tags.n);
		if (b->base)
			row = sets_union(b->rows, row, glob_row(b, b->base, class));
		edges_add_glob(b->exact->edges, id, class, 0, row);
	}
	b->exact->contexts.at[id] =
		(struct nb_span){ first, (uint32_t)b->exact->edges->edges.n - first };
}

uint32_t suffixes_id(struct build *b, const struct standing *place)
{
	struct standing key = { .ends_here = place->ends_here, .ends_below = place->ends_below };
	uint32_t id = b->base;
	bool fresh = false;

	if (place->ends_here || place->ends_below)
		id = new_context(b, KNOWN_SUFFIXES, &key, &fresh);
	if (fresh)
		add_suffixes(b, id, place);
	/* without a base, or as the base, there is nothing to fall back to */
	return id && (!b->base || id == b->base) ? id | NB_WHOLE : id;
}

uint32_t suffix_row(const struct build *b, uint32_t suffixes, uint32_t class)
{
	uint32_t row = glob_row(b, suffixes & ~NB_WHOLE, class);

	return row || suffixes & NB_WHOLE ? row : glob_row(b, b->base, class);
}

void make_base(struct build *b)
{
	struct standing *root = &b->a->nodes.at[0].place;
	struct standing everywhere = { .ends_below = root->ends_below };

	if (b->exact->base_done || !everywhere.ends_below)
		return;
	b->base = suffixes_id(b, &everywhere) & ~NB_WHOLE;
	b->exact->base_suffixes = b->base;
	root->ends_below = 0;
}
