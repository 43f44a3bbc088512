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

static __always_inline int decide4(struct bpf_sock_addr *ctx, u32 op, u32 hook)
{
	struct bpf_sock *sk;
	struct peer peer;
	u32 source = 0;

	peer.addr[0] = ctx->user_ip4;
	peer.addr[1] = peer.addr[2] = peer.addr[3] = 0;
	peer.key = NB_CELL_KEY(ctx->protocol, bpf_ntohs(ctx->user_port));
	peer.op = op;
	if (!peer.addr[0]) {
		sk = ctx->sk;
		source = sk ? sk->src_ip4 : 0;
	}
	return net_verdict(peer_decide4(&peer, source), 4, hook, &peer);
}

static __always_inline int decide6(struct bpf_sock_addr *ctx, u32 op, u32 hook)
{
	struct bpf_sock *sk;
	struct peer peer;
	u32 mapped = 0, source = 0;

	peer.addr[0] = ctx->user_ip6[0];
	peer.addr[1] = ctx->user_ip6[1];
	peer.addr[2] = ctx->user_ip6[2];
	peer.addr[3] = ctx->user_ip6[3];
	peer.key = NB_CELL_KEY(ctx->protocol, bpf_ntohs(ctx->user_port));
	peer.op = op;
	if (!peer.addr[3]) { /* ::, or ::ffff:0.0.0.0 */
		sk = ctx->sk;
		source = sk ? sk->src_ip4 : 0;
		mapped = sk && !sk->src_ip6[0] && !sk->src_ip6[1] &&
			 sk->src_ip6[2] == PREFIX_MAPPED;
	}
	return net_verdict(peer_decide6(&peer, mapped, source), 6, hook, &peer);
}

#define ADDRESS_HOOK(section, name, family, op, hook)                          \
	SEC("cgroup/" section)                                                 \
	int name(struct bpf_sock_addr *ctx)                                    \
	{                                                                      \
		if (NB_OP_##op == NB_OP_CONNECT && P(net_labels)) {            \
			if (is_subflow(ctx))                                   \
				return 1; /* judged at its packets */          \
			mark_connected(ctx);                                   \
		}                                                              \
		return decide##family(ctx, NB_OP_##op, NB_HOOK_##hook);        \
	}

ADDRESS_HOOK("connect4", nb_connect4, 4, CONNECT, CONNECT4)
ADDRESS_HOOK("connect6", nb_connect6, 6, CONNECT, CONNECT6)
ADDRESS_HOOK("sendmsg4", nb_sendmsg4, 4, SEND, SENDMSG4)
ADDRESS_HOOK("sendmsg6", nb_sendmsg6, 6, SEND, SENDMSG6)
ADDRESS_HOOK("bind4", nb_bind4, 4, BIND, BIND4)
ADDRESS_HOOK("bind6", nb_bind6, 6, BIND, BIND6)

#endif
