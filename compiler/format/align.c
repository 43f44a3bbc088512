/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Columns of adjacent lines: values of fields, names and '=' of sets, objects and
 * '=>' of requests, and comments. A run ends at an empty line or at a line of
 * another sort, so that an edit moves its neighbours only; what stands out far is
 * left alone, so that one long line does not push all others to the right.
 */
#include "compiler/format/lines.h"

enum { COLUMN_MAX = 40, COMMENT_MAX = 60 };

int line_column(const struct lines *l, const struct line *line, uint32_t piece)
{
	const struct piece *p = &l->pieces.list.at[piece];

	if (line->unit == UNIT_NONE || line->unit == UNIT_OTHER)
		return -1;
	if (piece == line->first + 1)
		return 0;
	return piece_is(p, "=") || piece_is(p, "=>") ? 1 : -1;
}

/* Columns of the pieces before [column], without the indent; 0: it has none. */
static uint32_t width_before(const struct lines *l, const struct line *line, int column)
{
	struct line part = *line;

	for (uint32_t i = line->first; i < line->end; i++) {
		if (line_column(l, line, i) != column)
			continue;
		part.end = i;
		part.indent = 0;
		part.comma = false;
		return line_width(l, &part) + (column ? line->pad[0] : 0);
	}
	return 0;
}

static bool is_end(const struct lines *l, const struct line *line)
{
	return piece_is(&l->pieces.list.at[line->first], "}");
}

/* The end of a block or list is no neighbour of what stands behind it. */
static bool follows(const struct lines *l, const struct line *line)
{
	return !line->blank && line->indent == line[-1].indent && !is_end(l, line) &&
	       !is_end(l, line - 1);
}

static void align_column(struct lines *l, size_t from, size_t to, int column)
{
	uint32_t most = 0;

	for (size_t i = from; i < to; i++) {
		uint32_t width = width_before(l, &l->list.at[i], column);

		if (width > most && width <= COLUMN_MAX)
			most = width;
	}
	for (size_t i = from; i < to; i++) {
		uint32_t width = width_before(l, &l->list.at[i], column);

		if (width && width < most)
			l->list.at[i].pad[column] = most - width;
	}
}

static void align_units(struct lines *l)
{
	for (size_t from = 0, to; from < l->list.n; from = to) {
		const struct line *first = &l->list.at[from];

		for (to = from + 1; to < l->list.n; to++)
			if (!follows(l, &l->list.at[to]) ||
			    l->list.at[to].unit != first->unit)
				break;
		if (first->unit == UNIT_NONE || first->unit == UNIT_OTHER)
			continue;
		align_column(l, from, to, 0);
		align_column(l, from, to, 1);
	}
}

/* Of the tokens of a line that has a comment behind them, or 0. */
static uint32_t commented_width(const struct lines *l, const struct line *line)
{
	struct line part = *line;

	if (line->first + 1 == line->end || !l->pieces.list.at[line->end - 1].comment)
		return 0;
	part.indent = 0;
	return line_width(l, &part) + line->pad[0] + line->pad[1];
}

static void align_comments(struct lines *l)
{
	for (size_t from = 0, to; from < l->list.n; from = to) {
		uint32_t most = 0;

		for (to = from; to < l->list.n; to++) {
			const struct line *line = &l->list.at[to];
			uint32_t width = commented_width(l, line);

			if (to > from && (!follows(l, line) ||
					  l->pieces.list.at[line->first].comment))
				break;
			if (width > most && width <= COMMENT_MAX)
				most = width;
		}
		for (size_t i = from; i < to; i++) {
			uint32_t width = commented_width(l, &l->list.at[i]);

			if (width && width < most)
				l->list.at[i].pad_comment = most - width;
		}
	}
}

void lines_align(struct lines *l)
{
	align_units(l);
	align_comments(l);
}
