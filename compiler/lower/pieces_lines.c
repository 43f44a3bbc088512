/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RANGES and SLOTS back to pieces: every part of every slot, as a lookup finds its line. A
 * lookup counts the numbers of a line that are not behind an address; that this is the
 * piece's rank needs them to ascend, within the parts that lead to the line.
 */
#include "compiler/lower/pieces_walk.h"

struct form {
	bool (*start)(const uint64_t *line, uint32_t i, uint64_t first, uint64_t *out);
	uint32_t starts, read;
	size_t lines_off, classes_off;
	uint32_t levels;
	bool v6;
};

/* ---- the two encodings: false where no number is left. One that is always counted, or
 * that would carry into its neighbour, comes out before the line or, wrapped, behind the
 * family: no line ascends to it. ---- */

static bool start4(const uint64_t *line, uint32_t i, uint64_t first, uint64_t *out)
{
	uint64_t word = i % 5 == 4 ? line[1] >> i / 5 * 16 : line[2 + i / 5] >> i % 5 * 16;
	uint64_t stored = word & 0xffff;

	*out = (first >> NB_RANGES_LOW << NB_RANGES_LOW) + (0x8000 - stored);
	return stored;
}

/* Of INNER lines. */
static bool start6(const uint64_t *line, uint32_t i, uint64_t first, uint64_t *out)
{
	uint64_t stored = line[1 + i], top = 1ull << 63;

	*out = (first & top) + (top - stored);
	return stored;
}

/* ---- lines ---- */

static bool tell_piece(struct walk *w, const struct form *f, uint64_t first, uint64_t last,
		       uint32_t class)
{
	if (!f->v6)
		return walk_tell(w, first, last, class);
	if (!(class & NB_DEEP))
		return walk_tell(w, (piece_address)first << 64,
				 (piece_address)last << 64 | UINT64_MAX, class);
	if (first != last)
		return walk_fail(w, "a list for several networks");
	return walk_network(w, first, class & ~NB_DEEP);
}

static bool walk_line(struct walk *, const struct form *, uint32_t level, uint64_t number,
		      uint64_t first, uint64_t last);

/* What the head says of the piece of that rank. */
static bool walk_rank(struct walk *w, const struct form *f, uint32_t level, uint64_t head,
		      uint32_t rank, uint64_t first, uint64_t last)
{
	const uint32_t *classes;

	if (head & NB_HEAD_INNER) {
		if (level == f->levels)
			return walk_fail(w, "a line further down than lookups go");
		if (head << 1 >> 33)
			return walk_fail(w, "a line of no known kind");
		return walk_line(w, f, level + 1, (uint64_t)(uint32_t)head + rank, first, last);
	}
	if (head >> NB_HEAD_KIND == NB_HEAD_TWO)
		return tell_piece(w, f, first, last,
				  head >> (rank & 1) * NB_HEAD_CLASS & NB_MAX_CLASS);
	classes = walk_records(w, f->classes_off + ((uint64_t)(uint32_t)head + rank) * 4, 1, 4);
	if (!f->classes_off)
		return walk_fail(w, "classes that are not looked up");
	return classes && tell_piece(w, f, first, last, *classes);
}

/* A piece of IPv6 by its code. */
static bool walk_code(struct walk *w, const struct form *f, uint64_t head, uint32_t at,
		      uint64_t first, uint64_t last)
{
	uint32_t number = NB_LINE_NUMBER(head), code = head >> 2 * at & (NB_CODES - 1);
	const uint32_t *class;

	if (f->classes_off) {
		class = walk_records(w, f->classes_off + ((uint64_t)number + code) * 4, 1, 4);
		return class && tell_piece(w, f, first, last, *class);
	}
	if (!w->p->net6_spans || code != NB_CODE_LIST)
		return tell_piece(w, f, first, last, code);
	while (at--)
		number += (head >> 2 * at & (NB_CODES - 1)) == NB_CODE_LIST;
	return tell_piece(w, f, first, last, NB_DEEP | number);
}

/* Is the address so near that a difference of 64 bits has its sign? */
static bool is_near(uint64_t address, uint64_t before)
{
	return (address > before ? address - before : before - address) >> 63 == 0;
}

static uint32_t later_of(const struct nb_line *line, uint32_t i)
{
	return i % 4 == 3 ? line->fourth[i / 4] : line->rest[i / 4 * 3 + i % 4];
}

/* One without numbers is for any place: all of them are counted there, or none is. */
static bool walk_one_code(struct walk *w, const struct form *f, const struct nb_line *line,
			  uint64_t first, uint64_t last)
{
	uint32_t codes = (uint32_t)line->head;

	for (uint32_t i = 0; i < NB_SLOTS_STARTS; i++)
		if (~later_of(line, i))
			return walk_fail(w, "a line that does not ascend");
	if ((codes ^ codes >> 2 * NB_CODE_AT(NB_SLOTS_STARTS)) & (NB_CODES - 1))
		return walk_fail(w, "two classes of one piece");
	return walk_code(w, f, line->head, 0, first, last);
}

/* A line of pieces of IPv6. Numbers that ascend are as many as lookups count, whichever
 * they compare; one that the next repeats has no address. */
static bool walk_codes(struct walk *w, const struct form *f, const struct nb_line *line,
		       uint64_t first, uint64_t last)
{
	uint32_t shift = NB_LINE_SHIFT(line->head), rank, before = 0;

	if (!~later_of(line, 0))
		return walk_one_code(w, f, line, first, last);
	if (!is_near(first, line->before) || !is_near(last, line->before))
		return walk_fail(w, "a line that begins too far away");
	for (rank = 0; rank < NB_SLOTS_STARTS; rank++) {
		uint32_t later = later_of(line, rank);
		piece_address start = (piece_address)line->before + 1 +
				      ((piece_address)later << shift);

		if (start < first || later < before)
			return walk_fail(w, "a line that does not ascend");
		if (start > last)
			break;
		before = later;
		if (start > first && !walk_code(w, f, line->head, NB_CODE_AT(rank), first,
						(uint64_t)start - 1))
			return false;
		first = (uint64_t)start;
	}
	for (uint32_t i = rank; i < NB_SLOTS_STARTS; before = later_of(line, i++))
		if (later_of(line, i) < before)
			return walk_fail(w, "a line that does not ascend");
	return walk_code(w, f, line->head, NB_CODE_AT(rank), first, last);
}

/* Depth is at most f->levels, which is at most LEVELS_MAX. */
static bool walk_line(struct walk *w, const struct form *f, uint32_t level, uint64_t number,
		      uint64_t first, uint64_t last)
{
	const uint64_t *line =
		walk_records(w, f->lines_off + number * NB_LINE_WORDS * 8, f->read, 8);
	uint32_t rank = 0;

	if (line && f->v6 && !(line[0] & NB_HEAD_INNER))
		return walk_codes(w, f, (const struct nb_line *)line, first, last);
	for (uint32_t i = 0; line && i < f->starts; i++) {
		uint64_t start;

		if (!f->start(line, i, first, &start))
			continue;
		if (rank != i || start <= first || start > last)
			return walk_fail(w, "a line that does not ascend");
		if (!walk_rank(w, f, level, line[0], rank++, first, start - 1))
			return false;
		first = start;
	}
	return line && walk_rank(w, f, level, line[0], rank, first, last);
}

/* The parts of a slot, 2^bits addresses each, from start on; neighbours on one line are
 * walked at once. */
static bool walk_slot(struct walk *w, const struct form *f, uint32_t slot, uint64_t lines,
		      uint64_t start, uint32_t bits)
{
	const uint32_t parts = 1u << NB_SLOT_BITS;
	uint32_t more = (uint32_t)__builtin_popcount(slot & ((1u << NB_SLOT_LINE) - 1));
	uint64_t line = lines + (slot >> NB_SLOT_LINE) - more, first = start;

	if (lines + (slot >> NB_SLOT_LINE) < more)
		return walk_fail(w, "a slot of lines before the first");
	for (uint32_t part = 1; part <= parts; part++) {
		uint64_t next = start + ((uint64_t)part << bits);

		if (part < parts && !(slot >> (part - 1) & 1))
			continue;
		if (!walk_line(w, f, 0, line++, first, next - 1))
			return false;
		first = next;
	}
	return true;
}

enum { LEVELS_MAX = 16 }; /* a line has two children and more */

static bool are_sane(struct walk *w, const struct form *f)
{
	return f->levels <= LEVELS_MAX || walk_fail(w, "too many levels");
}

bool walk_ranges(struct walk *w)
{
	const struct form f = { start4, NB_RANGES_STARTS, NB_RANGES_READ, NB_RANGES_LINES,
				 w->p->net4_classes_off, w->p->net4_levels, false };
	const uint32_t *head = walk_records(w, 0, NB_RANGES_LINES / 4, 4);
	const uint32_t *slot = head + NB_RANGES_SLOTS / 4;

	if (!head || !are_sane(w, &f))
		return false;
	for (uint32_t i = 0; i < 1u << NB_RANGES_BITS; i++)
		if (!walk_slot(w, &f, slot[i],
			       w->p->net4_far ? head[i >> (NB_RANGES_BITS - NB_RANGES_GROUPS)] : 0,
			       (uint64_t)i << NB_RANGES_LOW, NB_RANGES_LOW - NB_SLOT_BITS))
			return false;
	return true;
}

static bool walk_region(struct walk *w, const struct form *f, uint64_t top, uint64_t start,
			uint32_t bits)
{
	uint32_t part_bits = top & 63, slot_bits = bits - part_bits - NB_SLOT_BITS;
	uint32_t line = ((uint32_t)top & ~63u) - w->p->net6_leaves_off, at;
	const uint32_t *slot;

	if (part_bits + NB_SLOT_BITS > bits || slot_bits > 26)
		return walk_fail(w, "a region of another size");
	if (line & 63 || (uint32_t)top < w->p->net6_leaves_off)
		return walk_fail(w, "a region without lines");
	at = (uint32_t)(start >> part_bits >> NB_SLOT_BITS) * 4 + (uint32_t)(top >> 32);
	slot = walk_records(w, at, (size_t)1 << slot_bits, 4);
	for (uint32_t i = 0; slot && i < 1u << slot_bits; i++)
		if (!walk_slot(w, f, slot[i], line / 64,
			       start + ((uint64_t)i << part_bits << NB_SLOT_BITS), part_bits))
			return false;
	return slot;
}

bool walk_slots(struct walk *w)
{
	const struct form f = { start6, NB_SLOTS_CHILDREN - 1, NB_LINE_WORDS, w->p->net6_leaves_off, w->p->net6_classes_off,
				w->p->net6_levels, true };
	uint32_t bits = w->p->net6_top;
	const uint64_t *top;

	if (!bits || bits > NB_SLOTS_TOP_MAX)
		return walk_fail(w, "an index of another size");
	top = walk_records(w, 0, (size_t)1 << bits, 8);
	if (!top || !are_sane(w, &f))
		return false;
	for (uint64_t i = 0; i < 1u << bits; i++)
		if (!walk_region(w, &f, top[i], i << (64 - bits), 64 - bits))
			return false;
	return true;
}
