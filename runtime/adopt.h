/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes that were running before the exec hook was attached: their executable
 * is taken from /proc once, at install. A process may have forged that link
 * (prctl PR_SET_MM_MAP); the man page says so. Those that cannot be decided stay
 * unknown, and unknown never weakens a denial.
 */
#pragma once
#include "bpf-templates/abi.h"
#include "bundles/bundle.h"
#include "bundles/error.h"

struct adopted {
	unsigned known, unknown;
};

/* Fills nb_exes; attached exec hooks win over it. */
int adopt_processes(int exes_fd, const struct bundle *, u32 host_mount_ns,
		    struct adopted *out, struct error *err);
