/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * From a dentry to the state of its directory.
 *
 * Labels sit on directories only, and a directory's state never changes, because
 * nb_rename refuses renames that would change it; so a label is true for as long
 * as it exists. A miss climbs typed pointers to the first labelled ancestor, or to
 * the root of the filesystem and its anchor, and steps down again over the names
 * it met. Names are read between two reads of their dentry's d_seq; each d_seq is
 * read once more after the last name was compared, so that every name was what it
 * was while it was used. A walk that fails denies and stores nothing.
 *
 * Labels are created only on the direct parent of a dentry that the hook holds.
 * A rename and rmdir may take even that one away while we run: a label made on an
 * inode that nobody references is deleted again before the program ends. Nothing is
 * stored where directories are renamed without our hook (NFS, FUSE and their kin).
 */
#ifndef NB_WALK_H
#define NB_WALK_H

#include "climb.h"

/* The anchor of a filesystem for files, found once and kept until it dies. */
static __always_inline u32 anchor(struct dentry *d, u64 *edge)
{
	/* read, not walked: the verifier gives no typed pointer where a number is asked */
	u64 key = (u64)BPF_CORE_READ(d, d_sb);
	struct nb_anchor *known = bpf_map_lookup_elem(&nb_anchors, &key), made;

	if (known) {
		*edge = EDGE(known->state, known->row);
		return 0;
	}
	*edge = nb_place(key, P(file_start), P(file_root_row));
	if (*edge == NB_BROKEN)
		return AGAIN;
	if (!*edge)
		return NB_REASON_ANCHOR;
	made.state = EDGE_TO(*edge);
	made.row = EDGE_ROW(*edge);
	if (bpf_map_update_elem(&nb_anchors, &key, &made, BPF_ANY))
		return NB_REASON_ANCHOR;
	return 0;
}

/* ---- the typed walk ---- */

/* Address of the bytes of d's name, as a number: newer verifiers take a typed load
 * of the pointer for a pointer. */
static __always_inline u64 name_at(struct dentry *d)
{
	if (NB_HAS_CAST)
		return name_word((u64)__builtin_preserve_access_index(&d->d_name.name));
	return (u64)d->d_name.name;
}

static __always_inline u32 label_state(struct inode *directory, u32 *state)
{
	struct nb_label *label = bpf_inode_storage_get(&nb_labels, directory, 0, 0);

	if (!label)
		return 0;
	*state = label->state;
	return 1;
}

/* State of the directory that holds d. */
static __always_inline u32 parent_state(struct dentry *d, u32 *state)
{
	struct dentry *at = d->d_parent, *up, *root = d->d_sb->s_root;
	struct nb_walk *walk = walk_scratch();
	struct nb_component *c;
	struct inode *inode;
	u32 n = 0, seq, found = 0, reason;
	u64 edge = 0;

	if (!walk)
		return AGAIN;
	for (u32 i = 0; i < (NB_HAS_LOOP ? 48 : NB_DEPTH_OLD); i++) {
		inode = at->d_inode;
		if (!inode)
			return AGAIN;
		if (label_state(inode, state)) {
			edge = EDGE(*state, 0);
			found = 1;
			break;
		}
		if (at == root) {
			reason = anchor(d, &edge);
			if (reason)
				return reason;
			found = 1;
			break;
		}
		seq = SEQ(at);
		if (seq & 1)
			return AGAIN;
		barrier();
		up = at->d_parent;
		if (up == at)
			return NB_REASON_DISCONNECTED;
		c = &walk->up[i & (NB_DEPTH - 1)];
		c->name = name_at(at);
		c->len = at->d_name.len;
		c->hash = nb_name_hash(c->name, c->len);
		c->seq = seq;
		c->seq_at = (u64)__builtin_preserve_access_index(&at->d_seq.seqcount.sequence);
		barrier();
		if (SEQ(at) != seq)
			return AGAIN;
		n = i + 1;
		at = up;
	}
	if (!found)
		return NB_REASON_DEEP;
	edge = walk_down(walk->up, n, edge);
	if (!names_held(walk->up, n))
		return AGAIN;
	if (edge == NB_BROKEN)
		return NB_REASON_IMAGE;
	*state = EDGE_TO(edge);
	return 0;
}

/* Label p's inode; AGAIN if it is being taken away under us. */
static __always_inline u32 label_store(struct inode *directory, u32 state)
{
	struct nb_label made = { .state = state };

	bpf_inode_storage_get(&nb_labels, directory, &made, BPF_LOCAL_STORAGE_GET_F_CREATE);
	barrier();
	if (*(volatile int *)&directory->i_count.counter)
		return 0;
	bpf_inode_storage_delete(&nb_labels, directory);
	return AGAIN;
}

/*
 * EDGE(state below, row) of the object that d names now, perhaps NB_BROKEN. The
 * hook holds d, so its parent may be labelled.
 */
static __always_inline u32 object_edge(struct dentry *d, u64 *edge)
{
	struct dentry *p;
	struct inode *directory;
	struct nb_control *control;
	u32 seq, state = 0, reason, zero = 0, len;
	u64 name;

	seq = SEQ(d);
	if (seq & 1)
		return AGAIN;
	barrier();
	p = d->d_parent;
	if (p == d) {
		if (d == d->d_sb->s_root)
			return anchor(d, edge);
		if (d->d_sb->s_flags & SB_NOUSER) { /* memfd, pipe, socket: no name */
			*edge = EDGE(0, NB_ROW_NAMELESS);
			return 0;
		}
		return SEQ(d) == seq ? NB_REASON_DISCONNECTED : AGAIN;
	}
	directory = p->d_inode;
	if (!directory)
		return AGAIN;
	if (!label_state(directory, &state)) {
		reason = parent_state(d, &state);
		barrier();
		if (SEQ(d) != seq)
			return AGAIN;
		if (reason)
			return reason;
		control = bpf_map_lookup_elem(&nb_control, &zero);
		if (control && control->store && !(p->d_flags & DCACHE_OP_NAMES)) {
			if (label_store(directory, state) || SEQ(d) != seq)
				return AGAIN;
		}
	}
	if (!state) {
		barrier();
		*edge = EDGE(0, 0);
		return SEQ(d) == seq ? 0 : AGAIN;
	}
	name = name_at(d);
	len = d->d_name.len;
	*edge = step(state, name, len, name_hash(name, len));
	barrier();
	return SEQ(d) == seq ? 0 : AGAIN;
}

#endif
