/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line is shown in cells: a code point is one cell, a tab as many as reach the
 * next multiple of TAB, an unprintable byte the four of \xNN. The carets are drawn
 * in the same cells, so that they stand under what they mean.
 */
#include "compiler/base/quote.h"

#include <stdbool.h>
#include "compiler/base/utf8.h"

enum {
	TAB = 8,
	WIDTH = 100, /* cells of a line that are shown at most */
	BEFORE = 40, /* of them before the span, when the line is cut */
};

struct cell {
	size_t bytes;
	unsigned width;
	bool plain;
};

static struct cell cell_at(const char *s, size_t len, unsigned column)
{
	uint32_t code;
	size_t n = utf8_decode(s, len, &code);

	if (n && code == '\t')
		return (struct cell){1, TAB - column % TAB, false};
	if (!n)
		return (struct cell){1, 4, false};
	if (utf8_is_control(code))
		return (struct cell){n, (unsigned)n * 4, false};
	return (struct cell){n, 1, true};
}

static void put_cell(FILE *out, const char *s, struct cell cell)
{
	if (cell.plain)
		fwrite(s, 1, cell.bytes, out);
	else if (*s == '\t')
		fprintf(out, "%*s", (int)cell.width, "");
	else
		for (size_t i = 0; i < cell.bytes; i++)
			fprintf(out, "\\x%02x", (unsigned char)s[i]);
}

void quote_text(FILE *out, const char *text, size_t len)
{
	for (size_t at = 0; at < len;) {
		struct cell cell = cell_at(text + at, len - at, 0);

		if (text[at] == '\t')
			fputs("\\x09", out);
		else
			put_cell(out, text + at, cell);
		at += cell.bytes;
	}
}

/* Offset of the first byte to show: near enough to `from` for the line to fit. */
static size_t cut_before(const char *text, size_t start, size_t from)
{
	size_t at = from;

	for (unsigned n = 0; at > start && n < BEFORE; n++) {
		at--;
		for (int i = 0; i < 3 && at > start && (text[at] & 0xc0) == 0x80; i++)
			at--;
	}
	return at;
}

/* Whether the whole line fits. */
static bool is_short(const char *s, size_t len)
{
	unsigned column = 0;

	for (size_t at = 0; at < len && column <= WIDTH;) {
		struct cell cell = cell_at(s + at, len - at, column);

		column += cell.width;
		at += cell.bytes;
	}
	return column <= WIDTH;
}

struct caret {
	unsigned first, count; /* columns; count is at least 1 */
};

/* Prints line text from `at`, says where the span came to stand. */
static struct caret show(FILE *out, const char *text, size_t at, size_t end,
			 struct span span)
{
	struct caret caret = {0, 0};
	unsigned column = 0;

	while (at < end) {
		struct cell cell = cell_at(text + at, end - at, column);

		if (column + cell.width > WIDTH) {
			fputs("...", out);
			break;
		}
		put_cell(out, text + at, cell);
		if (at < span.start)
			caret.first = column + cell.width;
		else if (at < span.end)
			caret.count += cell.width;
		column += cell.width;
		at += cell.bytes;
	}
	if (!caret.count)
		caret.count = 1;
	return caret;
}

void quote_span(FILE *out, const struct source *s, struct span span)
{
	quote_span_marked(out, s, span, "", "");
}

void quote_span_marked(FILE *out, const struct source *s, struct span span,
		       const char *before, const char *after)
{
	struct place p = source_place(s, span.start);
	size_t from = p.line_start;
	struct caret caret;
	bool cut = false;

	if (p.line_start == p.line_end)
		return;
	if (!is_short(s->text + p.line_start, p.line_end - p.line_start)) {
		from = cut_before(s->text, p.line_start, span.start);
		cut = from > p.line_start;
	}
	fprintf(out, "%5u | %s", p.line, cut ? "..." : "");
	caret = show(out, s->text, from, p.line_end, span);
	fprintf(out, "\n      | %*s%s", (int)caret.first + (cut ? 3 : 0), "", before);
	for (unsigned i = 0; i < caret.count; i++)
		putc(i ? '~' : '^', out);
	fprintf(out, "%s\n", after);
}
