/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is right but hardly meant: rules that change nothing or match nothing, names
 * that look like patterns, and rules that lock the owner out. Reads the policy and the
 * bytes of its image, and reports what is certain.
 */
#pragma once
#include "compiler/lower/image.h"

/* False exactly when it reported an error. */
bool policy_lint(struct arena *, const struct image *, struct diags *);
