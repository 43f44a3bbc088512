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

/* Two directories: which names in them patterns tell apart, and whether whatever lies
 * below does. Owners of patterns ascend; a tree of one is like another of the same. */
struct names_in {
	struct name_list names;
	size_t spelled;        /* the first ones stand so in patterns */
	const uint8_t *where;  /* of those: 1, in the first directory; 2, in the second; or both */
	bool alike;     /* nothing below tells one from the other, nor is one spelled out */
	uint32_t apart; /* otherwise: an owner that does */
};
/* False if there are too many names. */
bool witness_names_in(struct arena *, const struct pattern_list *, const uint32_t *owner,
		      const char *const dirs[2], struct names_in *out);
