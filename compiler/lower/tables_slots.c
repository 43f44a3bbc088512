/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NET6 of many prefixes. Addresses crowd in a few places, so the index has two levels:
 * the top bits say how finely the rest of their region is divided, by how much is in it.
 */
#include <string.h>
#include "compiler/lower/tables.h"

#define PIECES_A_SLOT 8     /* of a region, at least: fewer cost memory and no misses less */
#define REGION_BITS_MAX 13u /* of slots, so that 16 lines to each can be told in a slot */

struct slots {
	struct lines lines;
	VEC(uint32_t) slots;
	uint64_t *uniform; /* by class: top entry of regions that have only it, or 0 */
};

static void put_start(uint64_t *line, uint32_t i, uint64_t start)
{
	uint32_t word = i % 4 == 3 ? 1 + i / 4 : 4 + i / 4 * 3 + i % 4;

	line[word] = (1ull << 63) - (start & ~0ull >> 1);
}

static const struct line_form form = { NB_SLOTS_WORDS, NB_SLOTS_WORDS - 1, put_start };

static uint32_t lower(uint32_t n) /* log2, rounded down */
{
	return n ? 31 - (uint32_t)__builtin_clz(n) : 0;
}

/* The first piece that begins behind `last`. */
static uint32_t behind(const struct lines *l, uint32_t from, uint64_t last)
{
	while (from < l->n_pieces && l->pieces[from].start <= last)
		from++;
	return from;
}

static uint64_t entry(const struct slots *s, uint32_t part_bits, uint32_t line)
{
	return (uint64_t)line << 32 | (uint64_t)s->slots.n << 6 | part_bits;
}

/* Slots that have only one class share a line with the one before that has it. */
static void add_slots(struct slots *s, uint64_t start, uint32_t part_bits, uint32_t n,
		      uint32_t first)
{
	struct lines *l = &s->lines;
	uint32_t shared = UINT32_MAX, shared_class = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t from = start + ((uint64_t)i << part_bits << NB_SLOT_BITS);
		uint64_t last = from + ((1ull << part_bits << NB_SLOT_BITS) - 1);
		uint32_t at = behind(l, l->at, from) - 1, line = lines_count(l), class;

		class = l->pieces[at].value;
		l->at = at;
		if (at + 1 < l->n_pieces && l->pieces[at + 1].start <= last) {
			line = (line - first) << NB_SLOT_LINE;
			line |= lines_add_slot(l, from, part_bits);
			VEC_PUSH(l->arena, &s->slots, line);
			continue;
		}
		if (shared == UINT32_MAX || shared_class != class) {
			lines_add_class(l, class);
			shared = line;
			shared_class = class;
		}
		VEC_PUSH(l->arena, &s->slots, (shared - first) << NB_SLOT_LINE);
	}
}

static uint64_t add_region(struct slots *s, uint64_t start, uint32_t bits)
{
	struct lines *l = &s->lines;
	uint32_t at = behind(l, l->at, start) - 1, line = lines_count(l), slot_bits, class;
	uint32_t inside = behind(l, at + 1, start + ((1ull << bits) - 1)) - at - 1;
	uint64_t made;

	class = l->pieces[at].value;
	if (!inside && s->uniform[class])
		return s->uniform[class];
	slot_bits = lower(inside / PIECES_A_SLOT);
	if (slot_bits > REGION_BITS_MAX)
		slot_bits = REGION_BITS_MAX;
	made = entry(s, bits - slot_bits - NB_SLOT_BITS, line);
	if (!inside)
		s->uniform[class] = made;
	add_slots(s, start, bits - slot_bits - NB_SLOT_BITS, 1u << slot_bits, line);
	return made;
}

static struct shape write(struct arena *arena, const struct slots *s, const uint64_t *top,
			  size_t room, struct nb_params *p)
{
	const struct lines *l = &s->lines;
	size_t slots = (size_t)8 << p->net6_top, lines, classes, end;
	uint8_t *at;

	lines = (slots + s->slots.n * 4 + 127) & ~(size_t)127;
	classes = lines + lines_bytes(l);
	end = classes + l->classes.n * 4;
	p->net6_kind = NB_NET_SLOTS;
	p->net6_levels = l->levels;
	p->net6_slots_off = (uint32_t)slots;
	p->net6_leaves_off = (uint32_t)lines;
	p->net6_classes_off = l->classes.n ? (uint32_t)classes : 0;
	at = arena_alloc(arena, end + room);
	memcpy(at, top, slots);
	memcpy(at + slots, s->slots.at, s->slots.n * 4);
	lines_write(l, at + lines);
	if (l->classes.n)
		memcpy(at + classes, l->classes.at, l->classes.n * 4);
	return (struct shape){ at, end };
}

struct shape table_slots(struct arena *arena, const struct piece *pieces, uint32_t n,
			 size_t room, struct nb_params *p)
{
	struct arena *work = arena_new();
	struct slots s = { .lines = { .arena = work, .form = &form, .pieces = pieces,
				      .n_pieces = n } };
	uint32_t bits = lower(n / 16);
	uint64_t *top;
	struct shape made;

	bits = !bits ? 1 : bits > NB_SLOTS_TOP_MAX ? NB_SLOTS_TOP_MAX : bits;
	top = ARENA_ARRAY(work, uint64_t, 1u << bits);
	s.uniform = ARENA_ARRAY(work, uint64_t, NB_MAX_CLASS + 1);
	for (uint32_t i = 0; i < 1u << bits; i++)
		top[i] = add_region(&s, (uint64_t)i << (64 - bits), 64 - bits);
	p->net6_top = bits;
	made = write(arena, &s, top, room, p);
	arena_free(work);
	return made;
}
