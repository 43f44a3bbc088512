/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The evaluator's verdict in words: the rule that decided with its line of
 * source, what of the request it matched, what was not known, and which other
 * rules speak of the same thing.
 */
#pragma once
#include <stdio.h>
#include "compiler/assure/evaluate.h"

void policy_explain(const struct policy *, const struct request *, FILE *);
