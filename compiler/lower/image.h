/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The exact bytes of every map, and the parameters of the programs. Made by
 * policy_lower; abi.h says what the bytes mean. Immutable, in the arena.
 */
#pragma once
#include "compiler/check/policy.h"

struct blob {
	const uint8_t *at;
	size_t len; /* 0: the policy does not need this image */
};

struct image {
	struct blob maps[NB_IMAGE_COUNT]; /* ROWS and META are never empty */
	struct nb_params params;
	uint64_t hooks; /* mask of 1 << enum nb_hook: programs that are needed */
	bool needs_lsm; /* some rule has no program that works without the BPF LSM */
	uint64_t hooks_of_marks; /* of these, only needed where directories may move: NB_LEVEL_MARKS */
	bool merged; /* rows lack rules that do what an earlier one there does */
	uint32_t prefixes[2]; /* of IPv4, IPv6: addresses, prefixes and ranges in rules */
	/* for the dump: row and class tables as rule numbers */
	const struct policy *policy;
};

/* NULL exactly when it reported an error: a shape that does not fit yet, or a
 * bound that the rules named exceed. */
const struct image *policy_lower(struct arena *, const struct policy *, struct diags *);
void image_dump(const struct image *, FILE *);
