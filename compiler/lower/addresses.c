/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/addresses.h"
#include <stdlib.h>
#include <string.h>
#include "compiler/base/table.h"
#include "compiler/lower/active.h"

struct event { /* a range of a list begins, or has ended just before */
	uint64_t major, minor; /* IPv6: halves of the address; IPv4: it, and 0 */
	uint32_t tag;          /* list << 1 | begins */
} __attribute__((packed, aligned(4)));

struct key { /* where a range of a list begins: small, because many are moved about */
	uint64_t major;
	uint32_t range;
} __attribute__((packed, aligned(4)));

#define DIGIT_BITS 11
#define DIGITS (1u << DIGIT_BITS)

address_lists addresses_lists(struct arena *arena, const struct policy *policy)
{
	struct table *seen = table_new(arena);
	address_lists lists = { 0 };

	for (uint32_t r = 0; r < policy->n_rules; r++) {
		const struct rule *rule = &policy->rules[r];
		void **slot;

		if (rule->kind != OBJECT_NET || !rule->n_addrs)
			continue;
		slot = table_at(seen, &rule->addrs, sizeof(rule->addrs));
		if (!*slot) {
			VEC_PUSH(arena, &lists,
				 (struct address_list){ .at = rule->addrs, .n = rule->n_addrs });
			*slot = (void *)(uintptr_t)lists.n;
		}
		VEC_PUSH(arena, &lists.at[(uintptr_t)*slot - 1].rules, rule->number);
	}
	return lists;
}

/* One stable pass by the digit of the major half at `shift`. */
static void deal(const struct key *from, struct key *to, size_t n, uint32_t shift)
{
	uint32_t count[DIGITS] = { 0 }, before = 0;

	for (size_t i = 0; i < n; i++)
		count[from[i].major >> shift & (DIGITS - 1)]++;
	for (uint32_t d = 0; d < DIGITS; d++) {
		uint32_t here = count[d];

		count[d] = before;
		before += here;
	}
	for (size_t i = 0; i < n; i++)
		to[count[from[i].major >> shift & (DIGITS - 1)]++] = from[i];
}

static int by_address(const void *a, const void *b, void *list)
{
	const struct key *x = a, *y = b;
	const struct addr_range *at = list;

	return memcmp(at[x->range].lo, at[y->range].lo, sizeof(at->lo));
}

/* By the whole address those of one major half; most are alone there. */
static void sort_equal(const struct addr_range *list, struct key *at, size_t n)
{
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i + 1; k < n && at[k].major == at[i].major; k++)
			;
		if (k > i + 1)
			qsort_r(at + i, k - i, sizeof(*at), by_address, (void *)list);
	}
}

/* By address, a digit at a time from the lowest, leaving out digits in which all are
 * equal; returns where the sorted ones are. */
static struct key *sort(const struct addr_range *list, struct key *at, struct key *room, size_t n)
{
	uint64_t all = ~0ull, any = 0;
	bool sorted = true;

	for (size_t i = 0; i < n; i++) {
		all &= at[i].major;
		any |= at[i].major;
		sorted &= !i || at[i - 1].major <= at[i].major;
	}
	for (uint32_t shift = 0; !sorted && shift < 64; shift += DIGIT_BITS) {
		struct key *swap = at;

		if (!((all ^ any) >> shift & (DIGITS - 1)))
			continue;
		deal(at, room, n, shift);
		at = room;
		room = swap;
	}
	sort_equal(list, at, n);
	return at;
}

static address from_bytes(const uint8_t *bytes, bool v6)
{
	uint64_t high, low;
	uint32_t v4;

	if (!v6) {
		memcpy(&v4, bytes, 4);
		return __builtin_bswap32(v4);
	}
	memcpy(&high, bytes, 8);
	memcpy(&low, bytes + 8, 8);
	return (address)__builtin_bswap64(high) << 64 | __builtin_bswap64(low);
}

static struct event event(address at, bool v6, uint32_t tag)
{
	return (struct event){ v6 ? (uint64_t)(at >> 64) : (uint64_t)at, v6 ? (uint64_t)at : 0,
			       tag };
}

static address event_at(const struct event *e, bool v6)
{
	return v6 ? (address)e->major << 64 | e->minor : e->major;
}

enum { AHEAD = 12 };

/* The events of a list are those of its union, and so in order. */
static size_t add_events(const struct address_list *list, bool v6, uint32_t tag,
			 const struct key *keys, size_t n, struct event *out)
{
	const address last = v6 ? ~(address)0 : 0xffffffffu;
	size_t made = 0;

	for (size_t i = 0; i < n;) {
		const struct addr_range *r = &list->at[keys[i].range];
		address hi = from_bytes(r->hi, v6);

		out[made++] = event(from_bytes(r->lo, v6), v6, tag | 1);
		for (i++; i < n; i++) {
			if (i + AHEAD < n) /* they are anywhere */
				__builtin_prefetch(&list->at[keys[i + AHEAD].range]);
			r = &list->at[keys[i].range];
			if (hi != last && from_bytes(r->lo, v6) > hi + 1)
				break;
			if (from_bytes(r->hi, v6) > hi)
				hi = from_bytes(r->hi, v6);
		}
		if (hi != last) /* one past the last address does not exist */
			out[made++] = event(hi + 1, v6, tag);
	}
	return made;
}

static size_t list_events(const struct address_list *list, bool v6, uint32_t tag,
			  struct key *room, struct event *out, uint32_t *prefixes)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < list->n; i++)
		if (list->at[i].v6 == v6) {
			address lo = from_bytes(list->at[i].lo, v6);

			room[n++] = (struct key){ (uint64_t)(v6 ? lo >> 64 : lo), i };
		}
	*prefixes += n;
	return add_events(list, v6, tag, sort(list->at, room, room + n, n), n, out);
}

static int by_place(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->major != y->major)
		return x->major < y->major ? -1 : 1;
	return (x->minor > y->minor) - (x->minor < y->minor);
}

/* As those of one list are, and of lists that do not overlap and stand in order. */
static bool in_order(const struct event *events, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (by_place(&events[i - 1], &events[i]) > 0)
			return false;
	return true;
}

/* The set of what is active; most often that is one list, or none. single: by list, set of
 * it alone + 1. */
static uint32_t set_of(struct sets *sets, const struct active *active, uint32_t *single)
{
	uint32_t *known = active->n == 1 ? &single[active->rules[0]] : &single[0], set;

	if (active->n < 2 && *known)
		return *known - 1;
	set = sets_intern(sets, active->rules, active->n);
	if (active->n < 2)
		*known = set + 1;
	return set;
}

static bool sweep(struct arena *arena, const struct event *events, size_t n, bool v6,
		  struct active *active, uint32_t *single, struct sets *sets,
		  struct intervals *out)
{
	struct interval *found = ARENA_ARRAY(arena, struct interval, n + 1);
	uint32_t kept = 1; /* the first, of no list, begins at 0 */
	uint64_t work = 0;

	for (size_t i = 0; i < n;) {
		address at = event_at(&events[i], v6);
		uint32_t set;

		for (; i < n && event_at(&events[i], v6) == at; i++)
			active_apply(active, events[i].tag >> 1, events[i].tag & 1);
		set = set_of(sets, active, single);
		work += active->n;
		if (sets_members(sets) > ADDRESS_MAX_MEMBERS || work > ADDRESS_MAX_WORK)
			return false;
		if (found[kept - 1].start == at)
			found[kept - 1].set = set;
		else if (found[kept - 1].set != set)
			found[kept++] = (struct interval){ at, set };
	}
	out->at = found;
	out->n = kept;
	return true;
}

bool addresses_sweep(struct arena *arena, const address_lists *lists, bool v6,
		     struct sets *sets, struct intervals *out)
{
	struct active active = active_new(arena, (uint32_t)lists->n + 2);
	struct arena *room = arena_new(); /* of the events: they are large, and done with */
	struct event *events;
	struct key *keys;
	size_t most = 0, widest = 0, n = 0;
	bool good;

	for (uint32_t l = 0; l < lists->n; l++) {
		most += lists->at[l].n;
		if (lists->at[l].n > widest)
			widest = lists->at[l].n;
	}
	events = ARENA_ARRAY(room, struct event, 2 * most);
	keys = ARENA_ARRAY(room, struct key, 2 * widest);
	out->prefixes = 0;
	for (uint32_t l = 0; l < lists->n; l++)
		n += list_events(&lists->at[l], v6, (l + 1) << 1, keys, events + n,
				 &out->prefixes);
	if (!in_order(events, n))
		qsort(events, n, sizeof(*events), by_place);
	good = sweep(arena, events, n, v6, &active,
		     ARENA_ARRAY(room, uint32_t, lists->n + 1), sets, out);
	arena_free(room);
	return good;
}
