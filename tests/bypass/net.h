/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the attempts of net_*.c share. An attempt runs in a process of its own inside
 * the cgroup that the policy is attached to, and ends with finish(), step() that
 * failed, or not_here(). Whether it got through is not its own word: net_main.c
 * looks at the wire (groups OUT) or takes the error (LOCAL).
 */
#pragma once
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What tests/bypass/net.nbp speaks of. */
#define OPEN4 "10.88.0.1"
#define OPEN6 "fd00:88::1"
#define CLOSED4 "10.88.0.2"
#define CLOSED6 "fd00:88::2"
#define MAPPED "::ffff:10.88.0.2"
#define PORTED4 "10.88.0.3" /* closed at PORTED only */
#define PORTED6 "fd00:88::3"
#define LOCAL4 "10.88.0.4" /* may not be bound to */
#define LOCAL6 "fd00:88::4"
#define PORTED 7777
#define LISTEN4 "10.88.0.9" /* may not be listened at */
#define LISTEN6 "fd00:88::9"
#define HOSTILE4 "10.88.0.5" /* not received from, not accepted from */
#define HOSTILE6 "fd00:88::5"
#define SUBJECT4 "10.88.0.6" /* closed to SUBJECT_UID only */
#define SUBJECT_UID 65534
#define OLDER4 "10.88.0.7" /* closed, but not to connections older than the policy */
#define OLDER6 "fd00:88::7"
#define MANY4 "10.88.0.255" /* broadcast, closed */
#define GROUP4 "239.88.0.2" /* multicast, closed */
#define LINK6 "fe80::88:2" /* of lo, closed */
#define CALLER4 "10.88.0.8" /* not accepted from, but for such connections */
#define BOXED_UID 65533 /* may connect to OPEN4, and nothing else */
#define UNMADE_UID 65532 /* may make no socket of IPv4 or IPv6 */
#define PRIVATE 7301 /* no port for anybody to call */
#define WAIT_MS 700 /* for what comes, if it does */
#define LISTENING 7100 /* tcp, udp, udplite, mptcp and sctp of the world outside */

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef IPPROTO_UDPLITE
#define IPPROTO_UDPLITE 136
#endif

_Noreturn void finish(void);               /* everything worked */
_Noreturn void not_here(const char *why);  /* this kernel has no such thing */
int step(int result);                      /* < 0: ends with errno */
void await_policy(void);                   /* EARLY ones: the policy comes now */
const char *test_cgroup(void);
/* The world sends to a port of ours, from HOSTILE; family as of the address. */
enum call { CALL_UDP, CALL_UDPLITE, CALL_RAW, CALL_TCP, CALL_FASTOPEN, CALL_MPTCP, CALL_SCTP };
void have_called(enum call, const char *from, const char *to, int port);

struct where {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t len;
};
struct where where(const char *address, int port);
struct where unspec(const char *address, int port);

int sock(int family, int type, int protocol); /* not_here() where it does not exist */
void dial(int s, const char *address, int port);
void say(int s, const char *address, int port); /* sendto */
void tell(int s);                               /* send on a connected socket */
void own(int s, const char *address, int port); /* bind */
int listening(const char *address, int port); /* TCP over IPv4 */
void set(int s, int level, int option, int value);
/* setsockopt that some kernels do not know */
void try_option(int s, int level, int option, const void *value, socklen_t len,
		const char *missing);
void enter(const char *group);      /* a cgroup, by its folder */
int connected(const char *address); /* TCP, to LISTENING there */
void give(int over, int s);         /* in a message over a local socket; s is closed */
int given(int from);                /* < 0: none came */

void world_begin(void); /* before the process joins the cgroup */

#define ATTEMPT(name, group, when, target, operation, text) void try_##name(void);
#include "net.def"
#undef ATTEMPT
