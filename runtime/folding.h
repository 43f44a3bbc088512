/* SPDX-License-Identifier: BSD-2-Clause */
/* Says of which mounts capital and small letters are one to file rules. */
#pragma once
#include <stdio.h>
#include "bundles/verify.h"

/* A line for each mount of such a type below which the policy compares names. */
void folding_print(const struct bundle *, FILE *out);
