/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules that would take the host away from its owner: root could not start it, log in,
 * or remove the policy. Errors, unless the rule says `waive lockout "reason"`.
 */
#pragma once
#include "compiler/check/policy.h"

void lockout_report(struct arena *, const struct policy *, struct diags *);
