/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Records the executable of each process at exec, by its canonical name, for
 * subjects. Only here: mm->exe_file can be replaced later by the process itself.
 * A record that cannot be made leaves none, which reads as unknown.
 */
#ifndef NB_EXEC_H
#define NB_EXEC_H

#include "walk.h"

/* A mount or a rename elsewhere disturbs the walk for moments only; without another
 * try the process would be unknown for as long as it runs. */
#define NAME_TRIES 8

static __always_inline u32 executable_row(u64 dentry)
{
	u64 edge = NB_BROKEN;

	for (u32 i = 0; i < NAME_TRIES && edge == NB_BROKEN; i++)
		edge = nb_whole_name(dentry, P(exe_start), NB_ATOMS_NONE);
	return edge == NB_BROKEN ? NB_ATOMS_UNKNOWN : EDGE_ROW(edge);
}

/* Of the file that executable_row has just named. */
static __always_inline u32 executable_flags(void)
{
	const struct nb_walk *walk = walk_scratch();

	return walk && walk->choice.host ? 0 : NB_EXE_FOREIGN;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(nb_task_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	u32 tgid = BPF_CORE_READ(task, tgid);
	struct nb_exe made = {
		.start_ns = BPF_CORE_READ(task, group_leader, start_boottime),
		.self_exec_id = BPF_CORE_READ(task, self_exec_id),
		.row = executable_row((u64)BPF_CORE_READ(bprm, file, f_path.dentry)),
	};

	made.flags = executable_flags();
	if (bpf_map_update_elem(&nb_exes, &tgid, &made, BPF_ANY))
		bpf_map_delete_elem(&nb_exes, &tgid);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(nb_task_fork, struct task_struct *parent, struct task_struct *child)
{
	u32 from = BPF_CORE_READ(parent, tgid), to = BPF_CORE_READ(child, tgid);
	struct nb_exe *exe, made;

	if (from == to)
		return 0;
	exe = bpf_map_lookup_elem(&nb_exes, &from);
	if (!exe || !exe_is_of(exe, parent)) /* or the child would be what the parent was */
		return 0;
	made = *exe;
	made.start_ns = BPF_CORE_READ(child, start_boottime);
	made.self_exec_id = BPF_CORE_READ(child, self_exec_id);
	bpf_map_update_elem(&nb_exes, &to, &made, BPF_ANY);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(nb_task_exit, struct task_struct *task)
{
	u32 tgid = BPF_CORE_READ(task, tgid);

	if (!BPF_CORE_READ(task, signal, live.counter))
		bpf_map_delete_elem(&nb_exes, &tgid);
	return 0;
}

#endif
