/* SPDX-License-Identifier: BSD-2-Clause */
/* One io_uring request, by system calls alone: the answer, or a negative errno. */
#include "bypass.h"

bool has_ring(void)
{
	struct io_uring_params p = { 0 };
	int fd = (int)syscall(SYS_io_uring_setup, 2, &p);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void *map_ring(int fd, size_t bytes, off_t what)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, what);

	must(at == MAP_FAILED ? -1 : 0, "mmap of a ring");
	return at;
}

static long call(const struct io_uring_sqe *sqe, unsigned setup_flags, const int *registered,
		 uid_t then)
{
	struct io_uring_params p = { .flags = setup_flags, .sq_thread_idle = 1000 };
	int fd = (int)must(syscall(SYS_io_uring_setup, 2, &p), "io_uring_setup");
	char *sq = map_ring(fd, p.sq_off.array + p.sq_entries * 4, IORING_OFF_SQ_RING);
	char *cq = map_ring(fd, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe),
			    IORING_OFF_CQ_RING);
	struct io_uring_sqe *slots = map_ring(fd, p.sq_entries * sizeof *slots, IORING_OFF_SQES);
	unsigned *tail = (unsigned *)(sq + p.sq_off.tail);
	unsigned enter = IORING_ENTER_GETEVENTS;

	if (registered)
		must(syscall(SYS_io_uring_register, fd, IORING_REGISTER_FILES, registered, 1),
		     "register");
	slots[0] = *sqe;
	if (then != (uid_t)-1) { /* who one is now, for one who is somebody else when it asks */
		slots[0].personality = (uint16_t)must(syscall(SYS_io_uring_register, fd,
							      IORING_REGISTER_PERSONALITY, NULL, 0),
						      "personality");
		must(setresuid(then, then, then), "the other uid");
	}
	if (registered)
		slots[0].flags |= IOSQE_FIXED_FILE;
	*(unsigned *)(sq + p.sq_off.array) = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (setup_flags & IORING_SETUP_SQPOLL)
		enter |= IORING_ENTER_SQ_WAKEUP;
	must(syscall(SYS_io_uring_enter, fd, 1, 1, enter, NULL, 0), "io_uring_enter");
	return ((struct io_uring_cqe *)(cq + p.cq_off.cqes))->res;
}

long ring_call(const struct io_uring_sqe *sqe, unsigned setup_flags)
{
	return call(sqe, setup_flags, NULL, (uid_t)-1);
}

/* On file number 0 of those that the ring knows. */
long ring_call_fixed(const struct io_uring_sqe *sqe, unsigned setup_flags, int registered)
{
	return call(sqe, setup_flags, &registered, (uid_t)-1);
}

/* With the credentials that the caller has, after it has become another. */
long ring_call_before(const struct io_uring_sqe *sqe, uid_t then)
{
	return call(sqe, 0, NULL, then);
}
