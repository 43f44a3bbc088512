/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Down from a directory whose state is known to one below it, over directories whose
 * addresses a climb has left in the scratch: where programs may load from any address,
 * a name is read when its turn comes, and of those below a state that no rule speaks of
 * none is read at all.
 *
 * Each name is read, and compared, between two reads of its dentry's d_seq, and belongs
 * to the parent that the climb has met. Parents of different moments go together because
 * a directory's state is the same at all of them (walk.h).
 */
#ifndef NB_DOWN_H
#define NB_DOWN_H

#include "parts.h"

/* Eight bytes from where the field of a structure begins, by its address or by a pointer. */
#define PLAIN(p, field) name_word((u64)__builtin_preserve_access_index(&(p)->field))

/* The same of a dentry, of which only the address may be known. */
#define FAR(d, field) PLAIN((struct dentry *)(d), field)

/* As may_fold. */
static __always_inline u32 far_may_fold(u64 directory)
{
	struct inode *inode = (struct inode *)FAR(directory, d_inode);

	return FAR(directory, d_flags) & DCACHE_OP_HASH ||
	       PLAIN(inode, i_flags) & S_CASEFOLD;
}

/* One component down, from walk->above. 1 = over. */
static long enter_step(u32 i, void *ctx)
{
	struct nb_walk *walk = ((struct stepping *)ctx)->walk;
	struct nb_component *c = component(walk, 0, walk->n - 1 - i);
	u64 at = c->name, above = walk->above;
	u32 seq = FAR(at, d_seq.seqcount.sequence), over;

	if (seq & 1) {
		walk->changing = (u64)__builtin_preserve_access_index(
			&((struct dentry *)at)->d_seq.seqcount.sequence);
		return 1;
	}
	barrier();
	c->name = FAR(at, d_name.name);
	c->len = FAR(at, d_name.len);
	c->hash = name_hash(c->name, c->len);
	if (far_may_fold(above))
		c->len |= nb_folds(above);
	over = descend_one(walk, i, 0);
	barrier();
	if (FAR(at, d_parent) != above || (u32)FAR(at, d_seq.seqcount.sequence) != seq) {
		walk->edge = AGAIN;
		return 1;
	}
	walk->above = at;
	return over;
}

/* As walk_down, from the directory `top`; what it returns means nothing where
 * walk->changing is set. */
static __always_inline u64 enter(struct nb_walk *walk, u32 n, u64 edge, struct dentry *top)
{
	struct stepping on = { .walk = walk };

	if (!n || !EDGE_TO(edge))
		return edge;
	walk->edge = edge;
	walk->n = n;
	walk->above = (u64)top;
	walk_loop(n, enter_step, &on, walk);
	return walk->edge;
}

#endif
