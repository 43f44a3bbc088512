/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces divided into lines, and lines made text. */
#pragma once
#include "compiler/format/pieces.h"

enum { TAB = 8, COLUMNS = 80 };

/* Pieces [first, end) of which the last may be a comment. */
struct line {
	uint32_t first, end;
	uint32_t indent;
	bool blank; /* an empty line stands before it */
	bool comma; /* behind the last token: it ends the last value of a list */
	enum unit unit; /* that this line is all of */
	/* columns of space before pieces, beyond the usual: align.c */
	uint32_t pad[2], pad_comment;
};

struct lines {
	struct arena *arena;
	struct pieces pieces;
	VEC(struct line) list;
};

/* Between two tokens of one line. */
bool line_space(const struct piece *before, const struct piece *);
uint32_t line_width(const struct lines *, const struct line *); /* up to its comment */

/* layout.c */
void lines_divide(struct lines *);
/* align.c: the columns of adjacent lines */
void lines_align(struct lines *);
/* align.c: which of the two pads stands before a piece of the line, or -1 */
int line_column(const struct lines *, const struct line *, uint32_t piece);
