/* SPDX-License-Identifier: BSD-2-Clause */
/* One policy out of many files. */
#pragma once
#include "grammar/grammar.h"

enum {
	INCLUDE_DEPTH_MAX = 64,
	SOURCES_MAX = 10000,
	SOURCES_BYTES_MAX = 256 << 20,
};

/* sources holds the main policy as number 0; adds what it includes and the feeds it
 * names, in the order of the statements that name them. The AST has behind each
 * include what it includes, and in each feed's item its source. NULL exactly when it
 * reported an error. */
const struct ast *sources_gather(struct arena *, struct sources *, struct diags *);
