/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netprobe [-u UID] [-b ADDRESS] [-6] HOW PROTOCOL ADDRESS PORT
 *
 * One system call as a program would make it; prints the name of its error or
 * "ok". HOW: connect, sendto, bind, and the same with -unspec: an IPv4 address
 * whose family says AF_UNSPEC; raw: a header of the protocol, made by hand; listen:
 * bound there; listen-unbound; socket: made, of the address's family. -b binds the socket
 * to ADDRESS before. -6 uses an IPv6 socket whatever the address. PROTOCOL may be three
 * numbers as of socket(2), 17/3/0. Nobody has to listen: a refused connection was
 * allowed. What this kernel does not have is "absent". Exit 0 whenever the call was made,
 * 2 for wrong use.
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

struct kind {
	int family, type, protocol;
};

static struct kind read_kind(const char *text, int family)
{
	static const struct {
		const char *word;
		int type, protocol;
	} words[] = {
		{ "tcp", SOCK_STREAM, 0 },    { "udp", SOCK_DGRAM, 0 },
		{ "sctp", SOCK_STREAM, 132 }, { "sctps", SOCK_SEQPACKET, 132 },
		{ "mptcp", SOCK_STREAM, 262 }, { "dccp", 6, 33 },
		{ "raw", SOCK_RAW, 253 },     { "ping", SOCK_DGRAM, IPPROTO_ICMP },
	};
	struct kind kind = { .family = family };

	if (sscanf(text, "%d/%d/%d", &kind.family, &kind.type, &kind.protocol) == 3)
		return kind;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i].word, text))
			return (struct kind){ family, words[i].type, words[i].protocol };
	fprintf(stderr, "netprobe: no protocol: %s\n", text);
	exit(2);
}

static bool is_missing(int error)
{
	return error == EPROTONOSUPPORT || error == ESOCKTNOSUPPORT || error == EAFNOSUPPORT;
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
	struct kind kind = read_kind(argv[optind + 1], family);
	int fd = socket(kind.family, kind.type, kind.protocol);
	char *suffix = strstr(how, "-unspec");

	if (fd < 0 && (is_missing(errno) || !strcmp(how, "socket"))) {
		puts(is_missing(errno) ? "absent" : strerrorname_np(errno));
		return 0;
	}
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
		/* the first 8 bytes of a ping socket's are a request for an echo */
		result = (int)sendto(fd, "\10\0\0\0\0\0\0", 8, 0, &peer.any, len);
	} else if (!strcmp(how, "bind")) {
		result = bind(fd, &peer.any, len);
	} else if (!strcmp(how, "listen")) {
		if (bind(fd, &peer.any, len)) {
			perror("netprobe: bind");
			return 2;
		}
		result = listen(fd, 1);
	} else if (!strcmp(how, "listen-unbound")) {
		result = listen(fd, 1);
	} else if (!strcmp(how, "socket")) {
		result = fd;
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
