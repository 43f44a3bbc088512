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

/* The anchor of a filesystem for files, by the address of its superblock, found once
 * and kept until it dies: EDGE, or the reason why there is none. */
NB_GLOBAL u64 nb_anchor(u64 sb)
{
	struct nb_anchor *known = bpf_map_lookup_elem(&nb_anchors, &sb), made;
	u64 edge;

	if (known)
		return EDGE_WITH(EDGE(known->state, known->row), known->more);
	edge = nb_place(sb, P(file_start), P(file_root_row));
	if (edge == NB_BROKEN)
		return AGAIN;
	if (!edge)
		return NB_REASON_ANCHOR;
	made.state = EDGE_TO(edge);
	made.row = EDGE_ROW(edge);
	made.more = EDGE_MORE(edge);
	made.zero = 0;
	if (bpf_map_update_elem(&nb_anchors, &sb, &made, BPF_ANY))
		return NB_REASON_ANCHOR;
	return edge;
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

/* Address of what p points to, as a number; for the verifier nothing else turns a
 * typed pointer into one. */
static __always_inline u64 address_of(const void *p)
{
	u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &p);
	return address;
}

static __always_inline u32 label_state(struct inode *directory, u32 *state)
{
	struct nb_label *label = bpf_inode_storage_get(&nb_labels, directory, 0, 0);

	if (!label)
		return 0;
	*state = label->state;
	return 1;
}

struct ascent {
	struct nb_walk *walk;
	struct dentry *at, *root;
	u32 n;
	u32 state;
	u32 labelled; /* stopped at a label, otherwise at the root */
	u32 failed;   /* why it stopped at neither, 0 = it did not */
};

/* One component up, to the first labelled directory. 1 = over. */
static long ascend_step(u32 i, void *ctx)
{
	struct ascent *as = ctx;
	struct dentry *at = as->at, *up;
	struct inode *inode = at->d_inode;
	struct nb_component *c;
	u32 seq;

	as->failed = AGAIN;
	if (!inode)
		return 1;
	if (label_state(inode, &as->state)) {
		as->labelled = 1;
		as->failed = 0;
		return 1;
	}
	if (at == as->root) {
		as->failed = 0;
		return 1;
	}
	seq = SEQ(at);
	if (seq & 1)
		return 1;
	barrier();
	up = at->d_parent;
	if (up == at) {
		as->failed = NB_REASON_DISCONNECTED;
		return 1;
	}
	c = component(as->walk, 0, i);
	c->name = name_at(at);
	c->len = at->d_name.len;
	c->hash = nb_name_hash(c->name, c->len);
	c->seq = seq;
	c->seq_at = (u64)__builtin_preserve_access_index(&at->d_seq.seqcount.sequence);
	barrier();
	if (SEQ(at) != seq)
		return 1;
	as->n = i + 1;
	as->at = up;
	as->failed = NB_REASON_DEEP;
	return 0;
}

/* State of the directory that holds d. */
static __always_inline u32 parent_state(struct dentry *d, u32 *state)
{
	struct ascent as = { .walk = walk_scratch(), .at = d->d_parent,
			     .root = d->d_sb->s_root, .failed = NB_REASON_DEEP };
	u64 edge;

	if (!as.walk)
		return AGAIN;
	bpf_loop(NB_DEPTH, ascend_step, &as, 0);
	if (as.failed)
		return as.failed;
	/* read, not walked: the verifier gives no typed pointer where a number is asked */
	edge = as.labelled ? EDGE(as.state, 0) : nb_anchor((u64)BPF_CORE_READ(d, d_sb));
	if (!(edge & EDGE_HIT))
		return edge;
	edge = walk_down(as.walk, 0, as.n, edge);
	if (!names_held(as.walk, 0, as.n))
		return AGAIN;
	if (edge == NB_BROKEN)
		return NB_REASON_IMAGE;
	*state = EDGE_TO(edge);
	return 0;
}

/* The same without bpf_loop: typed pointers would have to be judged at each round, so
 * this climbs by probe reads, up to the root whatever is labelled on the way. */
NB_GLOBAL u64 nb_parent_old(u64 dentry)
{
	struct dentry *d = (struct dentry *)dentry;
	struct nb_walk *walk = walk_scratch();
	struct super_block *sb = BPF_CORE_READ(d, d_sb);
	u64 edge;
	u32 failed, n;

	if (!walk)
		return AGAIN;
	failed = climb_up(walk, 0, (u64)BPF_CORE_READ(d, d_parent),
			  (u64)BPF_CORE_READ(sb, s_root), 0);
	if (failed)
		return failed;
	n = walk->climb.n; /* an anchor that has to be made climbs, too */
	edge = nb_anchor((u64)sb);
	if (!(edge & EDGE_HIT))
		return edge;
	edge = walk_down(walk, 0, n, edge);
	if (!names_held(walk, 0, n))
		return AGAIN;
	return edge == NB_BROKEN ? NB_REASON_IMAGE : edge;
}

static __always_inline u32 climb_state(struct dentry *d, u32 *state)
{
	u64 edge;

	if (NB_HAS_LOOP)
		return parent_state(d, state);
	edge = nb_parent_old(address_of(d));
	*state = EDGE_TO(edge);
	return edge & EDGE_HIT ? 0 : edge;
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

/* The state of the directory that holds d, walked to and stored where it may be. */
static __always_inline u32 find_label(struct dentry *d, u32 seq, struct dentry *p,
				      struct inode *directory, u32 *state)
{
	u32 reason = climb_state(d, state), zero = 0;
	struct nb_control *control;

	barrier();
	if (SEQ(d) != seq)
		return AGAIN;
	if (reason)
		return reason;
	control = bpf_map_lookup_elem(&nb_control, &zero);
	if (control && control->store && !(p->d_flags & DCACHE_OP_NAMES) &&
	    (label_store(directory, *state) || SEQ(d) != seq))
		return AGAIN;
	return 0;
}

/*
 * EDGE(state below, row) of the object that d names now, perhaps NB_BROKEN, or the
 * reason why it is not known. The hook holds d, so its parent may be labelled.
 */
static __always_inline u64 object_now(struct dentry *d)
{
	struct dentry *p;
	struct inode *directory;
	u32 seq, state = 0, reason, len;
	u64 name, edge = EDGE(0, 0);

	seq = SEQ(d);
	if (seq & 1)
		return AGAIN;
	barrier();
	p = d->d_parent;
	if (p == d) {
		if (d == d->d_sb->s_root)
			return nb_anchor((u64)BPF_CORE_READ(d, d_sb));
		if (d->d_sb->s_flags & SB_NOUSER) /* memfd, pipe, socket: no name */
			return EDGE(0, NB_ROW_NAMELESS);
		return SEQ(d) == seq ? NB_REASON_DISCONNECTED : AGAIN;
	}
	directory = p->d_inode;
	if (!directory)
		return AGAIN;
	if (!label_state(directory, &state)) {
		reason = find_label(d, seq, p, directory, &state);
		if (reason)
			return reason;
	}
	if (state) {
		name = name_at(d);
		len = d->d_name.len;
		edge = step(state, name, len, name_hash(name, len));
	}
	barrier();
	return SEQ(d) == seq ? edge : AGAIN;
}

#endif
