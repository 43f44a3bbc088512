/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/trie.h"
#include <string.h>

enum step { STEP_NAME, STEP_GLOB };

uint32_t key_hash(uint32_t x, uint32_t y, uint32_t z)
{
	uint64_t h = ((uint64_t)x << 32 | y) * 0x9e3779b97f4a7c15ull;

	h = (h ^ h >> 32 ^ z) * 0xff51afd7ed558ccdull;
	return (uint32_t)(h >> 32);
}

struct exact_automaton *exact_automaton(struct exact *exact)
{
	struct exact_automaton *a = ARENA_NEW(exact->arena, struct exact_automaton);

	a->most_moving = EXACT_MAX_MOVING;
	a->n_slots = 64;
	a->slots = ARENA_ARRAY(exact->arena, uint32_t, a->n_slots);
	VEC_PUSH(exact->arena, &a->nodes, (struct node){ 0 });
	VEC_PUSH(exact->arena, &a->positions, (struct position){ 0 });
	return a;
}

/* ---- nodes ---- */

static void place_nodes(struct exact *exact, struct exact_automaton *a, uint32_t n_slots)
{
	a->n_slots = n_slots;
	a->slots = ARENA_ARRAY(exact->arena, uint32_t, a->n_slots);
	for (uint32_t n = 1; n < a->nodes.n; n++) {
		uint32_t i = key_hash(a->nodes.at[n].parent, a->nodes.at[n].name, 0);

		while (a->slots[i & (a->n_slots - 1)])
			i++;
		a->slots[i & (a->n_slots - 1)] = n + 1;
	}
}

/* The slot of that node, or the empty one where it belongs. */
static uint32_t *node_slot(const struct exact_automaton *a, uint32_t parent, uint32_t name)
{
	uint32_t i = key_hash(parent, name, 0), n;

	for (; (n = a->slots[i & (a->n_slots - 1)]); i++)
		if (a->nodes.at[n - 1].parent == parent && a->nodes.at[n - 1].name == name)
			break;
	return &a->slots[i & (a->n_slots - 1)];
}

uint32_t trie_child(const struct exact_automaton *a, uint32_t node, uint32_t name)
{
	return *node_slot(a, node, name) - 1;
}

static uint32_t child(struct exact *exact, struct exact_automaton *a, uint32_t parent,
		      struct bytes name)
{
	uint32_t id = edges_name(exact->edges, name), n;
	uint32_t *slot = node_slot(a, parent, id);

	if (*slot)
		return *slot - 1;
	n = (uint32_t)a->nodes.n;
	*slot = n + 1;
	VEC_PUSH(exact->arena, &a->nodes, (struct node){ .parent = parent, .name = id });
	a->nodes.at[parent].children++;
	if (a->nodes.n * 2 > a->n_slots)
		place_nodes(exact, a, a->n_slots * 2);
	return n;
}

/* The node of the pattern's literal beginning. */
static uint32_t node_of(struct exact *exact, struct exact_automaton *a,
			const struct path_pattern *p)
{
	uint32_t node = 0, same = 0;

	while (a->last && same < p->dirs && same < a->last->dirs &&
	       p->dir[same].len == a->last->dir[same].len &&
	       !memcmp(p->dir[same].at, a->last->dir[same].at, p->dir[same].len))
		node = a->way.at[same++];
	a->way.n = same;
	for (uint32_t i = same; i < p->dirs; i++) {
		node = child(exact, a, node, p->dir[i]);
		VEC_PUSH(exact->arena, &a->way, node);
	}
	a->last = p;
	return node;
}

/* ---- positions ---- */

struct step_key {
	uint32_t from, what;
	enum step step;
	uint32_t to;
};

/* Four words a slot: the key and where it leads. */
static struct step_key *step_slot(const struct exact_automaton *a, uint32_t from, enum step step,
				  uint32_t what)
{
	struct step_key *keys = (struct step_key *)a->steps;
	uint32_t i = key_hash(from, what, step);

	for (;; i++) {
		struct step_key *key = &keys[i & (a->n_steps - 1)];

		if (!key->to || (key->from == from && key->what == what && key->step == step))
			return key;
	}
}

uint32_t trie_step(const struct exact_automaton *a, uint32_t position, uint32_t name)
{
	return a->steps ? step_slot(a, position, STEP_NAME, name)->to : 0;
}

static void grow_steps(struct exact *exact, struct exact_automaton *a)
{
	struct step_key *old = (struct step_key *)a->steps;
	uint32_t n = a->n_steps;

	a->n_steps = n ? n * 2 : 64;
	a->steps = (uint32_t *)ARENA_ARRAY(exact->arena, struct step_key, a->n_steps);
	for (uint32_t i = 0; i < n; i++)
		if (old[i].to)
			*step_slot(a, old[i].from, old[i].step, old[i].what) = old[i];
}

static uint32_t new_position(struct exact *exact, struct exact_automaton *a, uint32_t what)
{
	VEC_PUSH(exact->arena, &a->positions, (struct position){ .what = what });
	return (uint32_t)a->positions.n - 1;
}

static uint32_t step_by(struct exact *exact, struct exact_automaton *a, uint32_t from,
			enum step step, uint32_t what)
{
	struct position *p;
	uint32_t to;

	if (a->positions.n * 2 > a->n_steps)
		grow_steps(exact, a);
	to = step_slot(a, from, step, what)->to;
	if (to)
		return to;
	to = new_position(exact, a, what);
	*step_slot(a, from, step, what) = (struct step_key){ from, what, step, to };
	p = &a->positions.at[from];
	if (step == STEP_NAME) {
		a->positions.at[to].name_next = p->name_child;
		p->name_child = to;
	} else {
		a->positions.at[to].glob_next = p->glob_child;
		p->glob_child = to;
	}
	return to;
}

static bool is_any(const struct path_part *part)
{
	return !part->any_depth && part->len == 1 && *part->glob == GLOB_ANY;
}

static bool is_literal(const struct path_part *part)
{
	for (uint32_t i = 0; i < part->len; i++)
		if (part->glob[i] >= GLOB_ONE)
			return false;
	return true;
}

static uint32_t step_name(struct exact *exact, struct exact_automaton *a, uint32_t from,
			  const struct path_part *part)
{
	char *name = ARENA_ARRAY(exact->arena, char, part->len);

	for (uint32_t i = 0; i < part->len; i++)
		name[i] = (char)part->glob[i];
	return step_by(exact, a, from, STEP_NAME,
		       edges_name(exact->edges, (struct bytes){ name, part->len }));
}

static uint32_t step_part(struct exact *exact, struct exact_automaton *a, uint32_t from,
			  const struct path_part *part, const struct path_pattern *pattern)
{
	uint32_t to;

	if (!part->any_depth && !is_any(part))
		return is_literal(part) ? step_name(exact, a, from, part)
					: step_by(exact, a, from, STEP_GLOB,
						  globs_add(exact->globs, part->glob, part->len, pattern));
	to = part->any_depth ? a->positions.at[from].depth_child : a->positions.at[from].any_child;
	if (to)
		return to;
	to = new_position(exact, a, 0);
	a->positions.at[to].loops = part->any_depth;
	if (part->any_depth)
		a->positions.at[from].depth_child = to;
	else
		a->positions.at[from].any_child = to;
	return to;
}

static void note_tag(struct position *p, uint32_t tag)
{
	for (uint32_t i = 0; i < p->tags && i < POSITION_TAGS; i++)
		if (p->tag[i] == tag)
			return;
	if (p->tags < POSITION_TAGS)
		p->tag[p->tags] = tag;
	if (p->tags <= POSITION_TAGS)
		p->tags++;
}

/* ---- patterns ---- */

/* Most patterns name something of their own, and some a directory beside it. */
void exact_expect(struct exact *exact, struct exact_automaton *a, size_t patterns)
{
	size_t names = patterns + patterns / 2;

	edges_expect(exact->edges, names);
	if (edges_slots(names) > a->n_slots)
		place_nodes(exact, a, edges_slots(names));
}

static void add_mark(struct exact *exact, struct exact_automaton *a, uint32_t *list,
		     struct mark mark)
{
	mark.next = *list;
	VEC_PUSH(exact->arena, &a->marks, mark);
	*list = (uint32_t)a->marks.n;
}

/* "**" and a glob, at the end: '*' there is simply everything below. */
static struct mark below(struct exact *exact, const struct path_pattern *p,
			 const uint16_t *glob, uint32_t len, struct mark mark)
{
	mark.kind = MARK_BELOW;

	if (len == 1 && *glob == GLOB_ANY)
		mark.kind = MARK_STICKY;
	else
		mark.glob = globs_add(exact->globs, glob, len, p);
	return mark;
}

static struct mark here(struct exact *exact, const struct path_pattern *p,
			const uint16_t *glob, uint32_t len, struct mark mark)
{
	mark.kind = MARK_HERE;
	mark.glob = globs_add(exact->globs, glob, len, p);
	return mark;
}

static void add_general(struct exact *exact, struct exact_automaton *a, uint32_t node,
			const struct path_pattern *p, struct mark mark)
{
	uint32_t at = a->nodes.at[node].root, n = p->n_parts;

	if (!at)
		at = a->nodes.at[node].root = new_position(exact, a, 0);
	for (uint32_t i = 0; i < n; i++) {
		const struct path_part *part = &p->parts[i], *last = &p->parts[n - 1];

		note_tag(&a->positions.at[at], mark.tag);
		if (!p->tree && i + 1 == n && !is_literal(part) && !is_any(part)) {
			add_mark(exact, a, &a->positions.at[at].marks,
				 here(exact, p, part->glob, part->len, mark));
			return;
		}
		if (!p->tree && i + 2 == n && part->any_depth) {
			add_mark(exact, a, &a->positions.at[at].marks,
				 below(exact, p, last->glob, last->len, mark));
			return;
		}
		at = step_part(exact, a, at, part, p);
	}
	note_tag(&a->positions.at[at], mark.tag);
	mark.kind = MARK_OWN;
	add_mark(exact, a, &a->positions.at[at].marks, mark);
	mark.kind = MARK_STICKY;
	if (p->tree)
		add_mark(exact, a, &a->positions.at[at].marks, mark);
}

void exact_add(struct exact *exact, struct exact_automaton *a, const struct path_pattern *p,
	       uint32_t tag, bool apart)
{
	struct mark own = { .kind = MARK_OWN, .tag = tag, .apart = apart };
	struct mark sticky = { .kind = MARK_STICKY, .tag = tag, .apart = apart };
	uint32_t node = node_of(exact, a, p);

	switch (p->shape) {
	case PATH_TREE:
		add_mark(exact, a, &a->nodes.at[node].marks, sticky);
		add_mark(exact, a, &a->nodes.at[node].marks, own);
		return;
	case PATH_LITERAL:
		add_mark(exact, a, &a->nodes.at[node].marks, own);
		return;
	case PATH_GLOB:
		add_mark(exact, a, &a->nodes.at[node].marks,
			 here(exact, p, p->glob, p->glob_len, own));
		return;
	case PATH_GLOB_BELOW:
		add_mark(exact, a, &a->nodes.at[node].marks,
			 below(exact, p, p->glob, p->glob_len, own));
		return;
	case PATH_GENERAL:
		add_general(exact, a, node, p, own);
		return;
	}
}
