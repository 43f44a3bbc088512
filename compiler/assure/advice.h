/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions by name that whoever they do not mean could use: a program that may be
 * replaced, a pattern that any directory can satisfy. Read from the policy alone.
 */
#pragma once
#include "compiler/check/policy.h"

void advice_report(struct arena *, const struct policy *, struct diags *);
