/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who holds files open that the policy would not let him open now. Opening is what is
 * judged, so these go on; the operator is told whom to restart.
 */
#pragma once
#include <stdio.h>
#include "bpf-templates/abi.h"
#include "bundles/bundle.h"
#include "runtime/meta.h"

/* Prints a line for each of the first descriptors, and how many there are. */
void held_print(const struct bundle *, const struct meta *, u32 host_mount_ns, FILE *out);
