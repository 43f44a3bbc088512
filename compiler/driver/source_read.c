/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file → its bytes in memory. Only plain files, and for the main policy pipes: a
 * device or a terminal would hang or never end. What the bytes mean is the scanner's
 * business.
 */
#include "compiler/driver/source_read.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "compiler/driver/pipeline.h"

static int fail(int number)
{
	errno = number;
	return -1;
}

/* Nonblocking, or a pipe without a writer would wait for ever. */
int source_open(const char *path, bool pipes, struct stat *st)
{
	CLEANUP_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int keep;

	if (fd < 0 || fstat(fd, st))
		return fail(errno);
	if (S_ISDIR(st->st_mode))
		return fail(EISDIR);
	if (!S_ISREG(st->st_mode) && !(pipes && S_ISFIFO(st->st_mode)))
		return fail(EINVAL);
	if (fcntl(fd, F_SETFL, 0))
		return fail(errno);
	keep = fd;
	fd = -1;
	return keep;
}

const char *source_reason(int number)
{
	switch (number) {
	case ENOENT:
		return "no such file";
	case EACCES:
		return "permission denied; it and the folders above it must be "
		       "readable by you";
	case EISDIR:
		return "it is a directory; name the file inside it";
	case EINVAL:
		return "it is not a plain file";
	case EFBIG:
		return "it is larger than 64 MiB";
	default:
		return strerror(number);
	}
}

int source_take(struct arena *arena, int fd, const struct stat *st, struct source *out)
{
	size_t n = 0, cap = 0, need = 65536;
	char *text = NULL;
	ssize_t got;

	if (S_ISREG(st->st_mode) && st->st_size > SOURCE_MAX)
		return fail(EFBIG);
	if (S_ISREG(st->st_mode))
		need = (size_t)st->st_size + 2;
	do {
		if (need > SOURCE_MAX + 2)
			return fail(EFBIG);
		text = arena_grow(arena, text, n, &cap, need, 1);
		got = read(fd, text + n, cap - n - 1);
		if (got < 0 && errno != EINTR)
			return -1;
		n += got > 0 ? (size_t)got : 0;
		need = n + 2;
	} while (got);
	text[n] = '\0';
	out->text = text;
	out->len = n;
	return 0;
}

static int refuse(const char *path, int number, struct error *err)
{
	const char *why = source_reason(number), *more = "";

	if (number == ENOENT)
		more = "; name a policy, such as web.nbp, or a command "
		       "('netbpfc --help' lists them)";
	else if (number == EINVAL)
		why = "it is neither a file nor a pipe";
	else if (number == EFBIG)
		more = "; no policy needs that, unless it should be several";
	return error_set(err, EXIT_SYSTEM, "cannot read policy '%s': %s%s", path, why,
			 more);
}

int source_read(struct sources *sources, const char *path, struct error *err)
{
	struct stat st;
	CLEANUP_FD int fd = source_open(path, true, &st);
	struct source s = {.name = path};
	struct origin origin = {.kind = ORIGIN_MAIN};

	if (fd < 0 || source_take(sources->arena, fd, &st, &s))
		return refuse(path, errno, err);
	VEC_PUSH(sources->arena, &sources->list, s);
	origin.relative = source_relative(sources, 0);
	origin.device = st.st_dev;
	origin.inode = st.st_ino;
	VEC_PUSH(sources->arena, &sources->origins, origin);
	return 0;
}
