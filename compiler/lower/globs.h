/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All distinct components with wildcards of a policy, and one byte automaton over them:
 * a name leads to an accept class, the set of globs that match it. Built by subset
 * construction over bytes that the globs tell apart.
 */
#pragma once
#include <stdint.h>
#include "compiler/check/policy.h"
#include "compiler/lower/sets.h"

#define GLOB_MAX_STATES 20000u

struct globs;

struct globs *globs_new(struct arena *);
/* The glob's id; the pattern is one that has it. */
uint32_t globs_add(struct globs *, const uint16_t *glob, uint32_t len,
		   const struct path_pattern *);

struct glob_automaton {
	uint8_t class_of[256];
	uint32_t classes, states;
	const uint16_t *accept; /* [states]: class of names that end there, 0 = none */
	const uint16_t *next;   /* [states][classes] */
	uint32_t accepts;       /* accept classes, with 0 */
	const struct sets *sets; /* class c is the set of glob ids with id c */
	const struct set *by_glob; /* by glob: the accept classes that hold it */
	bool folds; /* a name in small letters meets each glob that it meets in others */
};

/* NULL if it needs more than GLOB_MAX_STATES states; *culprit is then the glob
 * that was being added to the widest state. With no glob: states == 0. */
const struct glob_automaton *globs_build(struct globs *, const struct path_pattern **culprit);
uint32_t globs_class(const struct glob_automaton *, struct bytes name);
struct set globs_classes(const struct glob_automaton *, uint32_t glob);
