/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes in. A process of each attempt stays outside of the cgroup and is the
 * peer: it calls when it is told to. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include "net.h"

#define PORT 7302

/* ---- the peer ---- */

struct order {
	enum call call;
	int port;
	char from[40], to[40];
};

static int orders = -1, answers = -1;

static int type_of(enum call call)
{
	return call == CALL_RAW ? SOCK_RAW : call < CALL_RAW ? SOCK_DGRAM : SOCK_STREAM;
}

static int protocol_of(enum call call)
{
	return call == CALL_RAW	      ? 253
	       : call == CALL_UDPLITE ? IPPROTO_UDPLITE
	       : call == CALL_MPTCP   ? IPPROTO_MPTCP
	       : call == CALL_SCTP    ? IPPROTO_SCTP
				      : 0;
}

static void call_one(const struct order *o)
{
	struct where from = where(o->from, o->call == CALL_UDP ? o->port : 0);
	struct where to = where(o->to, o->call == CALL_RAW ? 0 : o->port);
	int s = socket(from.any.sa_family, type_of(o->call), protocol_of(o->call));

	if (s < 0 || (o->call != CALL_RAW && bind(s, &from.any, from.len)))
		return;
	if (o->call == CALL_RAW)
		bind(s, &from.any, from.len);
	fcntl(s, F_SETFL, O_NONBLOCK);
	if (o->call <= CALL_RAW) {
		sendto(s, "x", 1, 0, &to.any, to.len);
	} else if (o->call == CALL_FASTOPEN) {
		sendto(s, "x", 1, 0x20000000 /* MSG_FASTOPEN */, &to.any, to.len);
	} else {
		struct pollfd p = { .fd = s, .events = POLLOUT };

		connect(s, &to.any, to.len);
		poll(&p, 1, WAIT_MS);
		send(s, "x", 1, 0); /* the socket stays open until the attempt ends */
	}
}

void world_begin(void)
{
	int to[2], from[2];
	struct order o;

	if (pipe(to) || pipe(from))
		_exit(3);
	if (fork()) {
		orders = to[1];
		answers = from[0];
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(to[1]);
	while (read(to[0], &o, sizeof o) == (ssize_t)sizeof o) {
		call_one(&o);
		if (write(from[1], "", 1) != 1)
			break;
	}
	_exit(0);
}

void have_called(enum call call, const char *from, const char *to, int port)
{
	struct order o = { .call = call, .port = port };
	char done;

	snprintf(o.from, sizeof o.from, "%s", from);
	snprintf(o.to, sizeof o.to, "%s", to);
	if (write(orders, &o, sizeof o) != (ssize_t)sizeof o || read(answers, &done, 1) != 1)
		_exit(3);
}

/* ---- receive ---- */

static void be_patient(int s)
{
	struct timeval t = { .tv_usec = WAIT_MS * 1000 };

	step(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t));
}

static void get(int s)
{
	struct where from = { .len = sizeof from.v6 };
	char data[100];

	be_patient(s);
	step((int)recvfrom(s, data, sizeof data, 0, &from.any, &from.len));
}

static int bound(int family, int protocol, const char *address, int port)
{
	int s = sock(family, SOCK_DGRAM, protocol);

	own(s, address, port);
	return s;
}

static void receive(int s, enum call call, const char *from, const char *to)
{
	have_called(call, from, to, PORT);
	get(s);
}

void try_receive_udp4(void)
{
	receive(bound(AF_INET, 0, OPEN4, PORT), CALL_UDP, HOSTILE4, OPEN4);
}

void try_receive_udp6(void)
{
	receive(bound(AF_INET6, 0, OPEN6, PORT), CALL_UDP, HOSTILE6, OPEN6);
}

void try_receive_mapped(void)
{
	receive(bound(AF_INET6, 0, "::ffff:10.88.0.1", PORT), CALL_UDP, HOSTILE4, OPEN4);
}

void try_receive_read(void)
{
	int s = bound(AF_INET, 0, OPEN4, PORT);
	char data[100];

	have_called(CALL_UDP, HOSTILE4, OPEN4, PORT);
	be_patient(s);
	step((int)read(s, data, sizeof data));
}

void try_receive_recvmmsg(void)
{
	int s = bound(AF_INET, 0, OPEN4, PORT);
	char data[100];
	struct iovec part = { data, sizeof data };
	struct mmsghdr m = { .msg_hdr = { .msg_iov = &part, .msg_iovlen = 1 } };

	have_called(CALL_UDP, HOSTILE4, OPEN4, PORT);
	be_patient(s);
	step(recvmmsg(s, &m, 1, 0, NULL));
}

void try_receive_before(void)
{
	int s = bound(AF_INET, 0, OPEN4, PORT + 1);

	await_policy();
	have_called(CALL_UDP, HOSTILE4, OPEN4, PORT + 1);
	get(s);
}

void try_receive_connected(void)
{
	int s = bound(AF_INET, 0, OPEN4, PORT + 2);

	dial(s, HOSTILE4, PORT + 2);
	await_policy();
	have_called(CALL_UDP, HOSTILE4, OPEN4, PORT + 2);
	get(s);
}

void try_receive_udplite(void)
{
	receive(bound(AF_INET, IPPROTO_UDPLITE, OPEN4, PORT), CALL_UDPLITE, HOSTILE4, OPEN4);
}

void try_receive_raw4(void)
{
	receive(sock(AF_INET, SOCK_RAW, 253), CALL_RAW, HOSTILE4, OPEN4);
}

void try_receive_raw6(void)
{
	receive(sock(AF_INET6, SOCK_RAW, 253), CALL_RAW, HOSTILE6, OPEN6);
}

void try_receive_raw_udp(void)
{
	receive(sock(AF_INET, SOCK_RAW, IPPROTO_UDP), CALL_UDP, HOSTILE4, OPEN4);
}

void try_receive_port(void)
{
	int s = bound(AF_INET, 0, OPEN4, PRIVATE);

	have_called(CALL_UDP, CLOSED4, OPEN4, PRIVATE);
	get(s);
}

void try_receive_packet(void)
{
	receive(sock(AF_PACKET, SOCK_RAW, htons(ETH_P_IP)), CALL_UDP, HOSTILE4, OPEN4);
}

/* ---- accept ---- */

static int listener(int family, int protocol, const char *address, int port)
{
	int s = sock(family, SOCK_STREAM, protocol), some = 8;

	set(s, SOL_SOCKET, SO_REUSEADDR, 1);
	set(s, SOL_SOCKET, SO_REUSEPORT, 1);
	setsockopt(s, IPPROTO_TCP, 23 /* TCP_FASTOPEN */, &some, sizeof some);
	own(s, address, port);
	step(listen(s, 8));
	return s;
}

static int take(int s)
{
	be_patient(s);
	return step(accept(s, NULL, NULL));
}

static void let_in(int s, enum call call, const char *from, const char *to, int port)
{
	have_called(call, from, to, port);
	get(take(s));
}

void try_accept_tcp4(void)
{
	let_in(listener(AF_INET, 0, OPEN4, PORT), CALL_TCP, HOSTILE4, OPEN4, PORT);
}

void try_accept_tcp6(void)
{
	let_in(listener(AF_INET6, 0, OPEN6, PORT), CALL_TCP, HOSTILE6, OPEN6, PORT);
}

void try_accept_mapped(void)
{
	let_in(listener(AF_INET6, 0, "::ffff:10.88.0.1", PORT), CALL_TCP, HOSTILE4, OPEN4, PORT);
}

void try_accept_before(void)
{
	int s = listener(AF_INET, 0, OPEN4, PORT + 3);

	await_policy();
	let_in(s, CALL_TCP, HOSTILE4, OPEN4, PORT + 3);
}

/* The peer is a socket of our own, from the closed address. */
void try_accepted_before(void)
{
	int s = listener(AF_INET, 0, OPEN4, PORT + 4), peer = sock(AF_INET, SOCK_STREAM, 0), in;

	own(peer, HOSTILE4, 0);
	dial(peer, OPEN4, PORT + 4);
	in = take(s);
	await_policy();
	tell(peer);
	get(in);
}

void try_accept_fastopen(void)
{
	let_in(listener(AF_INET, 0, OPEN4, PORT), CALL_FASTOPEN, HOSTILE4, OPEN4, PORT);
}

void try_accept_any(void)
{
	let_in(listener(AF_INET, 0, OPEN4, PRIVATE), CALL_TCP, CLOSED4, OPEN4, PRIVATE);
}

void try_accept_mptcp(void)
{
	let_in(listener(AF_INET, IPPROTO_MPTCP, OPEN4, PORT), CALL_MPTCP, HOSTILE4, OPEN4, PORT);
}

/* Listening is denied to it, since it listens at every address. */
void try_accept_sctp(void)
{
	int s = sock(AF_INET, SOCK_STREAM, IPPROTO_SCTP);

	own(s, OPEN4, PORT + 5);
	step(listen(s, 8));
	await_policy();
	have_called(CALL_SCTP, HOSTILE4, OPEN4, PORT + 5);
	take(s);
}

void try_accept_reuseport(void)
{
	int first = listener(AF_INET, 0, OPEN4, PORT + 9);
	struct pollfd p[2] = { { .fd = first, .events = POLLIN },
			       { .fd = listener(AF_INET, 0, OPEN4, PORT + 9), .events = POLLIN } };

	have_called(CALL_TCP, HOSTILE4, OPEN4, PORT + 9);
	errno = EAGAIN;
	step(poll(p, 2, WAIT_MS) == 1 ? 0 : -1);
	get(take(p[p[0].revents ? 0 : 1].fd));
}
