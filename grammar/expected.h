/* SPDX-License-Identifier: BSD-2-Clause */
/* What a syntax error says. */
#pragma once
#include "grammar/scan.h"

enum { EXPECTED_MAX = 48 };

/* s->last is the token out of place; expected: the names of those that could have
 * stood there. */
void expected_report(struct scan *, const char *const *expected, size_t n);
