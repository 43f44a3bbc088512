/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netprobe [-u UID] [-b ADDRESS] [-6] HOW PROTOCOL ADDRESS PORT
 *
 * One system call as a program would make it; prints the name of its error or
 * "ok". HOW: connect, sendto, bind, and the same with -unspec: an IPv4 address
 * whose family says AF_UNSPEC; raw: a header of the protocol, made by hand. -b binds the socket to ADDRESS before. -6 uses an
 * IPv6 socket whatever the address. Nobody has to listen: a refused connection
 * was allowed. Exit 0 whenever the call was made, 2 for wrong use.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t read_address(const char *text, int port, union address *out)
{
	memset(out, 0, sizeof *out);
	if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons((uint16_t)port);
		return sizeof out->v4;
	}
	if (inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons((uint16_t)port);
		return sizeof out->v6;
	}
	fprintf(stderr, "netprobe: not an address: %s\n", text);
	exit(2);
}

static int usage(void)
{
	fputs("usage: netprobe [-u UID] [-b ADDRESS] [-6] HOW PROTOCOL ADDRESS PORT\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *local = NULL;
	bool force6 = false;
	int option;

	while ((option = getopt(argc, argv, "u:b:6")) != -1) {
		uid_t uid;

		switch (option) {
		case 'u':
			uid = (uid_t)strtoul(optarg, NULL, 10);
			if (setresuid(uid, uid, uid)) {
				perror("netprobe: setresuid");
				return 2;
			}
			break;
		case 'b':
			local = optarg;
			break;
		case '6':
			force6 = true;
			break;
		default:
			return usage();
		}
	}
	if (argc - optind != 4)
		return usage();

	char *how = argv[optind];
	bool stream = !strcmp(argv[optind + 1], "tcp");
	union address peer;
	socklen_t len = read_address(argv[optind + 2], atoi(argv[optind + 3]), &peer);
	int family = force6 ? AF_INET6 : peer.any.sa_family;
	int fd = socket(family, stream ? SOCK_STREAM : SOCK_DGRAM, 0);
	char *suffix = strstr(how, "-unspec");

	if (fd < 0) {
		perror("netprobe: socket");
		return 2;
	}
	if (suffix) {
		*suffix = '\0';
		peer.any.sa_family = AF_UNSPEC;
	}
	if (local) {
		union address own;
		socklen_t own_len = read_address(local, 0, &own);

		if (bind(fd, &own.any, own_len)) {
			perror("netprobe: bind -b");
			return 2;
		}
	}

	int result;

	if (!strcmp(how, "connect")) {
		/* A peer that swallows packets must not hold up the test. */
		fcntl(fd, F_SETFL, O_NONBLOCK);
		result = connect(fd, &peer.any, len);
	} else if (!strcmp(how, "sendto")) {
		result = (int)sendto(fd, "x", 1, 0, &peer.any, len);
	} else if (!strcmp(how, "bind")) {
		result = bind(fd, &peer.any, len);
	} else if (!strcmp(how, "raw")) {
		/* ports stand at the same place in both protocols */
		unsigned short header[10] = { htons(4321), peer.v4.sin_port, htons(20) };

		peer.v4.sin_port = 0;
		fd = socket(family, SOCK_RAW, stream ? IPPROTO_TCP : IPPROTO_UDP);
		result = (int)sendto(fd, header, sizeof header, 0, &peer.any, len);
	} else {
		return usage();
	}
	puts(result < 0 ? strerrorname_np(errno) : "ok");
	return 0;
}
