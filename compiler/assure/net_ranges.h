/* SPDX-License-Identifier: BSD-2-Clause */
/* The ranges of a rule as net_check compares them. */
#pragma once
#include "compiler/check/policy.h"
#include "compiler/lower/pieces.h"

struct range {
	piece_address lo, hi;
};

/* Of that family; disjoint, ascending, not touching. */
const struct range *net_ranges(struct arena *, const struct rule *, bool v6, uint32_t *n);
