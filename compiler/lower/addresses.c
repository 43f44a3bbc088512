/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/addresses.h"
#include <stdlib.h>
#include <string.h>

struct event { /* a range of a rule begins, or has ended just before */
	address at;
	uint32_t rule;
	bool begins;
};

static address from_bytes(const uint8_t *bytes, bool v6)
{
	address a = 0;

	for (int i = 0; i < (v6 ? 16 : 4); i++)
		a = a << 8 | bytes[i];
	return a;
}

static int by_address(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->begins != y->begins)
		return x->begins - y->begins;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

/* Rules whose ranges cover the point of the sweep; a rule may cover it twice. */
struct active {
	uint32_t *rules; /* ascending */
	uint32_t *times;
	uint32_t n;
};

static void apply(struct active *active, const struct event *e)
{
	uint32_t low = 0, high = active->n, rest;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (active->rules[mid] < e->rule)
			low = mid + 1;
		else
			high = mid;
	}
	rest = active->n - low;
	if (low < active->n && active->rules[low] == e->rule) {
		active->times[low] += e->begins ? 1u : -1u;
		if (active->times[low])
			return;
		memmove(active->rules + low, active->rules + low + 1, (rest - 1) * 4);
		memmove(active->times + low, active->times + low + 1, (rest - 1) * 4);
		active->n--;
		return;
	}
	memmove(active->rules + low + 1, active->rules + low, rest * 4);
	memmove(active->times + low + 1, active->times + low, rest * 4);
	active->rules[low] = e->rule;
	active->times[low] = 1;
	active->n++;
}

bool addresses_sweep(struct arena *arena, const struct policy *policy, bool v6,
		     struct sets *sets, struct intervals *out)
{
	const address last = v6 ? ~(address)0 : 0xffffffffu;
	VEC(struct event) events = { 0 };
	VEC(struct interval) found = { 0 };
	struct active active = { 0 };

	for (uint32_t r = 0; r < policy->n_rules; r++) {
		const struct rule *rule = &policy->rules[r];

		for (uint32_t i = 0; rule->kind == OBJECT_NET && i < rule->n_addrs; i++) {
			address hi = from_bytes(rule->addrs[i].hi, v6);

			if (rule->addrs[i].v6 != v6)
				continue;
			VEC_PUSH(arena, &events,
				 (struct event){ from_bytes(rule->addrs[i].lo, v6),
						 rule->number, true });
			if (hi != last) /* one past the last address does not exist */
				VEC_PUSH(arena, &events,
					 (struct event){ hi + 1, rule->number, false });
		}
	}
	if (events.n)
		qsort(events.at, events.n, sizeof(*events.at), by_address);
	active.rules = ARENA_ARRAY(arena, uint32_t, policy->n_rules + 1);
	active.times = ARENA_ARRAY(arena, uint32_t, policy->n_rules + 1);
	VEC_PUSH(arena, &found, (struct interval){ 0, 0 });
	for (size_t i = 0; i < events.n;) {
		address at = events.at[i].at;
		uint32_t set;

		for (; i < events.n && events.at[i].at == at; i++)
			apply(&active, &events.at[i]);
		set = sets_intern(sets, active.rules, active.n);
		if (sets_members(sets) > ADDRESS_MAX_MEMBERS)
			return false;
		if (found.at[found.n - 1].start == at)
			found.at[found.n - 1].set = set;
		else if (found.at[found.n - 1].set != set)
			VEC_PUSH(arena, &found, (struct interval){ at, set });
	}
	*out = (struct intervals){ found.at, (uint32_t)found.n };
	return true;
}

struct trie {
	struct arena *arena;
	const struct intervals *intervals;
	const uint16_t *class_of;
	uint32_t cursor; /* interval that holds the point reached */
	VEC(uint16_t) words;
	uint32_t blocks;
	uint32_t *slots; /* block + 1, by content */
	uint32_t n_slots;
};

static const uint16_t *block_at(const struct trie *trie, uint32_t block)
{
	return trie->words.at + NB_TRIE_ROOT + (size_t)block * NB_TRIE_BLOCK;
}

static uint32_t block_hash(const uint16_t *words)
{
	uint64_t h = 0;

	for (uint32_t i = 0; i < NB_TRIE_BLOCK; i++)
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15ull, h ^= h >> 29;
	return (uint32_t)(h >> 16);
}

static uint32_t intern_block(struct trie *trie, const uint16_t *words)
{
	uint32_t i = block_hash(words), b;

	for (; (b = trie->slots[i & (trie->n_slots - 1)]); i++)
		if (!memcmp(block_at(trie, b - 1), words, NB_TRIE_BLOCK * 2))
			return b - 1;
	trie->slots[i & (trie->n_slots - 1)] = ++trie->blocks;
	for (i = 0; i < NB_TRIE_BLOCK; i++)
		VEC_PUSH(trie->arena, &trie->words, words[i]);
	return trie->blocks - 1;
}

/* The entry for the addresses [start, start + 2^bits): a class if all have it,
 * else a block one byte further. Depth is at most 15. */
static bool entry(struct trie *trie, address start, uint32_t bits, uint16_t *out)
{
	const struct intervals *list = trie->intervals;
	uint16_t words[NB_TRIE_BLOCK];

	while (trie->cursor + 1 < list->n && list->at[trie->cursor + 1].start <= start)
		trie->cursor++;
	if (trie->cursor + 1 == list->n ||
	    list->at[trie->cursor + 1].start - start >= (address)1 << bits) {
		*out = (uint16_t)(NB_LEAF | trie->class_of[list->at[trie->cursor].set]);
		return true;
	}
	for (uint32_t i = 0; i < NB_TRIE_BLOCK; i++)
		if (!entry(trie, start + ((address)i << (bits - 8)), bits - 8, &words[i]))
			return false;
	if (trie->blocks == ADDRESS_MAX_BLOCKS)
		return false;
	*out = (uint16_t)intern_block(trie, words);
	return true;
}

const uint16_t *addresses_trie(struct arena *arena, const struct intervals *intervals,
			       const uint16_t *class_of, bool v6, size_t *bytes)
{
	struct trie trie = { .arena = arena, .intervals = intervals, .class_of = class_of };
	uint32_t rest = v6 ? 112 : 16;

	trie.n_slots = ADDRESS_MAX_BLOCKS * 2;
	trie.slots = ARENA_ARRAY(arena, uint32_t, trie.n_slots);
	trie.words.at = arena_grow(arena, NULL, 0, &trie.words.cap, NB_TRIE_ROOT, 2);
	trie.words.n = NB_TRIE_ROOT;
	for (uint32_t i = 0; i < NB_TRIE_ROOT; i++) {
		uint16_t e;

		if (!entry(&trie, (address)i << rest, rest, &e))
			return NULL;
		trie.words.at[i] = e;
	}
	*bytes = trie.words.n * 2;
	return trie.words.at;
}
