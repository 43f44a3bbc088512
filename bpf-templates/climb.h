/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Climbing from a dentry to the root of its filesystem and on to the host's, by probe
 * reads, and stepping down again over the names met: where a filesystem stands, and
 * the whole name of a file. walk.h has the fast way, by labels. All of it is functions
 * of numbers that keep what they know in the scratch of the walk, because what the
 * verifier judges once need not be cheap to judge, and the stack is short.
 */
#ifndef NB_CLIMB_H
#define NB_CLIMB_H

#include "event.h"

/* Outcome of a walk: 0 = known, AGAIN = raced, else an enum nb_reason. */
#define AGAIN 100
/* The host mounts parts of a filesystem: each file has to be asked for, see parts.h. */
#define NB_PARTED 101

/* Row of what has no name: no rule and no default can speak of it. */
#define NB_ROW_NAMELESS (EDGE_ROW_MASK - 1)

/* Filesystems whose files have none: memfds, pipes and sockets, which cannot be mounted;
 * namespaces, of which a file can be. */
#define IS_NAMELESS(flags, magic) ((flags) & SB_NOUSER || (magic) == NSFS_MAGIC)

#define barrier() asm volatile("" ::: "memory")
#define SEQ(d) (*(volatile u32 *)&(d)->d_seq.seqcount.sequence)
#define IS_DIR(inode) (((inode)->i_mode & S_IFMT) == S_IFDIR)

static __always_inline struct nb_walk *task_scratch(void)
{
	return bpf_task_storage_get(&nb_scratch, bpf_get_current_task_btf(), 0,
				    BPF_LOCAL_STORAGE_GET_F_CREATE);
}

/* Such calls are rewritten by the kernel when it loads a program, and with each of them it
 * copies all that it knows of all instructions; so where functions are many, one has it. */
static __noinline struct nb_walk *task_scratch_once(void)
{
	return task_scratch();
}

static __always_inline struct nb_walk *walk_scratch(void)
{
	u32 zero = 0;

	if (NB_HAS_CAST)
		return task_scratch_once();
	if (NB_HAS_LOOP)
		return task_scratch();
	return bpf_map_lookup_elem(&nb_scratch_cpu, &zero);
}

/* bpf_loop, which the kernel writes out in place of the call where it knows that there are
 * no flags; from 6.12 on it does not know, see above. */
static __always_inline void walk_loop(u32 times, long (*step)(u32 i, void *ctx), void *ctx,
				      const struct nb_walk *walk)
{
	bpf_loop(times, step, ctx, NB_HAS_CAST ? walk->none : 0);
}

/* ---- steps ---- */

/*
 * NAME_all(walk, times, base) calls NAME_one(walk, i, base) until it returns 1. Where
 * there is bpf_loop, one_step is its callback. Before, one_step is a function of
 * numbers that finds the scratch again: the verifier judges it once, and not at each
 * of the rounds, which alone would be more than 5.10 takes.
 */
#define STEPS(name, max_old)                                                   \
	NB_GLOBAL u32 nb_##name##_one(u32 i, u32 base)                         \
	{                                                                      \
		struct nb_walk *walk = walk_scratch();                         \
		return walk ? name##_one(walk, i, base) : 1;                   \
	}                                                                      \
	static long name##_step(u32 i, void *ctx)                              \
	{                                                                      \
		struct stepping *on = ctx;                                     \
		return name##_one(on->walk, i, on->base);                      \
	}                                                                      \
	static __always_inline void name##_all(struct nb_walk *walk, u32 times, u32 base) \
	{                                                                      \
		struct stepping on = { .walk = walk, .base = base };           \
		if (NB_HAS_LOOP) {                                             \
			walk_loop(times, name##_step, &on, walk);              \
			return;                                                \
		}                                                              \
		for (u32 i = 0; i < (max_old); i++) {                          \
			barrier_value(times);                                  \
			if (i >= times || nb_##name##_one(i, base))            \
				break;                                         \
		}                                                              \
	}

struct stepping {
	struct nb_walk *walk;
	u32 base;
};

/* Bounded and added in one piece: 5.10 forgets bounds of a number that is kept on the
 * stack in between. */
static __always_inline struct nb_component *component(struct nb_walk *walk, u32 base, u32 k)
{
	struct nb_component *c;
	u64 off = ((base & NB_DEPTH) + (k & (NB_DEPTH - 1))) * sizeof(*c);

	_Static_assert(sizeof(*c) == 32, "the mask below");
	barrier_value(off);
	c = (void *)walk->list + (off & (2 * NB_DEPTH - 1) * 32);
	barrier_value(c);
	return c;
}

/* ---- directories that do not tell capital from small letters ---- */

static __always_inline u32 has_encoding(struct super_block *sb)
{
	struct super_block___encoding *with = (void *)sb;

	if (NB_HAS_CAST)
		return bpf_core_field_exists(with->s_encoding) &&
		       name_word((u64)__builtin_preserve_access_index(&with->s_encoding));
	return bpf_core_field_exists(with->s_encoding) && BPF_CORE_READ(with, s_encoding);
}

/* NB_FOLDS if the directory is one. Filesystems with an encoding say it of each
 * directory; others that hash names in their own way do it everywhere, except gfs2,
 * whose way is another one. */
NB_GLOBAL u32 nb_folds(u64 directory)
{
	struct dentry *d = (struct dentry *)directory;
	struct super_block *sb = BPF_CORE_READ(d, d_sb);

	if (has_encoding(sb))
		return BPF_CORE_READ(d, d_inode, i_flags) & S_CASEFOLD ? NB_FOLDS : 0;
	return BPF_CORE_READ(d, d_flags) & DCACHE_OP_HASH &&
			       BPF_CORE_READ(sb, s_magic) != GFS2_MAGIC
		       ? NB_FOLDS
		       : 0;
}

/* ---- stepping down ---- */

static __always_inline u32 descend_one(struct nb_walk *walk, u32 i, u32 base)
{
	struct nb_component *c = component(walk, base, walk->n - 1 - i);
	u64 edge = c->len & NB_FOLDS ? step_fold(&walk->edge, &c->name, &c->len, &c->hash)
				     : nb_step(EDGE_TO(walk->edge), c->name, c->len, c->hash);

	walk->edge = edge;
	if (edge == NB_BROKEN || !(edge & EDGE_HIT))
		return 1;
	/* of what lies below a state that no rule speaks of, none speaks either */
	if (!EDGE_TO(edge) && i + 1 < walk->n) {
		walk->edge = EDGE(0, 0);
		return 1;
	}
	return 0;
}
STEPS(descend, NB_DEPTH)

/* EDGE(state, row) after the n components at base, last first, or the reason why there
 * is none. */
static __always_inline u64 walk_down(struct nb_walk *walk, u32 base, u32 n, u64 edge)
{
	if (!n)
		return edge;
	walk->edge = edge;
	walk->n = n;
	descend_all(walk, n, base);
	return walk->edge;
}

static __always_inline u32 recheck_one(struct nb_walk *walk, u32 i, u32 base)
{
	struct nb_component *c = component(walk, base, i);
	u32 seq = 1;

	if (NB_HAS_CAST)
		seq = (u32)name_word(c->seq_at);
	else
		bpf_probe_read_kernel(&seq, sizeof(seq), (void *)c->seq_at);
	walk->same = seq == c->seq;
	return !walk->same;
}
STEPS(recheck, NB_DEPTH)

/* Is each of the n names at base still what it was when it was read? */
static __always_inline u32 names_held(struct nb_walk *walk, u32 base, u32 n)
{
	if (!n)
		return 1;
	walk->same = 1;
	recheck_all(walk, n, base);
	return walk->same;
}

/* ---- raw climbing, by probe reads: anchors, executables, directories on 5.10 ---- */

/* One component up, crossing to the mountpoint at a mount's root. 1 = over. */
static __always_inline u32 climb_one(struct nb_walk *walk, u32 i, u32 base)
{
	struct nb_climb *climb = &walk->climb;
	struct dentry *at = (struct dentry *)climb->at, *up;
	struct mount *mount = (struct mount *)climb->mount, *parent;
	struct nb_component *c;
	u32 n = climb->n, seq;

	if (climb->at == climb->stop) {
		climb->failed = 0;
		if (!mount)
			return 1;
		parent = BPF_CORE_READ(mount, mnt_parent);
		if (parent == mount)
			return 1;
		climb->failed = NB_REASON_DEEP;
		climb->at = (u64)BPF_CORE_READ(mount, mnt_mountpoint);
		climb->stop = (u64)BPF_CORE_READ(parent, mnt.mnt_root);
		climb->mount = (u64)parent;
		return 0;
	}
	if (n >= NB_DEPTH)
		return 1;
	climb->failed = AGAIN;
	c = component(walk, base, n);
	c->seq_at = (u64)__builtin_preserve_access_index(&at->d_seq.seqcount.sequence);
	if (bpf_probe_read_kernel(&seq, sizeof(seq), (void *)c->seq_at) || seq & 1)
		return 1;
	c->seq = seq;
	up = BPF_CORE_READ(at, d_parent);
	if (up == at) { /* a root, but not the one of its filesystem */
		climb->failed = NB_REASON_DISCONNECTED;
		return 1;
	}
	climb->failed = NB_REASON_DEEP;
	climb->at = (u64)up;
	c->name = (u64)BPF_CORE_READ(at, d_name.name);
	c->len = BPF_CORE_READ(at, d_name.len);
	c->hash = nb_name_hash(c->name, c->len);
	c->len |= nb_folds((u64)up);
	climb->n = n + 1;
	return 0;
}
STEPS(climb, 2 * NB_DEPTH)

/* 0, or why it did not get there; walk->climb.n components are at base. */
static __always_inline u32 climb_up(struct nb_walk *walk, u32 base, u64 at, u64 stop, u64 mount)
{
	walk->climb = (struct nb_climb){
		.at = at, .stop = stop, .mount = mount, .failed = NB_REASON_DEEP };
	climb_all(walk, 2 * NB_DEPTH, base);
	return walk->climb.failed;
}

/* ---- where a filesystem stands ---- */

/* The namespace of a detached copy, or of a mount that fsmount made and nobody has
 * moved anywhere: its one mount is its root, so it says nothing about a place. */
static __always_inline u32 is_anonymous(u32 ns)
{
	return !ns || ns == MNT_NS_ANON_INO;
}

/* A mount of the host's that shows a part of the filesystem only. */
static __always_inline void note_part(struct nb_walk *walk, struct mount *m, u64 root, u32 age,
				      u32 newest_first)
{
	struct nb_choice *choice = &walk->choice;
	u32 at = choice->parts;
	struct nb_part *part;

	choice->parts = at + 1;
	if (age < choice->part)
		choice->part = age;
	if (at >= NB_PARTS && !newest_first)
		return;
	at &= NB_PARTS - 1;
	barrier_value(at);
	part = &walk->parts[at & (NB_PARTS - 1)];
	part->mount = (u64)m;
	part->root = root;
	part->age = age;
}

/* The oldest mount of the whole filesystem in the host's namespace; else in whatever
 * namespace it is mounted in: a container's own files are named as the container sees
 * them. Told by its place in the list: ids are used again. */
static __always_inline u32 choose_one(struct nb_walk *walk, u32 i, u32 base)
{
	struct nb_choice *choice = &walk->choice;
	struct mount *m = (struct mount *)choice->at;
	struct mount___list *list = (void *)m;
	struct mount___chain *chain = (void *)m;
	u32 newest_first = bpf_core_field_exists(chain->mnt_next_for_sb), number, age;
	u64 ns, root;

	if (newest_first) {
		if (!m) {
			choice->done = 1;
			return 1;
		}
		choice->at = (u64)BPF_CORE_READ(chain, mnt_next_for_sb);
	} else {
		if ((u64)__builtin_preserve_access_index(&list->mnt_instance) == choice->end) {
			choice->done = 1;
			return 1;
		}
		choice->at = (u64)BPF_CORE_READ(list, mnt_instance.next) -
			     bpf_core_field_offset(list->mnt_instance);
	}
	ns = (u64)BPF_CORE_READ(m, mnt_ns);
	age = newest_first ? ~choice->seen - 1 : choice->seen;
	choice->seen++;
	/* NULL: detached; a small negative number: the kernel's own */
	if ((s64)ns >= 0 || ns > -4096ull)
		return 0;
	root = (u64)BPF_CORE_READ(m, mnt.mnt_root);
	number = BPF_CORE_READ((struct mnt_namespace *)ns, ns.inum);
	if (is_anonymous(number))
		return 0;
	if (root != choice->root) {
		if (number == choice->host_ns)
			note_part(walk, m, root, age, newest_first);
	} else if (number == choice->host_ns) {
		if (age < choice->whole) {
			choice->whole = age;
			choice->host = (u64)m;
		}
		if (!newest_first && !choice->parts) /* all that follow are younger */
			choice->done = 1;
	} else if (age < choice->others) {
		choice->others = age;
		choice->other = (u64)m;
	}
	return choice->done != 0;
}

/* Of one filesystem, in all namespaces: services and containers have copies of the host's,
 * and whoever has a user namespace makes them. */
#define NB_MOUNTS (1 << 20)
#define NB_MOUNTS_OLD 128
STEPS(choose, NB_MOUNTS_OLD)

static __always_inline u32 mounts_sequence(u64 address)
{
	u32 seq = 1;

	bpf_probe_read_kernel(&seq, sizeof(seq), (void *)address);
	return seq;
}

/* Address of the mount by which the filesystem of that superblock is named, 0 if there is
 * none. A function of its own, as is the next one, for the stack of who calls them. */
NB_GLOBAL u64 nb_choose_mount(u64 sb, u32 host_ns)
{
	struct super_block___list *list = (void *)sb;
	struct super_block___chain *chain = (void *)sb;
	struct nb_walk *walk = walk_scratch();
	struct nb_choice *choice;

	if (!walk)
		return 0;
	choice = &walk->choice;
	*choice = (struct nb_choice){
		.host_ns = host_ns, .whole = ~0u, .part = ~0u, .others = ~0u };
	choice->root = (u64)BPF_CORE_READ((struct super_block *)sb, s_root);
	if (bpf_core_field_exists(((struct mount___chain *)0)->mnt_next_for_sb)) {
		choice->at = (u64)BPF_CORE_READ(chain, s_mounts);
	} else {
		choice->end = (u64)__builtin_preserve_access_index(&list->s_mounts);
		choice->at = (u64)BPF_CORE_READ(list, s_mounts.next) -
			     bpf_core_field_offset(((struct mount___list *)0)->mnt_instance);
	}
	choose_all(walk, NB_HAS_LOOP ? NB_MOUNTS : NB_MOUNTS_OLD, 0);
	/* where the oldest come first, those that were not looked at do not count */
	if (choice->end && choice->parts)
		choice->done = 1;
	if (!choice->done)
		return 0;
	return choice->host ? choice->host : choice->other;
}

/* EDGE of the root of a filesystem of the kernel's own, 0 if it is none of those. */
NB_GLOBAL u64 nb_usual_place(u64 sb, u32 of_host)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_place *place;
	u64 magic = BPF_CORE_READ((struct super_block *)sb, s_magic);
	u32 i;

	ROUNDS(i, P(places)) {
		place = image_at(rows, P(places_off) + (u64)i * sizeof(*place), sizeof(*place),
				 P(rows_bytes));
		if (!place)
			return NB_BROKEN;
		if (place->magic == magic)
			return of_host ? EDGE(place->state, place->row)
				       : EDGE(place->guest_state, place->guest_row);
	}
	return 0;
}

/*
 * EDGE(state, row) of a filesystem's root, starting from `start` for /; 0 if it
 * has no place, NB_PARTED, NB_REASON_FOLDED, NB_BROKEN when mounts changed meanwhile.
 * What the host never mounted starts where rules of `host` are not: the states below are
 * others, so that it costs nothing more than this choice.
 */
NB_GLOBAL u64 nb_place(u64 sb, u32 start, u32 root_row)
{
	struct nb_walk *walk = walk_scratch();
	struct nb_control *control;
	u32 zero = 0, seq;
	u64 mount, root, edge;

	control = bpf_map_lookup_elem(&nb_control, &zero);
	if (!walk || !control || !control->mount_lock)
		return 0;
	seq = mounts_sequence(control->mount_lock);
	mount = nb_choose_mount(sb, control->host_mnt_ns);
	root = walk->choice.root;
	if (P(places) && start == P(file_start)) {
		edge = nb_usual_place(sb, walk->choice.host != 0);
		if (edge)
			return seq & 1 || mounts_sequence(control->mount_lock) != seq ? NB_BROKEN
										      : edge;
	}
	walk->choice.seq = seq;
	if (walk->choice.done && walk->choice.part < walk->choice.whole)
		return NB_PARTED;
	if (P(guest_start) != P(file_start) && !walk->choice.host && start == P(file_start)) {
		start = P(guest_start);
		root_row = P(guest_root_row);
	}
	if (!mount || climb_up(walk, NB_FROM_ROOT, root, root, mount))
		return mounts_sequence(control->mount_lock) == seq ? 0 : NB_BROKEN;
	edge = walk_down(walk, NB_FROM_ROOT, walk->climb.n, EDGE(start, root_row));
	if (!names_held(walk, NB_FROM_ROOT, walk->climb.n) || seq & 1 ||
	    mounts_sequence(control->mount_lock) != seq)
		return NB_BROKEN;
	return edge;
}

#endif
