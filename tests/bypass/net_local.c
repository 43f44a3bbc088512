/* SPDX-License-Identifier: BSD-2-Clause */
/* Local addresses and ports. LOCAL4 and LOCAL6 may not be bound to, nor any port
 * of PORT; those of the kernel's own choice are closed, too: net.run leaves it no other. */
#define _GNU_SOURCE
#include <fcntl.h>
#include "net.h"

#define PORT 7001

static void bind_to(int s, const char *address, int port)
{
	own(s, address, port);
}

void try_bind_tcp4(void) { bind_to(sock(AF_INET, SOCK_STREAM, 0), LOCAL4, PORT); }
void try_bind_tcp6(void) { bind_to(sock(AF_INET6, SOCK_STREAM, 0), LOCAL6, PORT); }
void try_bind_mapped(void) { bind_to(sock(AF_INET6, SOCK_STREAM, 0), "::ffff:10.88.0.4", 0); }
void try_bind_any(void) { bind_to(sock(AF_INET, SOCK_STREAM, 0), "0.0.0.0", 7020); }
void try_bind_any6(void) { bind_to(sock(AF_INET6, SOCK_STREAM, 0), "::", 7020); }
void try_bind_udp(void) { bind_to(sock(AF_INET, SOCK_DGRAM, 0), LOCAL4, 0); }
void try_bind_udplite(void) { bind_to(sock(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE), LOCAL4, 0); }
void try_bind_mptcp(void) { bind_to(sock(AF_INET, SOCK_STREAM, IPPROTO_MPTCP), LOCAL4, 0); }
void try_bind_raw(void) { bind_to(sock(AF_INET, SOCK_RAW, 253), LOCAL4, 0); }
void try_bind_sctp(void) { bind_to(sock(AF_INET, SOCK_STREAM, IPPROTO_SCTP), LOCAL4, PORT); }

void try_bind_unspec(void)
{
	struct where w = unspec("0.0.0.0", PORT);

	step(bind(sock(AF_INET, SOCK_DGRAM, 0), &w.any, w.len));
}

void try_bind_freebind(void)
{
	int s = sock(AF_INET, SOCK_STREAM, 0);

	set(s, IPPROTO_IP, IP_FREEBIND, 1);
	bind_to(s, LOCAL4, 0);
}

void try_bind_made_before(void)
{
	int s = sock(AF_INET, SOCK_STREAM, 0);

	await_policy();
	bind_to(s, LOCAL4, 0);
}

void try_bind_ping(void)
{
	int s = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);

	if (s < 0 && errno == EACCES)
		not_here("ping_group_range forbids it");
	bind_to(step(s), LOCAL4, 0);
}

void try_bind_bindx(void)
{
	struct sockaddr_in one = where(LOCAL4, PORT).v4;

	step(setsockopt(sock(AF_INET, SOCK_STREAM, IPPROTO_SCTP), IPPROTO_SCTP,
			100 /* SCTP_SOCKOPT_BINDX_ADD */, &one, sizeof one));
}

/* Bound to an open one, and one more. */
void try_bind_bindx_later(void)
{
	struct sockaddr_in one = where(LOCAL4, 7030).v4;
	int s = sock(AF_INET, SOCK_STREAM, IPPROTO_SCTP);

	own(s, OPEN4, 7030);
	step(setsockopt(s, IPPROTO_SCTP, 100 /* SCTP_SOCKOPT_BINDX_ADD */, &one, sizeof one));
}

/* The closed one is not the first. */
void try_bind_bindx_second(void)
{
	struct sockaddr_in two[2] = { where(OPEN4, 7031).v4, where(LOCAL4, 7031).v4 };

	step(setsockopt(sock(AF_INET, SOCK_STREAM, IPPROTO_SCTP), IPPROTO_SCTP,
			100 /* SCTP_SOCKOPT_BINDX_ADD */, two, sizeof two));
}

/* ---- a port that the kernel picks ---- */

void try_autobind_listen(void)
{
	step(listen(sock(AF_INET, SOCK_STREAM, 0), 1));
}

void try_autobind_send(void)
{
	say(sock(AF_INET, SOCK_DGRAM, 0), OPEN4, LISTENING);
}

void try_autobind_connect(void)
{
	dial(sock(AF_INET, SOCK_STREAM, 0), OPEN4, LISTENING);
}

void try_autobind_zero(void)
{
	int s = sock(AF_INET, SOCK_STREAM, 0);
	struct where w;

	own(s, OPEN4, 0);
	w.len = sizeof w.v6;
	step(getsockname(s, &w.any, &w.len));
}
