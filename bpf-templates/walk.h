/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * From a dentry to the state of its directory.
 *
 * Labels sit on directories only, and a directory's state never changes, because
 * nb_rename refuses renames that would change it; so a label is true for as long
 * as it exists. The exception are directories without directories (moves.h): those are
 * marked, passed over like directories that have no label, and nothing below is stored.
 * A miss climbs typed pointers to the first labelled ancestor, or to
 * the root of the filesystem and its anchor, and steps down again over the names
 * it met. Names are read between two reads of their dentry's d_seq; each d_seq is
 * read once more after the last name was compared, so that every name was what it
 * was while it was used. From 6.12 on names are read on the way down (down.h), and an
 * open below no rule needs its parent's label only. A walk that fails denies and stores
 * nothing.
 *
 * Labels are created only on the direct parent of a dentry that the hook holds.
 * A rename and rmdir may take even that one away while we run: a label made on an
 * inode that nobody references is deleted again before the program ends. Nothing is
 * stored where directories are renamed without our hook (NFS, FUSE and their kin), nor
 * where they may not tell capital from small letters (fold.h).
 */
#ifndef NB_WALK_H
#define NB_WALK_H

#include "near.h"

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
	if (!(edge & EDGE_HIT))
		return edge;
	made.state = EDGE_TO(edge);
	made.row = EDGE_ROW(edge);
	made.more = EDGE_MORE(edge);
	if (bpf_map_update_elem(&nb_anchors, &sb, &made, BPF_ANY))
		return NB_REASON_ANCHOR;
	return edge;
}

/* ---- names in the middle of a change ---- */

#define NB_WAIT (1u << 20) /* some milliseconds: a virtual machine's other CPU may be off */

static long wait_step(u32 i, void *ctx)
{
	u32 seq = 0;

	bpf_probe_read_kernel(&seq, sizeof(seq), *(void **)ctx);
	return !(seq & 1);
}

/* Until the name whose sequence is there has changed: whoever changes it holds a
 * spinlock, so trying again and again would only use up the tries. */
static __always_inline u32 wait_for(u64 seq_at)
{
	if (NB_HAS_LOOP)
		bpf_loop(NB_WAIT, wait_step, &seq_at, 0);
	return AGAIN;
}

/* The same; a walk comes here from several places, and this is judged once. */
NB_GLOBAL u32 nb_wait_for(u64 seq_at)
{
	return wait_for(seq_at);
}

#define SEQ_AT(d) ((u64)__builtin_preserve_access_index(&(d)->d_seq.seqcount.sequence))

/* ---- the typed walk ---- */

/* Address of the bytes of d's name, as a number: newer verifiers take a typed load
 * of the pointer for a pointer. */
static __always_inline u64 name_at(struct dentry *d)
{
	if (NB_HAS_CAST)
		return FAR(d, d_name.name);
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

/* Read, not walked: the verifier gives no typed pointer where a number is asked. */
static __always_inline u64 superblock_of(struct dentry *d)
{
	return NB_HAS_CAST ? FAR(d, d_sb) : (u64)BPF_CORE_READ(d, d_sb);
}

/* Cheap, and nearly never true; nb_folds knows. */
static __always_inline u32 may_fold(struct dentry *directory)
{
	struct inode *inode = directory->d_inode;

	return directory->d_flags & DCACHE_OP_HASH || (inode && inode->i_flags & S_CASEFOLD);
}

struct ascent {
	struct nb_walk *walk;
	struct dentry *at, *root;
	u32 n;
	u32 state;
	u32 labelled; /* stopped at a label, otherwise at the root */
	u32 failed;   /* why it stopped at neither, 0 = it did not */
};

/* Is this directory, which has the inode, where the climb may end: labelled, or the root? */
static __always_inline u32 arrived(struct ascent *as, struct dentry *at, struct inode *inode)
{
	u64 marks = label_marks(inode, &as->state);

	if (is_known(marks)) {
		as->labelled = 1;
		as->failed = 0;
		return 1;
	}
	if (marks & NB_LABEL_MOVED)
		as->walk->moved = 1;
	if (at != as->root)
		return 0;
	as->failed = 0;
	return 1;
}

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
	if (arrived(as, at, inode))
		return 1;
	seq = SEQ(at);
	if (seq & 1) {
		as->walk->changing = SEQ_AT(at);
		return 1;
	}
	barrier();
	up = at->d_parent;
	if (up == at) {
		as->failed = NB_REASON_DISCONNECTED;
		return 1;
	}
	c = component(as->walk, 0, i);
	c->name = name_at(at);
	c->len = at->d_name.len;
	c->hash = name_hash(c->name, c->len);
	if (may_fold(up))
		c->len |= nb_folds(address_of(up));
	c->seq = seq;
	c->seq_at = SEQ_AT(at);
	barrier();
	if (SEQ(at) != seq)
		return 1;
	as->n = i + 1;
	as->at = up;
	as->failed = NB_REASON_DEEP;
	return 0;
}

/* The same where names are read on the way down. */
static long rise_step(u32 i, void *ctx)
{
	struct ascent *as = ctx;
	struct dentry *at = as->at, *up;
	struct inode *inode = at->d_inode;

	if (!inode) {
		as->failed = AGAIN;
		return 1;
	}
	if (arrived(as, at, inode))
		return 1;
	up = at->d_parent;
	if (up == at) {
		as->failed = NB_REASON_DISCONNECTED;
		return 1;
	}
	component(as->walk, 0, i)->name = (u64)at;
	as->n = i + 1;
	as->at = up;
	return 0;
}

/* May what lies in the directory p be labelled, if that has none of those flags? A directory
 * of a filesystem with an encoding may be made to fold later. */
static __always_inline u32 may_label(struct dentry *p, u32 flags)
{
	u32 zero = 0;
	struct nb_control *control = bpf_map_lookup_elem(&nb_control, &zero);

	return control && control->store == NB_STORING && !(p->d_flags & flags) &&
	       !has_encoding((struct super_block *)superblock_of(p));
}

static __always_inline u32 label_make(struct dentry *p, struct inode *directory, u32 state)
{
	return label_store(p, directory, state, NB_HAS_CAST ? all_known() : 0);
}

/* The anchor of the filesystem whose root that is, noted for near.h as well. Names that change
 * behind the kernel's back are below: the root has none, but from 6.10 on that flag on ext4,
 * for what is encrypted. */
static __always_inline u64 anchor_of(struct dentry *root)
{
	u64 sb = superblock_of(root), edge = nb_anchor(sb);

	if (NB_HAS_CAST && edge & EDGE_HIT && edge != NB_BROKEN &&
	    may_label(root, DCACHE_OP_NAMES & ~DCACHE_OP_REVALIDATE))
		root_add(all_known(), sb, edge);
	return edge;
}

/* State of the directory p. */
static __always_inline u32 parent_state(struct dentry *p, u32 *state)
{
	struct ascent as = { .walk = walk_scratch(), .at = p,
			     .root = p->d_sb->s_root, .failed = NB_REASON_DEEP };
	u64 edge;

	if (!as.walk)
		return AGAIN;
	as.walk->changing = 0;
	as.walk->moved = 0;
	if (NB_HAS_CAST)
		walk_loop(NB_DEPTH, rise_step, &as, as.walk);
	else
		bpf_loop(NB_DEPTH, ascend_step, &as, 0);
	if (as.walk->changing)
		return nb_wait_for(as.walk->changing);
	if (as.failed)
		return as.failed;
	edge = as.labelled ? EDGE(as.state, 0) : anchor_of(as.at);
	if (!(edge & EDGE_HIT))
		return edge;
	if (NB_HAS_CAST) {
		edge = enter(as.walk, as.n, edge, as.at);
		if (as.walk->changing)
			return nb_wait_for(as.walk->changing);
	} else {
		edge = walk_down(as.walk, 0, as.n, edge);
		if (!names_held(as.walk, 0, as.n))
			return AGAIN;
	}
	if (!(edge & EDGE_HIT))
		return edge;
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

/* p is d's parent: asked of it, because for each pointer that comes out of a trusted one
 * newer verifiers go through all types of the kernel, four times. */
static __always_inline u32 climb_state(struct dentry *d, struct dentry *p, u32 *state)
{
	u64 edge;

	if (NB_HAS_LOOP)
		return parent_state(p, state);
	edge = nb_parent_old(address_of(d));
	*state = EDGE_TO(edge);
	return edge & EDGE_HIT ? 0 : edge;
}

static __always_inline u32 passed_moved(void)
{
	struct nb_walk *walk = NB_HAS_LOOP ? walk_scratch() : 0;

	return walk && walk->moved;
}

/* The state of the directory that holds d, walked to and stored where it may be. */
static __always_inline u32 find_label(struct dentry *d, u32 seq, struct dentry *p,
				      struct inode *directory, u32 *state)
{
	u32 reason = climb_state(d, p, state);

	barrier();
	if (SEQ(d) != seq)
		return AGAIN;
	if (reason)
		return reason;
	if (may_label(p, DCACHE_OP_NAMES) && !passed_moved() &&
	    (label_make(p, directory, *state) || SEQ(d) != seq))
		return AGAIN;
	return 0;
}

/* d has a name of its own on a filesystem of which the host mounts parts. */
static __always_inline u64 part_name(struct dentry *d)
{
	u64 edge = nb_part_name(address_of(d), P(file_start), P(file_root_row));

	return edge == NB_BROKEN ? AGAIN : edge;
}

/* Is d the root of its filesystem? */
static __always_inline u32 is_root(struct dentry *d)
{
	const struct super_block *sb;

	if (!NB_HAS_CAST)
		return d == d->d_sb->s_root;
	sb = (void *)FAR(d, d_sb);
	return PLAIN(sb, s_root) == address_of(d);
}

static __always_inline u32 is_nameless(struct dentry *d)
{
	const struct super_block *sb;

	if (!NB_HAS_CAST)
		return IS_NAMELESS(d->d_sb->s_flags, d->d_sb->s_magic);
	sb = (void *)FAR(d, d_sb);
	return IS_NAMELESS(PLAIN(sb, s_flags), PLAIN(sb, s_magic));
}

/*
 * EDGE(state below, row) of the object that d names now, perhaps NB_BROKEN, or the
 * reason why it is not known. The hook holds d, so its parent may be labelled: p, which
 * from 6.12 on the caller has read a moment before, because each time that the verifier
 * meets it read takes it through all types of the kernel.
 */
static __always_inline u64 object_now(struct dentry *d, struct dentry *p)
{
	struct inode *directory;
	u32 seq, state = 0, reason, len, folds = 0;
	u64 name, edge = EDGE(0, 0);

	seq = SEQ(d);
	if (seq & 1)
		return wait_for(SEQ_AT(d));
	barrier();
	if (!NB_HAS_CAST)
		p = d->d_parent;
	else if (FAR(d, d_parent) != (u64)p)
		return AGAIN;
	if (p == d) {
		if (is_root(d)) {
			edge = nb_anchor(superblock_of(d));
			return edge == NB_PARTED ? part_name(d) : edge;
		}
		if (is_nameless(d))
			return EDGE(0, NB_ROW_NAMELESS);
		return SEQ(d) == seq ? NB_REASON_DISCONNECTED : AGAIN;
	}
	directory = p->d_inode;
	if (!directory)
		return AGAIN;
	/* where object_labelled was asked before, the walk looks for labels first */
	if (NB_HAS_CAST || !is_known(label_marks(directory, &state))) {
		reason = find_label(d, seq, p, directory, &state);
		if (reason)
			return reason == NB_PARTED ? part_name(d) : reason;
		if (state && may_fold(p)) /* it is never labelled */
			folds = nb_folds(address_of(p));
	}
	if (state) {
		name = name_at(d);
		len = d->d_name.len;
		edge = folds ? nb_step_fold(state, name, len)
			     : NB_HAS_CAST ? nb_step(state, name, len, name_hash(name, len))
					   : step(state, name, len, name_hash(name, len));
	}
	barrier();
	return SEQ(d) == seq ? edge : AGAIN;
}

/*
 * 1: the same, into *edge, where the parent's label tells its state, which is nearly
 * always; 0 else, and when anything changes meanwhile. The parent is read once: where no
 * rule lies below it, d had no rule at that moment, whatever its name. Only a name that
 * counts has to be of one moment with its parent, so d_seq is read around these two. `near`
 * (enum near) is for a trusted d, see object_now; it takes some instructions more.
 */
static __always_inline u32 object_labelled(struct dentry *d, struct dentry *p, u32 near,
					   u64 *edge)
{
	struct inode *directory = p->d_inode;
	u32 seq, state = 0, len;
	u64 name;

	if (p == d || !directory)
		return 0;
	if (near ? !state_near(p, directory, near, &state)
		 : !is_known(label_marks(directory, &state)))
		return 0;
	*edge = EDGE(0, 0);
	if (!state)
		return 1;
	seq = SEQ(d) & ~1; /* an odd one is not met again */
	barrier();
	name = name_at(d);
	len = d->d_name.len;
	*edge = quick_step(state, name, len, quick_hash(name, len, near));
	barrier();
	return (near ? FAR(d, d_parent) == (u64)p : d->d_parent == p) && SEQ(d) == seq;
}

#endif
