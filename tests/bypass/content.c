/* SPDX-License-Identifier: BSD-2-Clause */
/* Content in and out by other calls than read and write, on a descriptor of one's own
 * or on one that was opened before. */
#include "bypass.h"
#include <sys/sendfile.h>

static int opened(const struct target *t, int flags)
{
	(void)t;
	return (int)must(open(t->path, flags), "open");
}

static int plain(int flags)
{
	return (int)must(open("/f/plain", flags), "open of a free file");
}

/* The free file holds what was copied? */
static int copied(void)
{
	char seen[sizeof SECRET] = "";

	must(pread(plain(O_RDONLY), seen, sizeof seen - 1, 0), "read");
	return strcmp(seen, SECRET) ? -EBADMSG : 0;
}

int by_mmap(const struct target *t)
{
	int writes = t->flags == O_WRONLY;
	char *at = mmap(NULL, 4096, PROT_READ | (writes ? PROT_WRITE : 0), MAP_SHARED,
			opened(t, writes ? O_RDWR : O_RDONLY), 0);

	must(at == MAP_FAILED ? -1 : 0, "mmap");
	if (writes)
		at[0] = 'X';
	return writes || !strncmp(at, SECRET, strlen(SECRET)) ? 0 : -EBADMSG;
}

int by_mprotect(const struct target *t)
{
	/* mapped for reading only, made writable afterwards */
	char *at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, opened(t, O_RDWR), 0);

	must(at == MAP_FAILED ? -1 : 0, "mmap");
	must(mprotect(at, 4096, PROT_READ | PROT_WRITE), "mprotect");
	at[0] = 'X';
	return 0;
}

int by_sendfile(const struct target *t)
{
	if (t->flags == O_WRONLY)
		return (int)must(sendfile(opened(t, O_WRONLY), plain(O_RDONLY), NULL, 3), "sendfile") < 0;
	must(sendfile(plain(O_WRONLY), opened(t, O_RDONLY), NULL, 16), "sendfile");
	return copied();
}

int by_copy_range(const struct target *t)
{
	if (t->flags == O_WRONLY)
		return must(syscall(SYS_copy_file_range, plain(O_RDONLY), NULL, opened(t, O_WRONLY), NULL, 3, 0),
			    "copy_file_range") < 0;
	must(syscall(SYS_copy_file_range, opened(t, O_RDONLY), NULL, plain(O_WRONLY), NULL, 16, 0),
	     "copy_file_range");
	return copied();
}

int by_splice(const struct target *t)
{
	int pipes[2], from, to;

	must(pipe(pipes), "pipe");
	from = t->flags == O_WRONLY ? plain(O_RDONLY) : opened(t, O_RDONLY);
	to = t->flags == O_WRONLY ? opened(t, O_WRONLY) : plain(O_WRONLY);
	must(splice(from, NULL, pipes[1], NULL, 7, 0), "splice");
	must(splice(pipes[0], NULL, to, NULL, 7, 0), "splice");
	return t->flags == O_WRONLY ? 0 : copied();
}

int by_readahead_residue(const struct target *t)
{
	char *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, opened(t, O_RDONLY), 0);

	must(at == MAP_FAILED ? -1 : 0, "mmap");
	must(madvise(at, 4096, MADV_WILLNEED), "madvise");
	return strncmp(at, SECRET, strlen(SECRET)) ? -EBADMSG : 0;
}

int by_truncate(const struct target *t) { return (int)must(truncate(t->path, 1), "truncate"); }
int by_truncate_link(const struct target *t) { (void)t; return (int)must(truncate("/f/link", 1), "truncate"); }
int by_truncate_proc(const struct target *t)
{
	return (int)must(truncate(text("/proc/self/fd/%ld", must(open(t->path, O_PATH), "O_PATH")), 1), "truncate");
}
int by_growing(const struct target *t) { return (int)must(truncate(t->path, 100), "truncate"); }

int by_truncate_bind(const struct target *t)
{
	own_mounts(t);
	must(mount(t->dir, "/f/dir", NULL, MS_BIND, NULL), "bind mount");
	return (int)must(truncate("/f/dir/secret", 1), "truncate");
}

int by_ftruncate(const struct target *t) { return (int)must(ftruncate(opened(t, O_WRONLY), 1), "ftruncate"); }
int by_fallocate(const struct target *t)
{
	return (int)must(fallocate(opened(t, O_WRONLY), 3 /* punch a hole, keep size */, 0, 4), "fallocate");
}

/* ---- on the descriptor that was open before, or came from elsewhere ---- */

int by_held_ftruncate(const struct target *t) { return (int)must(ftruncate(t->held[1], 1), "ftruncate"); }
int by_held_fallocate(const struct target *t) { return (int)must(fallocate(t->held[1], 3, 0, 4), "fallocate"); }
int by_held_mmap(const struct target *t)
{
	char *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, t->held[1], 0);

	must(at == MAP_FAILED ? -1 : 0, "mmap");
	if (t->flags != O_WRONLY)
		return strncmp(at, SECRET, strlen(SECRET)) ? -EBADMSG : 0;
	at[0] = 'X';
	return 0;
}

static int ringed(const struct io_uring_sqe *sqe)
{
	long rc = ring_call(sqe, 0);

	errno = rc < 0 ? (int)-rc : 0;
	return (int)must(rc, "io_uring request");
}

int by_ring_ftruncate(const struct target *t)
{
	return ringed(&(struct io_uring_sqe){ .opcode = 55, .fd = t->held[1], .off = 1 });
}

int by_ring_fallocate(const struct target *t)
{
	return ringed(&(struct io_uring_sqe){ .opcode = IORING_OP_FALLOCATE, .fd = t->held[1], .len = 3, .addr = 4 });
}
