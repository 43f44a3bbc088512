/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * measure [-e OBJECT CGROUP] open FILE | connect ADDRESS PORT | send ADDRESS PORT |
 *         raw ADDRESS PORT | socket X
 *
 * Prints what one system call pair costs, the least of several rounds, in
 * nanoseconds of CLOCK_MONOTONIC: under `qemu -icount shift=0` these are guest
 * instructions, and repeat. -e attaches the empty programs of OBJECT before. raw sends
 * UDP's header through a raw socket, which may be denied.
 */
#include <arpa/inet.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "clock.h"

#define ROUNDS 9
#define CALLS 2000

static void die(const char *what)
{
	perror(what);
	exit(3);
}

static void attach_empty(const char *object, const char *cgroup)
{
	struct bpf_object *o = bpf_object__open_file(object, NULL);
	struct bpf_program *p;
	int group = open(cgroup, O_RDONLY | O_DIRECTORY);

	if (!o || bpf_object__load(o) || group < 0)
		die("empty programs");
	bpf_object__for_each_program(p, o)
		if (bpf_program__type(p) == BPF_PROG_TYPE_LSM ? !bpf_program__attach(p)
							       : !bpf_program__attach_cgroup(p, group))
			die("attaching");
}

static void open_close(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		die(path);
	close(fd);
}

/* The port stands at the same place in both families. */
static int address(struct sockaddr_storage *to, const char *text, const char *port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;

	to->ss_family = strchr(text, ':') ? AF_INET6 : AF_INET;
	v4->sin_port = htons((uint16_t)atoi(port));
	return inet_pton(to->ss_family, text,
			 to->ss_family == AF_INET ? (void *)&v4->sin_addr : &v6->sin6_addr) == 1;
}

/* As sent: EPERM is what a denial is, and as good here. */
static void send_raw(int fd, const struct sockaddr_storage *to)
{
	const uint16_t port = ((const struct sockaddr_in *)to)->sin_port;
	const uint16_t udp[4] = { port, port, htons(8), 0 };
	struct sockaddr_in raw = *(const struct sockaddr_in *)to;

	raw.sin_port = 0;
	if (sendto(fd, udp, sizeof udp, 0, (struct sockaddr *)&raw, sizeof raw) < 0 &&
	    errno != EPERM)
		die("sendto");
}

int main(int argc, char **argv)
{
	struct sockaddr_storage to = { 0 };
	uint64_t best = UINT64_MAX;
	int fd = -1, at = 1;

	if (argc > 4 && !strcmp(argv[1], "-e")) {
		attach_empty(argv[2], argv[3]);
		at = 4;
	}
	if (argc < at + 2)
		return 2;
	int sends = !strcmp(argv[at], "send"), sockets = !strcmp(argv[at], "socket");
	int raws = !strcmp(argv[at], "raw");

	if (sends || raws || !strcmp(argv[at], "connect")) {
		if (argc < at + 3 || !address(&to, argv[at + 1], argv[at + 2]))
			return 2;
		fd = socket(to.ss_family, raws ? SOCK_RAW : SOCK_DGRAM, raws ? IPPROTO_UDP : 0);
		if (sends) /* where the address is the host's own */
			bind(fd, (struct sockaddr *)&to, sizeof to);
		if (fd < 0 || (sends && connect(fd, (struct sockaddr *)&to, sizeof to)))
			die("connect");
	}
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t began = now_ns();

		for (int i = 0; i < CALLS; i++) {
			if (sockets)
				close(socket(AF_INET, SOCK_DGRAM, 0));
			else if (sends && send(fd, "x", 1, 0) != 1)
				die("send");
			else if (sends)
				continue;
			else if (raws)
				send_raw(fd, &to);
			else if (fd < 0)
				open_close(argv[at + 1]);
			else if (connect(fd, (struct sockaddr *)&to, sizeof to))
				die("connect");
		}
		if ((now_ns() - began) / CALLS < best)
			best = (now_ns() - began) / CALLS;
	}
	printf("%llu\n", (unsigned long long)best);
	return 0;
}
