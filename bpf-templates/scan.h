/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Making marks, once, while netbpf-load installs: it walks where rules lie and asks stat
 * of each name, and this program, which hangs there only for that time, names the file
 * as all others do. So inode, device and generation are the kernel's own numbers, which
 * no system call tells for every filesystem.
 */
#ifndef NB_SCAN_H
#define NB_SCAN_H

#include "files.h"

/* 1: there is no room. */
NB_GLOBAL u32 nb_mark_add(u64 inode, u32 row)
{
	struct nb_mark_key key = mark_key((const struct inode *)inode);
	struct nb_mark *mark = bpf_map_lookup_elem(&nb_marks, &key);
	struct nb_mark made = { .row = { row } };

	if (!mark)
		return bpf_map_update_elem(&nb_marks, &key, &made, BPF_NOEXIST) != 0;
	for (u32 k = 0; k < NB_MARK_ROWS; k++) {
		if (mark->row[k] == row)
			return 0;
		if (mark->row[k])
			continue;
		mark->row[k] = row;
		return 0;
	}
	return 1;
}

/* Does the row say anything about objects, and not only about names? */
static __always_inline u32 row_marks(u32 number)
{
	const struct nb_row *row = row_at(IMAGE_OF(nb_rows), number);

	return !row || row->ops & NB_MARKED_OPS;
}

/* 1: there was no room for a row that the inode has to have. */
static __always_inline u32 row_left_out(struct inode *inode, u32 row)
{
	return row && row_marks(row) && nb_mark_add(address_of(inode), row);
}

SEC("lsm/inode_getattr")
int BPF_PROG(nb_mark, struct path *path)
{
	struct inode *inode = inode_of(dentry_of(path));
	struct nb_scan *scan = scan_state();
	u64 edge;

	if (!scan || !inode || NAMES(inode) < 2 || (MODE(inode) & S_IFMT) == S_IFDIR ||
	    !nb_is_scanner())
		return 0;
	edge = path_object(path);
	if (!(edge & EDGE_HIT))
		scan->unnamed = 1;
	else if (EDGE_ROW(edge) != NB_ROW_NAMELESS &&
		 (row_left_out(inode, EDGE_ROW(edge)) || row_left_out(inode, EDGE_MORE(edge))))
		scan->full = 1;
	return 0;
}

#endif
