/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An `allow` of a scope takes only from that scope's defaults: one that names nothing
 * but what a rule outside denies to all of the scope's subject is of no use, and most
 * likely was meant to open what it does not.
 */
#pragma once
#include "compiler/assure/reach.h"

void overlap_report(struct arena *, const struct image *, const struct reach *, struct diags *);
