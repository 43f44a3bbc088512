/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Network rules at cgroup address hooks. */
#ifndef NB_NET_H
#define NB_NET_H

#include "packet.h"

/* Reported is a copy, so that the peer itself can live in registers. */
static __always_inline int net_verdict(u64 decision, u32 family, u32 hook,
				       const struct peer *peer)
{
	struct peer reported;

	if (DECISION_VERDICT(decision) == NB_ALLOW)
		return 1;
	reported = *peer;
	event_net(decision, family, hook, &reported);
	return DECISION_VERDICT(decision) != NB_DENY;
}

/* ---- what no fast way settles; functions, so that the fast ways keep few registers ---- */

static __always_inline u32 key_of(struct bpf_sock_addr *ctx)
{
	return NB_CELL_KEY(ctx->protocol, bpf_ntohs(ctx->user_port));
}

/* class: of an address that is not 0.0.0.0, where that had to be found out. */
static __noinline int decide4(struct bpf_sock_addr *ctx, u32 class, u32 op, u32 hook)
{
	struct peer peer = { .key = key_of(ctx), .op = op };
	struct bpf_sock *sk;
	u32 source = 0;

	peer.addr[0] = ctx->user_ip4;
	if (peer.addr[0] && !P(hull4_whole))
		return net_verdict(peer_decide(&peer, class_row(class, &peer), 0), 4, hook, &peer);
	if (!peer.addr[0]) {
		sk = ctx->sk;
		source = sk ? sk->src_ip4 : 0;
	}
	return net_verdict(peer_decide4(&peer, source), 4, hook, &peer);
}

static __noinline int decide6(struct bpf_sock_addr *ctx, u32 op, u32 hook)
{
	struct bpf_sock *sk;
	struct peer peer;
	u32 mapped = 0, source = 0;

	peer.addr[0] = ctx->user_ip6[0];
	peer.addr[1] = ctx->user_ip6[1];
	peer.addr[2] = ctx->user_ip6[2];
	peer.addr[3] = ctx->user_ip6[3];
	peer.key = key_of(ctx);
	peer.op = op;
	if (op == NB_OP_BIND) /* the same in functions that are verified once */
		return net_verdict(local_decide(&peer), 6, hook, &peer);
	if (!peer.addr[3]) { /* ::, or ::ffff:0.0.0.0 */
		sk = ctx->sk;
		source = sk ? sk->src_ip4 : 0;
		mapped = sk && !sk->src_ip6[0] && !sk->src_ip6[1] &&
			 sk->src_ip6[2] == PREFIX_MAPPED;
	}
	return net_verdict(peer_decide6(&peer, mapped, source), 6, hook, &peer);
}

/* An address that is what it looks like, with the class of its upper half. */
static __noinline int decide6_plain(struct bpf_sock_addr *ctx, u32 class, u32 op, u32 hook)
{
	struct peer peer = { .key = key_of(ctx), .op = op };

	peer.addr[0] = ctx->user_ip6[0];
	peer.addr[1] = ctx->user_ip6[1];
	peer.addr[2] = ctx->user_ip6[2];
	peer.addr[3] = ctx->user_ip6[3];
	if (has_list(class))
		class = list_class(class, peer.addr[2] | (u64)peer.addr[3] << 32);
	return net_verdict(peer_decide(&peer, class_row(class, &peer), 0), 6, hook, &peer);
}

/* ---- the fast ways: nobody names the address, or no rule binds the caller ---- */

static __always_inline int ask4(struct bpf_sock_addr *ctx, u32 op, u32 hook)
{
	u32 addr = ctx->user_ip4, class = 0;

	/* 0.0.0.0 is another address, a default is about all */
	if (addr && !(P(net_defaults) & 1u << op)) {
		if (!is_named4(addr) || !is_named_key(key_of(ctx)))
			return 1;
		class = P(hull4_whole) ? 1 : class4(addr);
		if (!class)
			return 1;
	} else if (addr && !P(hull4_whole)) {
		class = class4(addr);
	}
	return is_unbound(ctx->sk) || decide4(ctx, class, op, hook);
}

static __always_inline int ask6(struct bpf_sock_addr *ctx, u32 op, u32 hook)
{
	u32 first = ctx->user_ip6[0], class, any = P(net_defaults) & 1u << op;
	u32 upper = __builtin_bswap32(first);

	/* ::, ::1 and IPv4 in IPv6 are not what they look like, see decide_peer.h */
	if (!upper || carries(upper))
		return is_unbound(ctx->sk) || decide6(ctx, op, hook);
	if (!any && (!is_named6(upper) || !is_named_key(key_of(ctx))))
		return 1;
	class = upper_class(__builtin_bswap64(first | (u64)ctx->user_ip6[1] << 32));
	if (!class && !any)
		return 1;
	return is_unbound(ctx->sk) || decide6_plain(ctx, class, op, hook);
}

/* A stream: 1 if it is judged at its packets. */
static __noinline int calls_stream(struct bpf_sock_addr *ctx)
{
	if (is_subflow(ctx))
		return 1;
	mark_connected(ctx);
	return 0;
}

#define ADDRESS_HOOK(section, name, family, op, hook)                          \
	SEC("cgroup/" section)                                                 \
	int name(struct bpf_sock_addr *ctx)                                    \
	{                                                                      \
		if (NB_OP_##op == NB_OP_CONNECT && P(net_labels) &&            \
		    ctx->type == SOCK_STREAM && calls_stream(ctx))             \
			return 1;                                              \
		if (!(P(net_ops) & 1u << NB_OP_##op))                          \
			return 1; /* it is here for the labels only */         \
		return bit(ask##family(ctx, NB_OP_##op, NB_HOOK_##hook));      \
	}

ADDRESS_HOOK("connect4", nb_connect4, 4, CONNECT, CONNECT4)
ADDRESS_HOOK("connect6", nb_connect6, 6, CONNECT, CONNECT6)
ADDRESS_HOOK("sendmsg4", nb_sendmsg4, 4, SEND, SENDMSG4)
ADDRESS_HOOK("sendmsg6", nb_sendmsg6, 6, SEND, SENDMSG6)
ADDRESS_HOOK("bind4", nb_bind4, 4, BIND, BIND4)
ADDRESS_HOOK("bind6", nb_bind6, 6, BIND, BIND6)

#endif
