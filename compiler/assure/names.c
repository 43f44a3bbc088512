/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Globs → names that tell them apart. All globs are run over one name at once, and
 * names are tried shortest first: where two lead to the same positions in all globs
 * they will never differ, so that only one goes on. Names that are taken run along
 * as globs without wildcards.
 */
#include <string.h>
#include "compiler/assure/witness.h"
#include "compiler/base/table.h"

enum { NAME_BYTES_MAX = 255, WORK_MAX = 32 << 20 };

struct node {
	const uint8_t *state;
	uint32_t parent, depth;
	uint8_t byte; /* that led here */
};

struct search {
	struct arena *arena;
	const struct glob *globs;
	uint32_t n, wanted; /* globs, of which the first `wanted` were asked for */
	size_t *offset;     /* of each glob's bits within a state; last: bytes of it */
	uint8_t alphabet[256];
	uint32_t letters;
	struct table *states, *found;
	VEC(struct node) nodes;
};

static bool bit(const uint8_t *bits, uint32_t i)
{
	return bits[i / 8] >> i % 8 & 1;
}

/* Position i, and those that '*' lets follow without a byte. */
static void enter(uint8_t *bits, const struct glob *g, uint32_t i)
{
	for (;; i++) {
		bits[i / 8] |= (uint8_t)(1u << i % 8);
		if (i == g->len || g->at[i] != GLOB_ANY)
			return;
	}
}

static void step(const struct search *s, const uint8_t *from, uint8_t byte, uint8_t *to)
{
	for (uint32_t g = 0; g < s->n; g++) {
		const struct glob *glob = &s->globs[g];

		for (uint32_t i = 0; i < glob->len; i++) {
			if (!bit(from + s->offset[g], i))
				continue;
			if (glob->at[i] == GLOB_ANY)
				enter(to + s->offset[g], glob, i);
			else if (glob_takes(&glob->at[i], byte))
				enter(to + s->offset[g], glob, i + glob_width(&glob->at[i]));
		}
	}
}

/* Bytes that globs cannot tell apart are of one class. Splits them by a symbol. */
static void part_by(const uint16_t *symbol, uint16_t class[256], uint32_t *classes)
{
	uint16_t to[257] = {0};
	bool in[257] = {false}, out[257] = {false};

	for (uint32_t b = 1; b < 256; b++)
		*(glob_takes(symbol, (uint8_t)b) ? &in[class[b]] : &out[class[b]]) = true;
	for (uint32_t b = 1; b < 256; b++) {
		uint32_t old = class[b];

		if (!in[old] || !out[old] || !glob_takes(symbol, (uint8_t)b))
			continue;
		if (!to[old])
			to[old] = (uint16_t)++*classes;
		class[b] = to[old];
	}
}

static void part_by_all(const struct search *s, uint16_t class[256])
{
	bool done[256] = {false};
	uint32_t classes = 0;

	for (uint32_t g = 0; g < s->n; g++)
		for (uint32_t i = 0; i < s->globs[g].len; i += glob_width(&s->globs[g].at[i])) {
			const uint16_t *symbol = &s->globs[g].at[i];

			if (*symbol == GLOB_ONE || *symbol == GLOB_ANY ||
			    (*symbol < 256 && done[*symbol]))
				continue;
			if (*symbol < 256)
				done[*symbol] = true;
			part_by(symbol, class, &classes);
		}
}

/* One byte of each class: first that of the class that no glob names, if there is one,
 * then the others in order. Letters stand for a class, because people read the result. */
static void find_alphabet(struct search *s)
{
	static const char nice[] = "xabcdefghijklmnopqrstuvwyz0123456789-_";
	uint16_t class[256] = {0};
	uint8_t chosen[257] = {0};

	part_by_all(s, class);
	for (uint32_t i = 0; i < sizeof nice - 1; i++)
		if (!chosen[class[(uint8_t)nice[i]]])
			chosen[class[(uint8_t)nice[i]]] = (uint8_t)nice[i];
	for (uint32_t b = 1; b < 256; b++)
		if (!chosen[class[b]] && b != '/')
			chosen[class[b]] = (uint8_t)b;
	if (chosen[0])
		s->alphabet[s->letters++] = chosen[0];
	for (uint32_t b = 1; b < 256; b++)
		if (class[b] && chosen[class[b]] == b)
			s->alphabet[s->letters++] = (uint8_t)b;
}

static struct bytes spell(const struct search *s, uint32_t at)
{
	uint32_t len = s->nodes.at[at].depth;
	char *name = ARENA_ARRAY(s->arena, char, len + 1);

	for (uint32_t i = len; i; at = s->nodes.at[at].parent)
		name[--i] = (char)s->nodes.at[at].byte;
	return (struct bytes){name, len};
}

/* Keeps the name of that node if no earlier one matches the same globs. */
static void judge(struct search *s, uint32_t at, struct name_list *out)
{
	const uint8_t *state = s->nodes.at[at].state;
	uint8_t *which = ARENA_ARRAY(s->arena, uint8_t, s->wanted / 8 + 1);
	void **slot;

	for (uint32_t g = 0; g < s->n; g++) {
		if (!bit(state + s->offset[g], s->globs[g].len))
			continue;
		if (g >= s->wanted)
			return; /* taken */
		which[g / 8] |= (uint8_t)(1u << g % 8);
	}
	slot = table_at(s->found, which, s->wanted / 8 + 1);
	if (*slot)
		return;
	*slot = which;
	VEC_PUSH(s->arena, &out->at, spell(s, at));
}

static bool reach(struct search *s, const uint8_t *state, struct node node)
{
	size_t bytes = s->offset[s->n];
	uint8_t *copy;

	if (table_get(s->states, state, bytes))
		return true;
	copy = ARENA_ARRAY(s->arena, uint8_t, bytes);
	memcpy(copy, state, bytes);
	*table_at(s->states, copy, bytes) = copy;
	node.state = copy;
	VEC_PUSH(s->arena, &s->nodes, node);
	return s->nodes.n * bytes * s->letters < WORK_MAX;
}

/* The start is no name, so it is not among the states: "*" leads back to it. */
static bool run(struct search *s, struct name_list *out)
{
	size_t bytes = s->offset[s->n];
	uint8_t *start = ARENA_ARRAY(s->arena, uint8_t, bytes);
	uint8_t *state = ARENA_ARRAY(s->arena, uint8_t, bytes);

	for (uint32_t g = 0; g < s->n; g++)
		enter(start + s->offset[g], &s->globs[g], 0);
	VEC_PUSH(s->arena, &s->nodes, (struct node){.state = start});
	for (uint32_t at = 0; at < s->nodes.n; at++) {
		struct node from = s->nodes.at[at];

		if (from.depth)
			judge(s, at, out);
		for (uint32_t i = 0; from.depth < NAME_BYTES_MAX && i < s->letters; i++) {
			memset(state, 0, bytes);
			step(s, from.state, s->alphabet[i], state);
			if (!reach(s, state,
				   (struct node){.parent = at,
						 .depth = from.depth + 1,
						 .byte = s->alphabet[i]}))
				return false;
		}
	}
	return true;
}

bool witness_names(struct arena *a, const struct glob *globs, uint32_t n,
		   const struct name_list *not, struct name_list *out)
{
	struct search s = {.arena = a,
			   .n = n + (uint32_t)not->at.n,
			   .wanted = n,
			   .states = table_new(a),
			   .found = table_new(a)};
	struct glob *all = ARENA_ARRAY(a, struct glob, s.n + 1);

	s.globs = all;
	s.offset = ARENA_ARRAY(a, size_t, s.n + 1);
	for (uint32_t i = 0; i < s.n; i++) {
		if (i < n) {
			all[i] = globs[i];
		} else {
			struct bytes name = not->at.at[i - n];
			uint16_t *text = ARENA_ARRAY(a, uint16_t, name.len + 1);

			for (uint32_t j = 0; j < name.len; j++)
				text[j] = (uint8_t)name.at[j];
			all[i] = (struct glob){text, name.len};
		}
		s.offset[i + 1] = s.offset[i] + all[i].len / 8 + 1;
	}
	find_alphabet(&s);
	return run(&s, out);
}
