/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a text is laid out from: its tokens and comments in order. Where statements
 * and clauses begin is the parser's word, so that no word of the language is known
 * here.
 */
#pragma once
#include <stdbool.h>
#include "compiler/base/diag.h"

struct piece {
	const char *text;
	uint32_t len, width; /* bytes, characters */
	bool comment;
	bool line, blank; /* at least one, two line ends stand before it */
	/* What begins here; a block's '{' has one behind it. */
	enum unit { UNIT_NONE, UNIT_FIELD, UNIT_SET, UNIT_REQUEST, UNIT_OTHER } unit;
	bool clause;
	uint32_t match; /* of '{' and '(': its other half; else 0 */
	bool block;     /* '{' around statements, not around values */
	bool broken;    /* '{' of a list that is laid out one value a line */
};

struct pieces {
	VEC(struct piece) list;
};

/* Commas stand before the comments that were before them, and none before a '}'.
 * False when it reported an error. */
bool pieces_read(struct arena *, struct sources *, uint32_t source, struct diags *,
		 struct pieces *out);
bool pieces_equal(const struct pieces *, const struct pieces *);
bool piece_is(const struct piece *, const char *text);
