/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What entries and defaults of a finished image say of network rules, and what programs are
 * told beforehand of operations and of labels, against the policy.
 */
#pragma once
#include "compiler/lower/image.h"

/* Only then may a rule have no entries. */
bool subject_may_be_nobody(const struct subject *);
/* NULL, or what is wrong: then the compiler is, not the policy. */
const char *net_entries_check(const struct image *);
