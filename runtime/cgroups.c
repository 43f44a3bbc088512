/* SPDX-License-Identifier: BSD-2-Clause */
/* The number of a cgroup is a file handle of its filesystem (kernfs). */
#include "runtime/cgroups.h"
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "runtime/mounts.h"

#define HANDLE_KERNFS 0xfe /* FILEID_KERNFS, linux/exportfs.h */

int cgroup_root_open(void)
{
	struct mounts CLEANUP_MOUNTS mounts = {0};
	const struct mount *cgroup;
	struct error ignored;

	if (mounts_read("/proc/self/mountinfo", &mounts, &ignored))
		return -1;
	cgroup = mounts_by_type(&mounts, "cgroup2");
	return cgroup ? open(cgroup->point, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
}

static ssize_t name_of(int fd, char *out, size_t cap)
{
	char link[64];
	ssize_t len;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	len = readlink(link, out, cap - 1);
	if (len >= 0)
		out[len] = '\0';
	return len;
}

const char *cgroup_path(int root_fd, uint64_t id, char *out, size_t cap)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof id];
	} u = {.handle = {.handle_bytes = sizeof id, .handle_type = HANDLE_KERNFS}};
	char root[PATH_MAX], path[PATH_MAX];
	int fd CLEANUP_FD = -1;
	size_t skip;

	snprintf(out, cap, "id %" PRIu64, id);
	if (root_fd < 0)
		return out;
	memcpy(u.room + offsetof(struct file_handle, f_handle), &id, sizeof id);
	fd = open_by_handle_at(root_fd, &u.handle, O_PATH | O_CLOEXEC);
	if (fd < 0 || name_of(fd, path, sizeof path) <= 0 ||
	    name_of(root_fd, root, sizeof root) <= 0)
		return out;
	skip = strcmp(root, "/") ? strlen(root) : 0;
	if (!strncmp(path, root, skip))
		snprintf(out, cap, "%s", path[skip] ? path + skip : "/");
	return out;
}
