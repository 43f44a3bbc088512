/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The walk to a directory never seen, from 6.12 on: up by parents to the first one that
 * has a label, or to the root of a filesystem whose anchor is known, and down again over
 * the names, as walk.h does. It takes the usual case only, what it needs fits on the
 * stack, and it fails wherever anything is unusual or changes: then the walk of walk.h
 * begins at the beginning.
 *
 * Where a filesystem has an encoding there are neither labels nor anchors of this kind, so
 * here only directories that hash names in a way of their own may not tell capital from
 * small letters.
 */
#ifndef NB_NEAR_H
#define NB_NEAR_H

#include "labels.h"

/* As name_hash; no name is empty, so the length need not be asked twice. Where `near` is 0
 * only short names are hashed in place: a hook saves fewer registers then. */
static __always_inline u64 quick_hash(u64 at, u32 len, u32 near)
{
	u64 rest = ~0ull << (len & 7) * 8, hash;

	if (len < 8)
		return hash_mix(len, (name_word(at) & ~rest) | NB_FOLD_HASH);
	if (!near || len >= 16)
		return nb_name_hash(at, len);
	hash = hash_mix(len, name_word(at) | NB_FOLD_HASH);
	/* of a name of eight there may be nothing behind */
	return hash_mix(hash, (len & 7 ? name_word(at + 8) & ~rest : 0) | NB_FOLD_HASH);
}

/* As nb_step; most names have no edge and are told without a call. */
static __always_inline u64 quick_step(u32 from, u64 at, u32 len, u64 hash)
{
	const struct nb_state *state;

	barrier_value(from);
	state = image_at(IMAGE_OF(nb_paths), P(states_off) + (u64)from * sizeof(*state),
			 sizeof(*state), P(paths_bytes));
	_Static_assert(sizeof(*state) == 24, "see step");
	if (!state || (P(glob_states) && contexts_of(state)) || state->filter & NB_FILTER_BIT(hash))
		return nb_step(from, at, len, hash);
	return EDGE(state->background, state->row);
}

/* Of a name, what is looked for: its hash, and the word that the pool has of one of less
 * than eight bytes; 0 of a longer one. */
struct near_name {
	u64 word, hash;
};

static __always_inline struct near_name near_name(u64 at, u32 len)
{
	u64 rest = ~0ull << (len & 7) * 8, word = name_word(at);
	struct near_name name = { .word = 0 };

	if (len < 8) {
		name.word = word & ~rest;
		name.hash = hash_mix(len, name.word | NB_FOLD_HASH);
	} else if (len < 16) { /* of a name of eight there may be nothing behind */
		name.hash = hash_mix(hash_mix(len, word | NB_FOLD_HASH),
				     (len & 7 ? name_word(at + 8) & ~rest : 0) | NB_FOLD_HASH);
	} else {
		name.hash = nb_name_hash(at, len);
	}
	return name;
}

enum near_answer {
	NEAR_NONE, /* the state has no edge of that name */
	NEAR_FOUND,
	NEAR_ELSE, /* it is not for this to say */
};

/* As edge_find, in place: where the edge of (from, name) leads. Of names with the tag of
 * this one only a short one is compared. */
static __always_inline u32 near_find(u32 from, struct near_name name, u32 *to)
{
	const u8 *paths = IMAGE_OF(nb_paths);
	u32 tag = NB_NAME_TAG(name.hash), pool;
	u64 hash = hash_mix(name.hash, from), bucket;
	const struct nb_edge *edge;
	const u64 *word;

	for (u32 half = 0; half < 2; half++) {
		bucket = (u64)(u32)(half ? hash >> 32 : hash) * P(buckets) >> 32;
		edge = image_at(paths, bucket * 64, 64, P(paths_bytes));
		if (!edge)
			return NEAR_ELSE;
		for (u32 slot = 0; slot < NB_BUCKET_EDGES; slot++, edge++) {
			pool = edge->name;
			if (edge->from != from || (pool & ~NB_NAME_OFFSET) != tag)
				continue;
			*to = edge->to;
			goto alike;
		}
	}
	return NEAR_NONE;
alike:
	word = image_at(paths, P(names_off) + (u64)(pool & NB_NAME_OFFSET) * 8, 8, P(paths_bytes));
	return word && *word == name.word ? NEAR_FOUND : NEAR_ELSE;
}

/* The state below *state and the name of d, whatever name that is by now; 0 if it is not
 * known. What is not told here nb_step tells. */
static __always_inline u32 near_step(struct dentry *d, u32 *state)
{
	struct near_name name = near_name((u64)d->d_name.name, d->d_name.len);
	const struct nb_state *at;
	u32 answer = NEAR_ELSE, from = *state;
	u64 edge;

	at = image_at(IMAGE_OF(nb_paths), P(states_off) + (u64)from * sizeof(*at), sizeof(*at),
		      P(paths_bytes));
	if (at && !(P(glob_states) && contexts_of(at))) {
		*state = at->background;
		answer = at->filter & NB_FILTER_BIT(name.hash) ? near_find(from, name, state)
							       : NEAR_NONE;
	}
	if (answer != NEAR_ELSE)
		return 1;
	edge = nb_step(from, (u64)d->d_name.name, d->d_name.len, name.hash);
	*state = EDGE_TO(edge);
	return edge & EDGE_HIT && edge != NB_BROKEN;
}

/* One component down, from the directory `above` of that state, as in down.h. */
static __always_inline u32 near_enter(u64 address, u64 above, u32 *state)
{
	struct dentry *d = as_numbers(address);
	u64 both = *(volatile u64 *)&d->d_flags;

	if (both & (1ull << 32 | DCACHE_OP_HASH))
		return 0;
	barrier();
	if (!near_step(d, state))
		return 0;
	barrier();
	return (u64)d->d_parent == above && SEQ(d) == (u32)(both >> 32);
}

/* EDGE, 0 if it is not known. */
NB_GLOBAL u64 nb_enter(u64 address, u64 above, u32 state)
{
	return near_enter(address, above, &state) ? EDGE(state, 0) : 0;
}

#define NB_NEAR 16 /* directories with the one itself */

/* A directory, its parent, and so on, by their addresses. */
struct nb_way {
	u64 at[NB_NEAR];
};

#define NB_IN_PLACE 2 /* most ways end so soon below the root */

/* EDGE of the first of the way, whose last but `n` has that state, 0 if it is not known. A
 * loop over all of it in place the verifier would judge in each round. */
NB_GLOBAL u64 nb_down(struct nb_way *way __attribute__((btf_decl_tag("arg:nonnull"))), u32 n,
		      u32 state)
{
	u64 above = way->at[n & (NB_NEAR - 1)], at, edge;

#pragma clang loop unroll(full)
	for (u32 i = 0; i < NB_IN_PLACE; i++) {
		at = way->at[--n & (NB_NEAR - 1)];
		if (!near_enter(at, above, &state))
			return 0;
		if (!n || !state)
			return EDGE(state, 0);
		above = at;
	}
	for (u32 i = 0; i < NB_NEAR; i++) {
		at = way->at[--n & (NB_NEAR - 1)];
		edge = nb_enter(at, above, state);
		if (!n || !(edge & EDGE_HIT) || !EDGE_TO(edge))
			return edge;
		state = EDGE_TO(edge);
		above = at;
	}
	return 0;
}

/* State of the directory `at`, where a climb ends, if its label has it. */
static __always_inline u32 state_of_label(struct dentry *at, u32 *state)
{
	struct inode *inode = at->d_inode;

	return SEQ_FOLLOWS_FLAGS && inode && is_known(label_marks(inode, state));
}

/* State of the root `at`, if its filesystem's anchor is known. */
static __always_inline u32 state_of_root(struct dentry *at, struct nb_known *known, u32 *state)
{
	struct super_block *sb = at->d_sb;
	struct nb_root *root = root_of(known, (u64)sb);

	if (*(volatile u64 *)&root->sb != (u64)sb)
		return 0;
	/* what is found by a handle has nothing above until its parents are found, too */
	if (sb->s_root != at)
		return 0;
	barrier();
	*state = EDGE_TO(root->edge);
	return 1;
}

/* EDGE of the directory p, which has no label, 0 if it is not known. Written out: a counter,
 * a place that is counted and the end of a loop cost as much as a parent does. */
static __always_inline u64 near_edge(struct dentry *p, struct nb_known *known)
{
	struct dentry *at = p, *up;
	struct nb_way way;
	u32 n, state = 0;

	way.at[0] = (u64)p;
#pragma clang loop unroll(full)
	for (n = 1; n < NB_NEAR; n++) {
		up = at->d_parent;
		if (up == at)
			goto root;
		at = up;
		way.at[n] = (u64)at;
		if (*(volatile u8 *)touched_byte(known, at))
			goto label;
	}
	return 0;
root:
	n--;
	if (!n || !state_of_root(at, known, &state))
		return 0;
	goto known;
label:
	if (!state_of_label(at, &state))
		return 0;
known:
	return state ? nb_down(&way, n, state) : EDGE(0, 0);
}

enum near {
	NEAR_ASKS = 1, /* for the directory's own label first */
	NEAR_ASKED,    /* that was just not there */
};

/* State of the directory p, from its label, or else put into it; 1 if it is known. */
static __always_inline u32 state_near(struct dentry *p, struct inode *directory, u32 near,
				      u32 *state)
{
	struct nb_known *known = all_known();
	u64 marks, edge;

	if (near == NEAR_ASKS || *(volatile u8 *)touched_byte(known, p)) {
		marks = label_marks(directory, state);
		if (is_known(marks))
			return 1;
		if (marks & NB_LABEL_MOVED)
			return 0;
	}
	if (p->d_flags & DCACHE_OP_NAMES)
		return 0;
	edge = near_edge(p, known);
	*state = EDGE_TO(edge);
	return edge & EDGE_HIT && !label_store(p, directory, *state, known);
}

#endif
