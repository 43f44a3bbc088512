/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Reading images with checked offsets; names, edges, globs, one step of a path. Part
 * of decide.h, which says how. */
#ifndef NB_DECIDE_PATH_H
#define NB_DECIDE_PATH_H

#include "params.h"
#include "rounds.h"

#ifdef __bpf__
#include "maps.h"
#include "name.h"
/* weak: what is known of one definition may not change its callers; otherwise LLVM
 * passes nothing for an argument that it sees unused, which the verifier refuses */
#define NB_GLOBAL __attribute__((noinline, weak))
#define NB_INLINE static __always_inline
#define barrier_value(x) asm volatile("" : "+r"(x))
/* What clang knows of the variable, its eight bytes above all, holds for no image. */
#define IMAGE_OF(map)                                                          \
	({                                                                     \
		const u8 *at_ = map;                                           \
		asm("" : "+r"(at_));                                           \
		__builtin_assume(at_ != 0);                                    \
		at_;                                                           \
	})
#else
#include <string.h>
#define NB_GLOBAL static __attribute__((noinline))
#define NB_INLINE static inline
#define barrier_value(x) (void)(x)
#define IMAGE_OF(map) (map##_host)
extern const u8 *nb_paths_host, *nb_net4_host, *nb_net6_host, *nb_rows_host;
#endif

#define NB_BROKEN (~0ull)

/* Eight bytes of a name. On the host a name is padded to eight by the caller. */
#ifndef __bpf__
NB_INLINE u64 name_word(u64 at)
{
	u64 word;
	memcpy(&word, (const void *)(uintptr_t)at, 8);
	return word;
}
#endif

/* NULL unless [off, off + size) lies in an image of `total` bytes. */
NB_INLINE const void *image_at(const u8 *image, u64 off, u32 size, u32 total)
{
	if (!image || total < size)
		return 0;
	barrier_value(off);
	if (off > total - size)
		return 0;
	return image + off;
}

NB_INLINE u64 hash_mix(u64 hash, u64 value)
{
	hash = (hash ^ value) * 0xff51afd7ed558ccdull;
	return hash ^ hash >> 32;
}

/* The last word of a name of len bytes: len mod 8 bytes, the rest zero. */
NB_INLINE u64 name_tail(u64 at, u32 len)
{
	u32 bits = (len & 7) * 8;
	if (!bits)
		return 0;
	return name_word(at) & ~(~0ull << bits);
}

/* Words of the name, the zero-padded last one (perhaps all zero) included: what
 * the pool of names holds, so equal words are equal names. */
NB_GLOBAL u64 nb_name_hash(u64 at, u32 len)
{
	u64 hash = len;
	for (u32 i = 0; i < 32 && len >= 8; i++) {
		hash = hash_mix(hash, name_word(at) | NB_FOLD_HASH);
		at += 8;
		len -= 8;
	}
	return hash_mix(hash, name_tail(at, len) | NB_FOLD_HASH);
}

/* The same; most names are short, and a call costs more than they do. */
NB_INLINE u64 name_hash(u64 at, u32 len)
{
	return len < 8 ? hash_mix(len, name_tail(at, len) | NB_FOLD_HASH) : nb_name_hash(at, len);
}

NB_GLOBAL u32 nb_name_equal(u64 at, u32 len, u32 name)
{
	const u8 *paths = IMAGE_OF(nb_paths);
	u64 off = P(names_off) + (u64)name * 8;
	const u64 *word;

	for (u32 i = 0; (NO_BOUND || i < 32) && len >= 8; i++) {
		if (NO_BOUND)
			MAY_GO_ON(away);
		word = image_at(paths, off, 8, P(paths_bytes));
		if (!word || *word != name_word(at))
			return 0;
		at += 8;
		off += 8;
		len -= 8;
	}
	word = image_at(paths, off, 8, P(paths_bytes));
	return word && len < 8 && *word == name_tail(at, len);
away:
	return 0;
}

/* What a step leads to, in one number: the state below, the row of the object, and its
 * second row. Each has as many bits as the policy needs; without second rows the first
 * two have all of them, and nothing of the third is left in the programs. The host may
 * read a broken image: & 63 keeps its shifts defined, and is nothing in the programs. */
#define EDGE_HIT (1ull << 63)
#define ROW_SHIFT (P(row_shift) & 63)
#define MORE_SHIFT (P(more_shift) & 63)
#define HAS_MORE (P(more_shift) < 63)
#define EDGE(to, row) (EDGE_HIT | (u64)(row) << ROW_SHIFT | (to))
#define EDGE_WITH(edge, more) (HAS_MORE ? (edge) | (u64)(more) << MORE_SHIFT : (edge))
#define EDGE_TO(edge) ((u32)((edge) & ((1ull << ROW_SHIFT) - 1)))
#define EDGE_ROW(edge) ((u32)((edge) >> ROW_SHIFT) & EDGE_ROW_MASK)
#define EDGE_ROW_MASK ((u32)((1ull << ((MORE_SHIFT - ROW_SHIFT) & 63)) - 1))
#define EDGE_ROWS(edge) ((edge) << 1 >> 1 >> ROW_SHIFT) /* 0: it has none */
#define EDGE_MORE(edge) (HAS_MORE ? (u32)(((edge) & ~EDGE_HIT) >> MORE_SHIFT) : 0)

/*
 * The edge of (from, name), 0 if there is none. For a glob context `name` is a
 * class and nothing is compared but the two numbers. At most two buckets, eight
 * slots: a bound that does not depend on the policy.
 */
NB_INLINE u64 edge_find(const u8 *paths, u32 from, u64 at, u32 len, u64 hash)
{
	const struct nb_edge *edge;
	u32 tag = NB_NAME_TAG(hash);

	hash = hash_mix(hash, from);
	for (u32 half = 0; half < 2; half++) {
		u64 bucket = (u64)(u32)(half ? hash >> 32 : hash) * P(buckets) >> 32;
		edge = image_at(paths, bucket * 64, 64, P(paths_bytes));
		if (!edge)
			return NB_BROKEN;
		for (u32 slot = 0; slot < NB_BUCKET_EDGES; slot++, edge++) {
			if (edge->from != from)
				continue;
			if (from & NB_GLOB) {
				if (edge->name == at)
					return EDGE(edge->to, edge->row);
				continue;
			}
			if ((edge->name & ~NB_NAME_OFFSET) == tag &&
			    nb_name_equal(at, len, edge->name & NB_NAME_OFFSET))
				return EDGE(edge->to, edge->row);
		}
	}
	return 0;
}

/* Row of a glob context for an accept class: EDGE, 0 or NB_BROKEN. */
NB_GLOBAL u64 nb_glob_edge(u32 context, u32 class)
{
	return edge_find(IMAGE_OF(nb_paths), context | NB_GLOB, class, 0, hash_mix(1, class));
}

/* The glob automaton over the first n <= 8 bytes of a word. It never fails: an offset
 * outside of the image, which no compiler writes, leads to state 0. */
NB_GLOBAL u32 nb_glob_word(u32 state, u64 word, u32 n)
{
	const u8 *paths = IMAGE_OF(nb_paths), *byte_class;
	u32 nexts = P(globs_off) + 256 + ((P(glob_states) * 2 + 7) & ~7u);
	const u16 *cell;

	for (u32 i = 0; i < 8 && i < n; i++) {
		byte_class = image_at(paths, P(globs_off) + (word & 255), 1, P(paths_bytes));
		if (!byte_class)
			return 0;
		word >>= 8;
		cell = image_at(paths, nexts + (u64)(state * P(glob_classes) + *byte_class) * 2,
				2, P(paths_bytes));
		if (!cell)
			return 0;
		state = *cell;
	}
	return state;
}

/* Accept class of a name in the glob automaton, 0 = no glob matches. Word by word
 * through a function, so that the verifier judges eight bytes and not 256. */
NB_INLINE u32 glob_class(const u8 *paths, u64 at, u32 len)
{
	const u16 *cell;
	u32 state = 0;

	for (u32 i = 0; i < 32 && i * 8 < len; i++)
		state = nb_glob_word(state, name_word(at + i * 8), len - i * 8);
	cell = image_at(paths, P(globs_off) + 256 + (u64)state * 2, 2, P(paths_bytes));
	return cell ? *cell : 0;
}

/* The second row of a name of that class, with whatever edge there is for the first. */
NB_INLINE u64 with_suffix(u64 edge, u32 suffixes, u32 class)
{
	u64 more;

	if (!HAS_MORE || !suffixes)
		return edge;
	more = nb_glob_edge(suffixes & ~NB_WHOLE, class);
	if (P(base_suffixes) && !more && !(suffixes & NB_WHOLE))
		more = nb_glob_edge(P(base_suffixes), class);
	return more == NB_BROKEN ? more : EDGE_WITH(edge, EDGE_ROW(more));
}

/* Where a name of that class leads that has no edge of its own. edge: one without a
 * class; contexts: the state's, see step. */
NB_INLINE u64 class_edge(u64 edge, u64 contexts, u32 class)
{
	u64 found = 0;

	if (!class)
		return edge;
	if ((u32)contexts)
		found = nb_glob_edge(contexts, class);
	return with_suffix(found ? found : edge, contexts >> 32, class);
}

/* In one number, for the stack. */
NB_INLINE u64 contexts_of(const struct nb_state *state)
{
	return HAS_MORE ? (u64)state->suffixes << 32 | state->context : state->context;
}

/* A pointer from here on: two of them that meet must not become one sum of an offset whose
 * bounds the verifier has forgotten by then. */
NB_INLINE const struct nb_state *state_at(const u8 *paths, u32 state)
{
	const struct nb_state *at = image_at(paths, P(states_off) + (u64)state * sizeof(*at),
					     sizeof(*at), P(paths_bytes));

	barrier_value(at);
	return at;
}

/* From a directory's state over one name: EDGE of what lies below and of the object. */
NB_INLINE u64 step(u32 from, u64 at, u32 len, u64 hash)
{
	const u8 *paths = IMAGE_OF(nb_paths);
	const struct nb_state *state = state_at(paths, from);
	u64 edge, contexts;

	if (!state)
		return NB_BROKEN;
	if (state->filter & NB_FILTER_BIT(hash)) {
		edge = edge_find(paths, from, at, len, hash);
		if (edge)
			return edge;
		/* rarely come to, so read again: what is not kept needs no stack */
		state = state_at(paths, from);
		if (!state)
			return NB_BROKEN;
	}
	contexts = contexts_of(state);
	barrier_value(contexts);
	edge = EDGE(state->background, state->row);
	if (!P(glob_states) || !contexts)
		return edge;
	return class_edge(edge, contexts, glob_class(paths, at, len));
}

NB_GLOBAL u64 nb_step(u32 from, u64 at, u32 len, u64 hash)
{
	return from ? step(from, at, len, hash) : EDGE(0, 0);
}

#endif
