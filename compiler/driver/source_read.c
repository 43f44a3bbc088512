/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy file → its bytes in memory. Only plain files and pipes: a device or a
 * terminal would hang or never end. What the bytes mean is the scanner's business.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "compiler/driver/pipeline.h"

#define SOURCE_MAX (64u << 20) /* spans are 32 bits wide, and people wrote it */

static int refuse(const char *path, const char *why, struct error *err)
{
	return error_set(err, EXIT_SYSTEM, "cannot read policy '%s': %s", path, why);
}

/* Nonblocking, or a pipe without a writer would wait for ever. */
static int open_source(const char *path, struct stat *st, struct error *err)
{
	CLEANUP_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int keep;

	if (fd < 0 && errno == ENOENT)
		return refuse(
			path,
			"no such file; name a policy, such as web.nbp, or a command "
			"('netbpfc --help' lists them)",
			err);
	if (fd < 0 && errno == EACCES)
		return refuse(path,
			      "permission denied; it and the folders above it must be "
			      "readable by you",
			      err);
	if (fd < 0 || fstat(fd, st))
		return refuse(path, strerror(errno), err);
	if (S_ISDIR(st->st_mode))
		return refuse(path, "it is a directory; name the policy file inside it",
			      err);
	if (!S_ISREG(st->st_mode) && !S_ISFIFO(st->st_mode))
		return refuse(path, "it is neither a file nor a pipe", err);
	if (fcntl(fd, F_SETFL, 0))
		return refuse(path, strerror(errno), err);
	keep = fd;
	fd = -1;
	return keep;
}

int source_read(struct sources *sources, const char *path, struct error *err)
{
	struct stat st;
	CLEANUP_FD int fd = open_source(path, &st, err);
	size_t n = 0, cap = 0, need = 65536;
	char *text = NULL;
	ssize_t got;

	if (fd < 0)
		return -1;
	if (S_ISREG(st.st_mode))
		need = (size_t)st.st_size + 2;
	do {
		if (need > SOURCE_MAX + 2)
			return refuse(path,
				      "it is larger than 64 MiB; no policy needs that, "
				      "unless it should be several",
				      err);
		text = arena_grow(sources->arena, text, n, &cap, need, 1);
		got = read(fd, text + n, cap - n - 1);
		if (got < 0 && errno != EINTR)
			return refuse(path, strerror(errno), err);
		n += got > 0 ? (size_t)got : 0;
		need = n + 2;
	} while (got);
	text[n] = '\0';
	VEC_PUSH(sources->arena, &sources->list,
		 (struct source){.name = path, .text = text, .len = n});
	return 0;
}
