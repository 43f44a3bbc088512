/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A step in a directory that does not tell capital from small letters (ext4 casefold,
 * vfat and their kin). There the kernel knows a file by the spelling it was last asked
 * for, so a name of the rules stands for all of its spellings. Whether two names are
 * spellings of one is known for plain ASCII only: what is odd (abi.h), and a name that
 * two rules spell in two ways, is denied where a rule has any name to compare.
 */
#ifndef NB_FOLD_H
#define NB_FOLD_H

#include "decide_path.h"

#define EACH_BYTE(c) ((u64)(c) * 0x0101010101010101ull)

/* Capital ASCII letters of a word made small; other bytes are left alone. */
NB_INLINE u64 word_lower(u64 word)
{
	u64 low = word & EACH_BYTE(0x7f);
	u64 from_a = low + EACH_BYTE(0x80 - 'A'), beyond_z = low + EACH_BYTE(0x7f - 'Z');

	return word | ((from_a ^ beyond_z) & ~word & EACH_BYTE(0x80)) >> 2;
}

NB_INLINE u64 word_has(u64 word, u8 c)
{
	u64 other = word ^ EACH_BYTE(c);

	return (other - EACH_BYTE(1)) & ~other & EACH_BYTE(0x80);
}

NB_INLINE u64 word_odd(u64 word)
{
	u64 found = word & EACH_BYTE(0x80);

	_Static_assert(sizeof(NB_ODD_BYTES) == 5, "those below");
	found |= word_has(word, NB_ODD_BYTES[0]) | word_has(word, NB_ODD_BYTES[1]) |
		 word_has(word, NB_ODD_BYTES[2]) | word_has(word, NB_ODD_BYTES[3]);
	return found;
}

/* Not plain, by the last of its words and by all of them. */
NB_GLOBAL u32 nb_name_odd(u64 at, u32 len)
{
	u64 word = 0, found = 0;
	u32 end = len, i;

	ROUNDS(i, 32) {
		if (len < 8)
			break;
		word = name_word(at);
		found |= word_odd(word);
		at += 8;
		len -= 8;
	}
	word = len ? name_tail(at, len) << (64 - len * 8) : word;
	return found || word_odd(word) || !end || word >> 56 == '.' || word >> 56 == ' ';
}

/* Is the name, which is plain, a spelling of the one at `name` in the pool? */
NB_GLOBAL u32 nb_name_alike(u64 at, u32 len, u32 name)
{
	u64 off = P(names_off) + (u64)name * 8;
	const u64 *word;
	u32 i;

	ROUNDS(i, 32) {
		if (len < 8)
			break;
		word = image_at(IMAGE_OF(nb_paths), off, 8, P(paths_bytes));
		if (!word || word_lower(*word) != word_lower(name_word(at)))
			return 0;
		at += 8;
		off += 8;
		len -= 8;
	}
	word = image_at(IMAGE_OF(nb_paths), off, 8, P(paths_bytes));
	return word && len < 8 && word_lower(*word) == word_lower(name_tail(at, len));
}

/* Is the one at `name` in the pool in small letters? */
NB_GLOBAL u32 nb_name_small(u32 len, u32 name)
{
	u64 off = P(names_off) + (u64)name * 8;
	const u64 *word;
	u32 i;

	ROUNDS(i, 32) {
		if (i * 8 > len)
			break;
		word = image_at(IMAGE_OF(nb_paths), off + i * 8, 8, P(paths_bytes));
		if (!word || word_lower(*word) != *word)
			return 0;
	}
	return 1;
}

/* Accept class of the name in small letters. */
NB_GLOBAL u32 nb_glob_class_lower(u64 at, u32 len)
{
	const u8 *paths = IMAGE_OF(nb_paths);
	const u16 *cell;
	u32 state = 0, i;

	ROUNDS(i, 32) {
		if (i * 8 >= len)
			break;
		state = nb_glob_word(state, word_lower(name_word(at + i * 8)), len - i * 8);
	}
	cell = image_at(paths, P(globs_off) + 256 + (u64)state * 2, 2, P(paths_bytes));
	return cell ? *cell : 0;
}

#define FOLD_TWO 1ull /* two edges are spellings of it, or one that is no good */
#define FOLD_SMALL (1u << 31)

/* The place of an edge in the first bucket of the hash, or behind it in the other. */
NB_INLINE const struct nb_edge *fold_slot(u64 hash, u32 slot)
{
	u64 bucket = (slot < NB_BUCKET_EDGES ? (u32)hash : hash >> 32) * P(buckets) >> 32;

	return image_at(IMAGE_OF(nb_paths),
			bucket * 64 + slot % NB_BUCKET_EDGES * sizeof(struct nb_edge),
			sizeof(struct nb_edge), P(paths_bytes));
}

/*
 * The edge of (from, any spelling of the name): EDGE, 0, FOLD_TWO or NB_BROKEN. With
 * FOLD_SMALL in len, one in capital letters is no good. `none` is 0, which only the
 * verifier does not know: what is found is one number to it from the beginning, and not
 * one more kind of number at each slot.
 */
NB_GLOBAL u64 nb_fold_edge(u32 from, u64 at, u32 len, u64 name, u32 none)
{
	const struct nb_edge *edge;
	u64 found = none;
	u32 slot;

	ROUNDS(slot, 2 * NB_BUCKET_EDGES) {
		/* worked out anew for each slot, rather than kept on the stack */
		barrier_value(name);
		edge = fold_slot(hash_mix(name, from), slot);
		if (!edge)
			return NB_BROKEN;
		if (edge->from != from || (edge->name & ~NB_NAME_OFFSET) != NB_NAME_TAG(name) ||
		    !nb_name_alike(at, len & ~FOLD_SMALL, edge->name & NB_NAME_OFFSET))
			continue;
		if (len & FOLD_SMALL &&
		    !nb_name_small(len & ~FOLD_SMALL, edge->name & NB_NAME_OFFSET))
			return FOLD_TWO;
		/* both buckets may be one */
		if (found && found != EDGE(edge->to, edge->row))
			return FOLD_TWO;
		found = EDGE(edge->to, edge->row);
	}
	return found;
}

/*
 * As step; NB_REASON_FOLDED if the name may be one that it is not known to be. Inlined
 * where there are no frames left: there are only eight. By addresses, so that nothing
 * is kept on the stack over a call.
 */
NB_INLINE u64 step_fold(const u64 *from, const u64 *at, const u32 *len, const u64 *hash)
{
	const struct nb_state *state;
	u64 edge, contexts;
	u32 class = 0;

	if (!EDGE_TO(*from))
		return EDGE(0, 0);
	state = image_at(IMAGE_OF(nb_paths),
			 P(states_off) + (u64)EDGE_TO(*from) * sizeof(*state), sizeof(*state),
			 P(paths_bytes));
	if (!state)
		return NB_BROKEN;
	contexts = P(glob_states) ? contexts_of(state) : 0;
	if (state->filter || contexts) {
		if (state->below >= P(odd_lists) || (contexts && !P(globs_fold)) || nb_name_odd(*at, *len & 255))
			return NB_REASON_FOLDED;
		if (contexts)
			class = nb_glob_class_lower(*at, *len & 255);
		/* an edge in capital letters was made without the class */
		edge = nb_fold_edge(EDGE_TO(*from), *at,
				    class ? (*len & 255) | FOLD_SMALL : *len & 255, *hash, 0);
		if (edge == FOLD_TWO)
			return NB_REASON_FOLDED;
		if (edge)
			return edge;
	}
	return class_edge(EDGE(state->background, state->row), contexts, class);
}

NB_GLOBAL u64 nb_step_fold(u32 from, u64 at, u32 len)
{
	u64 edge = EDGE(from, 0), hash = nb_name_hash(at, len);

	return step_fold(&edge, &at, &len, &hash);
}

#endif
