/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/sets.h"
#include <stdlib.h>
#include <string.h>

struct sets {
	struct arena *arena;
	VEC(struct set) list;
	uint32_t *slots; /* open addressing: id + 1 of those that are not in `single` */
	uint32_t n_slots, n_placed;
	uint64_t members;
	VEC(uint32_t) single; /* by member: the set of nothing else, 0 = not made yet */
	uint32_t *room;       /* for unions */
	size_t room_cap;
};

enum { SINGLES = 1 << 24 }; /* larger members are looked up like all sets */

static uint32_t hash(const uint32_t *at, uint32_t n)
{
	uint64_t h = n;

	for (uint32_t i = 0; i < n; i++)
		h = (h ^ at[i]) * 0x9e3779b97f4a7c15ull, h ^= h >> 29;
	return (uint32_t)(h >> 16);
}

static void place(struct sets *sets, uint32_t id)
{
	uint32_t i = hash(sets->list.at[id].at, sets->list.at[id].n);

	while (sets->slots[i & (sets->n_slots - 1)])
		i++;
	sets->slots[i & (sets->n_slots - 1)] = id + 1;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool is_single(struct set set)
{
	return set.n == 1 && *set.at < SINGLES;
}

static uint32_t append(struct sets *sets, const uint32_t *at, uint32_t n)
{
	uint32_t *copy = ARENA_ARRAY(sets->arena, uint32_t, n);

	if (n)
		memcpy(copy, at, n * sizeof(*at));
	VEC_PUSH(sets->arena, &sets->list, (struct set){ copy, n });
	sets->members += n;
	return (uint32_t)sets->list.n - 1;
}

/* at: ascending, distinct, and no single */
static uint32_t intern(struct sets *sets, const uint32_t *at, uint32_t n)
{
	uint32_t id;

	for (uint32_t i = hash(at, n);; i++) {
		id = sets->slots[i & (sets->n_slots - 1)];
		if (!id)
			break;
		struct set old = sets->list.at[id - 1];
		if (old.n == n && (!n || !memcmp(old.at, at, n * sizeof(*at))))
			return id - 1;
	}
	id = append(sets, at, n);
	if (++sets->n_placed * 2 > sets->n_slots) {
		sets->n_slots *= 2;
		sets->slots = ARENA_ARRAY(sets->arena, uint32_t, sets->n_slots);
		for (uint32_t i = 0; i < sets->list.n; i++)
			if (!is_single(sets->list.at[i]))
				place(sets, i);
	} else {
		place(sets, id);
	}
	return id;
}

struct sets *sets_new(struct arena *arena)
{
	struct sets *sets = ARENA_NEW(arena, struct sets);

	sets->arena = arena;
	sets->n_slots = 64;
	sets->slots = ARENA_ARRAY(arena, uint32_t, sets->n_slots);
	intern(sets, NULL, 0);
	return sets;
}

/* Most sets have one member. */
static uint32_t intern_one(struct sets *sets, uint32_t member)
{
	if (member >= SINGLES)
		return intern(sets, &member, 1);
	while (sets->single.n <= member)
		VEC_PUSH(sets->arena, &sets->single, 0);
	if (!sets->single.at[member])
		sets->single.at[member] = append(sets, &member, 1);
	return sets->single.at[member];
}

uint32_t sets_intern(struct sets *sets, uint32_t *members, uint32_t n)
{
	uint32_t kept = 0, i = 1;

	if (n < 2)
		return n ? intern_one(sets, *members) : 0;
	while (i < n && members[i - 1] < members[i])
		i++;
	if (i >= n) /* most are in order already */
		return intern(sets, members, n);
	qsort(members, n, sizeof(*members), ascending);
	for (i = 0; i < n; i++)
		if (!kept || members[kept - 1] != members[i])
			members[kept++] = members[i];
	return kept == 1 ? intern_one(sets, *members) : intern(sets, members, kept);
}

uint32_t sets_union(struct sets *sets, uint32_t a, uint32_t b)
{
	struct set x = sets_get(sets, a), y = sets_get(sets, b);
	uint32_t i = 0, j = 0, n = 0;

	if (a == b || !x.n)
		return b;
	if (!y.n)
		return a;
	if (sets->room_cap < (size_t)x.n + y.n)
		sets->room = arena_grow(sets->arena, NULL, 0, &sets->room_cap,
					(size_t)x.n + y.n, sizeof(*sets->room));
	while (i < x.n || j < y.n) {
		uint32_t next;

		if (j == y.n || (i < x.n && x.at[i] <= y.at[j])) {
			next = x.at[i++];
			if (j < y.n && y.at[j] == next)
				j++;
		} else {
			next = y.at[j++];
		}
		sets->room[n++] = next;
	}
	return intern(sets, sets->room, n);
}

bool set_has(struct set set, uint32_t member)
{
	uint32_t low = 0, high = set.n;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (set.at[mid] < member)
			low = mid + 1;
		else
			high = mid;
	}
	return low < set.n && set.at[low] == member;
}

struct set sets_get(const struct sets *sets, uint32_t id)
{
	return sets->list.at[id];
}

uint32_t sets_count(const struct sets *sets)
{
	return (uint32_t)sets->list.n;
}

uint64_t sets_members(const struct sets *sets)
{
	return sets->members;
}
