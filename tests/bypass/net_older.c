/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules that leave established connections alone: what those may still do, and what is
 * no connection from before the policy, however it is come by. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include "net.h"

#define PORT 7320

static void disconnect(int s)
{
	struct where none = unspec("0.0.0.0", 0);

	step(connect(s, &none.any, none.len));
}

static void expect_data(int s)
{
	struct pollfd p = { .fd = s, .events = POLLIN };
	char byte;

	errno = EAGAIN;
	step(poll(&p, 1, WAIT_MS) == 1 ? 0 : -1);
	step(recv(s, &byte, 1, 0) == 1 ? 0 : -1);
}

/* ---- left alone ---- */

static void goes_on(const char *address)
{
	int s = connected(address);

	await_policy();
	tell(s);
}

void try_free_older_tcp4(void) { goes_on(OLDER4); }
void try_free_older_tcp6(void) { goes_on(OLDER6); }

/* The peer is a socket of our own, from an address that may not call. */
void try_free_older_accepted(void)
{
	int s = listening(OPEN4, PORT), peer = sock(AF_INET, SOCK_STREAM, 0), in;

	own(peer, CALLER4, 0);
	dial(peer, OPEN4, PORT);
	in = step(accept(s, NULL, NULL));
	await_policy();
	tell(peer);
	expect_data(in);
	tell(in);
	expect_data(peer);
}

/* Its end has begun, and what is left is said. */
void try_free_older_closing(void)
{
	int s = listening(OPEN4, PORT + 1), peer = sock(AF_INET, SOCK_STREAM, 0), in;

	own(peer, CALLER4, 0);
	dial(peer, OPEN4, PORT + 1);
	in = step(accept(s, NULL, NULL));
	step(shutdown(in, SHUT_WR));
	await_policy();
	tell(peer);
	expect_data(in);
}

/* ---- no connection from before ---- */

void try_older_tcp(void)
{
	connected(OLDER4);
}

void try_older_again(void)
{
	int s = connected(OLDER4);

	await_policy();
	disconnect(s);
	dial(s, OLDER4, LISTENING);
}

/* To where it may go, then to where it may not: the mark must not outlive the first. */
void try_older_twice(void)
{
	int s = connected(OLDER4);

	await_policy();
	disconnect(s);
	dial(s, OPEN4, LISTENING);
	disconnect(s);
	dial(s, OLDER4, LISTENING);
}

void try_older_made(void)
{
	int s = sock(AF_INET, SOCK_STREAM, 0);

	await_policy();
	dial(s, OLDER4, LISTENING);
}

void try_older_udp(void)
{
	int s = sock(AF_INET, SOCK_DGRAM, 0);

	dial(s, OLDER4, LISTENING);
	await_policy();
	tell(s);
}

/* In no descriptor table when the policy comes. */
void try_older_in_flight(void)
{
	int pair[2], s = connected(OLDER4);

	step(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	give(pair[0], s);
	await_policy();
	tell(step(given(pair[1])));
}

/* A source route leads the connection's packets over an address that is closed to all. */
void try_older_routed(void)
{
	uint8_t option[12] = { 0x83, 11, 4 };
	int s = connected(OLDER4);
	struct where first = where(OPEN4, 0), via = where(CLOSED4, 0);

	await_policy();
	memcpy(option + 3, &first.v4.sin_addr, 4); /* not in the option any more, then */
	memcpy(option + 7, &via.v4.sin_addr, 4);
	step(setsockopt(s, IPPROTO_IP, 4 /* IP_OPTIONS */, option, sizeof option));
	tell(s);
}

/* Connected before, it listens now; who calls is new. */
void try_older_listens(void)
{
	int s = sock(AF_INET, SOCK_STREAM, 0), in;
	struct pollfd p = { .events = POLLIN };

	set(s, SOL_SOCKET, SO_REUSEADDR, 1);
	dial(s, OLDER4, LISTENING);
	await_policy();
	disconnect(s);
	own(s, OPEN4, PORT + 2);
	step(listen(s, 8));
	have_called(CALL_TCP, CALLER4, OPEN4, PORT + 2);
	p.fd = s;
	errno = EAGAIN;
	step(poll(&p, 1, WAIT_MS) == 1 ? 0 : -1);
	in = step(accept(s, NULL, NULL));
	expect_data(in);
}

/* A listener from before is no connection. */
void try_older_listener(void)
{
	int s = listening(OPEN4, PORT + 3);
	struct pollfd p = { .fd = s, .events = POLLIN };

	await_policy();
	have_called(CALL_TCP, CALLER4, OPEN4, PORT + 3);
	errno = EAGAIN;
	step(poll(&p, 1, WAIT_MS) == 1 ? 0 : -1);
	expect_data(step(accept(s, NULL, NULL)));
}
