/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of addresses of a finished image against its policy, for every address and
 * every port: not at samples, but at each place where either of them changes.
 */
#pragma once
#include "compiler/lower/image.h"

/* NULL, or what is wrong: then the compiler is, not the policy. */
const char *net_check(const struct image *);
