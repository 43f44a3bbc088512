/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * New text → a file beside the old one, made like it, that takes its name when it is
 * on the disk. Whatever fails before that leaves the old file as it was.
 */
#include "compiler/driver/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static int fail(const char *path, const char *what, struct error *err)
{
	return error_set(err, EXIT_SYSTEM,
			 "cannot rewrite '%s': %s: %s; it is as it was", path, what,
			 strerror(errno));
}

static int open_beside(const char *path, char **temp)
{
	const char *slash = strrchr(path, '/');
	unsigned long long number;
	int fd;

	if (getrandom(&number, sizeof number, 0) != sizeof number)
		return -1;
	if (asprintf(temp, "%.*s.netbpf-%016llx.tmp", slash ? (int)(slash + 1 - path) : 0,
		     path, number) < 0) {
		*temp = NULL;
		return -1;
	}
	fd = open(*temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		int number_of_error = errno;

		free(TAKE(*temp)); /* not ours to unlink */
		errno = number_of_error;
	}
	return fd;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text += n;
		len -= (size_t)n;
	}
	return fsync(fd);
}

/* The owner first: changing it takes mode bits away. */
static int make_alike(int fd, const struct stat *like)
{
	struct stat st;

	if (fstat(fd, &st))
		return -1;
	if ((st.st_uid != like->st_uid || st.st_gid != like->st_gid) &&
	    fchown(fd, like->st_uid, like->st_gid))
		return -1;
	return fchmod(fd, like->st_mode & 07777);
}

static int check_unchanged(const char *path, const struct stat *read, struct error *err)
{
	struct stat now;

	if (stat(path, &now))
		return fail(path, "looking at it again", err);
	if (now.st_dev != read->st_dev || now.st_ino != read->st_ino ||
	    now.st_size != read->st_size || now.st_mtim.tv_sec != read->st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != read->st_mtim.tv_nsec)
		return error_set(err, EXIT_SYSTEM,
				 "cannot rewrite '%s': somebody changed it meanwhile; run "
				 "this again",
				 path);
	return 0;
}

static int fill(const char *path, const struct stat *read, const char *text, size_t len,
		char **temp, struct error *err)
{
	CLEANUP_FD int fd = open_beside(path, temp);

	if (fd < 0)
		return fail(path, "making a file beside it", err);
	if (make_alike(fd, read))
		return fail(path, "giving the new file its owner and mode", err);
	if (write_all(fd, text, len))
		return fail(path, "writing the new file", err);
	if (check_unchanged(path, read, err))
		return -1;
	return rename(*temp, path) ? fail(path, "renaming the new file", err) : 0;
}

int file_replace(const char *path, const struct stat *read, const char *text, size_t len,
		 struct error *err)
{
	CLEANUP_FREE char *real = realpath(path, NULL), *temp = NULL;
	int failed;

	if (!real)
		return fail(path, "finding it", err);
	if (read->st_nlink > 1)
		return error_set(err, EXIT_SYSTEM,
				 "cannot rewrite '%s': it has %lu names, and the others would "
				 "keep the old text; format it as standard input",
				 path, (unsigned long)read->st_nlink);
	failed = fill(real, read, text, len, &temp, err);
	if (failed && temp)
		unlink(temp);
	return failed;
}
