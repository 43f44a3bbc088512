/* SPDX-License-Identifier: BSD-2-Clause */
/* Hash-consed sets of small numbers: equal sets have equal ids, 0 is the empty
 * set. What lowering keeps per name, per address and per state is such an id. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "compiler/base/arena.h"

struct sets;

struct set {
	const uint32_t *at; /* ascending, without repeats */
	uint32_t n;
};

struct sets *sets_new(struct arena *);
/* members need not be ascending or distinct; the array is sorted in place. */
uint32_t sets_intern(struct sets *, uint32_t *members, uint32_t n);
uint32_t sets_union(struct sets *, uint32_t a, uint32_t b);
bool set_has(struct set, uint32_t member);
struct set sets_get(const struct sets *, uint32_t id);
uint32_t sets_count(const struct sets *); /* ids are below it */
uint64_t sets_members(const struct sets *); /* summed over all sets: a bound */
