/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Directories that are moved to where other rules hold. Labels below would be wrong
 * afterwards, so that is refused (EXDEV, on which mv(1) copies), but for one kind: a
 * directory without directories in it, which has one label to get wrong, its own. dpkg
 * makes each new directory under another name and renames it then.
 *
 * Nothing tells when a rename is over. So such a directory is marked MOVED before, for
 * as long as the kernel keeps it: walks pass over it, to its name and parent of that
 * moment, and store nothing there or below. Whether it has directories is asked in an
 * order that leaves no gap: whoever puts one into it marks it PARENT before looking
 * for MOVED on the way up, and here MOVED is marked before looking for PARENT.
 *
 * What lies below a MOVED directory has no label, and keeps none by being MOVED
 * itself once it is renamed. A directory with directories may not come to lie there.
 * Kernels without atomics in programs refuse all of these moves.
 */
#ifndef NB_MOVES_H
#define NB_MOVES_H

#include "files.h"

/*
 * Between the walks there are only questions about numbers, in functions that the
 * verifier judges once: in one piece it judged all that follows a walk for each of its
 * outcomes. An answer is 0, which goes on, or how it ends.
 */
#define ENDS_WELL 2 /* not EPERM, nor EXDEV */
#define ANSWER_OF(error) ((error) ? -(error) : ENDS_WELL)

static __always_inline int answer_error(u32 answer)
{
	return answer == EPERM ? -EPERM : answer == EXDEV ? -EXDEV : 0;
}

#define FROM_MOVED 1 /* the old name lies below a MOVED directory */
#define TO_MOVED 2   /* the new one does */

/* Adds a mark; all marks then, 0 if there is no memory for them. The caller's
 * argument is pinned. */
static __always_inline u64 label_mark(struct inode *directory, u64 mark)
{
	struct nb_label made = { .word = mark };
	struct nb_label *label = bpf_inode_storage_get(&nb_labels, directory, 0, 0);

	if (!label)
		label = bpf_inode_storage_get(&nb_labels, directory, &made,
					      BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!label) /* another has just made it */
		label = bpf_inode_storage_get(&nb_labels, directory, 0, 0);
	if (!label)
		return 0;
	return __sync_fetch_and_or(&label->word, mark) | mark;
}

/* A directory comes to lie in this one: false if that could not be noted. */
static __always_inline u32 becomes_parent(struct inode *directory)
{
	u32 state;

	if (!NB_HAS_LOOP || !P(file_enforce))
		return 1;
	return label_marks(directory, &state) & NB_LABEL_PARENT ||
	       label_mark(directory, NB_LABEL_PARENT);
}

/* Before the names of a rename are walked. */
static __always_inline u32 before_walk(struct inode *from_dir, struct dentry *d,
				       struct inode *to_dir)
{
	struct inode *moved = d->d_inode;
	struct nb_walk *walk;

	if (!NB_HAS_LOOP || !P(file_enforce) || !moved || !IS_DIR(moved))
		return 1;
	walk = walk_scratch();
	if (!walk)
		return 0;
	walk->moved = 0;
	return from_dir == to_dir || becomes_parent(to_dir);
}

/* Did the last walk pass a MOVED directory? Asked once for each. */
NB_GLOBAL u32 nb_place_moved(u32 which)
{
	struct nb_walk *walk = walk_scratch();
	u32 moved;

	if (!walk)
		return 0;
	moved = walk->moved;
	walk->moved = 0;
	return moved ? which : 0;
}

static __always_inline u32 place_moved(u32 which)
{
	return NB_HAS_LOOP && P(file_enforce) ? nb_place_moved(which) : 0;
}

static __always_inline u32 is_mounted_on(struct dentry *d)
{
	u32 mounted = DCACHE_MOUNTED_OLD;

	if (bpf_core_enum_value_exists(enum dentry_flags, DCACHE_MOUNTED))
		mounted = bpf_core_enum_value(enum dentry_flags, DCACHE_MOUNTED);
	return d->d_flags & mounted;
}

#define LINKS(inode) (*(volatile u32 *)&(inode)->i_nlink)

/* Marks a directory that is about to move; 1 if it may. Two links are its name and
 * its own dot: filesystems that do not count (btrfs, overlays) always have one. */
static __always_inline u32 mark_moved(struct dentry *d, struct inode *directory, u32 leaf)
{
	u64 marks;

	if (leaf && LINKS(directory) != 2)
		return 0;
	if (NB_HAS_CAST)
		*(volatile u8 *)touched_byte(all_known(), d) = 1;
	marks = label_mark(directory, NB_LABEL_MOVED);
	if (!marks)
		return 0;
	barrier();
	return !leaf || (!(marks & NB_LABEL_PARENT) && LINKS(directory) == 2);
}

/* May a directory whose old and new name have these states for what lies below get the
 * new one, if it can be marked? An answer as of nb_new_name. */
NB_GLOBAL u32 nb_below_moves(u32 s, u32 t, u32 places, u64 d)
{
	u64 lost = DECISION(NB_DENY, 0);
	u32 reason = NB_REASON_DIRECTORY;

	if (s == t && !places)
		return ENDS_WELL;
	if (NB_HAS_LOOP) {
		if (s == t)
			return 0;
		lost = leaf_containment(s, t);
		if (DECISION_RULE(lost))
			reason = NB_REASON_CONTAINMENT;
	}
	refuse_move(lost, NB_HOOK_RENAME, reason, (struct dentry *)d);
	return DECISION_VERDICT(lost) == NB_DENY ? EXDEV : 0;
}

static __always_inline int directory_move(u32 s, u32 t, u32 places, struct dentry *d)
{
	u32 answer = nb_below_moves(s, t, places, address_of(d));
	struct inode *directory;

	if (answer)
		return answer_error(answer);
	if (!NB_HAS_LOOP)
		return -EXDEV;
	directory = d->d_inode;
	if (directory && !(d->d_flags & DCACHE_OP_NAMES) && !(s != t && is_mounted_on(d)) &&
	    mark_moved(d, directory, s != t || !(places & FROM_MOVED)))
		return 0;
	refuse_move(DECISION(NB_DENY, 0), NB_HOOK_RENAME, NB_REASON_DIRECTORY, d);
	return -EXDEV;
}

#endif
