/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a policy says about itself, held against its rules. `mode audit` of the policy
 * changes nothing here: a denial that is only logged counts as one. That of a rule does:
 * such a rule denies nothing. Each returns false
 * exactly when it reported why.
 */
#pragma once
#include "compiler/check/expectations.h"

/* Every question by the evaluator. */
bool test_prove(struct arena *, const struct policy *, const struct test *,
		struct diags *);
/* For everybody it means whose facts are known, by trying every kind of them. */
bool assertion_prove(struct arena *, const struct policy *, const struct assertion *,
		     struct diags *);
