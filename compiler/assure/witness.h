/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Path patterns → some paths, such that whatever set of the patterns any path
 * matches, one of these matches just that set. What holds for them holds for all.
 */
#pragma once
#include "compiler/check/policy.h"

enum { WITNESS_PATTERNS_MAX = 2048 };

struct path_list {
	VEC(const char *) paths;
};

struct pattern_list {
	VEC(const struct path_pattern *) at;
};

/* NULL if there are too many patterns, or wildcards that overlap in too many ways.
 * "/" is the first of the list. */
const struct path_list *witness_paths(struct arena *, const struct pattern_list *);

/* The names (single components) for globs: of every set of globs that some name
 * matches, one name that matches just that set, and is none of `not`. */
struct glob {
	const uint16_t *at; /* bytes, GLOB_ONE, GLOB_ANY */
	uint32_t len;
};
struct name_list {
	VEC(struct bytes) at;
};
/* False if there are too many. */
bool witness_names(struct arena *, const struct glob *, uint32_t n,
		   const struct name_list *not, struct name_list *out);
