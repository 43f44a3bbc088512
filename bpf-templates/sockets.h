/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Sockets as such: making them, listening, and binding those that no address hook of a
 * cgroup sees. Sockets of IPv4 and IPv6 are made under the eyes of their cgroup, which
 * needs no LSM; all else here is the BPF LSM's, which is asked for every task there is,
 * so that these programs ask themselves whether the policy was installed for it.
 */
#ifndef NB_SOCKETS_H
#define NB_SOCKETS_H

#include "net.h"

#define AF_INET 2
#define AF_INET6 10
#define AF_SMC 43
#define SOCK_PACKET 10
#define TCP_CLOSE 7
#define IPPROTO_SMC 256
#define IPPROTO_MPTCP 262
#define SCTP_BINDX_ADD 100

/* ---- whose ---- */

/* Is the cgroup the one with that id, or below it? Too deep to be told: yes. */
NB_GLOBAL u32 nb_cgroup_inside(u64 node, u64 id)
{
	for (u32 i = 0; i < NB_CGROUP_DEPTH; i++) {
		if (!node)
			return 0;
		if (BPF_CORE_READ((struct kernfs_node *)node, id) == id)
			return 1;
		node = nb_kernfs_up(node);
	}
	return 1;
}

static __always_inline u64 policy_cgroup(void)
{
	u32 zero = 0;
	const struct nb_control *control = bpf_map_lookup_elem(&nb_control, &zero);

	return control ? control->cgroup : 0;
}

static __always_inline u32 task_is_inside(void)
{
	u64 id = policy_cgroup();

	return !id ||
	       nb_cgroup_inside((u64)BPF_CORE_READ(current_task(), cgroups, dfl_cgrp, kn), id);
}

/* By the socket's own cgroup, as the hooks of cgroups go; without one it is the root's. */
static __always_inline u32 sock_is_inside(struct sock *sk)
{
	u64 id = policy_cgroup(), at;

	if (!id)
		return 1;
	if (bpf_core_field_exists(((struct sock___val *)0)->sk_cgrp_data.val)) {
		at = BPF_CORE_READ((struct sock___val *)sk, sk_cgrp_data.val);
		at = at & 1 ? 0 : at & ~3ull;
	} else {
		at = (u64)BPF_CORE_READ(sk, sk_cgrp_data.cgroup);
	}
	return at && nb_cgroup_inside((u64)BPF_CORE_READ((struct cgroup *)at, kn), id);
}

/* ---- making one ---- */

static __always_inline u32 may_make(u32 family, u32 type, u32 hook)
{
	u64 decision = socket_decide(family, type);
	struct peer kind = { .key = NB_CELL_KEY(type, family), .op = NB_OP_SOCKET };

	return net_verdict(decision, 0, hook, &kind);
}

SEC("cgroup/sock_create")
int nb_sock_create(struct bpf_sock *sk)
{
	u32 may = 1;

	if (P(sockets_inet))
		may = may_make(sk->family, sk->type, NB_HOOK_SOCKET);
	/* without subjects only streams are asked who called whom; raw ones say it to logs */
	if (may && P(net_labels) && (P(net_subjects) > 1 || sk->type != SOCK_DGRAM))
		label_of_call(sk);
	barrier_value(may);
	return may & 1;
}

/* The oldest way to a packet socket has a type of its own, and is a raw one. */
SEC("lsm/socket_create")
int BPF_PROG(nb_make, int family, int type, int protocol, int kern)
{
	u32 kind = type == SOCK_PACKET ? SOCK_RAW : type;

	if (kern || family == AF_INET || family == AF_INET6 || !task_is_inside())
		return 0;
	return may_make(family, kind & 255, NB_HOOK_MAKE) ? 0 : -EPERM;
}

/* ---- local addresses ---- */

/* As rules call it: what carries TCP is TCP. */
static __always_inline u32 rule_protocol(u32 protocol)
{
	return protocol == IPPROTO_MPTCP || protocol == IPPROTO_SMC ? IPPROTO_TCP
								    : protocol & 255;
}

/* Every address in the form of IPv6, and told in its own: one decision for both. */
static __always_inline void set_inet(struct peer *peer, u32 addr_be)
{
	peer->addr[0] = peer->addr[1] = 0;
	peer->addr[2] = PREFIX_MAPPED;
	peer->addr[3] = addr_be;
}

static __always_inline int local_verdict(struct peer *peer, u32 hook)
{
	u64 decision = peer_decide6(peer, 0, 0);
	u32 family = 6;

	if (!peer->addr[0] && !peer->addr[1] && peer->addr[2] == PREFIX_MAPPED) {
		family = 4;
		peer->addr[0] = peer->addr[3];
		peer->addr[2] = peer->addr[3] = 0;
	}
	/* the key of a port that is not settled is none that people know */
	peer->key &= 0xffffff;
	return net_verdict(decision, family, hook, peer) ? 0 : -EPERM;
}

/*
 * Whether the port stays is only known of a socket at rest: one that is connected could
 * be let go and bound elsewhere before the kernel comes to listen, and has then any.
 * SCTP's has a list of addresses, which is not looked at: they are all of them.
 */
SEC("lsm/socket_listen")
int BPF_PROG(nb_listen, struct socket *socket)
{
	struct sock *sk = BPF_CORE_READ(socket, sk);
	u32 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	u32 type = BPF_CORE_READ(sk, sk_type);
	u32 state = BPF_CORE_READ(sk, __sk_common.skc_state);
	u32 protocol = rule_protocol(BPF_CORE_READ(sk, sk_protocol));
	u32 port = BPF_CORE_READ(sk, __sk_common.skc_num);
	struct peer peer = { .op = NB_OP_LISTEN };

	if ((family != AF_INET && family != AF_INET6 && family != AF_SMC) ||
	    type == SOCK_DGRAM || type == SOCK_RAW || !sock_is_inside(sk))
		return 0;
	if (family == AF_SMC)
		protocol = IPPROTO_TCP;
	if (family == AF_SMC || (state != TCP_CLOSE && state != TCP_LISTEN)) {
		port = 0;
	} else if (family == AF_INET) {
		set_inet(&peer, protocol == IPPROTO_SCTP
					? 0
					: BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr));
	} else if (protocol != IPPROTO_SCTP) {
		BPF_CORE_READ_INTO(&peer.addr, sk, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32);
	}
	peer.key = local_key(NB_OP_LISTEN, protocol, port);
	return local_verdict(&peer, NB_HOOK_LISTEN);
}

/* What binds by itself, before the hook of the cgroup would be asked. */
static __always_inline u32 binds_unseen(u32 type, u32 protocol)
{
	return type == SOCK_RAW ||
	       (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP &&
		protocol != IPPROTO_UDPLITE && protocol != IPPROTO_DCCP);
}

/* An address as bind takes it, IPv4 or IPv6: family, port, IPv4; or with eight bytes
 * before the address, IPv6. */
struct inet_name {
	u16 family;
	u16 port_be;
	u32 inet;
	u32 inet6[4];
};

static __always_inline void name_read(struct inet_name *name, u64 at, u32 family, struct peer *peer)
{
	__builtin_memset(name, 0, sizeof(*name));
	bpf_probe_read_kernel(name, sizeof(*name), (void *)at);
	/* a socket of IPv4 takes the bytes as its own, whatever they say they are */
	if (family == AF_INET || name->family != AF_INET6) {
		set_inet(peer, name->inet);
		return;
	}
	__builtin_memcpy(peer->addr, name->inet6, sizeof(name->inet6));
}

SEC("lsm/socket_bind")
int BPF_PROG(nb_bind_rest, struct socket *socket, void *address)
{
	struct sock *sk = BPF_CORE_READ(socket, sk);
	u32 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	u32 type = BPF_CORE_READ(sk, sk_type);
	u32 protocol = rule_protocol(BPF_CORE_READ(sk, sk_protocol));
	struct peer peer = { .op = NB_OP_BIND };
	struct inet_name name;

	if ((family != AF_INET && family != AF_INET6) || !binds_unseen(type, protocol) ||
	    !sock_is_inside(sk))
		return 0;
	name_read(&name, (u64)address, family, &peer);
	/* of ports only SCTP's mean one here */
	peer.key = NB_CELL_KEY(protocol, protocol == IPPROTO_SCTP ? bpf_ntohs(name.port_be) : 0);
	return local_verdict(&peer, NB_HOOK_BIND_REST);
}

/* A list of addresses, packed; of more than one every address is assumed. All have one
 * port, that of the socket if they name none. */
SEC("lsm/sctp_bind_connect")
int BPF_PROG(nb_bindx, struct sock *sk, int option, void *addresses, int len)
{
	u32 family = BPF_CORE_READ(sk, __sk_common.skc_family), port;
	struct peer peer = { .op = NB_OP_BIND };
	struct inet_name name;

	if (option != SCTP_BINDX_ADD || !sock_is_inside(sk))
		return 0;
	name_read(&name, (u64)addresses, family, &peer);
	if (len != (name.family == AF_INET6 ? 28 : 16))
		__builtin_memset(peer.addr, 0, sizeof(peer.addr));
	port = bpf_ntohs(name.port_be);
	if (!port)
		port = BPF_CORE_READ(sk, __sk_common.skc_num);
	peer.key = NB_CELL_KEY(IPPROTO_SCTP, port);
	return local_verdict(&peer, NB_HOOK_BINDX);
}

#endif
