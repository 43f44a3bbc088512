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

static int by_minor(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	return (x->minor > y->minor) - (x->minor < y->minor);
}

/* By the minor half those of one major half; most are alone there. */
static void sort_minor(struct event *at, size_t n)
{
	for (size_t i = 0, k; i < n; i = k) {
		bool sorted = true;

		for (k = i + 1; k < n && at[k].major == at[i].major; k++)
			sorted &= at[k - 1].minor <= at[k].minor;
		if (!sorted)
			qsort(at + i, k - i, sizeof(*at), by_minor);
	}
}

/* One stable pass by the digit of the major half at `shift`. */
static void deal(const struct event *from, struct event *to, size_t n, uint32_t shift)
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

/* By address, a digit at a time from the lowest, leaving out digits in which all are
 * equal; returns where the sorted ones are. */
static struct event *sort(struct event *at, struct event *room, size_t n)
{
	uint64_t all = ~0ull, any = 0;
	bool sorted = true;

	for (size_t i = 0; i < n; i++) {
		all &= at[i].major;
		any |= at[i].major;
		sorted &= !i || at[i - 1].major <= at[i].major;
	}
	for (uint32_t shift = 0; !sorted && shift < 64; shift += DIGIT_BITS) {
		struct event *swap = at;

		if (!((all ^ any) >> shift & (DIGITS - 1)))
			continue;
		deal(at, room, n, shift);
		at = room;
		room = swap;
	}
	sort_minor(at, n);
	return at;
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

static size_t list_events(const address_lists *lists, bool v6, struct event *out,
			  uint32_t *prefixes)
{
	const address last = v6 ? ~(address)0 : 0xffffffffu;
	size_t n = 0;

	*prefixes = 0;
	for (uint32_t l = 0; l < lists->n; l++)
		for (uint32_t i = 0; i < lists->at[l].n; i++) {
			const struct addr_range *r = &lists->at[l].at[i];
			address hi;

			if (r->v6 != v6)
				continue;
			++*prefixes;
			hi = from_bytes(r->hi, v6);
			out[n++] = event(from_bytes(r->lo, v6), v6, (l + 1) << 1 | 1);
			if (hi != last) /* one past the last address does not exist */
				out[n++] = event(hi + 1, v6, (l + 1) << 1);
		}
	return n;
}

static bool sweep(struct arena *arena, const struct event *events, size_t n, bool v6,
		  struct active *active, struct sets *sets, struct intervals *out)
{
	struct interval *found = ARENA_ARRAY(arena, struct interval, n + 1);
	uint32_t kept = 1; /* the first, of no list, begins at 0 */
	uint64_t work = 0;

	for (size_t i = 0; i < n;) {
		address at = event_at(&events[i], v6);
		uint32_t set;

		for (; i < n && event_at(&events[i], v6) == at; i++)
			active_apply(active, events[i].tag >> 1, events[i].tag & 1);
		set = sets_intern(sets, active->rules, active->n);
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
	size_t most = 0, n;
	bool good;

	for (uint32_t l = 0; l < lists->n; l++)
		most += lists->at[l].n;
	events = ARENA_ARRAY(room, struct event, 2 * most);
	n = list_events(lists, v6, events, &out->prefixes);
	events = sort(events, ARENA_ARRAY(room, struct event, n), n);
	good = sweep(arena, events, n, v6, &active, sets, out);
	arena_free(room);
	return good;
}
