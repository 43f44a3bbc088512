/* SPDX-License-Identifier: BSD-2-Clause */
/* Attaches, and when a cgroup is held by somebody else, says by whom. */
#include "runtime/attach.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The first program on the cgroup that shares with nobody; false if all share. */
static bool find_holder(int cgroup_fd, enum bpf_attach_type type,
			struct bpf_prog_info *out)
{
	uint32_t ids[64], n = 64, flags = 0, size = sizeof *out;
	int fd CLEANUP_FD = -1;

	if (bpf_prog_query(cgroup_fd, type, 0, &flags, ids, &n) || n == 0 ||
	    flags & BPF_F_ALLOW_MULTI)
		return false;
	fd = bpf_prog_get_fd_by_id(ids[0]);
	*out = (struct bpf_prog_info){0};
	return fd >= 0 && !bpf_obj_get_info_by_fd(fd, out, &size);
}

static int attach_error(struct error *err, const struct hook_row *row, int code,
			enum bpf_attach_type type, int cgroup_fd, const char *cgroup)
{
	struct bpf_prog_info holder;

	bool on_cgroup = row->kind == HOOK_NET || row->kind == HOOK_PACKET;

	if (on_cgroup && code == EPERM &&
	    find_holder(cgroup_fd, type, &holder))
		return error_set(
			err, EXIT_SYSTEM,
			"the hook of %s at %s is held by the program '%.16s' (id %u), "
			"attached without BPF_F_ALLOW_MULTI, so that no other may join it. "
			"Stop its owner, or choose another cgroup with --cgroup.",
			row->function, cgroup, holder.name, holder.id);
	if (on_cgroup && code == E2BIG)
		return error_set(
			err, EXIT_SYSTEM,
			"%s already has 64 programs on the hook of %s, the most the kernel "
			"allows. Detach some: bpftool cgroup show %s.",
			cgroup, row->function, cgroup);
	return error_set(
		err, EXIT_SYSTEM,
		"the kernel refuses to attach %s (%s): %s. Everything was detached "
		"again.",
		row->function, row->text, strerror(code));
}

int links_attach(struct links *links, const struct object *object, enum hook_kind kind,
		 int cgroup_fd, const char *cgroup, struct error *err)
{
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		struct bpf_program *program = object->programs[i];
		struct bpf_link *link;

		if (!program || object->skipped[i] || hook_table[i].kind != kind)
			continue;
		if (kind == HOOK_NET || kind == HOOK_PACKET)
			link = bpf_program__attach_cgroup(program, cgroup_fd);
		else if (hook_is_lsm(kind))
			link = bpf_program__attach_lsm(program);
		else
			link = bpf_program__attach_trace(program);
		if (!link)
			return attach_error(err, &hook_table[i], errno,
					    bpf_program__expected_attach_type(program),
					    cgroup_fd, cgroup);
		links->at[i] = link;
	}
	return 0;
}

void links_close(struct links *links)
{
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		bpf_link__destroy(links->at[i]);
		links->at[i] = NULL;
	}
	shares_take(&links->shares, NB_HOOK_COUNT);
}
