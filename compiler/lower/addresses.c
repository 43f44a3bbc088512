/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/addresses.h"
#include "compiler/lower/active.h"
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

bool addresses_sweep(struct arena *arena, const struct policy *policy, bool v6,
		     struct sets *sets, struct intervals *out)
{
	const address last = v6 ? ~(address)0 : 0xffffffffu;
	VEC(struct event) events = { 0 };
	VEC(struct interval) found = { 0 };
	struct active active = active_new(arena, policy->n_rules + 1);
	uint64_t work = 0;

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
	VEC_PUSH(arena, &found, (struct interval){ 0, 0 });
	for (size_t i = 0; i < events.n;) {
		address at = events.at[i].at;
		uint32_t set;

		for (; i < events.n && events.at[i].at == at; i++)
			active_apply(&active, events.at[i].rule, events.at[i].begins);
		set = sets_intern(sets, active.rules, active.n);
		work += active.n;
		if (sets_members(sets) > ADDRESS_MAX_MEMBERS || work > ADDRESS_MAX_WORK)
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
	uint32_t work; /* blocks built, those met before too */
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

	for (uint32_t i = 0; i < NB_TRIE_BLOCK; i += 4) {
		uint64_t four;

		memcpy(&four, words + i, sizeof(four));
		h = (h ^ four) * 0x9e3779b97f4a7c15ull, h ^= h >> 29;
	}
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

static bool block(struct trie *, address start, uint32_t bits, uint16_t *out);

/* How many parts of 2^bits addresses from start on, at most `most`, are of one
 * class; 0 when not even the first is. */
static uint32_t alike(struct trie *trie, address start, uint32_t bits, uint32_t most)
{
	const struct intervals *list = trie->intervals;
	address parts;

	while (trie->cursor + 1 < list->n && list->at[trie->cursor + 1].start <= start)
		trie->cursor++;
	if (trie->cursor + 1 == list->n)
		return most;
	parts = (list->at[trie->cursor + 1].start - start) >> bits;
	return parts < most ? (uint32_t)parts : most;
}

/* The entries of n parts: a class where all of a part has it, else a block that
 * looks one byte further. */
static bool entries(struct trie *trie, address start, uint32_t bits, uint16_t *to, uint32_t n)
{
	for (uint32_t i = 0; i < n;) {
		address at = start + ((address)i << bits);
		uint32_t run = alike(trie, at, bits, n - i);
		uint16_t leaf;

		if (!run && !block(trie, at, bits, &to[i++]))
			return false;
		leaf = (uint16_t)(NB_LEAF |
				  trie->class_of[trie->intervals->at[trie->cursor].set]);
		for (; run; run--)
			to[i++] = leaf;
	}
	return true;
}

/* Depth is at most 14. */
static bool block(struct trie *trie, address start, uint32_t bits, uint16_t *out)
{
	uint16_t words[NB_TRIE_BLOCK];

	if (!entries(trie, start, bits - 8, words, NB_TRIE_BLOCK) ||
	    trie->blocks == ADDRESS_MAX_BLOCKS || trie->work++ == ADDRESS_MAX_BUILT)
		return false;
	*out = (uint16_t)intern_block(trie, words);
	return true;
}

const uint16_t *addresses_trie(struct arena *arena, const struct intervals *intervals,
			       const uint16_t *class_of, bool v6, size_t *bytes)
{
	struct trie trie = { .arena = arena, .intervals = intervals, .class_of = class_of };
	uint32_t rest = v6 ? 112 : 16;
	uint16_t *root;

	trie.n_slots = ADDRESS_MAX_BLOCKS * 2;
	trie.slots = ARENA_ARRAY(arena, uint32_t, trie.n_slots);
	trie.words.at = arena_grow(arena, NULL, 0, &trie.words.cap, NB_TRIE_ROOT, 2);
	trie.words.n = NB_TRIE_ROOT;
	/* apart, because blocks are appended behind it and may move it */
	root = ARENA_ARRAY(arena, uint16_t, NB_TRIE_ROOT);
	if (!entries(&trie, 0, rest, root, NB_TRIE_ROOT))
		return NULL;
	memcpy(trie.words.at, root, NB_TRIE_ROOT * sizeof(*root));
	*bytes = trie.words.n * 2;
	return trie.words.at;
}
