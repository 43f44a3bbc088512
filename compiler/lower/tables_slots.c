/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NET6 of many prefixes. Addresses crowd in a few places, so the index has two levels:
 * the top bits say how finely the rest of their region is divided, by how much is in it.
 * Pieces that crowd lie near to each other, so that a line needs few bits to tell them apart.
 */
#include <string.h>
#include "compiler/base/table.h"
#include "compiler/lower/tables.h"

#define PIECES_A_SLOT 8     /* of a region, at least: fewer cost memory and no misses less */
#define REGION_BITS_MAX 13u /* of slots, so that 16 lines to each can be told in a slot */
#define LINES_MAX (1u << 25) /* with what is before them, in 32 bits */
#define NUMBER_MAX (1u << 25)
#define NO_MORE UINT32_MAX

struct slots {
	struct lines lines; /* the first: what the form is given is known to be a slots' */
	VEC(uint32_t) slots;
	struct table *palettes; /* what codes stand for → its number + 1; NULL: they are classes */
	struct region {
		uint32_t slot, line; /* line + 1 */
	} *uniform; /* by class: of a region that has only it */
};

/* ---- lines ---- */

/* Index of a value among those found, the next of which it may become. */
static uint32_t code_of(uint32_t value, uint32_t *found, uint32_t *n)
{
	uint32_t i = 0;

	while (i < *n && found[i] != value)
		i++;
	if (i == *n && i < NB_CODES)
		found[(*n)++] = value;
	return i;
}

static uint32_t fit(const struct lines *l, const struct piece *p, uint32_t n)
{
	bool palette = ((const struct slots *)l)->palettes;
	uint32_t found[NB_CODES] = { p[0].value }, n_found = 1, i;
	uint64_t starts = 0;

	for (i = 1; i < n && i <= NB_SLOTS_STARTS; i++) {
		starts |= p[i].start;
		if ((p[i].start - p[1].start) >> __builtin_ctzll(starts) >= NO_MORE)
			break;
		if (palette && code_of(p[i].value, found, &n_found) == NB_CODES)
			break;
	}
	return i;
}

static uint32_t palette_number(struct slots *s, const uint32_t *found, uint32_t n)
{
	struct lines *l = &s->lines;
	uintptr_t number = (uintptr_t)table_get(s->palettes, found, n * sizeof(*found));
	uint32_t *kept;

	if (number)
		return (uint32_t)number - 1;
	kept = ARENA_ARRAY(l->arena, uint32_t, n);
	memcpy(kept, found, n * sizeof(*found));
	*table_at(s->palettes, kept, n * sizeof(*kept)) = (void *)(l->classes.n + 1);
	for (uint32_t i = 0; i < n; i++)
		VEC_PUSH(l->arena, &l->classes, found[i]);
	return (uint32_t)l->classes.n - n;
}

/* Codes of ranks, the number beside them, and the shift. */
static uint64_t head(struct slots *s, const struct piece *p, uint32_t n, uint32_t shift)
{
	uint32_t found[NB_CODES], n_found = 0, number = 0, codes = 0;

	for (uint32_t at = 0; at <= NB_SLOTS_STARTS; at++) {
		uint32_t value = p[at < n ? at : n - 1].value, code = value;

		if (s->palettes) {
			code = code_of(value, found, &n_found);
		} else if (value & NB_DEEP) {
			code = NB_CODE_LIST;
			if (!number)
				number = (value & ~NB_DEEP) + 1;
		}
		codes |= code << 2 * NB_CODE_AT(at);
	}
	if (s->palettes)
		number = palette_number(s, found, n_found) + 1;
	return NB_LINE_HEAD(codes, number ? number - 1 : 0, shift);
}

static void put_later(uint64_t *line, uint32_t i, uint64_t later)
{
	uint32_t at = i % 4 == 3 ? NB_SLOTS_STARTS / 4 * 3 + i / 4 : i / 4 * 3 + i % 4;

	line[2 + at / 2] |= later << at % 2 * 32;
}

static void put(struct lines *l, uint64_t *line, const struct piece *p, uint32_t n)
{
	uint64_t starts = 0;
	uint32_t shift;

	for (uint32_t i = 1; i < n; i++)
		starts |= p[i].start;
	shift = starts ? (uint32_t)__builtin_ctzll(starts) : 0;
	line[0] = head((struct slots *)l, p, n, shift);
	line[1] = n > 1 ? p[1].start - 1 : p[0].start;
	for (uint32_t i = 1; i <= NB_SLOTS_STARTS; i++)
		put_later(line, i - 1, i < n ? (p[i].start - p[1].start) >> shift : NO_MORE);
}

static void put_child(uint64_t *line, uint32_t i, uint64_t start)
{
	line[i] = (1ull << 63) - (start & ~0ull >> 1);
}

static const struct line_form form = { NB_SLOTS_CHILDREN, fit, put, put_child };

/* ---- slots and regions ---- */

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

/* Of the region that begins at start and has these slots and lines; where those are to
 * be is added when it is known. */
static uint64_t entry(uint64_t start, uint32_t part_bits, uint32_t slot, uint32_t line)
{
	slot -= (uint32_t)(start >> part_bits >> NB_SLOT_BITS);
	return (uint64_t)(slot * 4) << 32 | line * sizeof(struct nb_line) | part_bits;
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
		uint32_t at = behind(l, l->at, from) - 1, class;

		class = l->pieces[at].value;
		l->at = at;
		if (at + 1 < l->n_pieces && l->pieces[at + 1].start <= last) {
			uint32_t bits = lines_add_slot(l, from, part_bits);

			VEC_PUSH(l->arena, &s->slots,
				 (lines_count(l) - 1 - first) << NB_SLOT_LINE | bits);
			continue;
		}
		if (shared == UINT32_MAX || shared_class != class) {
			shared = lines_count(l);
			shared_class = class;
			lines_add_class(l, class);
		}
		VEC_PUSH(l->arena, &s->slots, (shared - first) << NB_SLOT_LINE);
	}
}

static uint64_t add_region(struct slots *s, uint64_t start, uint32_t bits)
{
	struct lines *l = &s->lines;
	uint32_t at = behind(l, l->at, start) - 1, line = lines_count(l), slot_bits, class;
	uint32_t inside = behind(l, at + 1, start + ((1ull << bits) - 1)) - at - 1;
	uint32_t slot = (uint32_t)s->slots.n, part_bits;
	struct region *same = &s->uniform[(class = l->pieces[at].value)];

	if (!inside && same->line)
		return entry(start, bits - NB_SLOT_BITS, same->slot, same->line - 1);
	slot_bits = lower(inside / PIECES_A_SLOT);
	if (slot_bits > REGION_BITS_MAX)
		slot_bits = REGION_BITS_MAX;
	part_bits = bits - slot_bits - NB_SLOT_BITS;
	if (!inside)
		*same = (struct region){ slot, line + 1 };
	add_slots(s, start, part_bits, 1u << slot_bits, line);
	return entry(start, part_bits, slot, line);
}

static struct shape write(struct arena *arena, const struct slots *s, const uint64_t *top,
			  size_t room, struct nb_params *p)
{
	const struct lines *l = &s->lines;
	size_t slots = (size_t)8 << p->net6_top, lines, classes, end;
	uint64_t *at_top;
	uint8_t *at;

	lines = (slots + s->slots.n * 4 + 63) & ~(size_t)63;
	classes = lines + lines_bytes(l);
	end = classes + l->classes.n * 4;
	p->net6_kind = NB_NET_SLOTS;
	p->net6_levels = l->levels;
	p->net6_leaves_off = (uint32_t)lines;
	p->net6_classes_off = l->classes.n ? (uint32_t)classes : 0;
	at = arena_alloc(arena, end + room);
	at_top = (uint64_t *)at;
	for (uint32_t i = 0; i < 1u << p->net6_top; i++)
		at_top[i] = ((top[i] >> 32) + slots) << 32 | (uint32_t)(top[i] + lines);
	memcpy(at + slots, s->slots.at, s->slots.n * 4);
	lines_write(l, at + lines);
	if (l->classes.n)
		memcpy(at + classes, l->classes.at, l->classes.n * 4);
	return (struct shape){ at, end };
}

/* Codes are classes where there are so few. */
static bool are_codes(const struct piece *pieces, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!(pieces[i].value & NB_DEEP) && pieces[i].value >= NB_CODE_LIST)
			return false;
	return true;
}

struct shape table_slots(struct arena *arena, const struct piece *pieces, uint32_t n,
			 uint32_t lists, size_t room, struct nb_params *p)
{
	struct arena *work = arena_new();
	struct slots s = { .lines = { .arena = work, .form = &form, .pieces = pieces,
				      .n_pieces = n } };
	struct shape made = { NULL, 0 };
	uint32_t bits = lower(n / 16);
	uint64_t *top;

	bits = !bits ? 1 : bits > NB_SLOTS_TOP_MAX ? NB_SLOTS_TOP_MAX : bits;
	top = ARENA_ARRAY(work, uint64_t, 1u << bits);
	s.uniform = ARENA_ARRAY(work, struct region, NB_MAX_CLASS + 1);
	if (!are_codes(pieces, n))
		s.palettes = table_new(work);
	for (uint32_t i = 0; i < 1u << bits; i++)
		top[i] = add_region(&s, (uint64_t)i << (64 - bits), 64 - bits);
	p->net6_top = bits;
	if (lists < NUMBER_MAX && s.lines.classes.n < NUMBER_MAX &&
	    lines_count(&s.lines) < LINES_MAX)
		made = write(arena, &s, top, room, p);
	arena_free(work);
	return made;
}
