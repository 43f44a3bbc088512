/* SPDX-License-Identifier: BSD-2-Clause */
/* Says of which mounts capital and small letters are one to file rules. */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "bundles/verify.h"

/* The note itself, of one place. */
void folding_say(const char *place, const char *type, FILE *out);
/* Whether single directories of such a filesystem may be so, and whether this one is. */
bool folding_by_directory(const char *type);
bool folding_directory(int fd);

/* A line for each mount of such a type below which the policy compares names. */
void folding_print(const struct bundle *, FILE *out);
