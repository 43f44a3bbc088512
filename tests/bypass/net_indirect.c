/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that somebody else makes: io_uring, and a cgroup program that rewrites. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "net.h"

#define PORT 7345

/* ---- io_uring: one entry, nearly always by a worker ---- */

struct ring {
	int fd;
	struct io_uring_params p;
	uint8_t *sq, *cq;
	struct io_uring_sqe *sqe;
};

static struct ring ring_open(void)
{
	struct ring r = { .fd = -1 };

	r.fd = (int)syscall(SYS_io_uring_setup, 4, &r.p);
	if (r.fd < 0)
		not_here("no io_uring");
	r.sq = mmap(NULL, r.p.sq_off.array + r.p.sq_entries * 4, PROT_READ | PROT_WRITE,
		    MAP_SHARED, r.fd, IORING_OFF_SQ_RING);
	r.cq = mmap(NULL, r.p.cq_off.cqes + r.p.cq_entries * sizeof(struct io_uring_cqe),
		    PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, IORING_OFF_CQ_RING);
	r.sqe = mmap(NULL, r.p.sq_entries * sizeof *r.sqe, PROT_READ | PROT_WRITE, MAP_SHARED,
		     r.fd, IORING_OFF_SQES);
	if (r.sq == MAP_FAILED || r.cq == MAP_FAILED || r.sqe == MAP_FAILED)
		not_here("io_uring cannot be mapped");
	memset(r.sqe, 0, sizeof *r.sqe);
	r.sqe->flags = IOSQE_ASYNC;
	return r;
}

static void ring_submit(struct ring *r, unsigned wait_for)
{
	((uint32_t *)(r->sq + r->p.sq_off.array))[0] = 0;
	__atomic_store_n((uint32_t *)(r->sq + r->p.sq_off.tail), 1, __ATOMIC_RELEASE);
	step((int)syscall(SYS_io_uring_enter, r->fd, 1, wait_for, IORING_ENTER_GETEVENTS, NULL, 0));
}

static int ring_answer(const struct ring *r)
{
	const struct io_uring_cqe *cqe = (void *)(r->cq + r->p.cq_off.cqes);

	if (cqe->res >= 0 || cqe->res == -EINPROGRESS)
		return cqe->res;
	errno = -cqe->res;
	if (errno == EINVAL)
		not_here("this kernel's io_uring has no such operation");
	return step(-1);
}

static void ring_run(struct ring *r)
{
	ring_submit(r, 1);
	ring_answer(r);
}

static bool ring_has_answer(const struct ring *r, int wait_ms)
{
	struct pollfd p = { .fd = r->fd, .events = POLLIN };

	errno = EAGAIN;
	return poll(&p, 1, wait_ms) == 1;
}

void try_uring_connect(void)
{
	struct ring r = ring_open();
	struct where w = where(CLOSED4, LISTENING);

	r.sqe->opcode = IORING_OP_CONNECT;
	r.sqe->fd = sock(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	r.sqe->addr = (uintptr_t)&w.any;
	r.sqe->off = w.len;
	ring_run(&r);
}

/* One request, from before the policy, takes in whoever calls. */
void try_accept_multishot(void)
{
	struct ring r = ring_open();
	int s = listening(OPEN4, PORT);

	r.sqe->opcode = IORING_OP_ACCEPT;
	r.sqe->flags = 0; /* a worker would only wait */
	r.sqe->ioprio = 1; /* IORING_ACCEPT_MULTISHOT */
	r.sqe->fd = s;
	ring_submit(&r, 0);
	if (ring_has_answer(&r, 0))
		ring_answer(&r); /* says why it will not */
	await_policy();
	have_called(CALL_TCP, HOSTILE4, OPEN4, PORT);
	step(ring_has_answer(&r, WAIT_MS) ? ring_answer(&r) : -1);
}

/* Operations that headers may not know yet. */
enum { RING_SOCKET = 45, RING_SEND_ZC = 47, RING_SENDMSG_ZC = 48, RING_BIND = 56, RING_LISTEN = 57 };

static void ring_sendmsg(uint8_t opcode)
{
	struct ring r = ring_open();
	struct where w = where(CLOSED4, LISTENING);
	struct iovec part = { "x", 1 };
	struct msghdr m = { .msg_name = &w.any, .msg_namelen = w.len, .msg_iov = &part,
			    .msg_iovlen = 1 };

	r.sqe->opcode = opcode;
	r.sqe->fd = sock(AF_INET, SOCK_DGRAM, 0);
	r.sqe->addr = (uintptr_t)&m;
	r.sqe->len = 1;
	ring_run(&r);
}

void try_uring_sendmsg(void) { ring_sendmsg(IORING_OP_SENDMSG); }
void try_uring_sendmsg_zc(void) { ring_sendmsg(RING_SENDMSG_ZC); }

/* The address is in fields that older kernels want to be zero, or do not look at. */
static void ring_send(uint8_t opcode)
{
	struct ring r = ring_open();
	struct where w = where(CLOSED4, LISTENING);
	uint16_t len = (uint16_t)w.len;

	r.sqe->opcode = opcode;
	r.sqe->fd = sock(AF_INET, SOCK_DGRAM, 0);
	r.sqe->addr = (uintptr_t) "x";
	r.sqe->len = 1;
	r.sqe->off = (uintptr_t)&w.any; /* addr2 */
	memcpy((uint8_t *)r.sqe + 44, &len, sizeof len); /* addr_len */
	ring_run(&r);
}

void try_uring_send(void) { ring_send(IORING_OP_SEND); }
void try_uring_send_zc(void) { ring_send(RING_SEND_ZC); }

void try_uring_before(void)
{
	struct ring r = ring_open();
	int s = sock(AF_INET, SOCK_DGRAM, 0);

	dial(s, CLOSED4, LISTENING);
	await_policy();
	r.sqe->opcode = IORING_OP_SEND;
	r.sqe->fd = s;
	r.sqe->addr = (uintptr_t) "x";
	r.sqe->len = 1;
	ring_run(&r);
}

static void ring_make(int family, int type)
{
	struct ring r = ring_open();

	r.sqe->opcode = RING_SOCKET;
	r.sqe->fd = family;
	r.sqe->off = (uint64_t)type;
	ring_run(&r);
}

void try_uring_socket(void)
{
	step(setresuid(UNMADE_UID, UNMADE_UID, UNMADE_UID));
	ring_make(AF_INET, SOCK_STREAM);
}

void try_uring_packet(void)
{
	ring_make(AF_PACKET, SOCK_RAW);
}

void try_uring_bind(void)
{
	struct ring r = ring_open();
	struct where w = where(LOCAL4, 0);

	r.sqe->opcode = RING_BIND;
	r.sqe->fd = sock(AF_INET, SOCK_RAW, 253);
	r.sqe->addr = (uintptr_t)&w.any;
	r.sqe->off = w.len;
	ring_run(&r);
}

void try_uring_listen(void)
{
	struct ring r = ring_open();

	r.sqe->opcode = RING_LISTEN;
	r.sqe->fd = sock(AF_INET, SOCK_STREAM, 0);
	own(r.sqe->fd, LISTEN4, 7215);
	r.sqe->len = 1;
	ring_run(&r);
}

/* ---- a program on the same cgroup, after ours, or below it, that makes every target the
 * closed one; a link, so that it goes with this process ---- */

enum { WORDS_MAX = 4 };

/* What is denied here is not the attempt. */
static int must(long result)
{
	if (result < 0 && errno == EPERM)
		errno = ENOTRECOVERABLE;
	return step((int)result);
}

/* The address is in words at `field` of what the program is given. */
static int rewriter(uint32_t type, size_t field, const void *address, int words)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct bpf_insn code[2 * WORDS_MAX + 2] = { 0 };
	union bpf_attr a = { .prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
			     .insns = (uintptr_t)code,
			     .license = (uintptr_t) "GPL",
			     .expected_attach_type = type };
	int n = 0;

	for (int i = 0; i < words; i++) {
		int word;

		memcpy(&word, (const uint8_t *)address + 4 * i, 4);
		code[n++] = (struct bpf_insn){ .code = BPF_ALU | BPF_MOV | BPF_K, .dst_reg = 2,
					       .imm = word };
		code[n++] = (struct bpf_insn){ .code = BPF_STX | BPF_MEM | BPF_W, .dst_reg = 1,
					       .src_reg = 2, .off = (short)(field + 4 * (size_t)i) };
	}
	code[n++] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 };
	code[n++] = (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT };
	a.insn_cnt = (uint32_t)n;
	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* matters on 5.10 only */
	return must(syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof a));
}

static void rewrite_at(const char *group, uint32_t type, const char *target)
{
	struct where w = where(target, 0);
	bool v6 = w.any.sa_family == AF_INET6;
	union bpf_attr a = { 0 };

	a.link_create.prog_fd = (uint32_t)rewriter(
		type, v6 ? offsetof(struct bpf_sock_addr, user_ip6) : offsetof(struct bpf_sock_addr, user_ip4),
		v6 ? (void *)&w.v6.sin6_addr : (void *)&w.v4.sin_addr, v6 ? 4 : 1);
	a.link_create.target_fd = (uint32_t)step(open(group, O_RDONLY | O_DIRECTORY));
	a.link_create.attach_type = type;
	must(syscall(SYS_bpf, BPF_LINK_CREATE, &a, sizeof a));
}

static void rewrite_to(const char *target)
{
	rewrite_at(test_cgroup(), BPF_CGROUP_INET4_CONNECT, target);
}

static void dial_open(int family)
{
	int s = sock(family, SOCK_DGRAM, 0);

	dial(s, family == AF_INET ? OPEN4 : OPEN6, LISTENING);
	tell(s);
}

void try_rewritten(void)
{
	rewrite_to(CLOSED4);
	dial_open(AF_INET);
}

void try_rewritten6(void)
{
	rewrite_at(test_cgroup(), BPF_CGROUP_INET6_CONNECT, CLOSED6);
	dial_open(AF_INET6);
}

void try_rewritten_send(void)
{
	rewrite_at(test_cgroup(), BPF_CGROUP_UDP4_SENDMSG, CLOSED4);
	say(sock(AF_INET, SOCK_DGRAM, 0), OPEN4, LISTENING);
}

/* What hangs there runs before ours. */
void try_rewritten_below(void)
{
	char below[512];

	snprintf(below, sizeof below, "%s/rewriting", test_cgroup());
	if (mkdir(below, 0755) && errno != EEXIST)
		not_here("no cgroup can be made");
	rewrite_at(below, BPF_CGROUP_INET4_CONNECT, CLOSED4);
	enter(below);
	dial_open(AF_INET);
}

/* Nothing tells what address it was in the end. */
void try_bind_rewritten(void)
{
	struct where w, local = where(LOCAL4, 0);
	int s = sock(AF_INET, SOCK_DGRAM, 0);

	rewrite_at(test_cgroup(), BPF_CGROUP_INET4_BIND, LOCAL4);
	own(s, OPEN4, 7032);
	w.len = sizeof w.v6;
	step(getsockname(s, &w.any, &w.len));
	errno = EPERM; /* it is bound, but not there */
	step(w.v4.sin_addr.s_addr == local.v4.sin_addr.s_addr ? 0 : -1);
}

/* The call is to an open address: only the packets know that this is no old connection. */
void try_older_rewritten(void)
{
	struct where none = unspec("0.0.0.0", 0), open4 = where(OPEN4, LISTENING);
	int s = sock(AF_INET, SOCK_STREAM, 0), error = 0;
	struct pollfd p = { .fd = s, .events = POLLOUT };
	socklen_t len = sizeof error;

	dial(s, OLDER4, LISTENING);
	await_policy();
	step(connect(s, &none.any, none.len));
	rewrite_to(OLDER4);
	fcntl(s, F_SETFL, O_NONBLOCK);
	if (connect(s, &open4.any, open4.len) && errno != EINPROGRESS)
		step(-1);
	errno = EAGAIN;
	step(poll(&p, 1, WAIT_MS) == 1 ? 0 : -1);
	step(getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &len));
	errno = error;
	step(error ? -1 : 0);
}
