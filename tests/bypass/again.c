/* SPDX-License-Identifier: BSD-2-Clause */
/* The object through what was open before: descriptors of the keeper's, which a child
 * inherits. Rules with `revalidate` speak of those, too. */
#include "bypass.h"
#include <dirent.h>
#include <linux/aio_abi.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

static char seen[sizeof SECRET];

static int got(void) { return strcmp(seen, SECRET) ? -EBADMSG : 0; }

static int plain(int flags)
{
	return (int)must(open("/f/plain", flags), "open of a free file");
}

static int copied(void)
{
	must(pread(plain(O_RDONLY), seen, sizeof seen - 1, 0), "read of the copy");
	return got();
}

int again_read(const struct target *t)
{
	must(read(t->held[0], seen, sizeof seen - 1), "read");
	return got();
}

int again_pread(const struct target *t)
{
	must(pread(t->held[0], seen, sizeof seen - 1, 0), "pread");
	return got();
}

int again_preadv(const struct target *t)
{
	struct iovec to = { seen, sizeof seen - 1 };

	must(preadv2(t->held[0], &to, 1, 0, 0), "preadv2");
	return got();
}

int again_dup(const struct target *t)
{
	must(pread((int)must(dup(t->held[1]), "dup"), seen, sizeof seen - 1, 0), "pread");
	return got();
}

static int map_as(int fd, int prot, int flags, int later)
{
	char *at = mmap(NULL, 4096, prot, flags, fd, 0);

	must(at == MAP_FAILED ? -1 : 0, "mmap");
	if (later)
		must(mprotect(at, 4096, later), "mprotect");
	if ((later ? later : prot) & PROT_WRITE && flags == MAP_SHARED) {
		at[0] = 'X';
		return 0;
	}
	return strncmp(at, SECRET, strlen(SECRET)) ? -EBADMSG : 0;
}

int again_mmap(const struct target *t) { return map_as(t->held[0], PROT_READ, MAP_PRIVATE, 0); }
int again_mmap_shared(const struct target *t) { return map_as(t->held[0], PROT_READ, MAP_SHARED, 0); }
int again_mmap_exec(const struct target *t) { return map_as(t->held[0], PROT_READ | PROT_EXEC, MAP_PRIVATE, 0); }
int again_mprotect(const struct target *t) { return map_as(t->held[0], PROT_NONE, MAP_PRIVATE, PROT_READ); }
int again_mapped(const struct target *t) { return strncmp(t->mapped, SECRET, strlen(SECRET)) ? -EBADMSG : 0; }

int again_sendfile(const struct target *t)
{
	must(sendfile(plain(O_WRONLY), t->held[0], NULL, 16), "sendfile");
	return copied();
}

int again_copy_range(const struct target *t)
{
	must(syscall(SYS_copy_file_range, t->held[0], NULL, plain(O_WRONLY), NULL, 16, 0),
	     "copy_file_range");
	return copied();
}

int again_splice(const struct target *t)
{
	int pipes[2];

	must(pipe(pipes), "pipe");
	must(splice(t->held[0], NULL, pipes[1], NULL, 7, 0), "splice");
	must(read(pipes[0], seen, sizeof seen - 1), "read of the pipe");
	return got();
}

/* ---- asynchronous ---- */

static long one_aio(struct iocb *what)
{
	aio_context_t context = 0;
	struct io_event event;

	must(syscall(SYS_io_setup, 1, &context), "io_setup");
	must(syscall(SYS_io_submit, context, 1, &what), "io_submit");
	must(syscall(SYS_io_getevents, context, 1, 1, &event, NULL), "io_getevents");
	errno = event.res < 0 ? (int)-event.res : 0;
	return must((long)event.res < 0 ? -1 : (long)event.res, "the aio request");
}

int again_aio(const struct target *t)
{
	one_aio(&(struct iocb){ .aio_lio_opcode = IOCB_CMD_PREAD, .aio_fildes = (unsigned)t->held[0],
				.aio_buf = (uintptr_t)seen, .aio_nbytes = sizeof seen - 1 });
	return got();
}

static void ringed(long rc)
{
	errno = rc < 0 ? (int)-rc : 0;
	must(rc, "io_uring request");
}

static int ring_read(int fd, unsigned flags)
{
	ringed(ring_call(&(struct io_uring_sqe){ .opcode = IORING_OP_READ, .flags = (uint8_t)flags,
						 .fd = fd, .addr = (uintptr_t)seen,
						 .len = sizeof seen - 1 }, 0));
	return got();
}

int again_ring(const struct target *t) { return ring_read(t->held[0], 0); }
int again_ring_async(const struct target *t) { return ring_read(t->held[0], IOSQE_ASYNC); }

int again_ring_fixed(const struct target *t)
{
	ringed(ring_call_fixed(&(struct io_uring_sqe){ .opcode = IORING_OP_READ,
						       .addr = (uintptr_t)seen,
						       .len = sizeof seen - 1 }, 0, t->held[0]));
	return got();
}

int again_ring_polled(const struct target *t)
{
	ringed(ring_call_fixed(&(struct io_uring_sqe){ .opcode = IORING_OP_READ,
						       .addr = (uintptr_t)seen,
						       .len = sizeof seen - 1 },
			       IORING_SETUP_SQPOLL, t->held[0]));
	return got();
}

/* ---- another name, another process ---- */

int again_moved(const struct target *t)
{
	must(rename(t->path, "/f/moved"), "rename");
	return again_read(t);
}

int again_deleted(const struct target *t)
{
	must(unlink(t->path), "unlink");
	return again_read(t);
}

int again_directory_gone(const struct target *t)
{
	must(rename(t->path, text("%s/x", t->sub)), "rename");
	must(unlink(text("%s/x", t->sub)), "unlink");
	must(unlink(text("%s/secret", t->sub)), "unlink");
	must(rmdir(t->sub), "rmdir");
	return again_read(t);
}

int again_namespace(const struct target *t)
{
	own_mounts(t);
	must(mount("none", t->dir, "tmpfs", 0, NULL), "tmpfs over the tree");
	return again_read(t);
}

int again_received(const struct target *t)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } control;
	char byte = 'r';
	struct iovec one = { &byte, 1 };
	struct msghdr m = { .msg_iov = &one, .msg_iovlen = 1, .msg_control = control.room,
			    .msg_controllen = sizeof control.room };
	int fd;

	must(send(t->box, &byte, 1, 0), "send");
	must(recvmsg(t->box, &m, 0), "recvmsg");
	must(m.msg_controllen ? 0 : -1, "no descriptor came");
	memcpy(&fd, CMSG_DATA(&control.head), sizeof fd);
	must(pread(fd, seen, sizeof seen - 1, 0), "pread");
	return got();
}

/* ---- writing ---- */

int rewrite_write(const struct target *t) { return must(write(t->held[1], "X", 1), "write") != 1; }
int rewrite_pwrite(const struct target *t) { return must(pwrite(t->held[1], "X", 1, 0), "pwrite") != 1; }

int rewrite_pwritev(const struct target *t)
{
	struct iovec from = { (char[]){ 'X' }, 1 };

	return must(pwritev2(t->held[1], &from, 1, 0, 0), "pwritev2") != 1;
}

int rewrite_append(const struct target *t)
{
	must(fcntl(t->held[1], F_SETFL, O_APPEND), "O_APPEND");
	return must(write(t->held[1], "X", 1), "write") != 1;
}

int rewrite_mmap(const struct target *t) { return map_as(t->held[1], PROT_READ | PROT_WRITE, MAP_SHARED, 0); }
int rewrite_mmap_blind(const struct target *t) { return map_as(t->held[1], PROT_WRITE, MAP_SHARED, 0); }
int rewrite_mprotect(const struct target *t) { return map_as(t->held[1], PROT_READ, MAP_SHARED, PROT_READ | PROT_WRITE); }
int rewrite_ftruncate(const struct target *t) { return (int)must(ftruncate(t->held[1], 1), "ftruncate"); }
int rewrite_fallocate(const struct target *t) { return (int)must(fallocate(t->held[1], 3, 0, 4), "fallocate"); }
int rewrite_sendfile(const struct target *t)
{
	return must(sendfile(t->held[1], plain(O_RDONLY), NULL, 3), "sendfile") != 3;
}

int rewrite_copy_range(const struct target *t)
{
	return must(syscall(SYS_copy_file_range, plain(O_RDONLY), NULL, t->held[1], NULL, 3, 0),
		    "copy_file_range") != 3;
}

int rewrite_splice(const struct target *t)
{
	int pipes[2];

	must(pipe(pipes), "pipe");
	must(write(pipes[1], "YYY", 3), "write to the pipe");
	return must(splice(pipes[0], NULL, t->held[1], NULL, 3, 0), "splice") != 3;
}

int rewrite_aio(const struct target *t)
{
	return one_aio(&(struct iocb){ .aio_lio_opcode = IOCB_CMD_PWRITE,
				       .aio_fildes = (unsigned)t->held[1],
				       .aio_buf = (uintptr_t)"X", .aio_nbytes = 1 }) != 1;
}

static const struct io_uring_sqe ring_write = { .opcode = IORING_OP_WRITE, .len = 1 };

int rewrite_ring(const struct target *t)
{
	struct io_uring_sqe sqe = ring_write;

	sqe.fd = t->held[1];
	sqe.addr = (uintptr_t)"X";
	ringed(ring_call(&sqe, 0));
	return 0;
}

int rewrite_ring_fixed(const struct target *t)
{
	struct io_uring_sqe sqe = ring_write;

	sqe.addr = (uintptr_t)"X";
	ringed(ring_call_fixed(&sqe, 0, t->held[1]));
	return 0;
}

int rewrite_ring_fallocate(const struct target *t)
{
	ringed(ring_call(&(struct io_uring_sqe){ .opcode = IORING_OP_FALLOCATE, .fd = t->held[1],
						 .len = 3, .addr = 4 }, 0));
	return 0;
}

/* ---- directories ---- */

int relist_getdents(const struct target *t)
{
	char entries[1024];

	must(lseek(t->held_dir, 0, SEEK_SET), "lseek");
	return must(syscall(SYS_getdents64, t->held_dir, entries, sizeof entries), "getdents") > 0
		       ? 0
		       : -ENODATA;
}
