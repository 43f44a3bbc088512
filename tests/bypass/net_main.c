/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netbypass CGROUP [INSTALL]   every attempt of net.def; one line each:
 * NAME through | NAME blocked ERROR | NAME absent WHY
 *
 * This process stays outside of the cgroup: it is the world that is spoken to, and
 * watches the wire. INSTALL is a command that installs the policy; attempts marked
 * EARLY have begun by then. Made for a network namespace with only a loopback device
 * that has the addresses of net.h.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "net.h"

enum group { OUT, LOCAL, IN };
enum when { EARLY, LATE };
enum target {
	NONE, CLOSED, PORTED_TARGET, SUBJECT, OLDER, MANY, GROUP, LINK, MAPPED64, SIX, TO_CLOSED,
	TO_SUBJECT
};
#undef PORTED
#define PORTED PORTED_TARGET

static const struct attempt {
	const char *name;
	void (*run)(void);
	enum group group;
	enum when when;
	enum target target;
} attempts[] = {
#define ATTEMPT(name, group, when, target, operation, text) \
	{ #name, try_##name, group, when, target },
#include "net.def"
#undef ATTEMPT
};
#define N_ATTEMPTS (sizeof attempts / sizeof *attempts)

enum { WAITS = -1 }; /* an EARLY attempt, for the policy */
struct result {
	int error;
	char absent[64];
};

struct child {
	pid_t pid;
	int orders, results; /* a byte begins what comes after the policy */
	struct result before;
};

static const char *cgroup;
static int my_orders, my_results; /* in a child */

const char *test_cgroup(void)
{
	return cgroup;
}

static _Noreturn void report(const struct result *r)
{
	if (write(my_results, r, sizeof *r) != (ssize_t)sizeof *r)
		_exit(3);
	for (;;) /* sockets stay open until the wire has been looked at */
		pause();
}

void finish(void)
{
	report(&(struct result){ 0 });
}

void not_here(const char *why)
{
	struct result r = { .error = 0 };

	snprintf(r.absent, sizeof r.absent, "%s", why);
	report(&r);
}

int step(int result)
{
	if (result >= 0)
		return result;
	report(&(struct result){ .error = errno });
}

void await_policy(void)
{
	struct result waits = { .error = WAITS };
	char byte;

	if (write(my_results, &waits, sizeof waits) != (ssize_t)sizeof waits ||
	    read(my_orders, &byte, 1) != 1)
		_exit(3);
}

static void join(const char *group)
{
	char path[512];
	int fd;

	snprintf(path, sizeof path, "%s/cgroup.procs", group);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, "0", 1) != 1) {
		perror(path);
		_exit(3);
	}
	close(fd);
}

static struct child begin(const struct attempt *a)
{
	int orders[2], results[2];
	struct child c;

	if (pipe(orders) || pipe(results))
		exit(3);
	c = (struct child){ .pid = fork(), .orders = orders[1], .results = results[0] };
	if (c.pid == 0) {
		my_orders = orders[0];
		my_results = results[1];
		signal(SIGPIPE, SIG_IGN);
		if (a->group == IN)
			world_begin();
		join(cgroup);
		a->run();
		finish();
	}
	close(orders[0]);
	close(results[1]);
	return c;
}

/* ---- the world ---- */

static void serve(int type, int protocol)
{
	struct where all = where("::", LISTENING);
	int s = socket(AF_INET6, type, protocol), one = 1, n = 64;

	if (s < 0)
		return; /* the attempts will say so */
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	setsockopt(s, IPPROTO_TCP, 23 /* TCP_FASTOPEN */, &n, sizeof n);
	if (protocol == IPPROTO_MPTCP)
		all = where("::", LISTENING + 1);
	/* the ports of a run before this may not be free at once */
	for (int i = 0; bind(s, &all.any, all.len); i++) {
		if (i == 100) {
			perror("netbypass: cannot listen");
			exit(3);
		}
		usleep(100000);
	}
	if (type != SOCK_DGRAM)
		listen(s, 64);
}

static int watch(void)
{
	struct sockaddr_ll lo = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = (int)if_nametoindex("lo") };
	int s = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK, htons(ETH_P_ALL));

	if (s < 0 || bind(s, (struct sockaddr *)&lo, sizeof lo)) {
		perror("netbypass: cannot watch the loopback device");
		exit(3);
	}
	return s;
}

static bool names(const uint8_t *packet, size_t len, const void *addr, size_t n)
{
	size_t from = n == 4 ? 16 : 24; /* behind the source address */

	if (len > 400)
		len = 400;
	return len > from && memmem(packet + from, len - from, addr, n);
}

/* Is the target anywhere in the packet but as its source? */
static bool is_target(enum target target, const uint8_t *packet, size_t len)
{
	static const char *const texts[][2] = {
		[CLOSED] = { CLOSED4, CLOSED6 },
		[PORTED] = { PORTED4, PORTED6 },
		[SUBJECT] = { SUBJECT4, NULL },
		[OLDER] = { OLDER4, OLDER6 },
		[MANY] = { MANY4, NULL },
		[GROUP] = { GROUP4, NULL },
		[LINK] = { NULL, LINK6 },
		[TO_CLOSED] = { CLOSED4, NULL },
		[TO_SUBJECT] = { SUBJECT4, NULL },
		[MAPPED64] = { NULL, "64:ff9b::10.88.0.2" },
		[SIX] = { NULL, "2002:a58:2::1" },
	};
	bool v6 = len && packet[0] >> 4 == 6;
	const char *text = texts[target][v6];
	bool exact = target == TO_CLOSED || target == TO_SUBJECT;
	uint8_t addr[16];

	return text && inet_pton(v6 ? AF_INET6 : AF_INET, text, addr) == 1 &&
	       names(packet, exact && len > 20 ? 20 : len, addr, v6 ? 16 : 4);
}

/* Everything that was sent meanwhile; with a target, was it spoken to? */
static bool seen(int wire, enum target target)
{
	static uint8_t packet[70000];
	bool hit = false;
	ssize_t n;

	while ((n = recv(wire, packet, sizeof packet, 0)) > 0)
		hit |= target != NONE && is_target(target, packet, (size_t)n);
	return hit;
}

/* Late packets of the attempt before are not the next one's. */
static void settle(int wire)
{
	struct pollfd p = { .fd = wire, .events = POLLIN };

	for (int i = 0; i < 50 && poll(&p, 1, 60) == 1; i++)
		seen(wire, NONE);
}

static struct result result_of(struct child *c)
{
	struct result r = { .error = ETIMEDOUT };
	struct pollfd p = { .fd = c->results, .events = POLLIN };

	if (poll(&p, 1, 20000) == 1 && read(c->results, &r, sizeof r) != (ssize_t)sizeof r)
		snprintf(r.absent, sizeof r.absent, "the attempt died");
	return r;
}

static void judge(const struct attempt *a, struct child *c, int wire)
{
	struct result r;
	bool through;

	settle(wire);
	if (a->when == LATE)
		*c = begin(a);
	else if (c->before.error == WAITS && write(c->orders, "+", 1) != 1)
		exit(3);
	r = a->when == EARLY && c->before.error != WAITS ? c->before : result_of(c);
	usleep(2000);
	through = a->group == OUT ? seen(wire, a->target) : !r.error;
	if (r.error == EAGAIN || r.error == ETIMEDOUT)
		r.error = 0; /* waited for nothing */
	if (r.absent[0])
		printf("%s absent %s\n", a->name, r.absent);
	else if (through)
		printf("%s through\n", a->name);
	else
		printf("%s blocked %s\n", a->name,
		       r.error ? strerrorname_np(r.error) : "dropped");
	fflush(stdout);
	kill(c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
	close(c->orders);
	close(c->results);
}

int main(int argc, char **argv)
{
	static struct child children[N_ATTEMPTS];
	int wire;

	if (argc < 2 || argc > 3) {
		fputs("usage: netbypass CGROUP [INSTALL]\n", stderr);
		return 2;
	}
	cgroup = argv[1];
	signal(SIGPIPE, SIG_IGN);
	serve(SOCK_STREAM, 0);
	serve(SOCK_STREAM, IPPROTO_MPTCP);
	serve(SOCK_DGRAM, 0);
	serve(SOCK_DGRAM, IPPROTO_UDPLITE);
	serve(SOCK_STREAM, IPPROTO_SCTP);
	wire = watch();
	for (size_t i = 0; i < N_ATTEMPTS; i++) {
		if (attempts[i].when != EARLY)
			continue;
		children[i] = begin(&attempts[i]);
		children[i].before = result_of(&children[i]);
	}
	if (argc == 3 && system(argv[2])) {
		fprintf(stderr, "netbypass: '%s' failed\n", argv[2]);
		return 3;
	}
	for (size_t i = 0; i < N_ATTEMPTS; i++)
		judge(&attempts[i], &children[i], wire);
	return 0;
}
