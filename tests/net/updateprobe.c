/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * updateprobe HOW ARG...   what began before a policy came, or goes on while policies
 * follow each other. Says "ready", then something each time that SIGUSR1 comes: the name of
 * an error, "ok", or "lost" where data does not arrive. HOW:
 *   udp ADDRESS           sends by a socket connected to it
 *   tcp ADDRESS PORT      sends by a connection to a listener of its own there
 *   hear ADDRESS PORT     listens to UDP there: "ok" if something has come
 *   serve ADDRESS PORT    the same of TCP, when somebody has called
 *   calling ADDRESS PORT  has called a listener of its own that does not answer yet; it
 *                         does when the signal comes
 *   hammer ADDRESS        connects all the time, and says how often, and how often that
 *                         was not denied
 *   attach FLAGS CGROUP   another program on connect there, until the signal comes
 *   late MS PERCENT       what the host sends to itself arrives so much later, and so much
 *                         of it is lost, until the signal comes
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ARRIVES_MS 700
#define ANSWERS_MS 8000 /* calls are repeated after 1, 3 and 7 seconds */

static void must(bool good, const char *what)
{
	if (good)
		return;
	printf("%s: %s\n", what, strerror(errno));
	exit(3);
}

static bool wanted(const struct timespec *wait)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return wait ? sigtimedwait(&set, NULL, wait) > 0 : sigwaitinfo(&set, NULL) > 0;
}

static struct sockaddr_in at(const char *address, const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };

	must(inet_pton(AF_INET, address, &a.sin_addr) == 1, address);
	return a;
}

/* One that ends leaves nothing that the kernel goes on to send for whoever comes next. */
static int make(int type)
{
	const struct linger at_once = { .l_onoff = 1 };
	int s = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	must(s >= 0, "socket");
	must(!setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), "linger");
	return s;
}

static int listener(const struct sockaddr_in *a, int backlog)
{
	int s = make(SOCK_STREAM), one = 1;

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	must(!bind(s, (struct sockaddr *)a, sizeof *a), "bind");
	must(!listen(s, backlog), "listen");
	return s;
}

static bool comes(int s, short what, int ms)
{
	struct pollfd p = { .fd = s, .events = what };

	return poll(&p, 1, ms) == 1 && p.revents & what && !(p.revents & POLLERR);
}

static const char *result(bool good)
{
	return good ? "ok" : strerrorname_np(errno);
}

static void udp(const char *address)
{
	struct sockaddr_in a = at(address, "9");
	int s = make(SOCK_DGRAM);

	must(!connect(s, (struct sockaddr *)&a, sizeof a), "connect");
	puts("ready");
	while (wanted(NULL)) {
		send(s, "x", 1, 0); /* nobody listens: an error of the packet before */
		puts(result(send(s, "x", 1, 0) == 1 || errno == ECONNREFUSED));
	}
}

static void tcp(const char *address, const char *port)
{
	struct sockaddr_in a = at(address, port);
	int l = listener(&a, 1), s = make(SOCK_STREAM), in;
	char byte;

	must(!connect(s, (struct sockaddr *)&a, sizeof a), "connect");
	in = accept(l, NULL, NULL);
	must(in >= 0, "accept");
	close(l); /* or the connection could be one that it accepted */
	puts("ready");
	while (wanted(NULL))
		puts(send(s, "x", 1, 0) == 1 && comes(in, POLLIN, ARRIVES_MS) &&
				     recv(in, &byte, 1, 0) == 1
			     ? "ok"
			     : "lost");
}

static void hear(const char *address, const char *port)
{
	struct sockaddr_in a = at(address, port);
	int s = make(SOCK_DGRAM);
	char byte;

	must(!bind(s, (struct sockaddr *)&a, sizeof a), "bind");
	puts("ready");
	while (wanted(NULL))
		puts(comes(s, POLLIN, ARRIVES_MS) && recv(s, &byte, 1, 0) == 1 ? "ok" : "lost");
}

static void serve(const char *address, const char *port)
{
	struct sockaddr_in a = at(address, port);
	int l = listener(&a, 8);

	puts("ready");
	while (wanted(NULL))
		puts(comes(l, POLLIN, ARRIVES_MS) && accept(l, NULL, NULL) >= 0 ? "ok" : "lost");
}

static void calling(const char *address, const char *port)
{
	struct sockaddr_in a = at(address, port);
	int l = listener(&a, 0), first = make(SOCK_STREAM), s = make(SOCK_STREAM | SOCK_NONBLOCK);

	/* the queue is full with one, and those behind it get no answer */
	must(!connect(first, (struct sockaddr *)&a, sizeof a), "connect");
	must(connect(s, (struct sockaddr *)&a, sizeof a) && errno == EINPROGRESS, "connect");
	must(!comes(s, POLLOUT, 100), "no answer");
	puts("ready");
	wanted(NULL);
	must(accept(l, NULL, NULL) >= 0, "accept");
	puts(comes(s, POLLOUT, ANSWERS_MS) ? "ok" : "lost");
}

static void hammer(const char *address)
{
	const struct timespec now = { 0 };
	struct sockaddr_in a = at(address, "9");
	unsigned long tries = 0, through = 0;

	puts("ready");
	for (; !wanted(&now); tries++) {
		int s = make(SOCK_DGRAM);

		through += !connect(s, (struct sockaddr *)&a, sizeof a) || errno != EPERM;
		close(s);
	}
	printf("%s %lu %lu\n", tries > 100 ? "many" : "few", through, tries);
}

static void attach(const char *flags, const char *cgroup)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = { .prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR, .insn_cnt = 2,
				.insns = (uintptr_t)code, .license = (uintptr_t) "GPL",
				.expected_attach_type = BPF_CGROUP_INET4_CONNECT,
				.prog_name = "holder" };
	union bpf_attr on = { .attach_type = BPF_CGROUP_INET4_CONNECT,
			      .attach_flags = (uint32_t)atoi(flags) };
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	int group = open(cgroup, O_RDONLY | O_DIRECTORY), program;

	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* matters on 5.10 only */
	program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load);
	must(group >= 0 && program >= 0, "load");
	on.target_fd = (uint32_t)group;
	on.attach_bpf_fd = (uint32_t)program;
	must(!syscall(SYS_bpf, BPF_PROG_ATTACH, &on, sizeof on), "attach");
	puts("ready");
	wanted(NULL);
	on.attach_flags = 0;
	must(!syscall(SYS_bpf, BPF_PROG_DETACH, &on, sizeof on), "detach");
	puts("ok");
}

/* Netem on the loopback device, made or (flags 0) deleted. */
static void shape(uint16_t type, uint16_t flags, const struct tc_netem_qopt *how)
{
	struct {
		struct nlmsghdr head;
		struct tcmsg what;
		struct rtattr kind;
		char name[8]; /* "netem", filled up */
		struct rtattr options;
		struct tc_netem_qopt how;
	} ask = {
		.head = { sizeof ask, type, NLM_F_REQUEST | NLM_F_ACK | flags, 0, 0 },
		.what = { .tcm_ifindex = (int)if_nametoindex("lo"), .tcm_parent = TC_H_ROOT },
		.kind = { RTA_LENGTH(sizeof "netem"), TCA_KIND },
		.name = "netem",
		.options = { RTA_LENGTH(sizeof *how), TCA_OPTIONS },
		.how = *how,
	};
	struct {
		struct nlmsghdr head;
		struct nlmsgerr result;
		char more[512];
	} answer;
	int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	must(send(s, &ask, sizeof ask, 0) == sizeof ask, "netlink");
	must(recv(s, &answer, sizeof answer, 0) > (ssize_t)sizeof answer.head, "netlink");
	errno = -answer.result.error;
	must(!errno, "netem");
	close(s);
}

static void late(const char *ms, const char *percent)
{
	const uint32_t tick_ns = 64;
	const struct tc_netem_qopt how = {
		.latency = (uint32_t)atoi(ms) * (1000000 / tick_ns),
		.limit = 1000,
		.loss = UINT32_MAX / 100 * (uint32_t)atoi(percent),
	};

	shape(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, &how);
	puts("ready");
	wanted(NULL);
	shape(RTM_DELQDISC, 0, &how);
	puts("ok");
}

int main(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[1] : "";
	sigset_t set;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (!strcmp(how, "udp"))
		udp(argv[2]);
	else if (!strcmp(how, "hammer"))
		hammer(argv[2]);
	else if (!strcmp(how, "tcp") && argc == 4)
		tcp(argv[2], argv[3]);
	else if (!strcmp(how, "hear") && argc == 4)
		hear(argv[2], argv[3]);
	else if (!strcmp(how, "serve") && argc == 4)
		serve(argv[2], argv[3]);
	else if (!strcmp(how, "calling") && argc == 4)
		calling(argv[2], argv[3]);
	else if (!strcmp(how, "attach") && argc == 4)
		attach(argv[2], argv[3]);
	else if (!strcmp(how, "late") && argc == 4)
		late(argv[2], argv[3]);
	else
		return 2;
	return 0;
}
