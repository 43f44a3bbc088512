/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Files that are open already: rules with `revalidate` are asked at each read, write and
 * getdents, and where such a file is mapped (use.h). The file is decided by the name that
 * it has at that moment, the last one if it has none any more, and whatever cannot be
 * decided is denied. A policy without the word has nothing of this in the kernel.
 */
#ifndef NB_AGAIN_H
#define NB_AGAIN_H

#include "files.h"

/* Nothing that is asked again speaks of the object. */
#define NO_AGAIN(edge)                                                         \
	(((edge) & EDGE_HIT) &&                                                \
	 (!EDGE_ROWS(edge) ? !(P(file_defaults) & P(file_again))               \
			   : EDGE_ROW(edge) == NB_ROW_NAMELESS))

#define UNDECIDED_AGAIN DECISION(P(again_enforce) ? NB_DENY : NB_WOULD_DENY, 0)

static __always_inline int again_verdict(u64 edge, u32 ops, u32 hook, struct dentry *d)
{
	u32 known = (edge & EDGE_HIT) != 0;
	u64 decision;

	decision = known ? nb_rows_again(edge, ops) : UNDECIDED_AGAIN;
	if (DECISION_VERDICT(decision) == NB_ALLOW || (ops == OP_BIT(LIST) && nb_is_scanner()))
		return 0;
	nb_event_file(decision, nb_decided_op(known ? edge : 0, ops, DECISION_RULE(decision)), hook,
		      known ? DECISION_RULE(decision) ? NB_REASON_RULE : NB_REASON_IMAGE
			    : (u32)edge,
		      address_of(d));
	return DECISION_VERDICT(decision) == NB_DENY ? -EPERM : 0;
}

/* ops are among P(file_again). */
static __always_inline int again_decide(u64 edge, u32 ops, u32 hook, struct dentry *d)
{
	if (!ops || NO_AGAIN(edge))
		return 0;
	if (!NB_HAS_CAST)
		return again_verdict(edge, ops, hook, d);
	return nb_answer(ASK(ANSWER_AGAIN, hook, 0), edge, ops, address_of(d), 0) ? -EPERM : 0;
}

/* The same where the object is at hand: it may have other names than this one. */
static __always_inline int again_object(u64 edge, u32 ops, u32 hook, struct dentry *d,
					struct inode *inode)
{
	int denied = again_decide(edge, ops, hook, d);

	return denied ? denied : linked_decide(inode, edge, ops, hook | NB_REVALIDATE, d);
}

/* What a mapping lets its owner do: processors read what may be written or executed. */
static __always_inline u32 mapping_ops(u32 prot, u32 shared)
{
	if (!prot)
		return 0;
	return (OP_BIT(READ) | (prot & PROT_WRITE && shared ? OP_BIT(WRITE) : 0)) & P(file_again);
}

/* What the kernel opened to execute it was judged for that, and is read on the way. */
SEC("lsm/file_permission")
int BPF_PROG(nb_again, struct file *file, int mask)
{
	struct inode *inode = file->f_inode;
	int denied;
	u64 edge;
	u32 ops;

	if (!inode || file->f_flags & FMODE_EXEC_FLAG)
		return 0;
	if (IS_DIR(inode))
		ops = mask & MAY_READ ? OP_BIT(LIST) : 0;
	else
		ops = (mask & MAY_READ ? OP_BIT(READ) : 0) |
		      (mask & MAY_WRITE ? OP_BIT(WRITE) : 0);
	ops &= P(file_again);
	if (!ops)
		return 0;
	edge = file_object(file);
	denied = again_decide(edge, ops, NB_HOOK_AGAIN, opened_dentry(file));
	return denied ? denied
		      : linked_decide(opened_inode(file), edge, ops, NB_HOOK_AGAIN | NB_REVALIDATE,
				      opened_dentry(file));
}

#endif
