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

/* 1 if the top bit is 0, else 0. */
NB_INLINE u64 no_sign(u64 d)
{
	barrier_value(d);
	return (d >> 63) ^ 1;
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

/* The last of the entries first .. first + more whose key is not above that of the
 * address; the first one's is not. */
NB_INLINE u32 ranges_search(const u8 *image, u32 addr, u64 first, u64 more, u32 steps)
{
	u64 key = (u64)(u32)(addr << NB_RANGES_BITS) | NB_RANGES_CLASS, at = 0;
	const u32 *entry;

	for (u32 i = steps; i--;) {
		u64 step = 1ull << i;

		entry = image_at(image, (NB_RANGES_INDEX + first + at + step) * 4, 4,
				 P(net4_bytes));
		if (!entry)
			return ~0u;
		at += no_sign((key - *entry) | (more - (at + step))) << i;
	}
	entry = image_at(image, (NB_RANGES_INDEX + first + at) * 4, 4, P(net4_bytes));
	return entry ? *entry & NB_RANGES_CLASS : ~0u;
}

NB_INLINE u32 ranges_class(const u8 *image, u32 addr)
{
	const u32 *at = image_at(image, (u64)(addr >> NB_RANGES_LOW) * 4, 4, P(net4_bytes));
	u64 first, more;

	if (!at)
		return ~0u;
	first = *at & NB_RANGES_FIRST;
	more = *at >> 26;
	if (more != NB_RANGES_LONG)
		return ranges_search(image, addr, first, more, P(net4_steps));
	at = image_at(image, (NB_RANGES_INDEX + first) * 4, 4, P(net4_bytes));
	return at ? ranges_search(image, addr, first + 1, *at, NB_RANGES_LOW) : ~0u;
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

NB_INLINE u32 tree_class(const u8 *image, const u32 *addr)
{
	u64 high = (u64)__builtin_bswap32(addr[0]) << 32 | __builtin_bswap32(addr[1]);
	u64 low = (u64)__builtin_bswap32(addr[2]) << 32 | __builtin_bswap32(addr[3]);
	const struct nb_leaf *leaf;
	const u64 *start;
	u64 node = 0, below;
	u32 class;

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
	class = number_at(image, node + sizeof(leaf->start) + below * 4, P(net6_bytes));
	if (P(net6_spans) && class != ~0u && class & NB_DEEP)
		class = low_class(image, class & ~NB_DEEP, low);
	return class;
}

NB_INLINE u32 class6(const u32 *addr)
{
	return P(net6_bytes) ? tree_class(IMAGE_OF(nb_net6), addr) : 0;
}

#endif
