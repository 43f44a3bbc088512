/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Climbing from a dentry to the root of its filesystem and on to the host's, by probe
 * reads, and stepping down again over the names met: where a filesystem stands, and
 * the whole name of a file. walk.h has the fast way, by labels.
 */
#ifndef NB_CLIMB_H
#define NB_CLIMB_H

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
 * has no place, NB_BROKEN when mounts changed meanwhile. What the host never mounted
 * starts where rules of `host` are not: the states below are others, so that it costs
 * nothing more than this choice.
 */
NB_GLOBAL u64 nb_place(u64 address, u32 start, u32 root_row)
{
	struct super_block *sb = (void *)address;
	struct super_block___list *list = (void *)sb;
	struct super_block___chain *chain = (void *)sb;
	/* one after the other: the stack has no room for both */
	union {
		struct mount_choice choice;
		struct climb climb;
	} on = { .choice = {} };
	struct dentry *root;
	struct mount *host;
	struct nb_control *control;
	struct nb_walk *walk = walk_scratch();
	u32 zero = 0, seq;
	u64 edge;

	control = bpf_map_lookup_elem(&nb_control, &zero);
	if (!walk || !control || !control->mount_lock)
		return 0;
	seq = mounts_sequence(control->mount_lock);
	on.choice.host_ns = control->host_mnt_ns;
	on.choice.root = BPF_CORE_READ(sb, s_root);
	if (bpf_core_field_exists(((struct mount___chain *)0)->mnt_next_for_sb)) {
		on.choice.at = BPF_CORE_READ(chain, s_mounts);
	} else {
		on.choice.end = (u64)__builtin_preserve_access_index(&list->s_mounts);
		on.choice.at = (void *)((u64)BPF_CORE_READ(list, s_mounts.next) -
				     bpf_core_field_offset(
					     ((struct mount___list *)0)->mnt_instance));
	}
	if (NB_HAS_LOOP) {
		bpf_loop(NB_MOUNTS, choose_mount_step, &on.choice, 0);
	} else {
		for (u32 i = 0; i < NB_MOUNTS_OLD; i++)
			if (choose_mount(&on.choice))
				break;
	}
	root = on.choice.root;
	host = on.choice.host ? on.choice.host : on.choice.other;
	if (P(guest_start) != P(file_start) && !on.choice.host && start == P(file_start)) {
		start = P(guest_start);
		root_row = P(guest_root_row);
	}
	if (!on.choice.done || !host)
		return mounts_sequence(control->mount_lock) == seq ? 0 : NB_BROKEN;
	on.climb = (struct climb){ .list = walk->mounts, .mount = host, .at = root, .stop = root };
	climb_up(&on.climb);
	if (!on.climb.done)
		return mounts_sequence(control->mount_lock) == seq ? 0 : NB_BROKEN;
	edge = walk_down(on.climb.list, on.climb.n, EDGE(start, root_row));
	if (!names_held(on.climb.list, on.climb.n) || seq & 1 ||
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

#endif
