/* SPDX-License-Identifier: BSD-2-Clause */
/* Who asks, as the images are asked, of a request as the reference evaluator is asked. */
#pragma once
#include "bpf-templates/decide_host.h"
#include "compiler/assure/evaluate.h"

static inline struct nb_host_subject host_subject(const void *paths, const struct nb_params *p,
						  const struct request *r)
{
	return (struct nb_host_subject){
		.uid_known = r->uid_known,
		.uid = r->uid,
		.gids_known = r->gid_known,
		.gids = r->gids,
		.n_gids = r->n_gids,
		.guest = r->guest,
		.exe_row = r->exe && p->exe_start ? nb_host_exe_row(paths, p, r->exe)
						  : NB_ATOMS_UNKNOWN,
		.cgroup_row = r->cgroup && p->cgroup_start
				      ? nb_host_cgroup_row(paths, p, r->cgroup)
				      : NB_ATOMS_UNKNOWN,
	};
}
