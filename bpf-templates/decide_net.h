/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * From an address to its class, 0 = no rule, ~0 = a broken image. Part of decide.h;
 * abi.h describes the tables. What a search decides, it decides by arithmetic: which way
 * an address goes is a coin toss, and a branch on it is mispredicted half the time.
 * The barriers keep clang from making branches of the arithmetic again; a shift, unlike
 * a mask or a product, leads neither clang nor the verifier of Linux 6.18 to follow both
 * outcomes of a step apart.
 */
#ifndef NB_DECIDE_NET_H
#define NB_DECIDE_NET_H

#include "decide_path.h"

/* The top bit. */
NB_INLINE u64 sign(u64 d)
{
	barrier_value(d);
	return d >> 63;
}

/* 1 if it is 0, else 0. */
NB_INLINE u64 no_sign(u64 d)
{
	return sign(d) ^ 1;
}

/* b - a, but with its borrow as the top bit, for any two. */
NB_INLINE u64 borrow(u64 a, u64 b)
{
	u64 d = b - a;

	barrier_value(d);
	return (~b & a) | ((~b | a) & d);
}

NB_INLINE u32 number_at(const u8 *image, u64 off, u32 bytes)
{
	const u32 *number = image_at(image, off, 4, bytes);

	return number ? *number : ~0u;
}

NB_INLINE u32 sorted_class(const u8 *image, u32 addr)
{
	u64 at = 0;
	const u32 *start;

	for (u32 i = P(net4_steps); i--;) {
		u64 step = 1ull << i;

		start = image_at(image, (at + step) * 4, 4, P(net4_bytes));
		if (!start)
			return ~0u;
		at += no_sign((u64)addr - *start) << i;
	}
	return number_at(image, (at + (1u << P(net4_steps))) * 4, P(net4_bytes));
}

NB_INLINE u32 trie_class(const u8 *image, u32 addr)
{
	u64 off = addr >> 16;
	const u16 *entry;

	for (u32 bits = 16;; bits -= 8) {
		entry = image_at(image, off * 2, 2, P(net4_bytes));
		if (!entry)
			return ~0u;
		if (!bits)
			return *entry;
		off = NB_TRIE_ROOT + (u64)*entry * NB_TRIE_BLOCK + (addr >> (bits - 8) & 255);
	}
}

/* The line of a part of a slot, counted from the first that the slot's like speak of. The
 * bits are spread to one in four, so that one product adds them. */
NB_INLINE u64 slot_line(u32 slot, u64 part)
{
	u64 behind = (slot & ((1u << NB_SLOT_LINE) - 1)) >> part;

	behind = behind * 0x200040008001ull & 0x111111111111111ull;
	return (slot >> NB_SLOT_LINE) - (behind * 0x1111111111111111ull >> 60);
}

/* The class of the piece of that rank in the line at `off`, by its head. Whether there are
 * two or more is nothing to guess: a place is read in either case, once more the head's. */
NB_INLINE u32 head_class(const u8 *image, u64 off, u64 head, u64 rank, u32 classes_off,
			 u32 bytes)
{
	u64 odd = rank & 1, two, mixed;

	barrier_value(odd);
	two = head >> odd * NB_HEAD_CLASS & NB_MAX_CLASS;
	if (!classes_off)
		return two;
	mixed = -(head >> NB_HEAD_KIND);
	barrier_value(mixed);
	off ^= (off ^ (classes_off + ((u64)(u32)head + rank) * 4)) & mixed;
	return two ^ ((two ^ number_at(image, off, bytes)) & mixed);
}

/* How many of four numbers are not behind an address; all: its low bits, four times. */
NB_INLINE u64 count_of_four(u64 all, u64 four)
{
	return ((all + four) >> 15 & NB_FOUR) * NB_FOUR >> 48 & 7;
}

/* Every fifth number says which four are left to compare. */
NB_INLINE u64 ranges_rank(const u64 *line, u64 low)
{
	u64 all = low * NB_FOUR, fifths = count_of_four(all, line[1]);

	return fifths * 5 + count_of_four(all, line[2 + fifths]);
}

/* An index into u32s, all of which an image of this kind has. */
NB_INLINE u32 indexed(const u8 *image, u64 off, u32 end, u32 total)
{
	return image && total >= end ? *(const u32 *)(image + off) : ~0u;
}

NB_INLINE u32 ranges_class(const u8 *image, u32 addr)
{
	u32 low = addr & ((1u << NB_RANGES_LOW) - 1);
	u32 slot = indexed(image, NB_RANGES_SLOTS + (u64)(addr >> NB_RANGES_LOW) * 4,
			   NB_RANGES_LINES, P(net4_bytes));
	u64 at = slot_line(slot, low >> (NB_RANGES_LOW - NB_SLOT_BITS));
	const u64 *line;
	u64 rank, off;

	if (P(net4_far))
		at += indexed(image, (u64)(addr >> (32 - NB_RANGES_GROUPS)) * 4, NB_RANGES_LINES,
			      P(net4_bytes));
	for (u32 level = 0;; level++) {
		off = NB_RANGES_LINES + at * NB_LINE_WORDS * 8;
		line = image_at(image, off, NB_RANGES_READ * 8, P(net4_bytes));
		if (!line)
			return ~0u;
		rank = ranges_rank(line, low);
		if (level == P(net4_levels) || !(line[0] & NB_HEAD_INNER))
			break;
		at = (u64)(u32)line[0] + rank;
	}
	return head_class(image, off, line[0], rank, P(net4_classes_off), P(net4_bytes));
}

NB_INLINE u32 class4(u32 addr_be)
{
	u32 addr = __builtin_bswap32(addr_be);

	switch (P(net4_kind)) {
	case NB_NET_NONE:
		return 0;
	case NB_NET_SORTED:
		return sorted_class(IMAGE_OF(nb_net4), addr);
	case NB_NET_TRIE:
		return trie_class(IMAGE_OF(nb_net4), addr);
	default:
		return ranges_class(IMAGE_OF(nb_net4), addr);
	}
}

/* Class of the lower half of an address in a network with several. */
NB_INLINE u32 low_class(const u8 *image, u32 number, u64 low)
{
	const struct nb_span *span;
	const u64 *start;
	u64 first, count, at = 0;

	span = image_at(image, P(net6_spans_off) + (u64)number * sizeof(*span), sizeof(*span),
			P(net6_bytes));
	if (!span)
		return ~0u;
	first = span->first;
	count = span->count;
	for (u32 i = P(net6_low_steps); i--;) {
		u64 step = 1ull << i;

		if (at + step >= count)
			continue;
		start = image_at(image, P(net6_low_off) + (first + at + step) * 8, 8,
				 P(net6_bytes));
		if (!start)
			return ~0u;
		at += no_sign(borrow(*start, low)) << i;
	}
	return number_at(image, P(net6_low_classes_off) + (first + at) * 4, P(net6_bytes));
}

NB_INLINE u32 tree_class(const u8 *image, u64 high)
{
	const struct nb_leaf *leaf;
	const u64 *start;
	u64 node = 0, below;

	for (u32 level = 0; level < P(net6_levels); level++) {
		start = image_at(image, number_at(image, level * 4, P(net6_bytes)) + node * 64, 64,
				 P(net6_bytes));
		if (!start)
			return ~0u;
		below = 0;
		for (u32 i = 0; i < NB_TREE_CHILDREN - 1; i++)
			below += no_sign((high >> 1) - start[i]);
		node = node * NB_TREE_CHILDREN + below;
	}
	node = P(net6_leaves_off) + node * sizeof(*leaf);
	leaf = image_at(image, node, sizeof(*leaf), P(net6_bytes));
	if (!leaf)
		return ~0u;
	below = 0;
	for (u32 i = 0; i < NB_LEAF_PIECES - 1; i++)
		below += no_sign(borrow(leaf->start[i], high));
	return number_at(image, node + sizeof(leaf->start) + below * 4, P(net6_bytes));
}

NB_INLINE u64 is_reached(u64 number, u64 later)
{
	barrier_value(number); /* or clang copies `later` to add to it */
	return sign(number + later);
}

NB_INLINE u64 count_of_three(u64 later, const u32 *three)
{
	return is_reached(three[0], later) + is_reached(three[1], later) +
	       is_reached(three[2], later);
}

/* Of a piece, as codes are counted. Every fourth number says which three are left to compare. */
NB_INLINE u64 slots_rank(const struct nb_line *line, u64 high)
{
	u64 later = (u64)((s64)(line->before - high) >> NB_LINE_SHIFT(line->head));
	u64 fourths = count_of_three(later, line->fourth);

	return fourths * 4 + count_of_three(later, line->rest + fourths * 3);
}

/* Of a line below. */
NB_INLINE u64 inner_rank(const u64 *line, u64 high)
{
	u64 rank = 0;

	high &= ~0ull >> 1;
	for (u32 i = 1; i < NB_SLOTS_CHILDREN; i++)
		rank += sign(high + line[i]);
	return rank;
}

/* The codes of lists that a line has before that rank. */
NB_INLINE u64 lists_before(u64 head, u64 rank)
{
	u64 both = head & head >> 1 & 0x55555555 & ((1ull << rank * 2) - 1);

	both = (both & 0x33333333) + (both >> 2 & 0x33333333);
	return both * 0x11111111 >> 28 & 15;
}

/* The class that the code of that rank means, or NB_DEEP and the number of a list. */
NB_INLINE u32 code_class(const u8 *image, u64 head, u64 rank)
{
	u64 code = head >> rank * 2 & (NB_CODES - 1);

	if (P(net6_classes_off))
		return number_at(image, P(net6_classes_off) + (NB_LINE_NUMBER(head) + code) * 4,
				 P(net6_bytes));
	barrier_value(code);
	if (!code || !P(net6_spans) || code != NB_CODE_LIST)
		return code;
	return NB_DEEP | (u32)(NB_LINE_NUMBER(head) + lists_before(head, rank));
}

NB_INLINE const struct nb_line *line_at(const u8 *image, u64 off)
{
	return image_at(image, off, sizeof(struct nb_line), P(net6_bytes));
}

/* Below an INNER line: a function of its own, since few are, and those that look up keep
 * few registers without it. */
NB_GLOBAL u32 nb_line_class(u64 off, u64 high)
{
	const u8 *image = IMAGE_OF(nb_net6);
	const struct nb_line *line;

	for (u32 level = 0;; level++) {
		line = line_at(image, off);
		if (!line)
			return ~0u;
		if (!(line->head & NB_HEAD_INNER))
			return code_class(image, line->head, slots_rank(line, high));
		if (level == P(net6_levels))
			return ~0u;
		off = (u32)line->head + inner_rank((const u64 *)(const void *)line, high);
		off = P(net6_leaves_off) + off * sizeof(*line);
	}
}

NB_INLINE u32 slots_class(const u8 *image, u64 high)
{
	const struct nb_line *line;
	const u32 *slot;
	u64 top, part;
	u32 off;

	if (!image || P(net6_bytes) < 8u << P(net6_top))
		return ~0u;
	top = *(const u64 *)(image + (high >> (-P(net6_top) & 63)) * 8);
	part = high >> (top & 63);
	slot = image_at(image, (u32)(part >> NB_SLOT_BITS) * 4 + (u32)(top >> 32), 4,
			P(net6_bytes));
	if (!slot)
		return ~0u;
	off = top;
	off &= ~63u;
	off += (u32)slot_line(*slot, part & ((1u << NB_SLOT_BITS) - 1)) * (u32)sizeof(*line);
	line = line_at(image, off);
	if (!line)
		return ~0u;
	if (line->head & NB_HEAD_INNER)
		return nb_line_class(off, high);
	return code_class(image, line->head, slots_rank(line, high));
}

/* Of the upper half; NB_DEEP and the number of a list, where more is to be asked. */
NB_INLINE u32 upper_class(u64 high)
{
	if (P(net6_kind) == NB_NET_NONE)
		return 0;
	if (P(net6_kind) == NB_NET_TREE)
		return tree_class(IMAGE_OF(nb_net6), high);
	return slots_class(IMAGE_OF(nb_net6), high);
}

NB_INLINE u32 has_list(u32 class)
{
	return P(net6_spans) && class & NB_DEEP && class != ~0u;
}

NB_INLINE u32 list_class(u32 class, u64 lower_be)
{
	return low_class(IMAGE_OF(nb_net6), class & ~NB_DEEP, __builtin_bswap64(lower_be));
}

NB_INLINE u32 class6(const u32 *addr)
{
	u32 class = upper_class(__builtin_bswap64(addr[0] | (u64)addr[1] << 32));

	return has_list(class) ? list_class(class, addr[2] | (u64)addr[3] << 32) : class;
}

#endif
