/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One source → the same policy in canonical layout: tokens and comments as they
 * were, in their order, with other space between them. The only token that comes or
 * goes is the comma behind the last item of a list.
 */
#pragma once
#include "compiler/base/diag.h"

struct formatted {
	enum {
		FORMAT_DONE,
		FORMAT_WRONG, /* the source does not parse, diags say why */
		FORMAT_LOST,  /* a fault of the formatter: the result is another policy */
	} outcome;
	const char *text; /* of the arena; set when done */
	size_t len;
};

struct formatted policy_format(struct arena *, struct sources *, uint32_t source,
			       struct diags *);
