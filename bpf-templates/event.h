/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counting a decision and telling user space about it. Counts are never lost;
 * when the ring buffer is full only the text is, and that is counted too. */
#ifndef NB_EVENT_H
#define NB_EVENT_H

#include "facts.h"

static __always_inline void count(u32 which)
{
	u64 *n = bpf_map_lookup_elem(&nb_counts, &which);
	if (n)
		__sync_fetch_and_add(n, 1);
}

struct names_out {
	struct dentry *at;
	struct dentry *root;
	char *text; /* NB_EVENT_PATH bytes */
	u32 off;
};

/* One component; 1 = done. The text is for people, so a torn name is no harm. */
static __always_inline long name_out(struct names_out *out)
{
	struct dentry *at = out->at, *up;
	u32 off = out->off;
	long n;

	if (!at || at == out->root)
		return 1;
	up = BPF_CORE_READ(at, d_parent);
	if (up == at)
		return 1;
	barrier_value(off);
	if (off > NB_EVENT_PATH - 256)
		return 1;
	n = bpf_probe_read_kernel_str(out->text + off, 256,
				      BPF_CORE_READ(at, d_name.name));
	if (n <= 0)
		return 1;
	out->off = off + n;
	out->at = up;
	return 0;
}

static long name_out_step(u32 i, void *ctx)
{
	return name_out(ctx);
}

/* Components from dentry up to the root of its filesystem, each ended by NUL. */
static __always_inline u32 path_out(struct dentry *dentry, char *text)
{
	struct names_out out = {
		.at = dentry,
		.root = BPF_CORE_READ(dentry, d_sb, s_root),
		.text = text,
	};

	if (NB_HAS_LOOP) {
		bpf_loop(NB_DEPTH, name_out_step, &out, 0);
	} else {
		for (u32 i = 0; i < NB_DEPTH_OLD; i++)
			if (name_out(&out))
				break;
	}
	return out.off;
}

static __always_inline struct nb_event *event_begin(u64 decision, u32 op, u32 hook,
						    u32 reason, u32 net)
{
	struct task_struct *task = current_task();
	/* 0 where there is none, and what is read of that is 0 as well: no question for
	 * the verifier to judge both answers of */
	struct dentry *dentry = BPF_CORE_READ(task, mm, exe_file, f_path.dentry);
	u32 verdict = DECISION_VERDICT(decision);
	struct nb_event *event;
	u64 id = bpf_get_current_pid_tgid();

	count(verdict == NB_DENY ? NB_COUNT_DENIED : NB_COUNT_AUDITED);
	event = bpf_ringbuf_reserve(&nb_events, sizeof(*event), 0);
	if (!event) {
		count(NB_COUNT_LOST);
		return 0;
	}
	event->time_ns = bpf_ktime_get_boot_ns();
	event->cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	event->rule = DECISION_RULE(decision);
	event->pid = id >> 32;
	event->tid = id;
	event->uid = task_uid(net);
	event->op = op;
	event->hook = hook;
	event->verdict = verdict;
	event->reason = reason;
	bpf_probe_read_kernel(event->comm, sizeof(event->comm), &task->comm);
	event->port = 0;
	event->family = 0;
	event->protocol = 0;
	event->object_dev = 0;
	event->object_len = 0;
	event->exe_dev = BPF_CORE_READ(dentry, d_sb, s_dev);
	event->exe_len = path_out(dentry, event->exe);
	return event;
}

/* The object is a dentry, by its address. */
NB_GLOBAL int nb_event_file(u64 decision, u32 op, u32 hook, u32 reason, u64 object)
{
	struct nb_event *event = event_begin(decision, op, hook, reason, 0);

	if (!event)
		return 0;
	event->object_dev = BPF_CORE_READ((struct dentry *)object, d_sb, s_dev);
	event->object_len = path_out((struct dentry *)object, event->object);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

static __noinline int event_net(u64 decision, u32 family, u32 hook, const struct peer *peer)
{
	struct nb_event *event = event_begin(decision, peer->op, hook, NB_REASON_RULE, 1);

	if (!event)
		return 0;
	__builtin_memcpy(event->addr, peer->addr, sizeof(event->addr));
	event->port = peer->key;
	event->family = family;
	event->protocol = peer->key >> 16;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

#endif
