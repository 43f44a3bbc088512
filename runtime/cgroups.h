/* SPDX-License-Identifier: BSD-2-Clause */
/* From the number of a cgroup to its path. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Root of the cgroup v2 hierarchy, opened; -1 if there is none. */
int cgroup_root_open(void);
/* Path below the root ("/system.slice/x"), or "id N" when it is gone. */
const char *cgroup_path(int root_fd, uint64_t id, char *out, size_t cap);
