/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Order matters: a map that is still mapped for writing cannot be frozen, one
 * that programs may only read cannot be mapped for writing at all. So: MMAPABLE,
 * fill, unmap, freeze, and only then are programs loaded that use it.
 */
#include "runtime/maps.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "runtime/files.h"

#define OLD_VALUE_MAX (4u << 20) /* of Linux 5.10 */

static size_t whole_pages(size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (len + page - 1) & ~(page - 1);
}

static int create_error(struct error *err, const char *name, size_t len)
{
	if (errno == E2BIG && len > OLD_VALUE_MAX)
		return error_set(
			err, EXIT_SYSTEM,
			"the image %s has %zu bytes, and this kernel takes at most 4 MiB "
			"(Linux 5.10). Use a newer kernel or fewer rules.",
			name, len);
	if (errno == ENOMEM || errno == E2BIG)
		return error_set(
			err, EXIT_SYSTEM,
			"no memory in the kernel for the image %s of %zu bytes: %s. It "
			"is charged to the memory cgroup of this process; raise its limit, "
			"or RLIMIT_MEMLOCK on Linux 5.10.",
			name, len, strerror(errno));
	return error_set(
		err, EXIT_SYSTEM,
		"cannot create the map %s of %zu bytes: %s. Loading needs root of the "
		"host.",
		name, len, strerror(errno));
}

int image_map_make(const char *name, size_t len, uint8_t **fill, struct error *err)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	int fd CLEANUP_FD = -1, out;
	void *at;

	if (len == 0 || len > UINT32_MAX)
		return error_set(err, EXIT_REFUSED, "the image %s has no usable size.",
				 name);
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, name, 4, (uint32_t)len, 1, &opts);
	if (fd < 0)
		return create_error(err, name, len);
	at = mmap(NULL, whole_pages(len), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return error_set(err, EXIT_SYSTEM, "cannot fill the map %s: %s.", name,
				 strerror(errno));
	*fill = at;
	out = fd;
	fd = -1;
	return out;
}

void image_map_drop(uint8_t *fill, size_t len)
{
	munmap(fill, whole_pages(len));
}

int image_map_seal(const char *name, int map_fd, uint8_t *fill, size_t len,
		   struct map_view *out, struct error *err)
{
	struct map_view CLEANUP_VIEW view = {0};

	image_map_drop(fill, len);
	if (bpf_map_freeze(map_fd))
		return error_set(err, EXIT_SYSTEM, "cannot freeze the map %s: %s.", name,
				 strerror(errno));
	if (map_view_open(map_fd, &view) || view.len != len)
		return error_set(err, EXIT_SYSTEM,
				 "cannot read the map %s back: %s.", name,
				 strerror(view.at ? EINVAL : errno));
	*out = view;
	view = (struct map_view){0};
	return 0;
}

int map_view_open(int map_fd, struct map_view *out)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof info;
	size_t mapped;
	void *at;

	if (bpf_obj_get_info_by_fd(map_fd, &info, &size))
		return -1;
	if (info.type != BPF_MAP_TYPE_ARRAY || info.max_entries != 1 ||
	    !(info.map_flags & BPF_F_MMAPABLE)) {
		errno = EINVAL;
		return -1;
	}
	mapped = whole_pages(info.value_size);
	at = mmap(NULL, mapped, PROT_READ, MAP_SHARED, map_fd, 0);
	if (at == MAP_FAILED)
		return -1;
	*out = (struct map_view){.at = at, .len = info.value_size, .mapped = mapped};
	return 0;
}

void map_view_close(struct map_view *view)
{
	if (view->at)
		munmap((void *)(uintptr_t)view->at, view->mapped);
	*view = (struct map_view){0};
}

bool map_frozen(int map_fd)
{
	char path[64], *text CLEANUP_FREE = NULL, *line;
	size_t len;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", map_fd);
	if (file_read(path, &text, &len))
		return false;
	line = strstr(text, "\nfrozen:");
	return line && strtol(line + 8, NULL, 10) == 1;
}
