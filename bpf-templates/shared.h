/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What takes the place of the functions of shares.h; the section names which. */
#ifndef NB_SHARED_H
#define NB_SHARED_H

#include "use.h"

NB_GLOBAL u64 nb_object_dentry(struct dentry *d TRUSTED, u32 asked)
{
	struct dentry *p = d->d_parent;
	u64 edge;

	return object_labelled(d, p, asked ? NEAR_ASKED : NEAR_ASKS, &edge) ? edge : object_now(d, p);
}

/* Apart, because the usual way need not save registers for it. */
NB_GLOBAL u64 nb_walk_again(struct dentry *d TRUSTED)
{
	u64 edge = AGAIN;

	for (u32 i = 0; i < TRIES && edge == AGAIN; i++)
		edge = nb_object_dentry(d, 0);
	return edge == AGAIN ? NB_REASON_BUSY : edge;
}

SEC("shared/nb_walk")
u64 nb_walk_shared(struct dentry *d TRUSTED, u32 asked)
{
	u64 edge = nb_object_dentry(d, asked);

	return edge == AGAIN ? nb_walk_again(d) : edge;
}

SEC("shared/nb_far")
u64 nb_far_shared(u64 address)
{
	return far_name(address);
}

SEC("shared/nb_answer")
u32 nb_answer_shared(u64 ask, u64 edge, u32 ops, u64 address, u64 inode)
{
	struct dentry *d = (struct dentry *)address;
	u32 hook = ASKED_HOOK(ask);

	switch (ASKED_WHAT(ask)) {
	case ANSWER_VERDICT:
		return verdict_of(edge, ops, hook, d) != 0;
	case ANSWER_AGAIN:
		return again_verdict(edge, ops, hook, d) != 0;
	case ANSWER_MARKS:
		return nb_mark_denies(inode, address, ops, hook, edge);
	default:
		nb_event_file(edge, ops, hook, ASKED_REASON(ask), address);
		return 0;
	}
}

#endif
