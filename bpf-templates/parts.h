/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Filesystems of which the host mounts parts: subvolumes of btrfs, and what is left of
 * a filesystem when only a bind mount of a directory stays. A file is named by the
 * oldest of the host's mounts that shows it, so that a later one, of all of the
 * filesystem or of a directory of it, takes no name away. The fast way is for
 * filesystems whose oldest mount shows all; here nothing is labelled and each name is
 * climbed, because mounts come and go.
 */
#ifndef NB_PARTS_H
#define NB_PARTS_H

#include "climb.h"

/* Is the k-th component on the way up the root of this mount, and it older than the one
 * found? */
static __always_inline u32 part_one(struct nb_walk *walk, u32 i, u32 k)
{
	struct nb_cover *cover = &walk->cover;
	struct dentry *d = (struct dentry *)0;
	u64 at = component(walk, 0, k)->seq_at -
		 (u64)__builtin_preserve_access_index(&d->d_seq.seqcount.sequence);
	const struct nb_part *part;

	barrier_value(i);
	part = &walk->parts[i & (NB_PARTS - 1)];
	if (part->root != at || part->age >= cover->age)
		return 0;
	cover->mount = part->mount;
	cover->root = at;
	cover->age = part->age;
	cover->below = k;
	return 0;
}
STEPS(part, NB_PARTS)

/* The same of all of those mounts. */
static __always_inline u32 cover_one(struct nb_walk *walk, u32 k, u32 base)
{
	u32 parts = walk->choice.parts;

	part_all(walk, parts < NB_PARTS ? parts : NB_PARTS, k);
	return 0;
}
STEPS(cover, NB_DEPTH)

/*
 * EDGE of a dentry on a filesystem that nb_place has just found to be NB_PARTED, from
 * `start` for /; NB_BROKEN if it changes while it is read, or the reason why it has no
 * name.
 */
NB_GLOBAL u64 nb_part_name(u64 address, u32 start, u32 root_row)
{
	struct nb_walk *walk = walk_scratch();
	struct nb_control *control;
	u32 zero = 0, n, failed;
	u64 edge;

	control = bpf_map_lookup_elem(&nb_control, &zero);
	if (!walk || !control)
		return NB_BROKEN;
	failed = climb_up(walk, 0, address, walk->choice.root, 0);
	if (failed)
		return failed == AGAIN ? NB_BROKEN : failed;
	n = walk->climb.n;
	/* whoever else mounts all of it names what the host does not show */
	walk->cover = (struct nb_cover){
		.mount = walk->choice.host ? walk->choice.host : walk->choice.other,
		.root = walk->choice.root, .age = walk->choice.whole, .below = n };
	if (n)
		cover_all(walk, n, 0);
	if (!walk->cover.mount)
		return NB_REASON_ANCHOR;
	if (walk->cover.age != ~0u) {
		walk->choice.host = walk->cover.mount;
	} else if (start == P(file_start)) {
		start = P(guest_start);
		root_row = P(guest_root_row);
	}
	if (climb_up(walk, NB_FROM_ROOT, walk->cover.root, walk->cover.root, walk->cover.mount))
		return NB_BROKEN;
	edge = walk_down(walk, NB_FROM_ROOT, walk->climb.n, EDGE(start, root_row));
	if (!names_held(walk, NB_FROM_ROOT, walk->climb.n))
		return NB_BROKEN;
	if (edge & EDGE_HIT && edge != NB_BROKEN)
		edge = walk_down(walk, 0, walk->cover.below, edge);
	if (!names_held(walk, 0, n) || walk->choice.seq & 1 ||
	    mounts_sequence(control->mount_lock) != walk->choice.seq)
		return NB_BROKEN;
	return edge;
}

/* The whole name of a dentry by probe reads, from `start` for /: EDGE, NB_BROKEN when
 * it has none or changes while it is read, or a reason. Stores nothing. */
NB_GLOBAL u64 nb_whole_name(u64 address, u32 start, u32 root_row)
{
	struct nb_walk *walk = walk_scratch();
	struct super_block *sb = BPF_CORE_READ((struct dentry *)address, d_sb);
	u64 edge;

	if (!walk)
		return NB_BROKEN;
	edge = nb_place((u64)sb, start, root_row);
	if (edge == NB_PARTED)
		return nb_part_name(address, start, root_row);
	if (!(edge & EDGE_HIT) || edge == NB_BROKEN)
		return NB_BROKEN;
	if (climb_up(walk, 0, address, (u64)BPF_CORE_READ(sb, s_root), 0))
		return NB_BROKEN;
	edge = walk_down(walk, 0, walk->climb.n, edge);
	return edge & EDGE_HIT && names_held(walk, 0, walk->climb.n) ? edge : NB_BROKEN;
}

#endif
