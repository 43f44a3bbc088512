/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of network rules to classes: a sweep over range ends gives disjoint
 * intervals, each with the set of rules that apply there; overlapping prefixes give
 * the union. Then a multi-bit trie (16 bits, then bytes) whose equal blocks are one.
 */
#pragma once
#include "compiler/lower/sets.h"
#include "compiler/check/policy.h"

/* Bounds, each refused with the rules that exceed it. */
#define ADDRESS_MAX_BLOCKS 32768u
#define ADDRESS_MAX_MEMBERS (16u << 20)
#define ADDRESS_MAX_WORK (1u << 29)  /* rules at each point of the sweep, summed */
#define ADDRESS_MAX_BUILT (16u << 20) /* blocks, equal ones counted each time */

typedef unsigned __int128 address; /* IPv4 in the low 32 bits */

struct interval { /* from start to the next one's start; the first starts at 0 */
	address start;
	uint32_t set; /* of rule numbers, in the given sets */
};

struct intervals {
	const struct interval *at;
	uint32_t n;
};

/* false: the sets grew beyond ADDRESS_MAX_MEMBERS, or all of them together took
 * more than ADDRESS_MAX_WORK. */
bool addresses_sweep(struct arena *, const struct policy *, bool v6, struct sets *,
		     struct intervals *out);

/* class_of[set id] is the class. NULL: more than ADDRESS_MAX_BLOCKS blocks,
 * or too many built to find that they are equal. */
const uint16_t *addresses_trie(struct arena *, const struct intervals *,
			       const uint16_t *class_of, bool v6, size_t *bytes);
