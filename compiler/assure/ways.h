/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ways past the rules of a policy that are known to stay open (ways.def), each said once,
 * at the first rule that it gets past. Hidden unless asked for: nearly every policy has some, so what
 * everybody is told is how many.
 */
#pragma once
#include "compiler/check/policy.h"

void ways_report(const struct policy *, struct diags *);
unsigned ways_count(const struct policy *);
