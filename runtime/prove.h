/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attaching is not enforcing: without bpf in lsm= programs attach and never run.
 * Each attached hook is provoked, and the kernel's own count of runs must rise.
 */
#pragma once
#include <stdio.h>
#include "runtime/attach.h"

/* Prints to `out` which hooks were seen to run. cgroup: the folder that network
 * programs are attached to, "" if there are none. */
int prove_hooks(const struct object *, const struct links *, const char *cgroup,
		FILE *out, struct error *err);
