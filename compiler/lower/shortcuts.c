/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs can settle without the tables, as parameters: the first and the last of the
 * addresses and ports that a policy names, and whom none of its network rules binds. */
#include <stdlib.h>
#include "compiler/lower/addresses.h"
#include "compiler/lower/lower.h"

/* From the first place that has a class to the last. */
static void hull(const struct intervals *list, uint32_t shift, address end, uint32_t *first,
		 uint32_t *more)
{
	uint32_t from = 0, to = list->n;

	while (from < to && !list->at[from].set)
		from++;
	while (to > from && !list->at[to - 1].set)
		to--;
	*first = 0;
	*more = UINT32_MAX;
	if (from == to)
		return; /* the family has no table, and no address a class */
	*first = (uint32_t)(list->at[from].start >> shift);
	if (to < list->n)
		end = list->at[to].start - 1;
	*more = (uint32_t)(end >> shift) - *first;
}

static bool is_whole(const struct intervals *list)
{
	uint32_t named = 0;

	for (uint32_t i = 0; i < list->n; i++)
		named += list->at[i].set && (!i || !list->at[i - 1].set);
	return named == 1;
}

void shortcut_addresses(struct nb_params *p, const struct intervals *v4,
			const struct intervals *v6)
{
	hull(v4, 0, UINT32_MAX, &p->hull4_first, &p->hull4_more);
	hull(v6, 96, ~(address)0, &p->hull6_first, &p->hull6_more);
	p->hull4_whole = is_whole(v4);
}

#define KEYS_END (NB_CELL_KEY(255, 65535) + 1) /* what is behind has no program that asks */

struct stretch {
	uint32_t start, end;
};

static int by_start(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* The protocols and ports that have a row in some class, in order. */
static struct stretch *named_keys(struct arena *arena, const struct nb_params *p,
				  const struct nb_span *class, const struct nb_cell *cell, size_t *n)
{
	struct stretch *named = ARENA_ARRAY(arena, struct stretch, p->cells + 1);

	*n = 0;
	for (uint32_t i = 0; i < p->classes; i++)
		for (uint32_t k = 0; k < class[i].count; k++) {
			const struct nb_cell *at = &cell[class[i].first + k];
			uint32_t end = k + 1 < class[i].count ? at[1].start : KEYS_END;

			if (at->row && at->start < KEYS_END)
				named[(*n)++] = (struct stretch){
					at->start, end < KEYS_END ? end : KEYS_END};
		}
	qsort(named, *n, sizeof *named, by_start);
	return named;
}

void shortcut_keys(struct arena *arena, struct nb_params *p, const struct nb_span *class,
		   const struct nb_cell *cell)
{
	size_t n;
	const struct stretch *named = named_keys(arena, p, class, cell, &n);
	uint32_t end = n ? named[0].end : 0;

	p->hull_key = n ? named[0].start : 0;
	p->hull_keys = UINT32_MAX;
	p->hull_gap = p->hull_gaps = 0;
	for (size_t i = 1; i < n; i++) {
		if (named[i].start > end && named[i].start - end > p->hull_gaps) {
			p->hull_gap = end;
			p->hull_gaps = named[i].start - end;
		}
		if (named[i].end > end)
			end = named[i].end;
	}
	if (n && end < KEYS_END)
		p->hull_keys = end - 1 - p->hull_key;
}

/* The subjects of a mask ask for these dimensions. */
static uint32_t dims_of(const struct lowering *l, uint64_t subjects)
{
	const struct nb_params *p = &l->image->params;
	const struct nb_span *spans = (const struct nb_span *)(l->out.bytes.at + p->subjects_off);
	const struct nb_literal *literals =
		(const struct nb_literal *)(l->out.bytes.at + p->literals_off);
	uint32_t dims = 0;

	for (uint32_t i = 0; i < 64 && i < p->subjects; i++)
		for (uint32_t k = 0; subjects >> i & 1 && k < spans[i].count; k++)
			dims |= 1u << literals[spans[i].first + k].dim;
	return dims;
}

void shortcut_label(struct lowering *l)
{
	struct nb_params *p = &l->image->params;
	const struct nb_entry *entry =
		(const struct nb_entry *)(l->out.bytes.at + p->entries_off);
	const struct nb_default *def =
		(const struct nb_default *)(l->out.bytes.at + p->defaults_off);
	uint64_t bound = 0;
	uint32_t dims;

	for (uint32_t i = 0; i < p->entries; i++) {
		if (l->policy->rules[entry[i].rule - 1].kind != OBJECT_NET ||
		    entry[i].verdict == NB_ALLOW)
			continue;
		if (entry[i].subject >= 64)
			return;
		bound |= 1ull << entry[i].subject;
	}
	for (uint32_t i = 0; i < p->defaults; i++) {
		if (!(def[i].ops & p->net_defaults))
			continue;
		if (def[i].subject >= 64)
			return;
		bound |= 1ull << def[i].subject;
	}
	dims = dims_of(l, bound);
	/* everyone; or groups, which are many */
	if (bound & 1 || dims & 1u << NB_DIM_GID)
		return;
	p->label_dims = dims;
	p->label_low = (uint32_t)bound;
	p->label_high = (uint32_t)(bound >> 32);
}
