/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/globs.h"
#include <string.h>

struct glob {
	const uint16_t *at;
	uint32_t len;
	const struct path_pattern *pattern;
};

struct globs {
	struct arena *arena;
	VEC(struct glob) list;
	uint32_t *slots; /* open addressing: id + 1 */
	uint32_t n_slots;
};

struct globs *globs_new(struct arena *arena)
{
	struct globs *globs = ARENA_NEW(arena, struct globs);

	globs->arena = arena;
	globs->n_slots = 64;
	globs->slots = ARENA_ARRAY(arena, uint32_t, globs->n_slots);
	return globs;
}

static uint32_t hash(const uint16_t *at, uint32_t len)
{
	uint64_t h = len;

	for (uint32_t i = 0; i < len; i++)
		h = (h ^ at[i]) * 0x9e3779b97f4a7c15ull, h ^= h >> 29;
	return (uint32_t)(h >> 16);
}

static void rehash(struct globs *globs)
{
	globs->n_slots *= 2;
	globs->slots = ARENA_ARRAY(globs->arena, uint32_t, globs->n_slots);
	for (uint32_t id = 0; id < globs->list.n; id++) {
		uint32_t i = hash(globs->list.at[id].at, globs->list.at[id].len);

		while (globs->slots[i & (globs->n_slots - 1)])
			i++;
		globs->slots[i & (globs->n_slots - 1)] = id + 1;
	}
}

uint32_t globs_add(struct globs *globs, const uint16_t *glob, uint32_t len,
		   const struct path_pattern *p)
{
	uint32_t i = hash(glob, len), id;

	for (;; i++) {
		id = globs->slots[i & (globs->n_slots - 1)];
		if (!id)
			break;
		const struct glob *g = &globs->list.at[id - 1];
		if (g->len == len && !memcmp(g->at, glob, len * sizeof(*g->at)))
			return id - 1;
	}
	id = (uint32_t)globs->list.n;
	VEC_PUSH(globs->arena, &globs->list,
		 (struct glob){ .at = glob, .len = len, .pattern = p });
	globs->slots[i & (globs->n_slots - 1)] = id + 1;
	if (globs->list.n * 2 > globs->n_slots)
		rehash(globs);
	return id;
}

/*
 * Positions: glob g waits at its i-th token. Positions of equal prefixes are
 * shared, so that 5,000 globs "*.ext_i" are one position after the '*' and not
 * 5,000: a trie of tokens, whose nodes are the positions.
 */
struct position {
	uint32_t token; /* on the edge into it: a byte, GLOB_ONE, GLOB_ANY, GLOB_SET + number */
	uint32_t first_child, next_sibling; /* 0 = none; 0 is the root */
	uint32_t ends; /* glob id + 1 */
};

struct build {
	struct globs *globs;
	VEC(struct position) positions;
	struct glob_automaton *out;
	struct sets *states, *accepts;
	struct sets *classes; /* "[a-z]": sets of ranges; number = id */
	uint8_t example[256]; /* by byte class: one of its bytes */
	VEC(uint16_t) accept;
	VEC(uint16_t) next;
};

static uint32_t child(struct build *b, uint32_t at, uint32_t token)
{
	uint32_t c = b->positions.at[at].first_child;

	for (; c; c = b->positions.at[c].next_sibling)
		if (b->positions.at[c].token == token)
			return c;
	c = (uint32_t)b->positions.n;
	VEC_PUSH(b->globs->arena, &b->positions,
		 (struct position){ .token = token,
				    .next_sibling = b->positions.at[at].first_child });
	b->positions.at[at].first_child = c;
	return c;
}

static bool class_has(const struct build *b, uint32_t token, uint8_t byte)
{
	struct set set = sets_get(b->classes, token - GLOB_SET);

	for (uint32_t i = 0; i < set.n; i++)
		if (set.at[i] >> 8 <= byte && byte <= (set.at[i] & 255))
			return true;
	return false;
}

/* Parts each class of bytes into those that are in the set and those that are not. */
static void part_bytes(struct build *b, uint32_t token)
{
	uint16_t part[256][2];
	uint32_t n = 0;

	memset(part, 0xff, sizeof(part));
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint16_t *number = &part[b->out->class_of[byte]][class_has(b, token, (uint8_t)byte)];

		if (*number == 0xffff)
			*number = (uint16_t)n++;
		b->out->class_of[byte] = (uint8_t)*number;
	}
	b->out->classes = n;
}

/* A byte that some glob names is a class of its own; byte 0 stands in no name. */
static void number_bytes(struct build *b)
{
	bool used[256] = { false };
	uint32_t n = 1; /* class 0: every byte that no glob names */

	for (size_t i = 1; i < b->positions.n; i++)
		if (b->positions.at[i].token < 256)
			used[b->positions.at[i].token] = true;
	for (uint32_t byte = 1; byte < 256; byte++)
		b->out->class_of[byte] = used[byte] ? (uint8_t)n++ : 0;
	b->out->classes = n;
	for (uint32_t id = 1; id < sets_count(b->classes); id++)
		part_bytes(b, GLOB_SET + id);
	for (uint32_t byte = 256; byte--;)
		b->example[b->out->class_of[byte]] = (uint8_t)byte;
}

static bool is_any(const struct build *b, uint32_t position)
{
	return position && b->positions.at[position].token == GLOB_ANY;
}

typedef VEC(uint32_t) members;

/* A position, and those behind it that a '*' reaches without a byte. */
static void reach(struct build *b, members *to, uint32_t position)
{
	VEC_PUSH(b->globs->arena, to, position);
	for (uint32_t c = b->positions.at[position].first_child; c;
	     c = b->positions.at[c].next_sibling)
		if (is_any(b, c))
			VEC_PUSH(b->globs->arena, to, c);
}

static bool takes(const struct build *b, uint32_t token, uint8_t byte)
{
	if (token >= GLOB_SET)
		return class_has(b, token, byte);
	return token == GLOB_ONE || (token == byte && byte);
}

static uint32_t step(struct build *b, uint32_t state, uint32_t class, members *to)
{
	struct set from = sets_get(b->states, state);

	to->n = 0;
	for (uint32_t i = 0; i < from.n; i++) {
		uint32_t p = from.at[i];

		if (is_any(b, p))
			reach(b, to, p);
		for (uint32_t c = b->positions.at[p].first_child; c;
		     c = b->positions.at[c].next_sibling) {
			if (takes(b, b->positions.at[c].token, b->example[class]))
				reach(b, to, c);
		}
	}
	return sets_intern(b->states, to->at, (uint32_t)to->n);
}

static uint16_t accept_of(struct build *b, uint32_t state, members *room)
{
	struct set set = sets_get(b->states, state);

	room->n = 0;
	for (uint32_t i = 0; i < set.n; i++)
		if (b->positions.at[set.at[i]].ends)
			VEC_PUSH(b->globs->arena, room, b->positions.at[set.at[i]].ends - 1);
	return (uint16_t)sets_intern(b->accepts, room->at, (uint32_t)room->n);
}

static uint32_t token(struct build *b, const uint16_t *symbol)
{
	uint32_t ranges[256];

	if (*symbol != GLOB_SET)
		return *symbol;
	for (uint32_t i = 0; i < symbol[1]; i++)
		ranges[i] = symbol[2 + i];
	return GLOB_SET + sets_intern(b->classes, ranges, symbol[1]);
}

static void add_positions(struct build *b)
{
	VEC_PUSH(b->globs->arena, &b->positions, (struct position){ 0 });
	for (uint32_t id = 0; id < b->globs->list.n; id++) {
		const struct glob *g = &b->globs->list.at[id];
		uint32_t at = 0;

		for (uint32_t i = 0; i < g->len; i += glob_width(&g->at[i]))
			at = child(b, at, token(b, &g->at[i]));
		b->positions.at[at].ends = id + 1;
	}
}

static const struct path_pattern *widest(struct build *b)
{
	struct set set, best = { NULL, 0 };
	uint32_t p;

	for (uint32_t i = 0; i < sets_count(b->states); i++) {
		set = sets_get(b->states, i);
		if (set.n > best.n)
			best = set;
	}
	for (p = best.n ? best.at[best.n - 1] : 0; !b->positions.at[p].ends;)
		p = b->positions.at[p].first_child;
	return b->globs->list.at[b->positions.at[p].ends - 1].pattern;
}

/* The accept classes turned round: for each glob those that hold it. */
static const struct set *classes_of_globs(struct build *b)
{
	struct arena *arena = b->globs->arena;
	struct set *out = ARENA_ARRAY(arena, struct set, b->globs->list.n);
	uint32_t *room = ARENA_ARRAY(arena, uint32_t, sets_members(b->accepts));

	for (uint32_t pass = 0; pass < 2; pass++) {
		for (uint32_t class = 0; class < sets_count(b->accepts); class++) {
			struct set set = sets_get(b->accepts, class);

			for (uint32_t i = 0; i < set.n; i++) {
				struct set *to = &out[set.at[i]];

				if (pass)
					((uint32_t *)to->at)[to->n] = class;
				to->n++;
			}
		}
		for (uint32_t glob = 0; !pass && glob < b->globs->list.n; glob++) {
			out[glob].at = room;
			room += out[glob].n;
			out[glob].n = 0;
		}
	}
	return out;
}

/* A glob that wants a capital letter would be missed by a name in small ones, and one
 * that wants a byte of NB_ODD_BYTES by a name that is spelled without. */
static bool is_folding(const struct glob *g)
{
	static const char odd[] = NB_ODD_BYTES;

	for (uint32_t i = 0; i < g->len; i += glob_width(&g->at[i])) {
		uint16_t symbol = g->at[i];

		if (symbol < 256 && (symbol >= 0x80 || strchr(odd, symbol)))
			return false;
		for (uint8_t c = 'A'; c <= 'Z' && symbol != GLOB_ANY; c++)
			if (glob_takes(&g->at[i], c) && !glob_takes(&g->at[i], c + 0x20))
				return false;
	}
	return true;
}

const struct glob_automaton *globs_build(struct globs *globs, const struct path_pattern **culprit)
{
	struct build b = { .globs = globs };
	members room = { 0 };

	b.out = ARENA_NEW(globs->arena, struct glob_automaton);
	if (!globs->list.n)
		return b.out;
	b.out->folds = true;
	for (size_t i = 0; i < globs->list.n; i++)
		b.out->folds &= is_folding(&globs->list.at[i]);
	b.states = sets_new(globs->arena);
	b.accepts = sets_new(globs->arena);
	b.classes = sets_new(globs->arena);
	add_positions(&b);
	number_bytes(&b);
	/* state numbers are set ids; 0, the empty set, must not be the start, so
	 * the start's id 1 is exchanged with it on output */
	reach(&b, &room, 0);
	sets_intern(b.states, room.at, (uint32_t)room.n);
	for (uint32_t s = 0; s < sets_count(b.states); s++) {
		uint32_t state = s < 2 ? 1 - s : s;

		VEC_PUSH(globs->arena, &b.accept, accept_of(&b, state, &room));
		for (uint32_t class = 0; class < b.out->classes; class++) {
			uint32_t to = step(&b, state, class, &room);

			VEC_PUSH(globs->arena, &b.next, (uint16_t)(to < 2 ? 1 - to : to));
		}
		if (sets_count(b.states) > GLOB_MAX_STATES) {
			*culprit = widest(&b);
			return NULL;
		}
	}
	b.out->states = sets_count(b.states);
	b.out->accept = b.accept.at;
	b.out->next = b.next.at;
	b.out->accepts = sets_count(b.accepts);
	b.out->sets = b.accepts;
	b.out->by_glob = classes_of_globs(&b);
	return b.out;
}

uint32_t globs_class(const struct glob_automaton *a, struct bytes name)
{
	uint32_t state = 0;

	for (uint32_t i = 0; i < name.len; i++)
		state = a->next[state * a->classes + a->class_of[(uint8_t)name.at[i]]];
	return a->accept[state];
}

struct set globs_classes(const struct glob_automaton *a, uint32_t glob)
{
	return a->by_glob[glob];
}
