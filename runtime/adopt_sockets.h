/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets that existed before the hooks that label them: each gets the label of those
 * who hold it now. Several holders: it may be any of them, and surely is only what all
 * are. What nobody's descriptor table shows (on its way inside a message, half open,
 * the kernel's own) stays unlabelled, and unknown never weakens a denial.
 */
#pragma once
#include "bpf-templates/abi.h"
#include "bundles/bundle.h"
#include "bundles/error.h"

struct adopted_sockets {
	unsigned labelled;
	unsigned established; /* of them and others, connections that are marked as older */
};

/* exes_fd: nb_exes, already filled; -1 if no rule asks for executables. before_fd:
 * nb_before, -1 if no rule leaves established connections alone. */
int adopt_sockets(int socks_fd, int before_fd, int exes_fd, const struct bundle *,
		  struct adopted_sockets *adopted, struct error *err);
