/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The glob automaton of an image → for each accept class the shortest name that ends
 * in it, by breadth-first search. "." and ".." are names that no object has, so how
 * much of them was read is part of what is searched.
 */
#include "compiler/assure/reach_parts.h"

enum shape { SHAPE_EMPTY, SHAPE_DOT, SHAPE_DOTS, SHAPE_NAME, SHAPES };
enum { NAME_BYTES_MAX = 255 };

struct step { /* how a node, state * SHAPES + shape, was met first */
	uint32_t from;
	uint8_t byte_class, depth;
	bool met;
};

struct class_names {
	struct step *steps;
	uint32_t *node; /* by accept class: + 1; 0 = impossible */
	uint32_t count;
	uint8_t *members[256]; /* of a byte class, the friendliest first */
	uint32_t n_members[256];
};

/* Letters first, then what else can be seen; '.' only where nothing else is. */
static void add_members(struct arena *arena, struct class_names *c, const uint8_t *class_of)
{
	static const char liked[] = "xabcdefghijklmnopqrstuvwyz0123456789";
	bool taken[256] = { [0] = true, ['/'] = true, ['.'] = true };
	uint8_t order[256];
	uint32_t n = 0;

	for (const char *at = liked; *at; at++) {
		order[n++] = (uint8_t)*at;
		taken[(uint8_t)*at] = true;
	}
	for (uint32_t seen = 0; seen < 2; seen++)
		for (uint32_t b = 1; b < 256; b++)
			if (!taken[b] && (b > 0x20 && b < 0x7f) == !seen)
				order[n++] = (uint8_t)b;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t class = class_of[order[i]];

		if (!c->members[class])
			c->members[class] = ARENA_ARRAY(arena, uint8_t, 256);
		c->members[class][c->n_members[class]++] = order[i];
	}
	if (!c->n_members[class_of['.']]) {
		c->members[class_of['.']] = ARENA_ARRAY(arena, uint8_t, 1);
		c->members[class_of['.']][c->n_members[class_of['.']]++] = '.';
	}
}

static enum shape shape_after(enum shape shape, uint8_t byte)
{
	return byte == '.' && shape < SHAPE_DOTS ? (enum shape)(shape + 1) : SHAPE_NAME;
}

static void search(struct arena *arena, struct class_names *c, const struct nb_params *p,
		   const uint16_t *accept, const uint16_t *next)
{
	uint32_t *queue = ARENA_ARRAY(arena, uint32_t, (size_t)p->glob_states * SHAPES);
	uint32_t head = 0, tail = 1; /* the start is state 0, nothing read: node 0 */

	c->steps[0].met = true;
	while (head < tail) {
		uint32_t node = queue[head++], state = node / SHAPES;
		enum shape shape = (enum shape)(node % SHAPES);

		if (shape == SHAPE_NAME && !c->node[accept[state]])
			c->node[accept[state]] = node + 1;
		if (c->steps[node].depth == NAME_BYTES_MAX)
			continue;
		for (uint32_t b = 0; b < p->glob_classes; b++) {
			uint32_t to;

			if (!c->n_members[b])
				continue;
			to = next[(size_t)state * p->glob_classes + b] * SHAPES +
			     shape_after(shape, c->members[b][0]);
			if (c->steps[to].met)
				continue;
			c->steps[to] = (struct step){ node, (uint8_t)b,
						      (uint8_t)(c->steps[node].depth + 1), true };
			queue[tail++] = to;
		}
	}
}

struct class_names *class_names(struct arena *arena, const struct image *image)
{
	const struct nb_params *p = &image->params;
	const uint8_t *globs = image->maps[NB_IMAGE_PATHS].at + p->globs_off;
	struct class_names *c = ARENA_NEW(arena, struct class_names);
	const uint16_t *accept;

	c->count = 1;
	if (!p->glob_states) {
		c->node = ARENA_ARRAY(arena, uint32_t, 1);
		return c; /* nobody asks for a name of a wildcard */
	}
	accept = (const uint16_t *)(globs + 256);
	for (uint32_t s = 0; s < p->glob_states; s++)
		if (accept[s] >= c->count)
			c->count = accept[s] + 1u;
	c->node = ARENA_ARRAY(arena, uint32_t, c->count);
	c->steps = ARENA_ARRAY(arena, struct step, (size_t)p->glob_states * SHAPES);
	add_members(arena, c, globs);
	search(arena, c, p, accept,
	       (const uint16_t *)(globs + 256 + ((p->glob_states * 2 + 7) & ~7u)));
	return c;
}

uint32_t class_names_count(const struct class_names *c)
{
	return c->count;
}

bool class_is_possible(const struct class_names *c, uint32_t class)
{
	return class < c->count && c->node[class];
}

struct bytes class_name(struct arena *arena, const struct class_names *c, uint32_t class,
			uint32_t variant)
{
	uint32_t node = c->node[class] - 1, len = c->steps[node].depth;
	char *name = arena_alloc(arena, len + 1);

	for (uint32_t i = len; i--; node = c->steps[node].from) {
		uint8_t b = c->steps[node].byte_class;

		name[i] = (char)c->members[b][variant % c->n_members[b]];
	}
	return (struct bytes){ name, len };
}
