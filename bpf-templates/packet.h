/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Network rules at packets: what leaves or reaches a socket by whatever way, also one
 * that existed before the policy. Only what no address hook sees is decided here for
 * the first time; for the rest it is the second line.
 */
#ifndef NB_PACKET_H
#define NB_PACKET_H

#include "event.h"
#include "headers.h"
#include "plain.h"

#define OP(name) (1u << NB_OP_##name)

/* What a packet counts as: rules that deny any of `ops` hold, and defaults of scopes on
 * any of `by_default`, fewer, so that who may connect need not be allowed to send. */
struct counts_as {
	u32 ops, by_default;
};

static __always_inline struct bpf_sock *socket_of(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	return sk ? bpf_sk_fullsock(sk) : 0;
}

static __always_inline struct nb_sock *label_of(struct __sk_buff *skb)
{
	struct bpf_sock *sk = socket_of(skb);

	return sk ? label_of_sock(sk) : 0;
}

/* Where all rules are about anyone, nobody is asked who made the socket. */
static __always_inline struct nb_sock *label_asked(struct __sk_buff *skb)
{
	return P(net_subjects) > 1 ? label_of(skb) : 0;
}

/* Of a connection that is older than the policy, where rules ask for that. */
static __always_inline u32 is_older(struct __sk_buff *skb)
{
	struct bpf_sock *sk = P(net_spares) ? socket_of(skb) : 0;

	return sk ? is_from_before(sk) : 0;
}

/* By a call of ours, not by a peer; unless it is known to be the other way. */
static __always_inline u32 called(struct bpf_sock *sk)
{
	struct nb_sock *label = label_of_sock(sk);

	return !label || label->flags & NB_SOCK_CONNECTED;
}

static __always_inline u32 is_stream(struct bpf_sock *sk)
{
	return sk->protocol == IPPROTO_TCP && sk->type == SOCK_STREAM;
}

/* Not a full socket: TCP's answer to a peer that calls, or to one that lingers. */
static __always_inline struct counts_as leaves_as(struct bpf_sock *sk)
{
	struct counts_as as = { 0, 0 };

	if (!sk)
		return as;
	if (is_stream(sk)) {
		as.ops = as.by_default = OP(CONNECT);
		return as;
	}
	as.by_default = sk->state == TCP_ESTABLISHED || sk->protocol == IPPROTO_SCTP ||
					sk->protocol == IPPROTO_DCCP
				? OP(CONNECT)
				: OP(SEND);
	as.ops = as.by_default == OP(SEND) && sk->type != SOCK_RAW ? OP(SEND)
								   : OP(SEND) | OP(CONNECT);
	return as;
}

static __always_inline struct counts_as arrives_as(struct bpf_sock *sk)
{
	struct counts_as as = { 0, 0 };

	if (!sk)
		return as;
	as.ops = as.by_default = is_stream(sk) ? OP(ACCEPT)
				 : sk->protocol == IPPROTO_SCTP || sk->protocol == IPPROTO_DCCP
					 ? OP(ACCEPT) | OP(RECEIVE)
					 : OP(RECEIVE);
	return as;
}

/* ---- rows, with the label instead of the task; global, so that each is verified once */

NB_GLOBAL u64 nb_packet_row(struct __sk_buff *skb, u32 row, u32 ops)
{
	return row_decide(row, ops, ASK_SOCKET, label_asked(skb), is_older(skb));
}

NB_GLOBAL u32 nb_packet_allows(struct __sk_buff *skb, u32 row, u32 scope, u32 ops)
{
	return row_allows(row, scope, ops, ASK_SOCKET, label_asked(skb));
}

/* As nb_default_decide. */
NB_GLOBAL u64 nb_packet_default(struct __sk_buff *skb, u32 row, u32 other, u32 ops)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	struct nb_sock *label = label_asked(skb);
	const struct nb_default *def;
	u64 soft = DECISION(NB_ALLOW, 0);
	u32 left, before = is_older(skb);

	for (u32 i = 0; i < P(defaults); i++) {
		def = default_at(rows, i);
		if (!def)
			return DECISION(NB_DENY, 0);
		left = def->ops & ops;
		if (!left || (before && def->spares) || def->verdict <= DECISION_VERDICT(soft) ||
		    !subject_is(def->subject, ASK_SOCKET, label, 0))
			continue;
		left &= ~nb_packet_allows(skb, row, def->scope, left);
		if (left && other)
			left &= ~nb_packet_allows(skb, other, def->scope, left);
		if (!left)
			continue;
		if (def->verdict == NB_DENY)
			return DECISION(NB_DENY, def->rule);
		soft = DECISION(def->verdict, def->rule);
	}
	return soft;
}

/* ---- the decision ---- */

#define ROW_UNKNOWN (~0u - 1) /* it depends on what cannot be read */

/* Row of an address class where protocol and ports lie from first to last. */
NB_GLOBAL u32 nb_packet_cell(u32 class, u32 first, u32 last)
{
	if (!class || class == ~0u)
		return class;
	/* rules must say the same of the first, the last, and all between */
	if (first != last && cell_number(class, first) != cell_number(class, last))
		return ROW_UNKNOWN;
	return cell_row(class, first);
}

static __always_inline u32 packet_row(u32 class, const struct headers *h)
{
	u32 key = NB_CELL_KEY(h->protocol, h->port);

	if (!class)
		return 0;
	if (h->known == KNOWN_ALL)
		return nb_packet_cell(class, key, key);
	if (h->known == KNOWN_PROTOCOL)
		return nb_packet_cell(class, key, NB_CELL_KEY(h->protocol, 65535));
	return nb_packet_cell(class, 0, NB_CELL_KEY(255, 65535));
}

NB_GLOBAL u32 nb_packet_class4(u32 addr_be)
{
	return class4(addr_be);
}

NB_GLOBAL u32 nb_packet_class6(u64 upper, u64 lower)
{
	u32 addr[4] = { upper, upper >> 32, lower, lower >> 32 };

	return class6(addr);
}

/* Rows of the address and, above it, of the one that it carries, by all that headers can
 * tell; or why nothing can be read that a rule might ask. */
#define UNREADABLE ((u64)ROW_UNKNOWN << 32)
NB_GLOBAL u64 nb_packet_rows(struct __sk_buff *skb, u32 leaves)
{
	u32 class, inner = 0, row, other;
	struct headers h;

	headers_read(skb, &h, leaves & 1);
	if (h.reason)
		return UNREADABLE | h.reason;
	if (h.family == 4) {
		class = nb_packet_class4(h.addr[0]);
	} else {
		class = nb_packet_class6((u64)h.addr[1] << 32 | h.addr[0],
					 (u64)h.addr[3] << 32 | h.addr[2]);
		if (h.addr[0] == PREFIX_NAT64 && !h.addr[1] && !h.addr[2])
			inner = nb_packet_class4(h.addr[3]);
		else if ((h.addr[0] & MASK_6TO4) == PREFIX_6TO4) /* little-endian */
			inner = nb_packet_class4(h.addr[1] << 16 | h.addr[0] >> 16);
	}
	row = packet_row(class, &h);
	other = packet_row(inner, &h);
	if (row == ~0u || other == ~0u)
		return UNREADABLE | NB_REASON_IMAGE;
	if (row == ROW_UNKNOWN || other == ROW_UNKNOWN)
		return UNREADABLE | NB_REASON_PORTS;
	return row | (u64)other << 32;
}

/* Row of a plain packet's class, which may be that of the upper half of the address. */
static __always_inline u64 plain_row(struct __sk_buff *skb, u32 leaves, u32 class)
{
	const u8 *ip = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	u32 key, row;

	if (!class)
		return 0;
	if (skb->protocol == ETH_P_IP_BE) {
		if (ip + 24 > end)
			return UNREADABLE | NB_REASON_HEADER;
		key = plain_key(ip[9], ip + 20);
	} else {
		if (ip + 44 > end)
			return UNREADABLE | NB_REASON_HEADER;
		key = plain_key(ip[6], ip + 40);
		if (has_list(class))
			class = list_class(class, long_at(ip + (leaves ? 32 : 16)));
	}
	row = nb_packet_cell(class, key, key);
	return row == ~0u ? UNREADABLE | NB_REASON_IMAGE : row;
}

static __always_inline u64 packet_decide(struct __sk_buff *skb, u64 rows, struct counts_as as)
{
	u64 decision = DECISION(NB_ALLOW, 0), more;
	u32 row = rows, other = rows >> 32;

	if (other == ROW_UNKNOWN)
		return DECISION(P(net_enforce) ? NB_DENY : NB_WOULD_DENY, 0);
	if (row)
		decision = nb_packet_row(skb, row, as.ops);
	if (other && DECISION_VERDICT(decision) != NB_DENY) {
		more = nb_packet_row(skb, other, as.ops);
		if (DECISION_VERDICT(more) > DECISION_VERDICT(decision))
			decision = more;
	}
	if (!(P(net_defaults) & as.by_default) || DECISION_VERDICT(decision) == NB_DENY)
		return decision;
	more = nb_packet_default(skb, row, other, as.by_default);
	return DECISION_VERDICT(more) > DECISION_VERDICT(decision) ? more : decision;
}

/* Retransmissions say the same again and again: an event a second is told of a socket,
 * the others are counted only. */
#define QUIET_NS 1000000000ull

static __always_inline void packet_event(struct __sk_buff *skb, u64 decision, u64 rows,
					 u32 leaves, u32 op, u32 hook)
{
	struct nb_sock *label = label_of(skb);
	struct nb_event *event;
	struct headers h;
	u64 now = bpf_ktime_get_boot_ns();

	count(DECISION_VERDICT(decision) == NB_DENY ? NB_COUNT_DENIED : NB_COUNT_AUDITED);
	if (label) {
		if (now - label->told_ns < QUIET_NS)
			return;
		label->told_ns = now;
	}
	headers_read(skb, &h, leaves);
	event = bpf_ringbuf_reserve(&nb_events, sizeof(*event), 0);
	if (!event) {
		count(NB_COUNT_LOST);
		return;
	}
	event->time_ns = now;
	event->cgroup = bpf_skb_cgroup_id(skb);
	event->rule = DECISION_RULE(decision);
	event->pid = event->tid = label ? label->pid : 0;
	event->uid = label ? label->uid : ~0u;
	event->op = op;
	event->hook = hook;
	event->verdict = DECISION_VERDICT(decision);
	event->reason = rows >> 32 == ROW_UNKNOWN ? (u32)rows : 0;
	if (label)
		__builtin_memcpy(event->comm, label->comm, sizeof(event->comm));
	else
		__builtin_memset(event->comm, 0, sizeof(event->comm));
	__builtin_memcpy(event->addr, h.addr, sizeof(event->addr));
	event->port = h.port;
	event->family = h.family;
	event->protocol = h.protocol;
	event->object_dev = event->exe_dev = 0;
	event->object_len = event->exe_len = 0;
	bpf_ringbuf_submit(event, 0);
}

/* Masked where it is returned: the compiler may keep the answer on the stack meanwhile,
 * and the verifier knows no bounds of what comes back from there. */
static __always_inline int bit(u32 pass)
{
	barrier_value(pass);
	return pass & 1;
}

static __always_inline int passes(u64 decision)
{
	return DECISION_VERDICT(decision) != NB_DENY;
}

static __noinline int egress_rest(struct __sk_buff *skb, u32 class)
{
	struct bpf_sock *sk = socket_of(skb);
	struct counts_as as = leaves_as(sk);
	u64 decision, rows;

	as.ops &= P(net_denied);
	if (!sk || !as.ops)
		return 1;
	if (P(net_spares) == 2 && is_plain(skb) && is_from_before(sk))
		return 1;
	if (P(label_dims) && is_free(label_of_sock(sk)))
		return 1;
	rows = class == NOT_PLAIN ? nb_packet_rows(skb, 1) : plain_row(skb, 1, class);
	decision = packet_decide(skb, rows, as);
	/* what is only logged, the call has logged */
	if (DECISION_VERDICT(decision) < NB_WOULD_DENY || (is_stream(sk) && !called(sk)))
		return 1;
	packet_event(skb, decision, rows, 1, as.by_default & OP(CONNECT) ? NB_OP_CONNECT : NB_OP_SEND,
		     NB_HOOK_EGRESS);
	return passes(decision);
}

SEC("cgroup_skb/egress")
int nb_egress(struct __sk_buff *skb)
{
	u32 any = P(net_defaults) & (OP(CONNECT) | OP(SEND)), class = plain_class(skb, 1, any);

	return class == NOBODYS(any) ? 1 : bit(egress_rest(skb, class));
}

static __noinline int ingress_rest(struct __sk_buff *skb, u32 class)
{
	struct bpf_sock *sk = socket_of(skb);
	struct counts_as as = arrives_as(sk);
	u64 decision, rows;

	as.ops &= P(net_ops);
	as.by_default &= P(net_ops);
	if (!sk || !as.ops)
		return 1;
	if (P(net_spares) == 2 && is_plain(skb) && is_from_before(sk))
		return 1;
	if (P(label_dims) && is_free(label_of_sock(sk)))
		return 1;
	rows = class == NOT_PLAIN ? nb_packet_rows(skb, 0) : plain_row(skb, 0, class);
	decision = packet_decide(skb, rows, as);
	if (DECISION_VERDICT(decision) == NB_ALLOW)
		return 1;
	if (is_stream(sk) && sk->state != TCP_LISTEN) {
		struct nb_sock *label = label_of_sock(sk);

		if (label && label->flags & NB_SOCK_CONNECTED)
			return 1;
	}
	packet_event(skb, decision, rows, 0, as.ops & OP(ACCEPT) ? NB_OP_ACCEPT : NB_OP_RECEIVE,
		     NB_HOOK_INGRESS);
	return passes(decision);
}

SEC("cgroup_skb/ingress")
int nb_ingress(struct __sk_buff *skb)
{
	u32 any = P(net_defaults) & (OP(ACCEPT) | OP(RECEIVE)), class = plain_class(skb, 0, any);

	return class == NOBODYS(any) ? 1 : bit(ingress_rest(skb, class));
}

#undef OP
#endif
