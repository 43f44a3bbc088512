/* SPDX-License-Identifier: BSD-2-Clause */
/* The plain calls, each ending the attempt when it fails. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include "net.h"

struct where where(const char *address, int port)
{
	struct where w = { .len = sizeof w.v4 };

	if (inet_pton(AF_INET, address, &w.v4.sin_addr) == 1) {
		w.v4.sin_family = AF_INET;
		w.v4.sin_port = htons((uint16_t)port);
		return w;
	}
	memset(&w, 0, sizeof w);
	w.len = sizeof w.v6;
	if (inet_pton(AF_INET6, address, &w.v6.sin6_addr) != 1)
		abort();
	w.v6.sin6_family = AF_INET6;
	w.v6.sin6_port = htons((uint16_t)port);
	return w;
}

struct where unspec(const char *address, int port)
{
	struct where w = where(address, port);

	w.any.sa_family = AF_UNSPEC;
	return w;
}

int sock(int family, int type, int protocol)
{
	int s = socket(family, type | SOCK_CLOEXEC, protocol);

	if (s < 0 && (errno == EPROTONOSUPPORT || errno == ESOCKTNOSUPPORT ||
		      errno == EAFNOSUPPORT || errno == ENOPROTOOPT))
		not_here("this kernel has no such socket");
	return step(s);
}

void dial(int s, const char *address, int port)
{
	struct where w = where(address, port);

	step(connect(s, &w.any, w.len));
}

void say(int s, const char *address, int port)
{
	struct where w = where(address, port);

	step((int)sendto(s, "x", 1, 0, &w.any, w.len));
}

void tell(int s)
{
	step((int)send(s, "x", 1, 0));
}

void own(int s, const char *address, int port)
{
	struct where w = where(address, port);

	step(bind(s, &w.any, w.len));
}

void set(int s, int level, int option, int value)
{
	step(setsockopt(s, level, option, &value, sizeof value));
}

void try_option(int s, int level, int option, const void *value, socklen_t len,
		const char *missing)
{
	if (setsockopt(s, level, option, value, len))
		not_here(missing);
}
