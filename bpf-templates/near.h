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

/* As edge_find, of a state, which is no glob context. */
NB_GLOBAL u64 nb_edge(u32 from, u64 at, u32 len, u64 hash)
{
	return edge_find(IMAGE_OF(nb_paths), from & ~NB_GLOB, at, len, hash);
}

/* As nb_step; most names have no edge and are told without a call. The hooks have one
 * function less where `near` is 0. */
static __always_inline u64 quick_step(u32 from, u64 at, u32 len, u64 hash, u32 near)
{
	const struct nb_state *state;
	u32 listed;
	u64 edge;

	barrier_value(from);
	state = image_at(IMAGE_OF(nb_paths), P(states_off) + (u64)from * sizeof(*state),
			 sizeof(*state), P(paths_bytes));
	_Static_assert(sizeof(*state) == 24, "see step");
	if (!state || (P(glob_states) && contexts_of(state)))
		return nb_step(from, at, len, hash);
	listed = state->filter & NB_FILTER_BIT(hash);
	if (listed && !near)
		return nb_step(from, at, len, hash);
	if (listed) {
		edge = nb_edge(from, at, len, hash);
		if (edge)
			return edge;
		state = state_at(IMAGE_OF(nb_paths), from);
		if (!state)
			return NB_BROKEN;
	}
	return EDGE(state->background, state->row);
}

/* They are read as one, which costs half. */
#define SEQ_FOLLOWS_FLAGS                                                      \
	(bpf_core_field_offset(struct dentry, d_seq.seqcount.sequence) ==      \
	 bpf_core_field_offset(struct dentry, d_flags) + 4)

/* One component down, from the directory `above` of that state: EDGE, or anything else
 * where it may not be known. See down.h. */
NB_GLOBAL u64 nb_enter(u64 address, u64 above, u32 from)
{
	struct dentry *d = as_numbers(address);
	u64 both = *(volatile u64 *)&d->d_flags, name, edge;
	u32 seq = both >> 32, len;

	if (both & (1ull << 32 | DCACHE_OP_HASH))
		return AGAIN;
	barrier();
	name = (u64)d->d_name.name;
	len = d->d_name.len;
	edge = quick_step(from, name, len, quick_hash(name, len, 1), 1);
	barrier();
	return (u64)d->d_parent == above && SEQ(d) == seq ? edge : AGAIN;
}

#define NB_NEAR 16 /* directories with the one itself */

/* A directory, its parent, and so on, by their addresses. */
struct nb_way {
	u64 at[NB_NEAR];
};

/* EDGE of the first of the way, whose last but `n` has that state, 0 if it is not known. */
NB_GLOBAL u64 nb_down(struct nb_way *way __attribute__((btf_decl_tag("arg:nonnull"))), u32 n,
		      u32 state)
{
	u64 above = way->at[n & (NB_NEAR - 1)], at, edge;

	for (u32 i = 0; i < NB_NEAR; i++) {
		at = way->at[--n & (NB_NEAR - 1)];
		edge = nb_enter(at, above, state);
		if (!(edge & EDGE_HIT) || edge == NB_BROKEN)
			return 0;
		if (!n || !EDGE_TO(edge))
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

	return inode && is_known(label_marks(inode, state));
}

/* State of the root `at`, if its filesystem's anchor is known. */
static __always_inline u32 state_of_root(struct dentry *at, struct nb_known *known, u32 *state)
{
	u64 sb = FAR(at, d_sb);
	struct nb_root *root = root_of(known, sb);

	if (*(volatile u64 *)&root->sb != sb)
		return 0;
	/* what is found by a handle has nothing above until its parents are found, too */
	if (PLAIN((const struct super_block *)sb, s_root) != (u64)at)
		return 0;
	barrier();
	*state = EDGE_TO(root->edge);
	return 1;
}

/*
 * EDGE of the directory p, which has no label, 0 if it is not known. The verifier does not
 * know what n begins with, so that one round is to it as the next: it judges two or three,
 * and each pointer that it would have to judge again takes it a search of all types.
 */
static __always_inline u64 near_edge(struct dentry *p, struct nb_known *known)
{
	struct dentry *at = p, *up;
	struct nb_way way;
	u32 n = known->none & (NB_NEAR - 1), state = 0;

	way.at[n] = (u64)p;
#pragma clang loop unroll(disable)
	for (;;) {
		MAY_GO_ON(away);
		up = at->d_parent;
		if (up == at) {
			if (!n || !state_of_root(at, known, &state))
				goto away;
			break;
		}
		n++;
		barrier_value(n); /* what is compared is what is used */
		if (n >= NB_NEAR)
			goto away;
		at = up;
		way.at[n] = (u64)at;
		if (*(volatile u8 *)touched_byte(known, at)) {
			if (!state_of_label(at, &state))
				goto away;
			break;
		}
	}
	return state ? nb_down(&way, n, state) : EDGE(0, 0);
away:
	return 0;
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

	if (!known)
		return 0;
	if (near == NEAR_ASKS || *(volatile u8 *)touched_byte(known, p)) {
		marks = label_marks(directory, state);
		if (is_known(marks))
			return 1;
		if (marks & NB_LABEL_MOVED)
			return 0;
	}
	if (p->d_flags & DCACHE_OP_NAMES || !SEQ_FOLLOWS_FLAGS)
		return 0;
	edge = near_edge(p, known);
	*state = EDGE_TO(edge);
	return edge & EDGE_HIT && !label_store(p, directory, *state, known);
}

#endif
