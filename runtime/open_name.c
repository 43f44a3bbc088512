/* SPDX-License-Identifier: BSD-2-Clause */
/* The link says the path within its mount, fdinfo which mount that is. */
#include "runtime/open_name.h"
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "runtime/files.h"

uint32_t open_mount_id(int fd)
{
	char path[64], *text CLEANUP_FREE = NULL, *line;
	size_t len;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	if (file_read(path, &text, &len))
		return 0;
	line = strstr(text, "mnt_id:");
	return line ? (uint32_t)strtoul(line + 7, NULL, 10) : 0;
}

bool open_name(const struct mounts *mounts, const char *link, char *out, size_t cap)
{
	static const char gone[] = " (deleted)";
	char target[PATH_MAX], inside[PATH_MAX];
	const struct mount *mount;
	int fd CLEANUP_FD = -1;
	ssize_t len = readlink(link, target, sizeof target - 1);

	if (len <= 0 || target[0] != '/')
		return false;
	target[len] = '\0';
	if ((size_t)len >= sizeof gone && !strcmp(target + len - (sizeof gone - 1), gone))
		return false;
	fd = open(link, O_PATH | O_CLOEXEC);
	mount = fd < 0 ? NULL : mounts_by_id(mounts, open_mount_id(fd));
	return mount && mounts_inside(mount, target, inside, sizeof inside) &&
	       mounts_name(mounts, mount->dev, inside, out, cap);
}
