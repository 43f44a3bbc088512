/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which rules change no verdict: decided in every row that some object leads to.
 * Undecided is not redundant.
 */
#pragma once
#include "compiler/assure/reach.h"

enum finding {
	FINDING_NONE,
	FINDING_NO_OBJECT,  /* no object leads to a row that has it */
	FINDING_NO_SUBJECT, /* its subject is true of nobody */
	FINDING_REDUNDANT,  /* others do in every row what it does */
};

struct judged {
	enum finding finding;
	/* REDUNDANT: rules that together suffice. One of them may be redundant itself, for
	 * others; all that are found here can be left out at once. */
	const uint32_t *by;
	uint32_t n_by;
	uint32_t row; /* REDUNDANT: one that has it */
};

/* By rule number; element 0 is not used. */
const struct judged *rules_judge(struct arena *, const struct policy *, const struct image *,
				 struct reach *);
