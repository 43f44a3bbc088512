/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /proc to rows of nb_exes. The exec and fork hooks are attached already: an
 * entry of theirs is newer than what is read here and is never overwritten.
 */
#include "runtime/adopt.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "bpf-templates/decide_host.h"
#include "runtime/hooks.h"
#include "runtime/open_name.h"
#include "runtime/process.h"

#define PASSES_MAX 8

struct adoption {
	int exes_fd;
	const u8 *paths;
	struct nb_params params;
	u32 mount_ns;
	struct mounts mounts;
	unsigned new_ones, full;
	struct adopted *count;
};

static bool on_host(const struct adoption *a, const char *folder)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "%s/ns/mnt", folder);
	return !stat(path, &st) && st.st_ino == a->mount_ns;
}

/* A process that ended while it was written would leave an entry behind for ever:
 * its exit hook ran before the entry was there. */
static void forget_if_gone(const struct adoption *a, const char *folder, uint32_t pid,
			   const struct nb_exe *written)
{
	struct process_stat now;
	struct nb_exe entry;

	if (process_stat_read(folder, &now) &&
	    now.start_ticks * NB_EXE_TICK == written->start_ns)
		return;
	if (!bpf_map_lookup_elem(a->exes_fd, &pid, &entry) &&
	    entry.self_exec_id == NB_EXE_ADOPTED && entry.start_ns == written->start_ns)
		bpf_map_delete_elem(a->exes_fd, &pid);
}

static int adopt(uint32_t pid, void *arg)
{
	struct adoption *a = arg;
	struct nb_exe entry = {.self_exec_id = NB_EXE_ADOPTED};
	struct process_stat stat;
	char folder[32], link[40], name[PATH_MAX];

	snprintf(folder, sizeof folder, "/proc/%u", pid);
	if (!process_stat_read(folder, &stat) || stat.flags & PROCESS_KERNEL)
		return 0;
	snprintf(link, sizeof link, "%s/exe", folder);
	if (on_host(a, folder) && open_name(&a->mounts, link, name, sizeof name))
		entry.row = nb_host_exe_row(a->paths, &a->params, name);
	if (entry.row == NB_ATOMS_UNKNOWN) {
		a->count->unknown++;
		return 0;
	}
	a->count->known++;
	entry.start_ns = stat.start_ticks * NB_EXE_TICK;
	if (!bpf_map_update_elem(a->exes_fd, &pid, &entry, BPF_NOEXIST))
		a->new_ones++;
	else if (errno == EEXIST)
		return 0;
	else
		a->full += errno == E2BIG;
	forget_if_gone(a, folder, pid, &entry);
	return 0;
}

int adopt_processes(int exes_fd, const struct bundle *bundle, u32 host_mount_ns,
		    struct adopted *out, struct error *err)
{
	const struct bundle_entry *paths =
		bundle_find(bundle, image_table[NB_IMAGE_PATHS].entry);
	const struct bundle_entry *rows =
		bundle_find(bundle, image_table[NB_IMAGE_ROWS].entry);
	struct adoption a = {.exes_fd = exes_fd, .mount_ns = host_mount_ns, .count = out};
	int code = 0;

	if (!paths || !rows || rows->len < sizeof a.params)
		return error_set(
			err, EXIT_REFUSED,
			"the bundle records executables and has no image of paths.");
	a.paths = paths->at;
	memcpy(&a.params, rows->at, sizeof a.params);
	if (mounts_read("/proc/self/mountinfo", &a.mounts, err))
		return -1;
	/* Children of processes not seen yet are themselves not seen: again, until a
	 * pass finds nobody new. */
	for (int pass = 0; pass < PASSES_MAX && code == 0; pass++) {
		a.new_ones = a.full = 0;
		*out = (struct adopted){0};
		code = process_each("/proc", adopt, &a);
		if (!a.new_ones)
			break;
	}
	mounts_free(&a.mounts);
	if (code)
		return error_set(err, EXIT_SYSTEM, "cannot list /proc: %s.",
				 strerror(errno));
	if (a.full)
		return error_set(
			err, EXIT_SYSTEM,
			"more than %d processes run here, and the kernel's list of their "
			"executables is full.",
			NB_EXE_MAX);
	return 0;
}
