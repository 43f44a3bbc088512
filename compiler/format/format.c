/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source → pieces → lines → text, which is read again: unless it has the same tokens
 * and comments, and parses, it is not given out.
 */
#include "compiler/format/format.h"

#include <string.h>
#include "compiler/format/lines.h"

struct text {
	char *at;
	size_t n;
};

static void put(struct text *t, const char *at, size_t len)
{
	memcpy(t->at + t->n, at, len);
	t->n += len;
}

static void put_times(struct text *t, char c, size_t times)
{
	memset(t->at + t->n, c, times);
	t->n += times;
}

static void put_line(struct text *t, const struct lines *l, const struct line *line)
{
	put_times(t, '\n', line->blank);
	put_times(t, '\t', line->indent);
	for (uint32_t i = line->first; i < line->end; i++) {
		const struct piece *p = &l->pieces.list.at[i];
		int column = line_column(l, line, i);

		if (p->comment)
			put_times(t, ',', line->comma);
		if (p->comment && i > line->first)
			put_times(t, ' ', 2 + line->pad_comment);
		else if (i > line->first && line_space(p - 1, p))
			put_times(t, ' ', 1 + (column < 0 ? 0 : line->pad[column]));
		put(t, p->text, p->len);
	}
	if (!l->pieces.list.at[line->end - 1].comment)
		put_times(t, ',', line->comma);
	put_times(t, '\n', 1);
}

/* At most what put_line writes. */
static size_t room(const struct lines *l)
{
	size_t bytes = 1;

	for (size_t i = 0; i < l->pieces.list.n; i++)
		bytes += l->pieces.list.at[i].len + 1;
	for (size_t i = 0; i < l->list.n; i++) {
		const struct line *line = &l->list.at[i];

		bytes += 5 + line->indent + line->pad[0] + line->pad[1] +
			 line->pad_comment;
	}
	return bytes;
}

static bool is_same(struct arena *a, const struct pieces *before, const struct text *after)
{
	struct sources sources = {.arena = a};
	struct diags *diags = diags_new(a, &sources);
	struct pieces pieces;

	VEC_PUSH(a, &sources.list, (struct source){"", after->at, after->n});
	return pieces_read(a, &sources, 0, diags, &pieces) && pieces_equal(before, &pieces);
}

struct formatted policy_format(struct arena *a, struct sources *sources, uint32_t source,
			       struct diags *diags)
{
	struct lines lines = {.arena = a};
	struct text text = {0};

	if (!pieces_read(a, sources, source, diags, &lines.pieces))
		return (struct formatted){.outcome = FORMAT_WRONG};
	lines_divide(&lines);
	lines_align(&lines);
	text.at = ARENA_ARRAY(a, char, room(&lines));
	for (size_t i = 0; i < lines.list.n; i++)
		put_line(&text, &lines, &lines.list.at[i]);
	if (!is_same(a, &lines.pieces, &text))
		return (struct formatted){.outcome = FORMAT_LOST};
	return (struct formatted){FORMAT_DONE, text.at, text.n};
}
