/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The label of a socket: who made it, as the network rules ask it. Packets are judged
 * by it, since the task that runs when a packet passes may be anybody. It is decided
 * once, so that a packet costs one bit a rule.
 */
#ifndef NB_SOCKET_H
#define NB_SOCKET_H

#include "facts.h"
#include "headers.h"

#define TCP_ESTABLISHED 1
#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3
#define TCP_LISTEN 10
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3

/* Of subjects number 64 * word and on, those that the task may be, or surely is. */
NB_GLOBAL u64 nb_subject_bits(u32 word, u32 must)
{
	u64 bits = 0;

	for (u32 i = 0; i < 64 && word * 64 + i < P(net_subjects); i++)
		if (nb_subject_is(word * 64 + i, ASK_NET, must))
			bits |= 1ull << i;
	return bits;
}

static __always_inline void label_fill(struct nb_sock *label)
{
	struct task_struct *task = current_task();

	for (u32 word = 0; word < NB_SOCK_WORDS; word++) {
		if (word * 64 >= P(net_subjects))
			break;
		label->may[word] = nb_subject_bits(word, 0);
		label->must[word] = nb_subject_bits(word, 1);
	}
	label->pid = bpf_get_current_pid_tgid() >> 32;
	label->uid = task_uid(1);
	if (P(label_dims)) {
		label->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
		label->self_exec_id = BPF_CORE_READ(task, self_exec_id);
		label->cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	}
	bpf_probe_read_kernel(label->comm, sizeof(label->comm), &task->comm);
}

/* The label of the socket that a call is about, made now if it has none; NULL when
 * there is no memory for one, which reads as unknown. */
static __always_inline struct nb_sock *label_of_call(struct bpf_sock *sk)
{
	struct nb_sock *label = bpf_sk_storage_get(&nb_socks, sk, 0, 0);

	if (label)
		return label;
	label = bpf_sk_storage_get(&nb_socks, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (label)
		label_fill(label);
	return label;
}

#define LABEL_ASKS(dim) (P(label_dims) & 1u << NB_DIM_##dim)

/*
 * Does the label tell that no network rule binds the caller? It does when the caller is
 * the very process and program that made the socket, and what rules ask of it is what it
 * was then. What was unknown then may be bound, so that it is asked again.
 */
static __always_inline u32 is_unbound(struct bpf_sock *sk)
{
	struct task_struct *task;
	struct nb_sock *label;

	if (!NB_HAS_TASK || !P(label_dims) || !sk)
		return 0;
	label = bpf_sk_storage_get(&nb_socks, sk, 0, 0);
	if (!label || label->may[0] & ((u64)P(label_high) << 32 | P(label_low)))
		return 0;
	task = bpf_get_current_task_btf();
	return (u32)task->tgid == label->pid && task->self_exec_id == label->self_exec_id &&
	       task->group_leader->start_boottime == label->start_ns &&
	       (!LABEL_ASKS(UID) || task->cred->euid.val == label->uid) &&
	       (!LABEL_ASKS(CGROUP) || task->cgroups->dfl_cgrp->kn->id == label->cgroup);
}

/* Of all helpers, of which each release of the headers has more, the one that is asked for:
 * the programs do not depend on where they were built. */
enum bpf_func_id___mptcp { BPF_FUNC_skc_to_mptcp_sock___mptcp = 196 };
#define HAS_MPTCP                                                              \
	(bpf_core_enum_value_exists(enum bpf_func_id___mptcp,                  \
				    BPF_FUNC_skc_to_mptcp_sock___mptcp) &&     \
	 bpf_core_type_exists(struct mptcp_sock))

/* A path of an MPTCP connection that is older than the policy has its whole's label. */
static __always_inline struct nb_sock *label_of_sock(struct bpf_sock *sk)
{
	struct nb_sock *label = bpf_sk_storage_get(&nb_socks, sk, 0, 0);
	struct mptcp_sock *whole;

	if (label || !HAS_MPTCP || sk->protocol != IPPROTO_TCP)
		return label;
	whole = bpf_skc_to_mptcp_sock(sk);
	return whole ? bpf_sk_storage_get(&nb_socks, whole, 0, 0) : 0;
}

/*
 * Whatever the socket was connected to, it calls anew. Made here if the loader has not
 * been there yet, so that it finds the socket taken: its mark never outlives a call.
 */
static __always_inline void forget_before(struct bpf_sock *sk)
{
	u32 *before = bpf_sk_storage_get(&nb_before, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	struct mptcp_sock *whole;

	if (before)
		*before = 0;
	if (!HAS_MPTCP)
		return;
	whole = bpf_skc_to_mptcp_sock(sk);
	before = whole ? bpf_sk_storage_get(&nb_before, whole, 0, BPF_SK_STORAGE_GET_F_CREATE)
		       : 0;
	if (before)
		*before = 0;
}

/*
 * Is it the connection that it was before the policy? The mark of an MPTCP connection is
 * on the whole; a path of it that came later has a label of its own.
 */
static __always_inline u32 is_from_before(struct bpf_sock *sk)
{
	struct mptcp_sock *whole;
	u32 *before;

	if (sk->protocol != IPPROTO_TCP || sk->type != SOCK_STREAM || sk->state == TCP_LISTEN ||
	    sk->state == TCP_SYN_SENT || sk->state == TCP_SYN_RECV)
		return 0;
	before = bpf_sk_storage_get(&nb_before, sk, 0, 0);
	if (before)
		return *before;
	if (!HAS_MPTCP || bpf_sk_storage_get(&nb_socks, sk, 0, 0))
		return 0;
	whole = bpf_skc_to_mptcp_sock(sk);
	before = whole ? bpf_sk_storage_get(&nb_before, whole, 0, 0) : 0;
	return before ? *before : 0;
}

/* What the socket says from now on, it says because it called. */
static __always_inline void mark_connected(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	struct nb_sock *label;

	if (!sk)
		return;
	label = label_of_call(sk);
	if (label)
		label->flags |= NB_SOCK_CONNECTED;
	if (P(net_spares))
		forget_before(sk);
}

/*
 * A further path of an MPTCP connection, to an address that the peer announced: a
 * worker of the kernel calls, in the name of nobody. True when the connection's label
 * could be given to it.
 */
static __always_inline u32 is_subflow(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	struct nb_sock *parent, *label;
	struct mptcp_sock *whole;

	if (!HAS_MPTCP)
		return 0;
	if (!sk || !(BPF_CORE_READ(current_task(), flags) & PF_KTHREAD))
		return 0;
	whole = bpf_skc_to_mptcp_sock(sk);
	if (!whole)
		return 0;
	parent = bpf_sk_storage_get(&nb_socks, whole, 0, 0);
	if (!parent)
		return 0;
	label = bpf_sk_storage_get(&nb_socks, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!label)
		return 0;
	*label = *parent;
	label->flags |= NB_SOCK_CONNECTED;
	return 1;
}

#endif
