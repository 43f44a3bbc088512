/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walks the host's filesystems wherever rules on files may lie, and asks stat of each
 * file that a rule names: nothing more. Who listens to that is marks.c.
 */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include "bundles/bundle.h"
#include "bundles/error.h"

struct scan_bounds {
	uint64_t names;
	unsigned seconds;
};

struct scan {
	uint64_t looked; /* names in directories, of all passes */
	uint64_t folding; /* directories that do not tell capital from small letters */
	uint64_t linked; /* files that a rule names and that have further names */
	char why[600];   /* the first thing that was not looked at, and why; "" = all was */
	time_t began, told;
};

/* Filesystems that cannot have hard links are left out; remote ones too, and said so on
 * `out` if that is not NULL, as are case-insensitive directories. Tells on `progress` every few seconds how far it is. The start of `scan` is all
 * zero; another pass adds to it. */
int scan_walk(const struct bundle *, const struct scan_bounds *, FILE *out, FILE *progress,
	      struct scan *scan, struct error *err);
