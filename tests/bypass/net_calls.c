/* SPDX-License-Identifier: BSD-2-Clause */
/* The plain calls, each ending the attempt when it fails. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
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

int listening(const char *address, int port)
{
	int s = sock(AF_INET, SOCK_STREAM, 0);

	set(s, SOL_SOCKET, SO_REUSEADDR, 1);
	own(s, address, port);
	step(listen(s, 8));
	return s;
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

int connected(const char *address)
{
	int s = sock(strchr(address, ':') ? AF_INET6 : AF_INET, SOCK_STREAM, 0);

	dial(s, address, LISTENING);
	return s;
}

void enter(const char *group)
{
	char path[600];
	int fd;

	snprintf(path, sizeof path, "%s/cgroup.procs", group);
	fd = step(open(path, O_WRONLY));
	step((int)write(fd, "0", 1));
	close(fd);
}

void give(int over, int s)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof s)] = { 0 };
	struct iovec part = { "x", 1 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room,
			    .msg_controllen = sizeof room };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof s);
	memcpy(CMSG_DATA(c), &s, sizeof s);
	step((int)sendmsg(over, &m, 0));
	close(s);
}

int given(int from)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))];
	char data;
	struct iovec part = { &data, 1 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room,
			    .msg_controllen = sizeof room };
	struct cmsghdr *c;
	int s;

	if (recvmsg(from, &m, 0) != 1)
		return -1;
	c = CMSG_FIRSTHDR(&m);
	if (!c || c->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&s, CMSG_DATA(c), sizeof s);
	return s;
}
