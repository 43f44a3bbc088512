/* SPDX-License-Identifier: BSD-2-Clause */
/* NET4: the choice of a shape, the sorted table, the table of ranges. */
#include <string.h>
#include "compiler/lower/tables.h"

static uint32_t steps_for(uint32_t n) /* 2^steps >= n */
{
	uint32_t steps = 0;

	while (1u << steps < n)
		steps++;
	return steps;
}

static struct blob sorted(struct arena *arena, const struct intervals *list,
			  struct nb_params *p)
{
	uint32_t steps = steps_for(list->n), n = 1u << steps, i;
	uint32_t *at = ARENA_ARRAY(arena, uint32_t, 2 * n);

	for (i = 0; i < n; i++) {
		at[i] = i < list->n ? (uint32_t)list->at[i].start : UINT32_MAX;
		at[n + i] = list->at[i < list->n ? i : list->n - 1].set;
	}
	p->net4_kind = NB_NET_SORTED;
	p->net4_steps = steps;
	return (struct blob){ (const uint8_t *)at, 8 * (size_t)n };
}

struct ranges {
	const struct intervals *list;
	uint32_t cursor;  /* interval that holds the chunk's first address */
	uint32_t *shared; /* by class: number of the entry of chunks that have only it, + 1 */
	uint32_t *index, *entry;
	uint32_t n;       /* entries */
	uint32_t most;    /* behind a first one, where that is not NB_RANGES_LONG */
	bool any_long;
};

static void add_chunk(struct ranges *r, uint32_t chunk)
{
	const struct intervals *list = r->list;
	address start = (address)chunk << NB_RANGES_LOW, end = start + (1u << NB_RANGES_LOW);
	uint32_t next = r->cursor + 1, class = list->at[r->cursor].set, more;

	if (next < list->n && list->at[next].start == start)
		class = list->at[r->cursor = next++].set;
	while (next < list->n && list->at[next].start < end)
		next++;
	more = next - r->cursor - 1;
	if (!more && r->shared[class]) {
		r->index[chunk] = r->shared[class] - 1;
		return;
	}
	r->index[chunk] = r->n | (more < NB_RANGES_LONG ? more : NB_RANGES_LONG) << 26;
	if (!more)
		r->shared[class] = r->n + 1;
	if (more >= NB_RANGES_LONG) {
		r->entry[r->n++] = more;
		r->any_long = true;
	} else if (more > r->most) {
		r->most = more;
	}
	r->entry[r->n++] = class;
	for (uint32_t i = r->cursor + 1; i < next; i++)
		r->entry[r->n++] = (uint32_t)list->at[i].start << NB_RANGES_BITS |
				   list->at[i].set;
	r->cursor = next - 1;
}

/* A search may look behind the last list. */
static struct blob ranges(struct arena *arena, const struct intervals *list,
			  struct nb_params *p)
{
	/* at most one entry an interval, two a chunk, and what is spare */
	size_t most = NB_RANGES_INDEX + list->n + 2 * NB_RANGES_INDEX + (1u << NB_RANGES_LOW);
	uint32_t *at = ARENA_ARRAY(arena, uint32_t, most);
	struct ranges r = {
		.list = list,
		.shared = ARENA_ARRAY(arena, uint32_t, NB_RANGES_CLASS + 1),
		.index = at,
		.entry = at + NB_RANGES_INDEX,
	};

	for (uint32_t chunk = 0; chunk < NB_RANGES_INDEX; chunk++)
		add_chunk(&r, chunk);
	p->net4_kind = NB_NET_RANGES;
	p->net4_steps = steps_for(r.most + 1);
	r.n += 1u << (r.any_long ? NB_RANGES_LOW : p->net4_steps);
	return (struct blob){ (const uint8_t *)at, 4 * ((size_t)NB_RANGES_INDEX + r.n) };
}

struct blob table_v4(struct arena *arena, const struct intervals *list, struct nb_params *p)
{
	struct blob made = { NULL, 0 };

	if (list->n == 1 && !list->at[0].set)
		return made; /* no rule has an address of this family */
	if (list->n <= TABLE_SORTED_PIECES) {
		made = sorted(arena, list, p);
	} else {
		made = table_trie(arena, list);
		if (made.len)
			p->net4_kind = NB_NET_TRIE;
		else
			made = ranges(arena, list, p);
	}
	p->net4_bytes = (uint32_t)made.len;
	return made;
}
