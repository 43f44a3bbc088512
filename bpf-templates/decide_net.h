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
	u64 begun = slot & ((1u << part) - 1);

	begun = begun * 0x200040008001ull & 0x111111111111111ull;
	return (slot >> NB_SLOT_LINE) + (begun * 0x1111111111111111ull >> 60);
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
	mixed = -(head >> NB_HEAD_KIND & NB_HEAD_MIXED);
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
		off = NB_RANGES_LINES + at * NB_RANGES_WORDS * 8;
		line = image_at(image, off, NB_RANGES_READ * 8, P(net4_bytes));
		if (!line)
			return ~0u;
		rank = ranges_rank(line, low);
		if (level == P(net4_levels) || line[0] >> NB_HEAD_KIND != NB_HEAD_INNER)
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

NB_INLINE u64 count_of_three(u64 high, const u64 *three)
{
	return sign(high + three[0]) + sign(high + three[1]) + sign(high + three[2]);
}

/* Every fourth number says which three are left to compare. */
NB_INLINE u64 slots_rank(const u64 *line, u64 high)
{
	u64 fourths = count_of_three(high, line + 1);

	return fourths * 4 + count_of_three(high, line + 4 + fourths * 3);
}

NB_INLINE u32 slots_class(const u8 *image, u64 high)
{
	const u64 *line, *top = image_at(image, (high >> (-P(net6_top) & 63)) * 8, 8,
					 P(net6_bytes));
	u64 part, at, rank, off;
	u32 slot;

	if (!top)
		return ~0u;
	part = high << P(net6_top) >> P(net6_top) >> (*top & 63);
	high &= ~0ull >> 1;
	slot = number_at(image, P(net6_slots_off) + ((*top >> 6 & NB_SLOTS_FIRST) +
			 (part >> NB_SLOT_BITS)) * 4, P(net6_bytes));
	at = (*top >> 32) + slot_line(slot, part & ((1u << NB_SLOT_BITS) - 1));
	for (u32 level = 0;; level++) {
		off = P(net6_leaves_off) + at * NB_SLOTS_WORDS * 8;
		line = image_at(image, off, NB_SLOTS_WORDS * 8, P(net6_bytes));
		if (!line)
			return ~0u;
		rank = slots_rank(line, high);
		if (level == P(net6_levels) || line[0] >> NB_HEAD_KIND != NB_HEAD_INNER)
			break;
		at = (u64)(u32)line[0] + rank;
	}
	return head_class(image, off, line[0], rank, P(net6_classes_off), P(net6_bytes));
}

NB_INLINE u32 class6(const u32 *addr)
{
	u64 high = (u64)__builtin_bswap32(addr[0]) << 32 | __builtin_bswap32(addr[1]);
	u64 low = (u64)__builtin_bswap32(addr[2]) << 32 | __builtin_bswap32(addr[3]);
	const u8 *image;
	u32 class;

	if (P(net6_kind) == NB_NET_NONE)
		return 0;
	image = IMAGE_OF(nb_net6);
	class = P(net6_kind) == NB_NET_TREE ? tree_class(image, high) : slots_class(image, high);
	if (P(net6_spans) && class != ~0u && class & NB_DEEP)
		class = low_class(image, class & ~NB_DEEP, low);
	return class;
}

#endif
