/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole small files into memory; bounded, so that no file can eat it all. */
#include "runtime/files.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bundles/error.h"

#define FILE_MAX_BYTES (64u << 20)

int file_read(const char *path, char **text, size_t *len)
{
	int fd CLEANUP_FD = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes CLEANUP_FREE = NULL;
	size_t used = 0, cap = 0;
	ssize_t got;

	if (fd < 0)
		return -1;
	do {
		if (used + 1 >= cap) {
			char *grown = cap < FILE_MAX_BYTES
					      ? realloc(bytes, cap * 2 + 4096)
					      : NULL;
			if (!grown) {
				errno = ENOMEM;
				return -1;
			}
			bytes = grown;
			cap = cap * 2 + 4096;
		}
		got = read(fd, bytes + used, cap - used - 1);
		if (got < 0 && errno != EINTR)
			return -1;
		used += got > 0 ? (size_t)got : 0;
	} while (got);
	bytes[used] = '\0';
	*text = TAKE(bytes);
	*len = used;
	return 0;
}

int file_read_line(const char *path, char *out, size_t cap)
{
	int fd CLEANUP_FD = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got;

	if (fd < 0)
		return -1;
	do {
		got = read(fd, out + used, cap - used - 1);
		if (got < 0 && errno != EINTR)
			return -1;
		used += got > 0 ? (size_t)got : 0;
	} while (got && used < cap - 1);
	out[used] = '\0';
	if (used && out[used - 1] == '\n')
		out[used - 1] = '\0';
	return 0;
}
