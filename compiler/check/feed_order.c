/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ranges of a feed in the order of where they begin, IPv4 before IPv6: a set has no
 * order, and each pass behind this one goes through a million of them in one direction
 * instead of sorting them again and then meeting them anywhere.
 */
#include <stdlib.h>
#include <string.h>
#include "compiler/check/check.h"

struct spot { /* small, because it is moved about */
	uint64_t top; /* of where the range begins, the first 64 bits */
	uint32_t range;
} __attribute__((packed, aligned(4)));

enum { DIGIT_BITS = 11, FEW = 24 };

static uint64_t top(const struct addr_range *r)
{
	uint64_t bytes;

	memcpy(&bytes, r->lo, sizeof bytes);
	return __builtin_bswap64(bytes);
}

static int by_address(const void *a, const void *b)
{
	const struct addr_range *x = a, *y = b;
	int order = x->v6 != y->v6 ? (x->v6 ? 1 : -1) : memcmp(x->lo, y->lo, sizeof x->lo);

	return order ? order : memcmp(x->hi, y->hi, sizeof x->hi);
}

static void insert(struct spot *at, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct spot moved = at[i];
		size_t k = i;

		for (; k && at[k - 1].top > moved.top; k--)
			at[k] = at[k - 1];
		at[k] = moved;
	}
}

/* The bits in which tops differ. */
static uint64_t differing(const struct spot *at, size_t n)
{
	uint64_t differ = 0;

	for (size_t i = 1; i < n; i++)
		differ |= at[i].top ^ at[0].top;
	return differ;
}

/* A digit that leaves a few to each of its values; of the first bits that differ, since
 * what is dealt then lies close together, and the rest is done in the caches. */
static uint32_t digit_bits(size_t n, uint32_t differ_bits)
{
	uint32_t bits = 61 - (uint32_t)__builtin_clzl(n);

	bits = bits > DIGIT_BITS ? DIGIT_BITS : bits;
	return bits > differ_bits ? differ_bits : bits;
}

static void sort(struct spot *at, struct spot *other, size_t n, bool there);

static void deal(struct spot *at, struct spot *other, size_t n, uint32_t shift,
		 uint32_t bits, bool there)
{
	uint32_t ends[1u << DIGIT_BITS] = { 0 }, before = 0, mask = (1u << bits) - 1;

	for (size_t i = 0; i < n; i++)
		ends[at[i].top >> shift & mask]++;
	for (uint32_t d = 0; d <= mask; d++) {
		uint32_t here = ends[d];

		ends[d] = before;
		before += here;
	}
	for (size_t i = 0; i < n; i++)
		other[ends[at[i].top >> shift & mask]++] = at[i];
	before = 0;
	for (uint32_t d = 0; d <= mask; d++) {
		if (ends[d] > before)
			sort(other + before, at + before, ends[d] - before, !there);
		before = ends[d];
	}
}

/* By the tops, to `other` if there, else where they are. As deep as tops have bits. */
static void sort(struct spot *at, struct spot *other, size_t n, bool there)
{
	uint64_t differ = n > FEW ? differing(at, n) : 0;

	if (differ) {
		uint32_t top_bit = 64 - (uint32_t)__builtin_clzll(differ);
		uint32_t bits = digit_bits(n, top_bit);

		deal(at, other, n, top_bit - bits, bits, there);
		return;
	}
	if (n <= FEW)
		insert(at, n);
	if (there)
		memcpy(other, at, n * sizeof *at);
}

enum { AHEAD = 12 };

/* Those of one family to `out`, whole ones of equal tops in order among themselves. */
static size_t order(struct arena *room, const struct addr_range *all, size_t n, bool v6,
		    struct addr_range *out)
{
	struct spot *at = ARENA_ARRAY(room, struct spot, 2 * n);
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		if (all[i].v6 == v6)
			at[found++] = (struct spot){ top(&all[i]), (uint32_t)i };
	sort(at, at + n, found, false);
	for (size_t i = 0; i < found; i++) {
		if (i + AHEAD < found) { /* they are anywhere, and may lie in two lines */
			__builtin_prefetch(&all[at[i + AHEAD].range]);
			__builtin_prefetch((const char *)&all[at[i + AHEAD].range + 1] - 1);
		}
		out[i] = all[at[i].range];
	}
	for (size_t i = 0, k; i < found; i = k) {
		for (k = i + 1; k < found && at[k].top == at[i].top; k++)
			;
		if (k > i + 1)
			qsort(out + i, k - i, sizeof *out, by_address);
	}
	return found;
}

struct addr_range *feed_order(struct arena *arena, const struct addr_range *all, size_t n)
{
	struct addr_range *out = ARENA_ARRAY(arena, struct addr_range, n);
	struct arena *room;
	size_t i = 1, v4;

	while (i < n && by_address(&all[i - 1], &all[i]) <= 0)
		i++;
	if (i >= n) {
		memcpy(out, all, n * sizeof *out);
		return out;
	}
	room = arena_new();
	v4 = order(room, all, n, false, out);
	order(room, all, n, true, out + v4);
	arena_free(room);
	return out;
}
