/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Atoms → the kinds of subjects that they tell apart, each as facts that somebody
 * could have. Facts that no atom asks for stay unknown.
 */
#pragma once
#include "compiler/check/expectations.h"

enum { KINDS_MAX = 65536 };

struct kinds {
	struct arena *arena;
	VEC(const struct atom *) atoms[4]; /* by enum nb_dim */
	struct table *known;               /* of the above */
	/* Every way in which somebody can match the atoms of one dimension, once. */
	VEC(struct facts) facts[4];
};

struct kinds *kinds_new(struct arena *);
void kinds_add(struct kinds *, const struct subject *);
/* Once all are added. False if there are more than KINDS_MAX, all dimensions
 * multiplied, or too many to find out. */
bool kinds_find(struct kinds *);
