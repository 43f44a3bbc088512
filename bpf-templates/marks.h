/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Hard links from before install. A scan (scan.h) has put each inode with more than one
 * name, of which some is protected, into nb_marks, with the rows of those names. Whoever
 * uses such an inode by any of its names is asked for these rows as well as for the
 * name's own, and the stricter answer holds. Names made since need no mark: nb_link
 * judges them. An inode that has one name left is what that name says.
 *
 * Operations on names (delete, rename, link, mount over) are about the name that is
 * used, and are not asked of marks.
 */
#ifndef NB_MARKS_H
#define NB_MARKS_H

#include "shares.h"

NB_GLOBAL u32 nb_decided_op(u64 edge, u32 ops, u32 rule); /* files.h */

static __always_inline struct nb_mark_key mark_key(const struct inode *inode)
{
	if (NB_HAS_CAST) {
		const struct super_block *sb = (void *)PLAIN(inode, i_sb);

		return (struct nb_mark_key){
			.ino = PLAIN(inode, i_ino),
			.dev = PLAIN(sb, s_dev),
			.generation = PLAIN(inode, i_generation),
		};
	}
	return (struct nb_mark_key){
		.ino = BPF_CORE_READ(inode, i_ino),
		.dev = BPF_CORE_READ(inode, i_sb, s_dev),
		.generation = BPF_CORE_READ(inode, i_generation),
	};
}

/* 1: denied, and told. `how` is the hook, and NB_REVALIDATE where only entries that have
 * it are asked; own is the edge of the name, or why it has none, asked before. */
NB_GLOBAL u32 nb_mark_denies(u64 inode, u64 dentry, u32 ops, u32 how, u64 own)
{
	struct nb_mark_key key = mark_key((const struct inode *)inode);
	const struct nb_mark *mark = bpf_map_lookup_elem(&nb_marks, &key);
	u64 worst = DECISION(NB_ALLOW, 0), decision;
	u32 of = 0, row;

	if (!mark)
		return 0;
	if (!(own & EDGE_HIT))
		own = 0;
	for (u32 k = 0; k < NB_MARK_ROWS; k++) {
		row = mark->row[k];
		if (!row)
			break;
		if (row == EDGE_ROW(own) || (HAS_MORE && row == EDGE_MORE(own)))
			continue;
		decision = nb_row_flags(row, ops, how & NB_REVALIDATE);
		if (DECISION_VERDICT(decision) <= DECISION_VERDICT(worst))
			continue;
		worst = decision;
		of = row;
	}
	if (DECISION_VERDICT(worst) == NB_ALLOW)
		return 0;
	nb_event_file(worst, nb_decided_op(EDGE(0, of), ops, DECISION_RULE(worst)), how & ~NB_REVALIDATE,
		      DECISION_RULE(worst) ? NB_REASON_RULE : NB_REASON_IMAGE, dentry);
	return DECISION_VERDICT(worst) == NB_DENY;
}

/* What the hook holds, after its name was asked for the same. Most inodes with several
 * names have no mark, and learn it here, by plain loads. */
static __always_inline int linked_decide(struct inode *inode, u64 edge, u32 ops, u32 how,
					 struct dentry *d)
{
	struct nb_mark_key key;

	ops &= NB_MARKED_OPS;
	if (NB_HAS_CAST)
		return ops && (u32)PLAIN(inode, i_nlink) >= 2 &&
				       nb_answer(ASK(ANSWER_MARKS, how, 0), edge, ops,
						 address_of(d), address_of(inode))
			       ? -EPERM
			       : 0;
	if (!ops || !inode || inode->i_nlink < 2)
		return 0;
	key.ino = inode->i_ino;
	key.dev = inode->i_sb->s_dev;
	key.generation = inode->i_generation;
	if (!bpf_map_lookup_elem(&nb_marks, &key))
		return 0;
	return nb_mark_denies(address_of(inode), address_of(d), ops, how, edge) ? -EPERM : 0;
}

/* The same by probe reads. */
static __always_inline int far_linked(struct dentry *d, u64 edge, u32 ops, u32 how)
{
	struct inode *inode = BPF_CORE_READ(d, d_inode);

	ops &= NB_MARKED_OPS;
	if (!ops || !inode || BPF_CORE_READ(inode, i_nlink) < 2)
		return 0;
	if (NB_HAS_CAST)
		return nb_answer(ASK(ANSWER_MARKS, how, 0), edge, ops, (u64)d, (u64)inode) ? -EPERM : 0;
	return nb_mark_denies((u64)inode, (u64)d, ops, how, edge) ? -EPERM : 0;
}

/* ---- the scan, seen from other hooks ---- */

static __always_inline struct nb_scan *scan_state(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&nb_scan, &zero);
}

/* The loader while it scans: it has to list and stat what the policy may deny to list and
 * stat. Told by its start, too, so that nobody is who has its number afterwards. */
NB_GLOBAL u32 nb_is_scanner(void)
{
	struct nb_scan *scan = scan_state();
	u64 start;

	if (!scan || !scan->scanner || scan->scanner != bpf_get_current_pid_tgid() >> 32)
		return 0;
	start = BPF_CORE_READ(current_task(), group_leader, start_boottime);
	return start - start % 10000000 == scan->scanner_start_ns;
}

/* A scan that goes on has perhaps passed where this goes: it has to look again. */
static __always_inline void scan_disturb(u64 edge, u32 is_dir, struct dentry *d)
{
	struct nb_scan *scan;

	if (!(is_dir ? EDGE_TO(edge) : EDGE_ROWS(edge)) ||
	    BPF_CORE_READ(d, d_inode, i_nlink) < 2)
		return;
	scan = scan_state();
	if (scan && scan->scanner)
		scan->moved = 1;
}

#endif
