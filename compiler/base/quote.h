/* SPDX-License-Identifier: BSD-2-Clause */
/* Source text shown to people: always one line, always printable. */
#pragma once
#include <stdio.h>
#include "compiler/base/source.h"

/* Bytes that a terminal would obey, and bytes that are no UTF-8, as \xNN. */
void quote_text(FILE *, const char *text, size_t len);

/* The line of the span with its number, and carets under the span's first line.
 * Of a long line only the part around the span. */
void quote_span(FILE *, const struct source *, struct span);
/* The same, with `before` and `after` around the carets. */
void quote_span_marked(FILE *, const struct source *, struct span, const char *before,
		       const char *after);
