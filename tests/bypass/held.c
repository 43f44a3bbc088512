/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * held [-r] FROM TO COMMAND [LISTED]   the rename of directory FROM to TO, held open while
 *                                      COMMAND runs; -r: by a worker of io_uring
 *
 * A thread lists FROM (or LISTED, an empty TO) into memory that has no page yet, and whose
 * fault nobody answers: it keeps the lock of the directory. The rename is past the
 * security hook when it waits for that lock. Exit 0 when it then succeeds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/userfaultfd.h>
#include <stdbool.h>
#include <string.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char **args;
static void *page;
static bool ring;
static _Atomic int renamed = -1;

static void check(int rc, const char *what)
{
	if (rc < 0) {
		perror(what);
		exit(3);
	}
}

static void *lister(void *arg)
{
	const char *listed = args[4] ? args[4] : args[1];
	int dir = open(listed, O_RDONLY | O_DIRECTORY);

	(void)arg;
	check(dir, listed);
	check((int)syscall(SYS_getdents64, dir, page, 4096), "getdents");
	return NULL;
}

/* A worker renames, in no system call of its own; this thread waits in another. */
static int rename_by_ring(void)
{
	struct io_uring_params p = { 0 };
	int fd = (int)syscall(SYS_io_uring_setup, 2, &p);
	char *sq = mmap(NULL, p.sq_off.array + p.sq_entries * 4, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_SQ_RING);
	char *cq = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe),
			PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_CQ_RING);
	struct io_uring_sqe *sqe = mmap(NULL, p.sq_entries * sizeof *sqe, PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_SQES);
	int rc;

	check(fd, "io_uring_setup");
	check(sq == MAP_FAILED || cq == MAP_FAILED || sqe == MAP_FAILED ? -1 : 0, "a ring");
	*sqe = (struct io_uring_sqe){ .opcode = IORING_OP_RENAMEAT, .flags = IOSQE_ASYNC, .fd = AT_FDCWD,
				      .len = (unsigned)AT_FDCWD, .addr = (unsigned long)args[1],
				      .addr2 = (unsigned long)args[2] };
	*(unsigned *)(sq + p.sq_off.array) = 0;
	__atomic_store_n((unsigned *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
	check((int)syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0), "io_uring_enter");
	rc = ((struct io_uring_cqe *)(cq + p.cq_off.cqes))->res;
	return rc < 0 ? -rc : 0;
}

static void *renamer(void *arg)
{
	(void)arg;
	renamed = ring ? rename_by_ring() : rename(args[1], args[2]) ? errno : 0;
	return NULL;
}

int main(int argc, char **argv)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_zeropage zero = { 0 };
	pthread_t list, move;
	int fd;

	if (argc > 1 && !strcmp(argv[1], "-r")) {
		ring = true;
		argc--;
		argv++;
	}
	if (argc != 4 && argc != 5)
		return 2;
	args = argv;
	fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	check(fd, "userfaultfd");
	check(ioctl(fd, UFFDIO_API, &api), "UFFDIO_API");
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range.start = zero.range.start = (unsigned long)page;
	range.range.len = zero.range.len = 4096;
	check(ioctl(fd, UFFDIO_REGISTER, &range), "UFFDIO_REGISTER");
	pthread_create(&list, NULL, lister, NULL);
	usleep(300000);
	pthread_create(&move, NULL, renamer, NULL);
	usleep(300000);
	if (renamed != -1) {
		fprintf(stderr, "the rename was not held: %d\n", renamed);
		return 4;
	}
	check(system(argv[3]), "system");
	if (renamed != -1)
		return 4;
	check(ioctl(fd, UFFDIO_ZEROPAGE, &zero), "UFFDIO_ZEROPAGE");
	pthread_join(list, NULL);
	pthread_join(move, NULL);
	return renamed != 0;
}
