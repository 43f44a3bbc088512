/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of many, and those that mean something on one link only. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <net/if.h>
#include "net.h"

void try_udp_broadcast(void)
{
	int s = sock(AF_INET, SOCK_DGRAM, 0);

	set(s, SOL_SOCKET, SO_BROADCAST, 1);
	say(s, MANY4, LISTENING);
}

static int for_group4(void)
{
	struct ip_mreqn lo = { .imr_ifindex = (int)if_nametoindex("lo") };
	int s = sock(AF_INET, SOCK_DGRAM, 0);

	step(setsockopt(s, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof lo));
	return s;
}

void try_udp_multicast(void) { say(for_group4(), GROUP4, LISTENING); }

void try_udp_multicast_connect(void)
{
	int s = for_group4();

	dial(s, GROUP4, LISTENING);
	tell(s);
}

void try_udp6_link_local(void)
{
	struct where w = where(LINK6, LISTENING);
	int s = sock(AF_INET6, SOCK_DGRAM, 0);

	w.v6.sin6_scope_id = if_nametoindex("lo");
	step(connect(s, &w.any, w.len));
	tell(s);
}

void try_tcp6_link_local(void)
{
	struct where w = where(LINK6, LISTENING);
	int s = sock(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);

	step(setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	if (connect(s, &w.any, w.len) && errno != EINPROGRESS)
		step(-1);
}
