/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP, MPTCP, SCTP and DCCP. Connects do not block, so that a dropped one ends. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include "net.h"

#define FASTOPEN 0x20000000 /* MSG_FASTOPEN */

/* The first packet is on its way when this returns. */
static void knock(int s, const char *address, int port)
{
	struct where w = where(address, port);

	fcntl(s, F_SETFL, O_NONBLOCK);
	if (connect(s, &w.any, w.len) && errno != EINPROGRESS)
		step(-1);
}

static int tcp(int family)
{
	return sock(family, SOCK_STREAM, 0);
}

void try_tcp4(void) { knock(tcp(AF_INET), CLOSED4, LISTENING); }
void try_tcp6(void) { knock(tcp(AF_INET6), CLOSED6, LISTENING); }
void try_tcp_mapped(void) { knock(tcp(AF_INET6), MAPPED, LISTENING); }
void try_tcp_port_rule(void) { knock(tcp(AF_INET), PORTED4, PORTED); }

void try_tcp_zero_bound(void)
{
	int s = tcp(AF_INET);

	own(s, CLOSED4, 0);
	knock(s, "0.0.0.0", LISTENING);
}

void try_tcp_mapped_zero_bound(void)
{
	int s = tcp(AF_INET6);

	own(s, MAPPED, 0);
	knock(s, "::ffff:0.0.0.0", LISTENING);
}

void try_tcp_nonblocking(void)
{
	knock(sock(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP), CLOSED4, LISTENING);
}

void try_tcp_second_connect(void)
{
	struct where none = unspec("0.0.0.0", 0);
	int s = connected(OPEN4);

	step(connect(s, &none.any, none.len));
	knock(s, CLOSED4, LISTENING);
}

void try_tcp_made_before(void)
{
	int s = tcp(AF_INET);

	await_policy();
	knock(s, CLOSED4, LISTENING);
}

void try_tcp_device(void)
{
	int s = tcp(AF_INET);

	step(setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	knock(s, CLOSED4, LISTENING);
}

void try_tcp_transparent(void)
{
	int s = tcp(AF_INET);

	set(s, IPPROTO_IP, IP_TRANSPARENT, 1);
	set(s, SOL_SOCKET, SO_MARK, 7);
	knock(s, CLOSED4, LISTENING);
}

void try_tcp_port_later(void)
{
	int s = tcp(AF_INET);

	set(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
	own(s, OPEN4, 0);
	knock(s, CLOSED4, LISTENING);
}

/* ---- Fast Open ---- */

static void fastopen(int s, const char *address)
{
	struct where w = where(address, LISTENING);

	fcntl(s, F_SETFL, O_NONBLOCK);
	if (sendto(s, "x", 1, FASTOPEN, &w.any, w.len) < 0 && errno != EINPROGRESS) {
		if (errno == EOPNOTSUPP)
			not_here("this kernel has no Fast Open for it");
		step(-1);
	}
}

void try_fastopen4(void) { fastopen(tcp(AF_INET), CLOSED4); }
void try_fastopen6(void) { fastopen(tcp(AF_INET6), CLOSED6); }
void try_fastopen_mapped(void) { fastopen(tcp(AF_INET6), MAPPED); }

void try_fastopen_connect(void)
{
	int s = tcp(AF_INET);

	set(s, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
	knock(s, CLOSED4, LISTENING);
	if (write(s, "x", 1) < 0 && errno != EINPROGRESS && errno != EAGAIN)
		step(-1);
}

/* ---- connected before the policy came ---- */

void try_tcp_before_send(void)
{
	int s = connected(CLOSED4);

	await_policy();
	tell(s);
}

void try_tcp6_before_send(void)
{
	int s = connected(CLOSED6);

	await_policy();
	tell(s);
}

void try_tcp_before_splice(void)
{
	int s = connected(CLOSED4), p[2];

	await_policy();
	step(pipe(p));
	step((int)write(p[1], "x", 1));
	step((int)splice(p[0], NULL, s, NULL, 1, 0));
}

void try_tcp_before_sendfile(void)
{
	int s = connected(CLOSED4), file = step(open("/proc/self/exe", O_RDONLY));

	await_policy();
	step((int)sendfile(s, file, NULL, 8));
}

void try_tcp_before_zerocopy(void)
{
	int s = connected(CLOSED4);

	set(s, SOL_SOCKET, SO_ZEROCOPY, 1);
	await_policy();
	step((int)send(s, "x", 1, MSG_ZEROCOPY));
}

/* Whoever has a peer, and a port that is listened on, may have been called. */
void try_tcp_before_shared(void)
{
	int s = tcp(AF_INET), l = tcp(AF_INET);

	set(s, SOL_SOCKET, SO_REUSEADDR, 1);
	set(l, SOL_SOCKET, SO_REUSEADDR, 1);
	own(s, OPEN4, 7310);
	dial(s, CLOSED4, LISTENING);
	own(l, OPEN4, 7310);
	step(listen(l, 1));
	await_policy();
	tell(s);
}

/* It is connected at once, and what it asks when that is over is on the wire. */
void try_tcp_repair(void)
{
	int s = tcp(AF_INET);

	set(s, IPPROTO_TCP, TCP_REPAIR, 1);
	own(s, OPEN4, 0);
	dial(s, CLOSED4, LISTENING);
	set(s, IPPROTO_TCP, TCP_REPAIR, 0);
}

/* By SCM_RIGHTS to another process, which sends. */
static void send_passed(int s)
{
	int pair[2], got, status;

	step(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	give(pair[0], s);
	if (step(fork())) {
		wait(&status);
		errno = EPERM; /* what it is that the other one was told */
		step(status ? -1 : 0);
		finish();
	}
	got = given(pair[1]);
	_exit(got >= 0 && send(got, "x", 1, 0) == 1 ? 0 : 1);
}

void try_tcp_before_passed(void)
{
	int s = connected(CLOSED4);

	await_policy();
	send_passed(s);
}

void try_udp_before_passed(void)
{
	int s = sock(AF_INET, SOCK_DGRAM, 0);

	dial(s, CLOSED4, LISTENING);
	await_policy();
	send_passed(s);
}

/* ---- other protocols that connect ---- */

static int mptcp(int family)
{
	return sock(family, SOCK_STREAM, IPPROTO_MPTCP);
}

void try_mptcp4(void) { knock(mptcp(AF_INET), CLOSED4, LISTENING + 1); }
void try_mptcp6(void) { knock(mptcp(AF_INET6), CLOSED6, LISTENING + 1); }
void try_mptcp_mapped(void) { knock(mptcp(AF_INET6), MAPPED, LISTENING + 1); }
void try_mptcp_fastopen(void) { fastopen(mptcp(AF_INET), CLOSED4); }
void try_nat64(void) { knock(tcp(AF_INET6), "64:ff9b::10.88.0.2", LISTENING); }

void try_dccp(void)
{
	int s = sock(AF_INET, 6 /* SOCK_DCCP */, 33 /* IPPROTO_DCCP */);

	set(s, 269 /* SOL_DCCP */, 2 /* DCCP_SOCKOPT_SERVICE */, 1);
	knock(s, CLOSED4, LISTENING);
}

static int sctp(int family)
{
	return sock(family, SOCK_STREAM, IPPROTO_SCTP);
}

void try_sctp4(void) { knock(sctp(AF_INET), CLOSED4, LISTENING); }
void try_sctp6(void) { knock(sctp(AF_INET6), CLOSED6, LISTENING); }

void try_sctp_sendto(void)
{
	int s = sock(AF_INET, SOCK_SEQPACKET | SOCK_NONBLOCK, IPPROTO_SCTP);
	struct where w = where(CLOSED4, LISTENING);

	if (sendto(s, "x", 1, 0, &w.any, w.len) < 0 && errno != EAGAIN && errno != EINPROGRESS)
		step(-1);
}

void try_sctp_connectx(void)
{
	struct sockaddr_in both[2] = { where(CLOSED4, LISTENING).v4, where(OPEN4, LISTENING).v4 };
	int s = sctp(AF_INET);

	fcntl(s, F_SETFL, O_NONBLOCK);
	if (setsockopt(s, IPPROTO_SCTP, 107 /* SCTP_SOCKOPT_CONNECTX_OLD */, both, sizeof both) < 0 &&
	    errno != EINPROGRESS)
		step(-1);
}

/* A peer names all of its addresses. This one is bound, so that ours are not spoken to. */
void try_sctp_path(void)
{
	struct where w = where(CLOSED4, LISTENING);
	struct sctp_paddrparams ask = { .spp_flags = SPP_HB_DEMAND };
	struct sctp_prim primary = { 0 };
	int s = sctp(AF_INET);

	own(s, OPEN4, 0);
	dial(s, OPEN4, LISTENING);
	memcpy(&ask.spp_address, &w.v4, sizeof w.v4);
	memcpy(&primary.ssp_addr, &w.v4, sizeof w.v4);
	step(setsockopt(s, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, &ask, sizeof ask));
	usleep(100000);
	step(setsockopt(s, IPPROTO_SCTP, SCTP_PRIMARY_ADDR, &primary, sizeof primary));
	tell(s);
}

void try_sctp_peeled(void)
{
	struct {
		uint32_t n;
		sctp_assoc_t id;
	} list = { 0 };
	socklen_t len = sizeof list;
	sctp_peeloff_arg_t peel = { 0 };
	struct where w = where(CLOSED4, LISTENING);
	int s = sock(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP);

	own(s, OPEN4, 0);
	step((int)sendto(s, "x", 1, 0, &w.any, w.len));
	step(getsockopt(s, IPPROTO_SCTP, SCTP_GET_ASSOC_ID_LIST, &list, &len));
	await_policy();
	peel.associd = list.id;
	len = sizeof peel;
	tell(step(getsockopt(s, IPPROTO_SCTP, SCTP_SOCKOPT_PEELOFF, &peel, &len)));
}
