/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * labelprobe HOW ADDRESS [ARG]   connects a UDP socket as somebody who is not, or not any
 * more, the one who made it; prints the name of the error or "ok". HOW:
 *   plain       whoever made it
 *   uid         made as root, ARG is the effective uid that connects
 *   child       the same, in a child
 *   gid         ARG is the effective gid that connects
 *   groups      ARG is the only supplementary group of the one that connects
 *   group-raw   made with that group ("-": with none), and then without it sends raw
 *   exec        made by this program, connected by the one at the path ARG
 *   cgroup      made here, connected in the cgroup whose cgroup.procs is ARG
 *   raw         made in that cgroup ("-": here); sends to several addresses in turn, which
 *               nothing but packets shows
 *   back        connected as uid ARG, which is denied, then as root
 *   given FD    what exec runs
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *address;

static int told(int s)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };

	inet_pton(AF_INET, address, &to.sin_addr);
	puts(connect(s, (struct sockaddr *)&to, sizeof to) ? strerrorname_np(errno) : "ok");
	return 0;
}

static void become(const char *uid)
{
	if (seteuid((uid_t)atoi(uid))) {
		perror("seteuid");
		exit(3);
	}
}

static void join(const char *gid)
{
	gid_t group = (gid_t)atoi(gid);

	if (setgroups(*gid != '-', &group)) {
		perror("setgroups");
		exit(3);
	}
}

static int send_grouped(const char *gid)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int s;

	inet_pton(AF_INET, address, &to.sin_addr);
	join(gid);
	s = socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
	join("-");
	puts(sendto(s, "\0\11\0\11\0\10\0", 8, 0, (struct sockaddr *)&to, sizeof to) < 0
		     ? strerrorname_np(errno)
		     : "ok");
	return 0;
}

static void move(const char *procs)
{
	int fd = open(procs, O_WRONLY);

	if (fd < 0 || write(fd, "0", 1) != 1) {
		perror(procs);
		exit(3);
	}
	close(fd);
}

static int send_raw(void)
{
	static const char *const peers[] = { "::1",	  "fd00::1",   "fd00:0:1::1",   "fd00:0:1::1",
					     "fd00::1",	  "fd00:0:1::1",   "::1",	    "127.9.0.1",
					     "127.0.0.1", "127.0.0.1", "127.9.0.1", "127.0.0.1" };
	int s6 = socket(AF_INET6, SOCK_RAW, IPPROTO_UDP), s4 = socket(AF_INET, SOCK_RAW, IPPROTO_UDP);

	for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
		struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
		struct sockaddr_in to4 = { .sin_family = AF_INET };
		int is6 = inet_pton(AF_INET6, peers[i], &to6.sin6_addr) == 1;

		inet_pton(AF_INET, peers[i], &to4.sin_addr);
		puts(sendto(is6 ? s6 : s4, "\0\11\0\11\0\10\0", 8, 0,
			    is6 ? (struct sockaddr *)&to6 : (struct sockaddr *)&to4,
			    is6 ? sizeof to6 : sizeof to4) < 0
			     ? strerrorname_np(errno)
			     : "ok");
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[1] : "", *arg = argc > 3 ? argv[3] : "";
	char number[12];
	int s, status;

	if (argc < 3)
		return 2;
	address = argv[2];
	if (!strcmp(how, "given"))
		return told(atoi(arg));
	if (!strcmp(how, "raw")) {
		if (strcmp(arg, "-"))
			move(arg);
		return send_raw();
	}
	if (!strcmp(how, "group-raw"))
		return send_grouped(arg);
	s = socket(AF_INET, SOCK_DGRAM, 0);
	if (!strcmp(how, "uid")) {
		become(arg);
	} else if (!strcmp(how, "gid")) {
		if (setegid((gid_t)atoi(arg))) {
			perror("setegid");
			return 3;
		}
	} else if (!strcmp(how, "groups")) {
		join(arg);
	} else if (!strcmp(how, "child")) {
		if (fork()) {
			wait(&status);
			return 0;
		}
		become(arg);
	} else if (!strcmp(how, "cgroup")) {
		move(arg);
	} else if (!strcmp(how, "back")) {
		become(arg);
		told(s);
		become("0");
	} else if (!strcmp(how, "exec")) {
		snprintf(number, sizeof number, "%d", s);
		execl(arg, arg, "given", address, number, NULL);
		perror(arg);
		return 3;
	}
	return told(s);
}
