/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Offset → line and column, by counting: a place is wanted only for the few
 * diagnostics that are printed, so there is no table to keep. Whoever wants the
 * line of every statement counts along the text instead (ast.c).
 */
#include "compiler/base/source.h"

#include <string.h>

struct place source_place(const struct source *s, uint32_t offset)
{
	size_t at = offset < s->len ? offset : s->len;
	struct place p = {.line = 1};
	const char *nl;

	while ((nl = memchr(s->text + p.line_start, '\n', at - p.line_start))) {
		p.line++;
		p.line_start = (size_t)(nl - s->text) + 1;
	}
	nl = memchr(s->text + at, '\n', s->len - at);
	p.line_end = nl ? (size_t)(nl - s->text) : s->len;
	p.column = (uint32_t)(at - p.line_start) + 1;
	return p;
}
