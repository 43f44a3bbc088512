/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/steps.h"
#include <string.h>

static uint32_t known_hash(enum known_kind kind, const struct standing *p)
{
	return key_hash(key_hash(p->sticky, p->here, (uint32_t)kind) ^
				key_hash(p->ends_here, p->ends_below, 1),
			p->below, p->moving);
}

uint32_t *know(struct build *b, enum known_kind kind, const struct standing *p, bool *fresh)
{
	uint32_t i = known_hash(kind, p), n;

	for (; (n = b->slots[i & (b->n_slots - 1)]); i++) {
		struct known *k = &b->found.at[n - 1];

		*fresh = false;
		if (k->kind == kind && !memcmp(&k->place, p, sizeof(*p)))
			return &k->id;
	}
	*fresh = true;
	VEC_PUSH(b->exact->arena, &b->found, (struct known){ kind, *p, 0 });
	b->slots[i & (b->n_slots - 1)] = (uint32_t)b->found.n;
	if (b->found.n * 2 > b->n_slots) {
		b->n_slots *= 2;
		b->slots = ARENA_ARRAY(b->exact->arena, uint32_t, b->n_slots);
		for (n = 0; n < b->found.n; n++) {
			i = known_hash(b->found.at[n].kind, &b->found.at[n].place);
			while (b->slots[i & (b->n_slots - 1)])
				i++;
			b->slots[i & (b->n_slots - 1)] = n + 1;
		}
	}
	return &b->found.at[b->found.n - 1].id;
}

static uint32_t pair_id(struct build *b, uint32_t glob, uint32_t tag)
{
	bool fresh;
	uint32_t *id = know(b, KNOWN_PAIR, &(struct standing){ .sticky = tag, .here = glob }, &fresh);

	if (fresh) {
		*id = (uint32_t)b->pair_list.n;
		VEC_PUSH(b->exact->arena, &b->pair_list, (struct pair){ glob, tag });
	}
	return *id;
}

void begin(struct build *b)
{
	b->own.n = b->sticky.n = b->here.n = b->below.n = b->moving.n = 0;
	b->ends_here.n = b->ends_below.n = 0;
}

void meet_marks(struct build *b, uint32_t list)
{
	for (uint32_t m = list; m; m = b->a->marks.at[m - 1].next) {
		const struct mark *mark = &b->a->marks.at[m - 1];

		b->work++;
		if (mark->kind == MARK_OWN)
			VEC_PUSH(b->exact->arena, &b->own, mark->tag);
		else if (mark->kind == MARK_STICKY)
			VEC_PUSH(b->exact->arena, &b->sticky, mark->tag);
		else if (mark->kind == MARK_HERE && mark->apart)
			VEC_PUSH(b->exact->arena, &b->ends_here, pair_id(b, mark->glob, mark->tag));
		else if (mark->kind == MARK_HERE)
			VEC_PUSH(b->exact->arena, &b->here, pair_id(b, mark->glob, mark->tag));
		else if (mark->apart)
			VEC_PUSH(b->exact->arena, &b->ends_below, pair_id(b, mark->glob, mark->tag));
		else
			VEC_PUSH(b->exact->arena, &b->below, pair_id(b, mark->glob, mark->tag));
	}
}

void meet_position(struct build *b, uint32_t at)
{
	for (; at; at = b->a->positions.at[at].depth_child) {
		const struct position *p = &b->a->positions.at[at];

		meet_marks(b, p->marks);
		if (p->loops || p->name_child || p->glob_child || p->any_child)
			VEC_PUSH(b->exact->arena, &b->moving, at);
	}
}

void meet_any(struct build *b, uint32_t moving)
{
	struct set set = sets_get(b->movings, moving);

	b->work += set.n;
	for (uint32_t i = 0; i < set.n; i++) {
		const struct position *p = &b->a->positions.at[set.at[i]];

		if (p->loops)
			VEC_PUSH(b->exact->arena, &b->moving, set.at[i]);
		meet_position(b, p->any_child);
	}
}

void meet_globs(struct build *b, uint32_t moving, uint32_t class)
{
	struct set set = sets_get(b->movings, moving);
	struct set globs = sets_get(b->exact->automaton->sets, class);

	for (uint32_t i = 0; i < set.n; i++) {
		uint32_t c = b->a->positions.at[set.at[i]].glob_child;

		for (; c; c = b->a->positions.at[c].glob_next) {
			b->work++;
			if (set_has(globs, b->a->positions.at[c].what))
				meet_position(b, c);
		}
	}
}

void meet_name(struct build *b, uint32_t moving, uint32_t name)
{
	struct set set = sets_get(b->movings, moving);

	b->work += set.n;
	for (uint32_t i = 0; i < set.n; i++)
		meet_position(b, trie_step(b->a, set.at[i], name));
}

/* Does one of these tags, which come before it, do all that this one does? */
static bool is_behind(const struct build *b, const uint32_t *tags, uint32_t n, uint32_t tag)
{
	const uint32_t *kind_of = b->a->kind_of;

	if (!kind_of || tag & EXACT_EXCEPT || !kind_of[tag])
		return false;
	for (uint32_t i = 0; i < n && tags[i] < tag; i++)
		if (kind_of[tags[i]] == kind_of[tag])
			return true;
	return false;
}

uint32_t first_of_kinds(struct build *b, uint32_t rows)
{
	struct set all = sets_get(b->rows, rows);

	if (!b->a->kind_of)
		return rows;
	b->list.n = 0;
	for (uint32_t i = 0; i < all.n; i++)
		if (!is_behind(b, all.at, i, all.at[i]))
			VEC_PUSH(b->exact->arena, &b->list, all.at[i]);
	return b->list.n == all.n ? rows : sets_intern(b->rows, b->list.at, (uint32_t)b->list.n);
}

/* In a tree of that tag, or of one that does the same. */
static bool is_given(const struct build *b, struct set sticky, uint32_t tag)
{
	return set_has(sticky, tag) || is_behind(b, sticky.at, sticky.n, tag);
}

/* Nothing but what is sticky already could come of it. */
static bool is_spent(const struct build *b, const struct position *p, struct set sticky)
{
	for (uint32_t i = 0; i < p->tags; i++)
		if (i == POSITION_TAGS || !is_given(b, sticky, p->tag[i]))
			return false;
	return true;
}

static uint32_t without_spent_pairs(struct build *b, const uint32_t *pairs, uint32_t n,
				    struct set sticky)
{
	b->list.n = 0;
	for (uint32_t i = 0; i < n; i++)
		if (!is_given(b, sticky, b->pair_list.at[pairs[i]].tag))
			VEC_PUSH(b->exact->arena, &b->list, pairs[i]);
	return sets_intern(b->pairs, b->list.at, (uint32_t)b->list.n);
}

/* The pairs that hold below: those of above, and new ones. */
static uint32_t pairs_below(struct build *b, uint32_t old, const uint32_t *pairs, size_t n,
			    struct set sticky, bool more_sticky)
{
	struct set above = sets_get(b->pairs, old);

	if (sticky.n && more_sticky) {
		old = without_spent_pairs(b, above.at, above.n, sticky);
		b->work += above.n;
	}
	return sets_union(b->pairs, old, without_spent_pairs(b, pairs, (uint32_t)n, sticky));
}

uint32_t arrive(struct build *b, const struct standing *from, struct standing *to)
{
	uint32_t kept = 0;
	struct set sticky;
	bool more;

	/* most names of a policy lead to nothing more than they themselves are given */
	if (!b->sticky.n && !b->here.n && !b->below.n && !b->ends_here.n && !b->ends_below.n &&
	    !b->moving.n) {
		*to = (struct standing){ .sticky = from->sticky, .below = from->below,
					 .ends_below = from->ends_below };
		return sets_intern(b->rows, b->own.at, (uint32_t)b->own.n);
	}

	to->sticky = sets_union(b->rows, from->sticky,
				sets_intern(b->rows, b->sticky.at, (uint32_t)b->sticky.n));
	to->sticky = first_of_kinds(b, to->sticky);
	sticky = sets_get(b->rows, to->sticky);
	/* in automata without general patterns states are few whatever is kept */
	if (b->a->positions.n == 1)
		sticky.n = 0;
	more = to->sticky != from->sticky;
	to->here = without_spent_pairs(b, b->here.at, (uint32_t)b->here.n, sticky);
	to->below = pairs_below(b, from->below, b->below.at, b->below.n, sticky, more);
	to->ends_here = without_spent_pairs(b, b->ends_here.at, (uint32_t)b->ends_here.n, sticky);
	to->ends_below = pairs_below(b, from->ends_below, b->ends_below.at, b->ends_below.n, sticky,
				     more);
	for (size_t i = 0; i < b->moving.n; i++)
		if (!is_spent(b, &b->a->positions.at[b->moving.at[i]], sticky))
			b->moving.at[kept++] = b->moving.at[i];
	to->moving = sets_intern(b->movings, b->moving.at, kept);
	return sets_intern(b->rows, b->own.at, (uint32_t)b->own.n);
}
