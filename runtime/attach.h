/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs to hooks. A link that is not pinned when it is closed detaches its
 * program again, so every failure before pinning leaves the host as it was.
 */
#pragma once
#include <bpf/libbpf.h>
#include "runtime/object.h"
#include "runtime/shares.h"

struct links {
	struct bpf_link *at[NB_HOOK_COUNT];
	struct shares shares;
};

/* All hooks of one kind. `cgroup` (a descriptor, and its name for messages) is
 * where HOOK_NET programs go. */
int links_attach(struct links *, const struct object *, enum hook_kind, int cgroup_fd,
		 const char *cgroup, struct error *err);
void links_close(struct links *);
#define CLEANUP_LINKS __attribute__((cleanup(links_close)))
