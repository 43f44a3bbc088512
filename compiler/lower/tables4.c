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

static void put_start(uint64_t *line, uint32_t i, uint64_t start)
{
	uint64_t low = start & ((1u << NB_RANGES_LOW) - 1);

	if (--i % 5 == 4)
		line[1] |= (0x8000 - low) << i / 5 * 16;
	else
		line[2 + i / 5] |= (0x8000 - low) << i % 5 * 16;
}

/* Two classes by turns, or all of them apart. */
static uint64_t head(struct lines *l, const struct piece *p, uint32_t n)
{
	uint32_t even = p[0].value, odd = n > 1 ? p[1].value : even, i = 0;

	while (i < n && p[i].value == (i & 1 ? odd : even))
		i++;
	if (i == n)
		return (uint64_t)NB_HEAD_TWO << NB_HEAD_KIND | (uint64_t)odd << NB_HEAD_CLASS | even;
	for (i = 0; i < n; i++)
		VEC_PUSH(l->arena, &l->classes, p[i].value);
	return (uint64_t)NB_HEAD_MIXED << NB_HEAD_KIND | (l->classes.n - n);
}

static uint32_t fit(const struct lines *l, const struct piece *p, uint32_t n)
{
	(void)l, (void)p;
	return n < NB_RANGES_STARTS + 1 ? n : NB_RANGES_STARTS + 1;
}

static void put(struct lines *l, uint64_t *line, const struct piece *p, uint32_t n)
{
	line[0] = head(l, p, n);
	for (uint32_t i = 1; i < n; i++)
		put_start(line, i, p[i].start);
}

static const struct line_form form = { NB_RANGES_STARTS + 1, fit, put, put_start };

static const struct piece *pieces(struct arena *arena, const struct intervals *list)
{
	struct piece *at = ARENA_ARRAY(arena, struct piece, list->n);

	for (uint32_t i = 0; i < list->n; i++)
		at[i] = (struct piece){ (uint64_t)list->at[i].start, list->at[i].set };
	return at;
}

/* Slots of one class share a line with others of their group. */
static uint32_t add_slot(struct lines *l, uint64_t start, uint32_t group, uint32_t *shared)
{
	uint64_t last = start + (1u << NB_RANGES_LOW) - 1;
	uint32_t next = l->at, class, line = lines_count(l);

	if (next + 1 < l->n_pieces && l->pieces[next + 1].start <= start)
		next++;
	class = l->pieces[next].value;
	if (next + 1 < l->n_pieces && l->pieces[next + 1].start <= last) {
		uint32_t bits = lines_add_slot(l, start, NB_RANGES_LOW - NB_SLOT_BITS);

		return (lines_count(l) - 1 - group) << NB_SLOT_LINE | bits;
	}
	l->at = next;
	if (shared[class] <= group) {
		lines_add_class(l, class);
		shared[class] = line + 1;
	}
	return (shared[class] - 1 - group) << NB_SLOT_LINE;
}

/* far: lines are counted from the first of their group, because they are many. */
static void add_slots(struct lines *l, bool far, uint32_t *head)
{
	uint32_t *shared = ARENA_ARRAY(l->arena, uint32_t, NB_MAX_CLASS + 1); /* line + 1 */
	uint32_t *slot = head + NB_RANGES_SLOTS / 4, group = 0;

	for (uint32_t i = 0; i < 1u << NB_RANGES_BITS; i++) {
		if (far && !(i & ((1u << (NB_RANGES_BITS - NB_RANGES_GROUPS)) - 1)))
			head[i >> (NB_RANGES_BITS - NB_RANGES_GROUPS)] = group = lines_count(l);
		slot[i] = add_slot(l, (uint64_t)i << NB_RANGES_LOW, group, shared);
	}
}

static struct blob ranges(struct arena *arena, const struct intervals *list,
			  struct nb_params *p)
{
	struct arena *room = arena_new();
	const struct lines none = { .arena = room, .form = &form, .n_pieces = list->n,
				    .pieces = pieces(room, list) };
	uint32_t *head = ARENA_ARRAY(room, uint32_t, NB_RANGES_LINES / 4);
	struct lines l = none;
	size_t classes, end;
	uint8_t *at;

	add_slots(&l, false, head);
	p->net4_far = lines_count(&l) > 1u << (32 - NB_SLOT_LINE);
	if (p->net4_far) {
		l = none;
		add_slots(&l, true, head);
	}
	p->net4_kind = NB_NET_RANGES;
	p->net4_levels = l.levels;
	classes = NB_RANGES_LINES + lines_bytes(&l);
	p->net4_classes_off = l.classes.n ? (uint32_t)classes : 0;
	end = classes + l.classes.n * 4 + (NB_RANGES_READ - NB_LINE_WORDS) * 8;
	at = arena_alloc(arena, end);
	memcpy(at, head, NB_RANGES_LINES);
	lines_write(&l, at + NB_RANGES_LINES);
	if (l.classes.n)
		memcpy(at + classes, l.classes.at, l.classes.n * 4);
	arena_free(room);
	return (struct blob){ at, end };
}

struct blob table_v4(struct arena *arena, const struct intervals *list, size_t most,
		     struct nb_params *p)
{
	const struct nb_params before = *p;
	struct blob made = { NULL, 0 };

	if (list->n == 1 && !list->at[0].set)
		return made; /* no rule has an address of this family */
	if (list->n <= TABLE_SORTED_PIECES)
		made = sorted(arena, list, p);
	else if ((made = table_trie(arena, list, TABLE_TRIE_BYTES)).len)
		p->net4_kind = NB_NET_TRIE;
	else
		made = ranges(arena, list, p);
	if (made.len > most) {
		struct blob smaller = table_trie(arena, list, most);

		if (smaller.len) {
			*p = before;
			p->net4_kind = NB_NET_TRIE;
			made = smaller;
		}
	}
	p->net4_bytes = (uint32_t)made.len;
	return made;
}
