/* SPDX-License-Identifier: BSD-2-Clause */
/* Text → AST. The only folder that knows flex and bison. */
#pragma once
#include "compiler/ast/ast.h"
#include "compiler/base/diag.h"

/* Source number `source` of sources. NULL exactly when it reported an error: all
 * statements are read before that, so that one run reports all syntax errors. */
const struct ast *grammar_parse(struct arena *, struct sources *, uint32_t source,
				struct diags *);

/* All tokens of a source that grammar_parse accepted, in order; a string's span has
 * its quotes. What is between them is space and comments. */
struct tokens {
	VEC(struct span) list;
};
struct tokens grammar_tokens(struct arena *, const struct sources *, uint32_t source,
			     struct diags *);
