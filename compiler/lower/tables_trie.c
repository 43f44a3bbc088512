/* SPDX-License-Identifier: BSD-2-Clause */
/* The trie of NET4: 16 bits, then bytes; equal blocks are one. */
#include <string.h>
#include "compiler/lower/tables.h"

#define BUILT_MAX (64u << 10) /* blocks, equal ones counted each time */

struct trie {
	struct arena *arena;
	const struct intervals *intervals;
	uint32_t cursor; /* interval that holds the point reached */
	VEC(uint16_t) words;
	uint32_t blocks, built, most;
	uint32_t *slots; /* block + 1, by content */
	uint32_t n_slots;
	uint32_t *whole[2]; /* by class: block + 1 of 256, of 65536 addresses that all have it */
};

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
		if (!memcmp(trie->words.at + NB_TRIE_ROOT + (size_t)(b - 1) * NB_TRIE_BLOCK, words,
			    NB_TRIE_BLOCK * 2))
			return b - 1;
	trie->slots[i & (trie->n_slots - 1)] = ++trie->blocks;
	for (i = 0; i < NB_TRIE_BLOCK; i++)
		VEC_PUSH(trie->arena, &trie->words, words[i]);
	return trie->blocks - 1;
}

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

static bool block(struct trie *, address start, uint32_t bits, uint16_t *out);

/* What stands for 2^bits addresses of one class. */
static uint16_t whole(struct trie *trie, uint16_t class, uint32_t bits)
{
	uint16_t words[NB_TRIE_BLOCK], word;
	uint32_t *known;

	if (!bits)
		return class;
	known = &trie->whole[bits / 8 - 1][class];
	if (!*known) {
		word = whole(trie, class, bits - 8);
		for (uint32_t i = 0; i < NB_TRIE_BLOCK; i++)
			words[i] = word;
		*known = intern_block(trie, words) + 1;
	}
	return (uint16_t)(*known - 1);
}

/* The entries of n parts; a part that has several classes is a block of its own. */
static bool entries(struct trie *trie, address start, uint32_t bits, uint16_t *to, uint32_t n)
{
	for (uint32_t i = 0; i < n;) {
		address at = start + ((address)i << bits);
		uint32_t run = alike(trie, at, bits, n - i);
		uint16_t leaf;

		if (!run && !block(trie, at, bits, &to[i++]))
			return false;
		if (!run)
			continue;
		if (trie->blocks + 2 > trie->most)
			return false;
		leaf = whole(trie, (uint16_t)trie->intervals->at[trie->cursor].set, bits);
		for (; run; run--)
			to[i++] = leaf;
	}
	return true;
}

/* Depth is at most 2. */
static bool block(struct trie *trie, address start, uint32_t bits, uint16_t *out)
{
	uint16_t words[NB_TRIE_BLOCK];

	if (!entries(trie, start, bits - 8, words, NB_TRIE_BLOCK) ||
	    trie->blocks >= trie->most || trie->built++ == BUILT_MAX)
		return false;
	*out = (uint16_t)intern_block(trie, words);
	return true;
}

struct blob table_trie(struct arena *arena, const struct intervals *intervals, size_t most)
{
	struct trie trie = { .arena = arena, .intervals = intervals, .n_slots = 1u << 16,
			     .most = (uint32_t)((most / 2 - NB_TRIE_ROOT) / NB_TRIE_BLOCK) };
	uint16_t *root;

	for (uint32_t i = 0; i < intervals->n; i++)
		if (intervals->at[i].set > UINT16_MAX)
			return (struct blob){ NULL, 0 };
	for (int i = 0; i < 2; i++)
		trie.whole[i] = ARENA_ARRAY(arena, uint32_t, UINT16_MAX + 1);
	trie.slots = ARENA_ARRAY(arena, uint32_t, trie.n_slots);
	trie.words.at = arena_grow(arena, NULL, 0, &trie.words.cap, NB_TRIE_ROOT, 2);
	trie.words.n = NB_TRIE_ROOT;
	/* apart, because blocks are appended behind it and may move it */
	root = ARENA_ARRAY(arena, uint16_t, NB_TRIE_ROOT);
	if (!entries(&trie, 0, 16, root, NB_TRIE_ROOT))
		return (struct blob){ NULL, 0 };
	memcpy(trie.words.at, root, NB_TRIE_ROOT * sizeof(*root));
	return (struct blob){ (const uint8_t *)trie.words.at, trie.words.n * 2 };
}
