/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules that hold at the point that a sweep has reached, ascending; a rule may
 * hold there by several of its ranges. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "compiler/base/arena.h"

struct active {
	uint32_t *rules;
	uint32_t *times; /* how many ranges of each */
	uint32_t n;
};

/* Room for so many rules. */
struct active active_new(struct arena *, uint32_t rules);
/* A range of the rule begins here, or has ended just before. */
void active_apply(struct active *, uint32_t rule, bool begins);
