/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules with a subject at packets, and what a policy must let through. */
#define _GNU_SOURCE
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "net.h"

static void become(uid_t uid)
{
	prctl(PR_SET_KEEPCAPS, 1);
	step(setresuid(uid, uid, 0)); /* saved: root, to go back */
}

static void to_subject_address(int s)
{
	dial(s, SUBJECT4, LISTENING);
	tell(s);
}

void try_subject_call(void)
{
	become(SUBJECT_UID);
	to_subject_address(sock(AF_INET, SOCK_DGRAM, 0));
}

void try_subject_before(void)
{
	int s;

	become(SUBJECT_UID);
	s = sock(AF_INET, SOCK_DGRAM, 0);
	dial(s, SUBJECT4, LISTENING);
	await_policy();
	tell(s);
}

/* Who is not root may have the capability all the same. */
static int raw_as(uid_t uid)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = { { .effective = 1 << CAP_NET_RAW,
						    .permitted = 1 << CAP_NET_RAW } };

	become(uid);
	step((int)syscall(SYS_capset, &head, caps));
	return sock(AF_INET, SOCK_RAW, 253);
}

void try_subject_raw(void) { say(raw_as(SUBJECT_UID), SUBJECT4, 0); }
void try_scope_raw(void) { say(raw_as(BOXED_UID), SUBJECT4, 0); }

void try_subject_dropped(void)
{
	int s;

	become(SUBJECT_UID);
	s = sock(AF_INET, SOCK_DGRAM, 0);
	step(setresuid(0, 0, 0));
	say(s, SUBJECT4, LISTENING);
}

void try_subject_became(void)
{
	int s = sock(AF_INET, SOCK_RAW, 253);

	become(SUBJECT_UID);
	say(s, SUBJECT4, 0);
}

void try_free_udp(void) { to_subject_address(sock(AF_INET, SOCK_DGRAM, 0)); }
void try_free_raw(void) { say(sock(AF_INET, SOCK_RAW, 253), SUBJECT4, 0); }

static void before(int type)
{
	int s = sock(AF_INET, type, 0);

	dial(s, SUBJECT4, LISTENING);
	await_policy();
	tell(s);
}

void try_free_udp_before(void) { before(SOCK_DGRAM); }
void try_free_tcp_before(void) { before(SOCK_STREAM); }

/* ---- both ends are ours; data must go both ways ---- */

struct ends {
	int called, accepted;
};

static struct ends meet(const char *from, const char *to, int port)
{
	struct ends e = { sock(AF_INET, SOCK_STREAM, 0), -1 };
	int s = listening(to, port);

	own(e.called, from, 0);
	dial(e.called, to, port);
	e.accepted = step(accept(s, NULL, NULL));
	return e;
}

static void say_and_hear(int from, int to)
{
	struct timeval t = { .tv_sec = 1 };
	char data;

	tell(from);
	step(setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t));
	step((int)recv(to, &data, 1, 0));
}

void try_free_accepted(void)
{
	struct ends e = meet(CLOSED4, OPEN4, 7340);

	say_and_hear(e.accepted, e.called);
}

void try_free_accepted_before(void)
{
	struct ends e = meet(CLOSED4, OPEN4, 7341);

	await_policy();
	say_and_hear(e.accepted, e.called);
}

void try_free_answered(void)
{
	struct ends e = meet(OPEN4, HOSTILE4, 7342);

	say_and_hear(e.accepted, e.called);
}

void try_free_answered_before(void)
{
	struct ends e = meet(OPEN4, HOSTILE4, 7343);

	await_policy();
	say_and_hear(e.accepted, e.called);
}

/* ---- a scope ---- */

void try_scope_udp(void)
{
	become(BOXED_UID);
	to_subject_address(sock(AF_INET, SOCK_DGRAM, 0));
}

void try_scope_before(void)
{
	become(BOXED_UID);
	before(SOCK_STREAM);
}

/* The caller is nobody in particular, so only accepting can be what is denied. */
void try_scope_accept(void)
{
	struct timeval t = { .tv_sec = 1 };
	int s;

	become(BOXED_UID);
	s = listening(OPEN4, 7350);
	have_called(CALL_TCP, SUBJECT4, OPEN4, 7350);
	step(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t));
	step(accept(s, NULL, NULL));
}

static void receive_boxed(const char *from)
{
	struct timeval t = { .tv_sec = 1 };
	char data;
	int s;

	become(BOXED_UID);
	s = sock(AF_INET, SOCK_DGRAM, 0);
	own(s, LISTEN4, 7353); /* any but where the peer is */
	have_called(CALL_UDP, from, LISTEN4, 7353);
	step(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t));
	step((int)recv(s, &data, 1, 0));
}

void try_scope_receive(void) { receive_boxed(SUBJECT4); }

void try_scope_bind(void)
{
	become(BOXED_UID);
	own(sock(AF_INET, SOCK_DGRAM, 0), OPEN4, 7354);
}

void try_free_scope_tcp(void)
{
	int s = listening(OPEN4, 7351), called, accepted;

	become(BOXED_UID);
	called = sock(AF_INET, SOCK_STREAM, 0);
	dial(called, OPEN4, 7351);
	accepted = step(accept(s, NULL, NULL));
	say_and_hear(called, accepted);
	say_and_hear(accepted, called);
}

void try_free_scope_udp(void)
{
	int s = sock(AF_INET, SOCK_DGRAM, 0), called;

	own(s, OPEN4, 7352);
	become(BOXED_UID);
	called = sock(AF_INET, SOCK_DGRAM, 0);
	dial(called, OPEN4, 7352);
	say_and_hear(called, s);
}

void try_free_scope_receive(void) { receive_boxed(OPEN4); }
