/* SPDX-License-Identifier: BSD-2-Clause */
/* Making sockets, and listening. LISTEN4 and LISTEN6 may not be listened at, nor port
 * SHUT, nor any that the kernel picks: net.run leaves it no other. UNMADE_UID may make no
 * socket of IPv4 or IPv6, nobody one of some other kinds. */
#define _GNU_SOURCE
#include <sched.h>
#include "net.h"

#define SHUT 7200
#define FREE 7210

static int bound(int s, const char *address, int port)
{
	own(s, address, port);
	return s;
}

static int tcp(void) { return sock(AF_INET, SOCK_STREAM, 0); }
static int tcp6(void) { return sock(AF_INET6, SOCK_STREAM, 0); }
static void wait_for_peers(int s) { step(listen(s, 1)); }

void try_listen_tcp4(void) { wait_for_peers(bound(tcp(), LISTEN4, FREE)); }
void try_listen_tcp6(void) { wait_for_peers(bound(tcp6(), LISTEN6, FREE)); }
void try_listen_mapped(void) { wait_for_peers(bound(tcp6(), "::ffff:" LISTEN4, FREE)); }
void try_listen_port(void) { wait_for_peers(bound(tcp(), OPEN4, SHUT)); }
void try_listen_port6(void) { wait_for_peers(bound(tcp6(), OPEN6, SHUT)); }
void try_listen_zero(void) { wait_for_peers(bound(tcp(), OPEN4, 0)); }
void try_free_listen(void) { wait_for_peers(bound(tcp(), OPEN4, FREE + 1)); }

void try_listen_mptcp(void)
{
	wait_for_peers(bound(sock(AF_INET, SOCK_STREAM, IPPROTO_MPTCP), LISTEN4, FREE));
}

void try_listen_sctp(void)
{
	wait_for_peers(bound(sock(AF_INET, SOCK_STREAM, IPPROTO_SCTP), LISTEN4, FREE));
}

void try_listen_sctp_many(void)
{
	wait_for_peers(bound(sock(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP), OPEN4, SHUT));
}

void try_listen_dccp(void)
{
	wait_for_peers(bound(sock(AF_INET, SOCK_DCCP, IPPROTO_DCCP), LISTEN4, FREE));
}

void try_listen_freebind(void)
{
	int s = tcp();

	set(s, IPPROTO_IP, IP_FREEBIND, 1);
	wait_for_peers(bound(s, LISTEN4, FREE));
}

void try_listen_reuseport(void)
{
	int s = tcp(), other = tcp();

	set(s, SOL_SOCKET, SO_REUSEPORT, 1);
	set(other, SOL_SOCKET, SO_REUSEPORT, 1);
	own(s, OPEN4, SHUT);
	wait_for_peers(bound(other, OPEN4, SHUT));
}

/* Bound to an address and no port, which comes with the call. */
void try_listen_port_later(void)
{
	int s = tcp();

	set(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
	wait_for_peers(bound(s, OPEN4, 0));
}

/* Let go, its port is given back. */
void try_listen_disconnected(void)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int s = tcp();

	dial(s, OPEN4, LISTENING);
	step(connect(s, &none, sizeof none));
	wait_for_peers(s);
}

void try_listen_made_before(void)
{
	int s = bound(tcp(), LISTEN4, FREE + 6);

	await_policy();
	wait_for_peers(s);
}

void try_listen_any(void)
{
	int s = bound(tcp(), "0.0.0.0", FREE + 2);

	await_policy();
	wait_for_peers(s);
}

void try_listen_any6(void)
{
	int s = bound(tcp6(), "::", FREE + 3);

	await_policy();
	wait_for_peers(s);
}

void try_listen_twice(void)
{
	int s = bound(tcp(), LISTEN4, FREE + 4);

	wait_for_peers(s);
	await_policy();
	wait_for_peers(s);
}

void try_listen_other_netns(void)
{
	int s;

	step(unshare(CLONE_NEWNET));
	s = tcp();
	set(s, IPPROTO_IP, IP_FREEBIND, 1);
	wait_for_peers(bound(s, OPEN4, SHUT));
}

/* ---- making ---- */

static void make(int family, int type, int protocol)
{
	sock(family, type, protocol);
}

static void unmade(int family, int type, int protocol)
{
	step(setresuid(UNMADE_UID, UNMADE_UID, UNMADE_UID));
	make(family, type, protocol);
}

void try_socket_tcp(void) { unmade(AF_INET, SOCK_STREAM, 0); }
void try_socket_udp6(void) { unmade(AF_INET6, SOCK_DGRAM, 0); }
void try_socket_mptcp(void) { unmade(AF_INET, SOCK_STREAM, IPPROTO_MPTCP); }
void try_socket_sctp(void) { unmade(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP); }
void try_socket_ping(void) { unmade(AF_INET, SOCK_DGRAM, IPPROTO_ICMP); }
void try_socket_packet(void) { make(AF_PACKET, SOCK_RAW, 0); }
void try_socket_packet_old(void) { make(AF_INET, 10 /* SOCK_PACKET */, 0); }
void try_socket_xdp(void) { make(AF_XDP, SOCK_RAW, 0); }
void try_socket_vsock(void) { make(AF_VSOCK, SOCK_STREAM, 0); }
void try_socket_alg(void) { make(AF_ALG, SOCK_SEQPACKET, 0); }
void try_socket_unix(void) { make(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0); }

void try_socket_pair(void)
{
	int pair[2];

	step(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
}

void try_socket_other_netns(void)
{
	step(unshare(CLONE_NEWUSER | CLONE_NEWNET));
	make(AF_PACKET, SOCK_DGRAM, 0);
}

void try_free_socket(void)
{
	unmade(AF_UNIX, SOCK_STREAM, 0);
}
