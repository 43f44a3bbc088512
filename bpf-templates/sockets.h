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
#include "walk.h"

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

NB_GLOBAL u32 nb_task_inside(void)
{
	u64 id = policy_cgroup();

	return !id ||
	       nb_cgroup_inside((u64)BPF_CORE_READ(current_task(), cgroups, dfl_cgrp, kn), id);
}

/* By the socket's own cgroup, as the hooks of cgroups go; without one it is the root's. */
NB_GLOBAL u32 nb_sock_inside(u64 sock)
{
	struct sock *sk = (void *)sock;
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

	if (kern || family == AF_INET || family == AF_INET6 || !nb_task_inside())
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

/* What follows is asked in functions of numbers: each is verified once, and what comes
 * of it is one number to the verifier, not one for every way that led there. */
#define NOT_JUDGED (~0u)
#define MAPPED_HALF(inet_be) ((u64)(inet_be) << 32 | PREFIX_MAPPED)

/* Every address is decided in the form of IPv6, and told in its own. */
static __always_inline int local_verdict(u32 op, u32 key, u64 upper, u64 lower, u32 hook)
{
	struct peer peer = { { upper, upper >> 32, lower, lower >> 32 }, key, op };
	u64 decision = local_decide(&peer);
	u32 family = 6;

	if (DECISION_VERDICT(decision) == NB_ALLOW)
		return 0;
	if (!upper && peer.addr[2] == PREFIX_MAPPED) {
		family = 4;
		peer.addr[0] = peer.addr[3];
		peer.addr[2] = peer.addr[3] = 0;
	}
	/* the key of a port that is not settled is none that people know */
	peer.key &= NB_CELL_KEY(255, 65535);
	event_net(decision, family, hook, &peer);
	return DECISION_VERDICT(decision) == NB_DENY ? -EPERM : 0;
}

/* ---- listening ---- */

/* One that is connected could be let go and bound elsewhere before the kernel comes to
 * listen: nothing of it is settled then. Nor is what is inside of a socket of SMC. */
static __always_inline u32 is_settled(struct sock *sk)
{
	u32 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	u32 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	return family != AF_SMC && (state == TCP_CLOSE || state == TCP_LISTEN);
}

NB_GLOBAL u32 nb_listen_key(u64 sock)
{
	struct sock *sk = (void *)sock;
	u32 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	u32 type = BPF_CORE_READ(sk, sk_type);
	u32 protocol = rule_protocol(BPF_CORE_READ(sk, sk_protocol));

	if ((family != AF_INET && family != AF_INET6 && family != AF_SMC) ||
	    type == SOCK_DGRAM || type == SOCK_RAW)
		return NOT_JUDGED;
	return local_key(NB_OP_LISTEN, family == AF_SMC ? IPPROTO_TCP : protocol,
			 is_settled(sk) ? BPF_CORE_READ(sk, __sk_common.skc_num) : 0);
}

/* Half of the address that it is bound to. SCTP's has a list of them, which is not looked
 * at: they count as all. */
NB_GLOBAL u64 nb_listen_half(u64 sock, u32 lower)
{
	struct sock *sk = (void *)sock;
	u32 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	u32 all = BPF_CORE_READ(sk, sk_protocol) == IPPROTO_SCTP;
	u64 halves[2];

	if (!is_settled(sk))
		return 0;
	if (family == AF_INET)
		return lower ? MAPPED_HALF(all ? 0 : BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr))
			     : 0;
	if (all)
		return 0;
	BPF_CORE_READ_INTO(&halves, sk, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32);
	return lower ? halves[1] : halves[0];
}

SEC("lsm/socket_listen")
int BPF_PROG(nb_listen, struct socket *socket)
{
	u64 sock = (u64)BPF_CORE_READ(socket, sk);
	u32 key = nb_listen_key(sock);

	if (key == NOT_JUDGED || !nb_sock_inside(sock))
		return 0;
	return local_verdict(NB_OP_LISTEN, key, nb_listen_half(sock, 0), nb_listen_half(sock, 1),
			     NB_HOOK_LISTEN);
}

/* ---- binding ---- */

/* An address as bind takes it: family, port, IPv4 or what IPv6 calls flow, IPv6. */
struct inet_name {
	u16 family;
	u16 port_be;
	u32 inet;
	u64 inet6[2];
};

/* Half of the address; a socket of IPv4 takes the bytes as its own, whatever they say
 * that they are. */
NB_GLOBAL u64 nb_bind_half(u64 sock, u64 address, u32 lower)
{
	struct inet_name name = {};

	bpf_probe_read_kernel(&name, sizeof(name), (void *)address);
	if (BPF_CORE_READ((struct sock *)sock, __sk_common.skc_family) != AF_INET6 ||
	    name.family != AF_INET6)
		return lower ? MAPPED_HALF(name.inet) : 0;
	return lower ? name.inet6[1] : name.inet6[0];
}

/* Of those that bind by themselves, before the hook of the cgroup would be asked. The
 * ports of others than SCTP mean none here. */
NB_GLOBAL u32 nb_bind_key(u64 sock, u64 address)
{
	struct sock *sk = (void *)sock;
	u32 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	u32 type = BPF_CORE_READ(sk, sk_type);
	u32 protocol = rule_protocol(BPF_CORE_READ(sk, sk_protocol));
	struct inet_name name = {};

	if ((family != AF_INET && family != AF_INET6) ||
	    (type != SOCK_RAW && (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
				  protocol == IPPROTO_UDPLITE || protocol == IPPROTO_DCCP)))
		return NOT_JUDGED;
	if (type == SOCK_RAW || protocol != IPPROTO_SCTP)
		return NB_CELL_KEY(protocol, 0);
	bpf_probe_read_kernel(&name, 4, (void *)address);
	return NB_CELL_KEY(protocol, bpf_ntohs(name.port_be));
}

SEC("lsm/socket_bind")
int BPF_PROG(nb_bind_rest, struct socket *socket, void *address)
{
	u64 sock = (u64)BPF_CORE_READ(socket, sk), at = address_of(address);
	u32 key = nb_bind_key(sock, at);

	if (key == NOT_JUDGED || !nb_sock_inside(sock))
		return 0;
	return local_verdict(NB_OP_BIND, key, nb_bind_half(sock, at, 0), nb_bind_half(sock, at, 1),
			     NB_HOOK_BIND_REST);
}

/* A list of addresses, packed; of more than one every address is assumed. All have one
 * port, that of the socket if they name none. */
NB_GLOBAL u64 nb_bindx_half(u64 sock, u64 addresses, u32 len, u32 lower)
{
	u16 family = 0;

	bpf_probe_read_kernel(&family, sizeof(family), (void *)addresses);
	return len == (family == AF_INET6 ? 28 : 16) ? nb_bind_half(sock, addresses, lower) : 0;
}

NB_GLOBAL u32 nb_bindx_key(u64 sock, u64 addresses)
{
	struct inet_name name = {};
	u32 port;

	bpf_probe_read_kernel(&name, 4, (void *)addresses);
	port = bpf_ntohs(name.port_be);
	if (!port)
		port = BPF_CORE_READ((struct sock *)sock, __sk_common.skc_num);
	return NB_CELL_KEY(IPPROTO_SCTP, port);
}

SEC("lsm/sctp_bind_connect")
int BPF_PROG(nb_bindx, struct sock *sk, int option, void *addresses, int len)
{
	u64 sock = address_of(sk), at = address_of(addresses);

	if (option != SCTP_BINDX_ADD || !nb_sock_inside(sock))
		return 0;
	return local_verdict(NB_OP_BIND, nb_bindx_key(sock, at), nb_bindx_half(sock, at, len, 0),
			     nb_bindx_half(sock, at, len, 1), NB_HOOK_BINDX);
}

#endif
