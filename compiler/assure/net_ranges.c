/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of a rule → its ranges in order, those that meet made one. Feeds come in order;
 * other lists are sorted here, whatever compiler/lower made of them.
 */
#include "compiler/assure/net_ranges.h"
#include <stdlib.h>
#include <string.h>

static uint64_t half(const uint8_t *bytes)
{
	uint64_t n;

	memcpy(&n, bytes, sizeof n);
	return __builtin_bswap64(n);
}

static piece_address number(const uint8_t *bytes, bool v6)
{
	return v6 ? (piece_address)half(bytes) << 64 | half(bytes + 8) : half(bytes) >> 32;
}

static struct range range_of(const struct addr_range *r)
{
	return (struct range){ number(r->lo, r->v6), number(r->hi, r->v6) };
}

struct merged {
	struct range *at;
	uint32_t n;
	piece_address last; /* of the family */
};

/* Begins where the one before does, or behind that. */
static void add(struct merged *m, struct range next)
{
	struct range *before = m->at + m->n - 1;

	if (!m->n || (before->hi != m->last && next.lo > before->hi + 1))
		m->at[m->n++] = next;
	else if (next.hi > before->hi)
		before->hi = next.hi;
}

/* false: they are not in order. */
static bool add_in_order(struct merged *m, const struct rule *rule, bool v6)
{
	piece_address before = 0;

	for (uint32_t i = 0; i < rule->n_addrs; i++) {
		struct range next;

		if (rule->addrs[i].v6 != v6)
			continue;
		next = range_of(&rule->addrs[i]);
		if (next.lo < before)
			return false;
		before = next.lo;
		add(m, next);
	}
	return true;
}

/* What sorting moves about instead of a range. */
struct ordered {
	uint64_t top; /* of where it begins, the first 64 bits */
	uint32_t range;
} __attribute__((packed, aligned(4)));

/* Few, most of them in order. */
static void insert(const struct range *all, struct ordered *at, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		struct ordered moved = at[i];
		uint32_t k = i;

		for (; k && (at[k - 1].top > moved.top ||
			     (at[k - 1].top == moved.top &&
			      all[at[k - 1].range].lo > all[moved.range].lo));
		     k--)
			at[k] = at[k - 1];
		at[k] = moved;
	}
}

static int by_lo(const void *a, const void *b, void *all)
{
	const struct range *x = (const struct range *)all + ((const struct ordered *)a)->range;
	const struct range *y = (const struct range *)all + ((const struct ordered *)b)->range;

	return (x->lo > y->lo) - (x->lo < y->lo);
}

static void sort(const struct range *all, struct ordered *at, struct ordered *room, uint32_t n,
		 int shift);

/* Bucket by the byte at `shift`, then each bucket by the next one. From the top, so that
 * equal upper bytes are not looked at again. */
static void sort_buckets(const struct range *all, struct ordered *at, struct ordered *room,
			 uint32_t n, int shift)
{
	uint32_t start[257] = { 0 }, put[256];

	for (uint32_t i = 0; i < n; i++)
		start[(at[i].top >> shift & 255) + 1]++;
	for (int i = 0; i < 256; i++)
		start[i + 1] += start[i];
	memcpy(put, start, sizeof put);
	for (uint32_t i = 0; i < n; i++)
		room[put[at[i].top >> shift & 255]++] = at[i];
	memcpy(at, room, n * sizeof *at);
	for (int i = 0; i < 256; i++)
		sort(all, at + start[i], room, start[i + 1] - start[i], shift - 8);
}

static void sort(const struct range *all, struct ordered *at, struct ordered *room, uint32_t n,
		 int shift)
{
	if (n < 32)
		insert(all, at, n);
	else if (shift < 0)
		qsort_r(at, n, sizeof *at, by_lo, (void *)all);
	else
		sort_buckets(all, at, room, n, shift);
}

enum { AHEAD = 12 };

static void add_sorted(struct merged *m, const struct rule *rule, bool v6)
{
	struct arena *room = arena_new();
	struct range *all = ARENA_ARRAY(room, struct range, rule->n_addrs);
	struct ordered *order = ARENA_ARRAY(room, struct ordered, 2 * (size_t)rule->n_addrs);
	uint32_t n = 0;

	for (uint32_t i = 0; i < rule->n_addrs; i++) {
		struct range r = range_of(&rule->addrs[i]);

		if (rule->addrs[i].v6 != v6)
			continue;
		order[n] = (struct ordered){ (uint64_t)(v6 ? r.lo >> 64 : r.lo << 32), n };
		all[n++] = r;
	}
	sort(all, order, order + n, n, 56);
	for (uint32_t i = 0; i < n; i++) {
		if (i + AHEAD < n) /* they are anywhere */
			__builtin_prefetch(&all[order[i + AHEAD].range]);
		add(m, all[order[i].range]);
	}
	arena_free(room);
}

const struct range *net_ranges(struct arena *arena, const struct rule *rule, bool v6,
			       uint32_t *n)
{
	struct merged m = { .at = ARENA_ARRAY(arena, struct range, rule->n_addrs),
			    .last = v6 ? ~(piece_address)0 : UINT32_MAX };

	if (!add_in_order(&m, rule, v6)) {
		m.n = 0;
		add_sorted(&m, rule, v6);
	}
	*n = m.n;
	return m.at;
}
