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

#include "event.h"

/* Outcome of a walk: 0 = known, AGAIN = raced, else an enum nb_reason. */
#define AGAIN 100

/* Row of what has no name: no rule and no default can speak of it. */
#define NB_ROW_NAMELESS 0x7ffffffe

#define barrier() asm volatile("" ::: "memory")
#define SEQ(d) (*(volatile u32 *)&(d)->d_seq.seqcount.sequence)
#define IS_DIR(inode) (((inode)->i_mode & S_IFMT) == S_IFDIR)

static __always_inline struct nb_walk *walk_scratch(void)
{
	u32 zero = 0;

	if (NB_HAS_LOOP)
		return bpf_task_storage_get(&nb_scratch, bpf_get_current_task_btf(), 0,
					    BPF_LOCAL_STORAGE_GET_F_CREATE);
	return bpf_map_lookup_elem(&nb_scratch_cpu, &zero);
}

/* ---- stepping down ---- */

struct descent {
	struct nb_component *list;
	u32 n;
	u64 edge;
};

static __always_inline long descend(struct descent *down, u32 i)
{
	struct nb_component *c;
	u32 k = down->n - 1 - i;

	barrier_value(k);
	c = &down->list[k & (NB_DEPTH - 1)];
	down->edge = nb_step(EDGE_TO(down->edge), c->name, c->len, c->hash);
	return down->edge == NB_BROKEN;
}

static long descend_step(u32 i, void *ctx)
{
	return descend(ctx, i);
}

/* EDGE(state, row) after the n components of list, last first. */
static __always_inline u64 walk_down(struct nb_component *list, u32 n, u64 edge)
{
	struct descent down = { .list = list, .n = n, .edge = edge };

	if (NB_HAS_LOOP) {
		bpf_loop(n, descend_step, &down, 0);
	} else {
		for (u32 i = 0; i < NB_DEPTH_OLD && i < n; i++)
			if (descend(&down, i))
				break;
	}
	return down.edge;
}

struct recheck {
	struct nb_component *list;
	u32 same;
};

static __always_inline long still_same(struct recheck *re, u32 i)
{
	struct nb_component *c = &re->list[i & (NB_DEPTH - 1)];
	u32 seq = 1;

	bpf_probe_read_kernel(&seq, sizeof(seq), (void *)c->seq_at);
	re->same = seq == c->seq;
	return !re->same;
}

static long still_same_step(u32 i, void *ctx)
{
	return still_same(ctx, i);
}

static __always_inline u32 names_held(struct nb_component *list, u32 n)
{
	struct recheck re = { .list = list, .same = 1 };

	if (NB_HAS_LOOP) {
		bpf_loop(n, still_same_step, &re, 0);
	} else {
		for (u32 i = 0; i < NB_DEPTH_OLD && i < n; i++)
			if (still_same(&re, i))
				break;
	}
	return re.same;
}

/* ---- raw climbing, by probe reads: anchors, executables ---- */

struct climb {
	struct nb_component *list;
	struct dentry *at, *stop;
	struct mount *mount; /* NULL: stop at `stop` */
	u32 n;
	u32 done;
};

/* One component up, crossing to the mountpoint at a mount's root. 1 = over. */
static __always_inline long climb_one(struct climb *climb)
{
	struct nb_component *c;
	struct dentry *at = climb->at, *up;
	struct mount *mount = climb->mount, *parent;
	u32 n = climb->n;

	if (at == climb->stop) {
		if (!mount) {
			climb->done = 1;
			return 1;
		}
		parent = BPF_CORE_READ(mount, mnt_parent);
		if (parent == mount) {
			climb->done = 1;
			return 1;
		}
		climb->at = BPF_CORE_READ(mount, mnt_mountpoint);
		climb->stop = BPF_CORE_READ(parent, mnt.mnt_root);
		climb->mount = parent;
		return 0;
	}
	barrier_value(n);
	if (n >= NB_DEPTH)
		return 1;
	c = &climb->list[n];
	c->seq_at = (u64)__builtin_preserve_access_index(&at->d_seq.seqcount.sequence);
	if (bpf_probe_read_kernel(&c->seq, sizeof(c->seq), (void *)c->seq_at) || c->seq & 1)
		return 1;
	up = BPF_CORE_READ(at, d_parent);
	if (up == at) /* a root, but not the one of its filesystem */
		return 1;
	climb->at = up;
	c->name = (u64)BPF_CORE_READ(at, d_name.name);
	c->len = BPF_CORE_READ(at, d_name.len);
	c->hash = nb_name_hash(c->name, c->len);
	climb->n = n + 1;
	return 0;
}

static long climb_step(u32 i, void *ctx)
{
	return climb_one(ctx);
}

static __always_inline void climb_up(struct climb *climb)
{
	if (NB_HAS_LOOP) {
		bpf_loop(2 * NB_DEPTH, climb_step, climb, 0);
	} else {
		for (u32 i = 0; i < NB_DEPTH_OLD; i++)
			if (climb_one(climb))
				break;
	}
}

/* ---- where a filesystem stands ---- */

struct mount_choice {
	struct mount *at;   /* next of the superblock's list */
	u64 end;            /* the list form: address of its head */
	struct dentry *root;
	struct mount *host, *other;
	s32 host_id, other_id;
	u32 host_ns;
	u32 done;
};

/* The whole filesystem mounted in the host's namespace, lowest id first; else in
 * whatever namespace it is mounted in: a container's own files are named as the
 * container sees them. */
static __always_inline long choose_mount(struct mount_choice *choice)
{
	struct mount *m = choice->at;
	struct mount___list *list = (void *)m;
	struct mount___chain *chain = (void *)m;
	u64 ns;
	s32 id;

	if (bpf_core_field_exists(chain->mnt_next_for_sb)) {
		if (!m) {
			choice->done = 1;
			return 1;
		}
		choice->at = BPF_CORE_READ(chain, mnt_next_for_sb);
	} else {
		if ((u64)__builtin_preserve_access_index(&list->mnt_instance) == choice->end) {
			choice->done = 1;
			return 1;
		}
		choice->at = (void *)((u64)BPF_CORE_READ(list, mnt_instance.next) -
				      bpf_core_field_offset(list->mnt_instance));
	}
	ns = (u64)BPF_CORE_READ(m, mnt_ns);
	/* NULL: detached; a small negative number: the kernel's own */
	if ((s64)ns >= 0 || ns > -4096ull || BPF_CORE_READ(m, mnt.mnt_root) != choice->root)
		return 0;
	id = BPF_CORE_READ(m, mnt_id);
	if (BPF_CORE_READ((struct mnt_namespace *)ns, ns.inum) == choice->host_ns) {
		if (!choice->host || id < choice->host_id) {
			choice->host = m;
			choice->host_id = id;
		}
	} else if (!choice->other || id < choice->other_id) {
		choice->other = m;
		choice->other_id = id;
	}
	return 0;
}

static long choose_mount_step(u32 i, void *ctx)
{
	return choose_mount(ctx);
}

static __always_inline u32 mounts_sequence(u64 address)
{
	u32 seq = 1;

	bpf_probe_read_kernel(&seq, sizeof(seq), (void *)address);
	return seq;
}

#define NB_MOUNTS 1024 /* of one filesystem */
#define NB_MOUNTS_OLD 32

/*
 * EDGE(state, row) of a filesystem's root, starting from `start` for /; 0 if it
 * has no place, NB_BROKEN when mounts changed meanwhile.
 */
NB_GLOBAL u64 nb_place(u64 address, u32 start, u32 root_row)
{
	struct super_block *sb = (void *)address;
	struct super_block___list *list = (void *)sb;
	struct super_block___chain *chain = (void *)sb;
	struct mount_choice choice = {};
	struct climb climb = {};
	struct nb_control *control;
	struct nb_walk *walk = walk_scratch();
	u32 zero = 0, seq;
	u64 edge;

	control = bpf_map_lookup_elem(&nb_control, &zero);
	if (!walk || !control || !control->mount_lock)
		return 0;
	seq = mounts_sequence(control->mount_lock);
	choice.host_ns = control->host_mnt_ns;
	choice.root = BPF_CORE_READ(sb, s_root);
	if (bpf_core_field_exists(((struct mount___chain *)0)->mnt_next_for_sb)) {
		choice.at = BPF_CORE_READ(chain, s_mounts);
	} else {
		choice.end = (u64)__builtin_preserve_access_index(&list->s_mounts);
		choice.at = (void *)((u64)BPF_CORE_READ(list, s_mounts.next) -
				     bpf_core_field_offset(
					     ((struct mount___list *)0)->mnt_instance));
	}
	if (NB_HAS_LOOP) {
		bpf_loop(NB_MOUNTS, choose_mount_step, &choice, 0);
	} else {
		for (u32 i = 0; i < NB_MOUNTS_OLD; i++)
			if (choose_mount(&choice))
				break;
	}
	if (!choice.host)
		choice.host = choice.other;
	if (!choice.done || !choice.host)
		return mounts_sequence(control->mount_lock) == seq ? 0 : NB_BROKEN;
	climb.list = walk->mounts;
	climb.mount = choice.host;
	climb.at = climb.stop = choice.root;
	climb_up(&climb);
	if (!climb.done)
		return mounts_sequence(control->mount_lock) == seq ? 0 : NB_BROKEN;
	edge = walk_down(climb.list, climb.n, EDGE(start, root_row));
	if (!names_held(climb.list, climb.n) || seq & 1 ||
	    mounts_sequence(control->mount_lock) != seq)
		return NB_BROKEN;
	return edge;
}

/* The whole name of a dentry by probe reads, from `start` for /: EDGE, or NB_BROKEN
 * when it has none or changes while it is read. Stores nothing. */
static __always_inline u64 whole_name(struct dentry *d, u32 start, u32 root_row)
{
	struct nb_walk *walk = walk_scratch();
	struct super_block *sb = BPF_CORE_READ(d, d_sb);
	struct climb climb = {};
	u64 edge;

	if (!walk)
		return NB_BROKEN;
	edge = nb_place((u64)sb, start, root_row);
	if (!edge || edge == NB_BROKEN)
		return NB_BROKEN;
	climb.list = walk->up;
	climb.at = d;
	climb.stop = BPF_CORE_READ(sb, s_root);
	climb_up(&climb);
	if (!climb.done)
		return NB_BROKEN;
	edge = walk_down(climb.list, climb.n, edge);
	return names_held(climb.list, climb.n) ? edge : NB_BROKEN;
}

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
