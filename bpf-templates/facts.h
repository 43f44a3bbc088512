/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is known of the running task, asked only when an entry about the object
 * at hand needs it, so it is never stale and costs nothing on other objects.
 * A thing that cannot be read is unknown, never absent.
 */
#ifndef NB_FACTS_H
#define NB_FACTS_H

#include "decide.h"

#define NB_CGROUP_DEPTH 32 /* deeper is unknown */
#define NB_GROUPS 64

static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task();
}

/* Was the record made at the last execve of this very process? Kernels may leave out a run
 * of nb_task_exec. The loader does not know its number: whoever asks first puts it in. */
static __always_inline u32 exe_is_of(struct nb_exe *exe, struct task_struct *task)
{
	u64 start, id = BPF_CORE_READ(task, self_exec_id);

	if (exe->self_exec_id == NB_EXE_ADOPTED)
		exe->self_exec_id = id;
	else if (exe->self_exec_id != id)
		return 0;
	start = BPF_CORE_READ(task, group_leader, start_boottime);
	return exe->start_ns == start || exe->start_ns == start - start % NB_EXE_TICK;
}

static __always_inline u32 exe_row(u32 *flags)
{
	struct task_struct *task = current_task();
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct nb_exe *exe;

	if (BPF_CORE_READ(task, flags) & PF_KTHREAD)
		return NB_ATOMS_NONE;
	exe = bpf_map_lookup_elem(&nb_exes, &tgid);
	if (!exe || !exe_is_of(exe, task))
		return NB_ATOMS_UNKNOWN;
	*flags = exe->flags;
	return exe->row;
}

static __always_inline u32 exe_fact(u32 atom)
{
	u32 flags = 0, row = exe_row(&flags), bit;

	if (row == NB_ATOMS_UNKNOWN)
		return 2;
	bit = atom_bit(P(exe_bits_off), P(exe_words), row, atom);
	return bit && flags & NB_EXE_FOREIGN ? 2 : bit;
}

/* Without a loop around it: clang would move the offset of the field that this kernel
 * does not have in front of the question whether it has it. */
NB_GLOBAL u64 nb_kernfs_up(u64 node)
{
	struct kernfs_node___parent *old = (void *)node;
	struct kernfs_node___rcu *rcu = (void *)node;

	if (bpf_core_field_exists(rcu->__parent))
		return (u64)BPF_CORE_READ(rcu, __parent);
	return (u64)BPF_CORE_READ(old, parent);
}

/* Length of a string of at most 255 bytes, 0 if it is longer or empty; by words,
 * because a buffer to copy it to would not fit the stack. */
NB_GLOBAL u32 nb_string_length(u64 at)
{
	u64 zeros;
	u32 i;

	ROUNDS(i, 32) {
		u64 word = name_word(at + i * 8);

		zeros = (word - 0x0101010101010101ull) & ~word & 0x8080808080808080ull;
		if (!zeros)
			continue;
		/* 0x80 in each byte before the first zero one, counted */
		zeros = (zeros & -zeros) - 1 & 0x8080808080808080ull;
		return i * 8 + (u32)((zeros >> 7) * 0x0101010101010101ull >> 56);
	}
	return 0;
}

/* The ancestor of a cgroup, n levels up; 0 above the root. */
NB_GLOBAL u64 nb_cgroup_above(u64 node, u32 n)
{
	u32 i;

	ROUNDS(i, NB_CGROUP_DEPTH) {
		if (i >= n || !node)
			break;
		node = nb_kernfs_up(node);
	}
	return node;
}

/* How many ancestors a cgroup has; more than NB_CGROUP_DEPTH if it has many. */
NB_GLOBAL u32 nb_cgroup_depth(u64 node)
{
	u32 depth = 0, i;

	ROUNDS(i, NB_CGROUP_DEPTH + 1) {
		node = nb_kernfs_up(node);
		if (!node)
			break;
		depth = i + 1;
	}
	return depth;
}

/* Row of atoms of the task's cgroup in the unified hierarchy, by its path. Ancestors
 * are looked up one by one from the top: a list of them would be stack. Inlined,
 * because there are only eight frames, and a frame is rounded up to 32 bytes. */
static __always_inline u32 cgroup_row(void)
{
	u64 own = (u64)BPF_CORE_READ(current_task(), cgroups, dfl_cgrp, kn), node, name;
	u32 depth = nb_cgroup_depth(own), len, i;
	u64 edge = EDGE(P(cgroup_start), P(cgroup_root_row));

	if (depth > NB_CGROUP_DEPTH)
		return NB_ATOMS_UNKNOWN;
	ROUNDS(i, NB_CGROUP_DEPTH) {
		barrier_value(depth); /* keeps the bound above, which the verifier needs */
		if (i >= depth)
			break;
		node = nb_cgroup_above(own, depth - 1 - i);
		name = (u64)BPF_CORE_READ((struct kernfs_node *)node, name);
		len = nb_string_length(name);
		if (!len)
			return NB_ATOMS_UNKNOWN;
		edge = nb_step(EDGE_TO(edge), name, len, nb_name_hash(name, len));
		if (edge == NB_BROKEN)
			return NB_ATOMS_UNKNOWN;
	}
	return EDGE_ROW(edge);
}

/* Filesystem ids of the task for files: real_cred, because overlay copy-up runs
 * with the mounter's. Effective ids for the network. */
static __always_inline const struct cred *task_cred(u32 net)
{
	if (net)
		return BPF_CORE_READ(current_task(), cred);
	return BPF_CORE_READ(current_task(), real_cred);
}

static __always_inline u32 task_uid(u32 net)
{
	const struct cred *cred = task_cred(net);
	return net ? BPF_CORE_READ(cred, euid.val) : BPF_CORE_READ(cred, fsuid.val);
}

/* A function of its own, so that the verifier judges it once and not for each group. */
NB_GLOBAL u32 nb_gid_bit(u32 gid, u32 atom)
{
	return atom_bit(P(gid_bits_off), P(gid_words), id_class(P(gids_off), P(gids), gid),
			atom);
}

static __always_inline u32 gid_fact(u32 atom, u32 net)
{
	const struct cred *cred = task_cred(net);
	struct group_info *groups = BPF_CORE_READ(cred, group_info);
	u32 gid = net ? BPF_CORE_READ(cred, egid.val) : BPF_CORE_READ(cred, fsgid.val);
	u32 n = BPF_CORE_READ(groups, ngroups);
	u32 bit = nb_gid_bit(gid, atom), i;

	ROUNDS(i, NB_GROUPS) {
		if (bit)
			break;
		if (i >= n)
			return 0;
		if (bpf_probe_read_kernel(&gid, sizeof(gid), (void *)&groups->gid[i]))
			return 2;
		bit = nb_gid_bit(gid, atom);
	}
	return bit ? bit : 2; /* more groups than we ask: unknown */
}

NB_GLOBAL u32 nb_gid_fact(u32 atom, u32 net)
{
	return gid_fact(atom, net);
}

NB_GLOBAL u32 nb_fact(u32 dim, u32 atom, u32 net)
{
	u32 row;

	if (P(uids) && dim == NB_DIM_UID)
		return atom_bit(P(uid_bits_off), P(uid_words),
				id_class(P(uids_off), P(uids), task_uid(net)), atom);
	if (P(gids) && dim == NB_DIM_GID)
		return nb_gid_fact(atom, net);
	if (P(exe_rows) && dim == NB_DIM_EXE)
		return exe_fact(atom);
	if (P(cgroup_rows) && dim == NB_DIM_CGROUP) {
		row = cgroup_row();
		return row == NB_ATOMS_UNKNOWN
			       ? 2
			       : atom_bit(P(cgroup_bits_off), P(cgroup_words), row, atom);
	}
	return 2;
}

#endif
