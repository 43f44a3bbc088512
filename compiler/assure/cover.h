/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Do several subjects together bind everybody whom another binds? Decided by trying
 * every kind of facts that they tell apart, unknown ones among them, within bounds:
 * yes is certain, no may mean that it would take too long.
 */
#pragma once
#include "compiler/check/policy.h"

enum { COVER_MAX = 64 }; /* subjects that together do it */

struct cover;

struct cover *cover_new(struct arena *);
/* *needed: those of wide, by bit, of which none can be left out. Dropped are the last
 * ones first. */
bool cover_holds(struct cover *, const struct subject *narrow,
		 const struct subject *const *wide, uint32_t n, uint64_t *needed);
