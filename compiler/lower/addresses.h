/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of network rules to pieces of the address space: a sweep over range ends
 * gives disjoint intervals, each with the set of lists that hold there; overlapping
 * prefixes give the union. A list counts once, however many rules name it.
 */
#pragma once
#include "compiler/lower/sets.h"
#include "compiler/check/policy.h"

/* Bounds, each refused with the rules that exceed it. */
#define ADDRESS_MAX_MEMBERS (16u << 20)
#define ADDRESS_MAX_WORK (1u << 29) /* lists at each point of the sweep, summed */

typedef unsigned __int128 address; /* IPv4 in the low 32 bits */

/* Addresses that some rules have in common, written once. */
struct address_list {
	const struct addr_range *at;
	uint32_t n;
	VEC(uint32_t) rules; /* their numbers, ascending */
};
typedef VEC(struct address_list) address_lists;

struct interval { /* from start to the next one's start; the first starts at 0 */
	address start;
	uint32_t set; /* of list numbers from 1, in the given sets; later its class */
} __attribute__((packed, aligned(4)));

struct intervals {
	struct interval *at;
	uint32_t n;
	uint32_t prefixes; /* that they were made of */
};

address_lists addresses_lists(struct arena *, const struct policy *);

/* false: the sets grew beyond ADDRESS_MAX_MEMBERS, or all of them together took
 * more than ADDRESS_MAX_WORK. */
bool addresses_sweep(struct arena *, const address_lists *, bool v6, struct sets *,
		     struct intervals *out);
