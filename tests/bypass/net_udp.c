/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP, UDP-Lite and ping sockets. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "net.h"

static int udp(int family)
{
	return sock(family, SOCK_DGRAM, 0);
}

static void dial_tell(int s, const char *address)
{
	dial(s, address, LISTENING);
	tell(s);
}

void try_udp4(void) { dial_tell(udp(AF_INET), CLOSED4); }
void try_udp6(void) { dial_tell(udp(AF_INET6), CLOSED6); }
void try_udp_mapped(void) { dial_tell(udp(AF_INET6), MAPPED); }
void try_udp_inet_on_6(void) { dial_tell(udp(AF_INET6), CLOSED4); }
void try_six_to_four(void) { dial_tell(udp(AF_INET6), "2002:a58:2::1"); }
void try_udp4_sendto(void) { say(udp(AF_INET), CLOSED4, LISTENING); }
void try_udp6_sendto(void) { say(udp(AF_INET6), CLOSED6, LISTENING); }
void try_udp_mapped_sendto(void) { say(udp(AF_INET6), MAPPED, LISTENING); }
void try_udp_inet_on_6_sendto(void) { say(udp(AF_INET6), CLOSED4, LISTENING); }
void try_udp_port_rule(void) { say(udp(AF_INET), PORTED4, PORTED); }

void try_udp_second_connect(void)
{
	int s = udp(AF_INET);

	dial(s, OPEN4, LISTENING);
	dial_tell(s, CLOSED4);
}

void try_udp_zero_bound(void)
{
	int s = udp(AF_INET);

	own(s, CLOSED4, 0);
	dial_tell(s, "0.0.0.0");
}

void try_udp_zero_sendto(void)
{
	int s = udp(AF_INET);

	own(s, CLOSED4, 0);
	say(s, "0.0.0.0", LISTENING);
}

void try_udp_before_send(void)
{
	int s = udp(AF_INET);

	dial(s, CLOSED4, LISTENING);
	await_policy();
	tell(s);
}

void try_udp6_before_send(void)
{
	int s = udp(AF_INET6);

	dial(s, CLOSED6, LISTENING);
	await_policy();
	tell(s);
}

void try_udp_before_write(void)
{
	int s = udp(AF_INET);

	dial(s, CLOSED4, LISTENING);
	await_policy();
	step((int)write(s, "x", 1));
}

void try_udp_unspec_sendto(void)
{
	struct where w = unspec(CLOSED4, LISTENING);

	step((int)sendto(udp(AF_INET), "x", 1, 0, &w.any, w.len));
}

void try_udp_other_name(void)
{
	int s = udp(AF_INET);

	dial(s, OPEN4, LISTENING);
	say(s, CLOSED4, LISTENING);
}

void try_udp_second_message(void)
{
	struct where to[2] = { where(OPEN4, LISTENING), where(CLOSED4, LISTENING) };
	struct iovec part = { "x", 1 };
	struct mmsghdr m[2] = { 0 };

	for (int i = 0; i < 2; i++)
		m[i].msg_hdr = (struct msghdr){ .msg_name = &to[i].any, .msg_namelen = to[i].len,
						.msg_iov = &part, .msg_iovlen = 1 };
	if (step(sendmmsg(udp(AF_INET), m, 2, 0)) != 2) {
		errno = EPERM; /* the first one went, the error of the second is not told */
		step(-1);
	}
}

void try_udp_corked(void)
{
	struct where w = where(CLOSED4, LISTENING);
	int s = udp(AF_INET);

	step((int)sendto(s, "x", 1, MSG_MORE, &w.any, w.len));
	say(s, CLOSED4, LISTENING);
}

static void send_from(const char *source, const char *to)
{
	char room[CMSG_SPACE(sizeof(struct in_pktinfo))] = { 0 };
	struct where w = where(to, LISTENING), from = where(source, 0);
	struct iovec part = { "x", 1 };
	struct msghdr m = { .msg_name = &w.any, .msg_namelen = w.len, .msg_iov = &part,
			    .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct in_pktinfo info = { .ipi_spec_dst = from.v4.sin_addr };

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof info);
	memcpy(CMSG_DATA(c), &info, sizeof info);
	step((int)sendmsg(udp(AF_INET), &m, 0));
}

void try_udp_pktinfo(void) { send_from(OPEN4, CLOSED4); }
void try_udp_zero_pktinfo(void) { send_from(CLOSED4, "0.0.0.0"); }

void try_udp_segments(void)
{
	struct where w = where(CLOSED4, LISTENING);
	int s = udp(AF_INET), size = 100;
	char data[400] = { 0 };

	try_option(s, IPPROTO_UDP, 103 /* UDP_SEGMENT */, &size, sizeof size, "no UDP_SEGMENT");
	step((int)sendto(s, data, sizeof data, 0, &w.any, w.len));
}

void try_udp_zerocopy(void)
{
	struct where w = where(CLOSED4, LISTENING);
	int s = udp(AF_INET);

	set(s, SOL_SOCKET, SO_ZEROCOPY, 1);
	step((int)sendto(s, "x", 1, MSG_ZEROCOPY, &w.any, w.len));
}

void try_udp_large(void)
{
	struct where w = where(CLOSED4, LISTENING);
	static char data[65000];

	step((int)sendto(udp(AF_INET), data, sizeof data, 0, &w.any, w.len));
}

/* ---- other surroundings ---- */

/* The wire of another namespace is not watched: success of the call is the sign, and
 * one packet here says so. */
void try_udp_other_netns(void)
{
	int sign = udp(AF_INET);

	dial(sign, OPEN4, LISTENING);
	if (unshare(CLONE_NEWNET))
		not_here("no network namespaces");
	if (system("ip link set lo up && ip address add " CLOSED4 "/32 dev lo"))
		not_here("ip does not work there");
	say(udp(AF_INET), CLOSED4, LISTENING);
	step((int)send(sign, "\x0a\x58\x00\x02", 4, 0)); /* what the watcher looks for */
}

void try_udp_left_cgroup(void)
{
	char parent[512];
	int s = udp(AF_INET);

	snprintf(parent, sizeof parent, "%s", test_cgroup());
	*strrchr(parent, '/') = '\0';
	enter(parent);
	say(s, CLOSED4, LISTENING);
}

void try_udp_sub_cgroup(void)
{
	char below[512];
	int s;

	snprintf(below, sizeof below, "%s/below", test_cgroup());
	if (mkdir(below, 0755) && errno != EEXIST)
		not_here("no cgroup can be made");
	enter(below);
	s = udp(AF_INET);
	enter(test_cgroup());
	rmdir(below);
	say(s, CLOSED4, LISTENING);
}

void try_udp_userns(void)
{
	if (unshare(CLONE_NEWUSER))
		not_here("no user namespaces");
	say(udp(AF_INET), CLOSED4, LISTENING);
}

/* ---- UDP-Lite ---- */

static int lite(int family)
{
	return sock(family, SOCK_DGRAM, IPPROTO_UDPLITE);
}

void try_udplite4(void) { dial_tell(lite(AF_INET), CLOSED4); }
void try_udplite6(void) { dial_tell(lite(AF_INET6), CLOSED6); }
void try_udplite_mapped(void) { dial_tell(lite(AF_INET6), MAPPED); }
void try_udplite_sendto(void) { say(lite(AF_INET), CLOSED4, LISTENING); }

/* ---- ping sockets ---- */

static int ping(int family)
{
	int s = socket(family, SOCK_DGRAM, family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);

	if (s < 0 && errno == EACCES)
		not_here("ping_group_range forbids it");
	return step(s);
}

static const struct icmphdr echo = { .type = ICMP_ECHO };
static const struct icmp6hdr echo6 = { .icmp6_type = ICMPV6_ECHO_REQUEST };

void try_ping4(void)
{
	struct where w = where(CLOSED4, 0);

	step((int)sendto(ping(AF_INET), &echo, sizeof echo, 0, &w.any, w.len));
}

void try_ping6(void)
{
	struct where w = where(CLOSED6, 0);

	step((int)sendto(ping(AF_INET6), &echo6, sizeof echo6, 0, &w.any, w.len));
}

void try_ping_connect(void)
{
	int s = ping(AF_INET);

	dial(s, CLOSED4, 0);
	step((int)send(s, &echo, sizeof echo, 0));
}

void try_ping6_connect(void)
{
	int s = ping(AF_INET6);

	dial(s, CLOSED6, 0);
	step((int)send(s, &echo6, sizeof echo6, 0));
}
