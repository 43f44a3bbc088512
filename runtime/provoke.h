/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A child that does, harmlessly, what each hook watches. Whether it is denied
 * does not matter: only that the hook's program runs.
 */
#pragma once
#include <stdbool.h>
#include "bundles/error.h"
#include "runtime/hooks.h"

struct provocation {
	int cgroup_errno;	 /* of joining the cgroup, 0 = joined */
	bool no_ipv6;		 /* this kernel has no IPv6 sockets */
	int done[NB_HOOK_COUNT]; /* errno of what was tried, 0 = it went through */
};

/* Does it for the hooks in the mask, in a child in the cgroup `cgroup`, and then calls
 * `look`, whose result is provoke's. Until that has returned the child's sockets stay:
 * a packet may arrive a while after it was sent, and without a socket no hook sees it. */
int provoke(uint64_t hooks, const char *cgroup,
	    int (*look)(const struct provocation *, void *arg, struct error *), void *arg,
	    struct error *err);
