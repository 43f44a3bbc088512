/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pieces → lines. A unit that fits stands on one line; if not, each clause gets its
 * own; then lines are filled, and end behind commas and before 'and' and 'or'; then
 * lists on lines still too long get a line for each value. A list stays so where its
 * '{' was the last of its line. Nothing else depends on the layout that was, and what
 * comes out comes out of itself again.
 */
#include "compiler/format/lines.h"

enum { NO_LIST = UINT32_MAX, GROUP_COLUMNS = COLUMNS - 3 * TAB };

/* A unit on its way into lines: pieces [first, end). */
struct unit_layout {
	struct lines *lines;
	uint32_t first, end, depth;
	bool own;  /* clauses have lines of their own */
	bool fill; /* lines that are too long are ended where they may */

	struct line line;
	bool open;         /* line has a piece */
	uint32_t segment;  /* indent of what the current clause goes on from */
	uint32_t list, list_indent; /* '{' of the broken list around, or NO_LIST */
	uint32_t flat;     /* behind the end of what is kept on one line, or 0 */
	bool fits;
};

static struct piece *at(const struct lines *l, uint32_t i)
{
	return &l->pieces.list.at[i];
}

static bool is(const struct lines *l, uint32_t i, const char *text)
{
	return piece_is(at(l, i), text);
}

bool line_space(const struct piece *before, const struct piece *p)
{
	return !piece_is(p, ",") && !piece_is(p, ")") && !piece_is(before, "(");
}

uint32_t line_width(const struct lines *l, const struct line *line)
{
	uint32_t width = line->indent * TAB + line->comma;

	for (uint32_t i = line->first; i < line->end && !at(l, i)->comment; i++)
		width += at(l, i)->width +
			 (i > line->first && line_space(at(l, i - 1), at(l, i)));
	return width;
}

/* ---- one unit ---- */

static void end_line(struct unit_layout *u)
{
	if (!u->open)
		return;
	if (!at(u->lines, u->line.first)->comment &&
	    line_width(u->lines, &u->line) > COLUMNS)
		u->fits = false;
	VEC_PUSH(u->lines->arena, &u->lines->list, u->line);
	u->open = false;
}

/* The next token, or end. */
static uint32_t skip_comments(const struct unit_layout *u, uint32_t i)
{
	while (i < u->end && at(u->lines, i)->comment)
		i++;
	return i;
}

static bool ends_broken_list(const struct unit_layout *u, uint32_t i)
{
	return u->list != NO_LIST && i == at(u->lines, u->list)->match;
}

static uint32_t indent_of(const struct unit_layout *u, uint32_t i)
{
	const struct piece *p = at(u->lines, i);

	if (i == u->first)
		return u->depth;
	if (ends_broken_list(u, i))
		return u->list_indent;
	if (u->list != NO_LIST)
		return u->list_indent + 1;
	return p->clause ? u->depth + 1 : u->segment + 1;
}

/* Lines are not ended within lists that are not broken, nor within brackets that
 * stand on one line. */
static void enter_flat(struct unit_layout *u, uint32_t i)
{
	const struct piece *p = at(u->lines, i);
	struct line group = {.first = i, .end = p->match + 1};

	if (u->flat || p->broken || p->block || !p->match)
		return;
	if (piece_is(p, "(") && group.end - i > GROUP_COLUMNS)
		return; /* without counting: brackets nest */
	for (uint32_t k = i; k < group.end; k++)
		if (at(u->lines, k)->broken || at(u->lines, k)->comment)
			return;
	if (piece_is(p, "{") || line_width(u->lines, &group) <= GROUP_COLUMNS)
		u->flat = group.end;
}

/* Where a line may be ended before piece i if it must. */
static bool may_end(const struct unit_layout *u, uint32_t i)
{
	return u->list == NO_LIST && !u->flat && i > u->first &&
	       (is(u->lines, i - 1, ",") || is(u->lines, i, "and") || is(u->lines, i, "or"));
}

/* Columns of piece i and those behind it up to where the line may or will end. */
static uint32_t chunk_width(struct unit_layout u, uint32_t i)
{
	struct line chunk = {.first = i, .end = i};

	do {
		enter_flat(&u, chunk.end);
		if (++chunk.end == u.flat)
			u.flat = 0;
	} while (chunk.end < u.end && !at(u.lines, chunk.end - 1)->broken && !at(u.lines, chunk.end)->comment &&
		 !at(u.lines, chunk.end)->clause && !may_end(&u, chunk.end));
	return line_width(u.lines, &chunk);
}

/* Whether piece i, a token, begins a line. */
static bool begins_line(struct unit_layout *u, uint32_t i)
{
	const struct piece *p = at(u->lines, i);

	if (!u->open)
		return true;
	if (u->list != NO_LIST)
		return ends_broken_list(u, i) || u->list == i - 1 || is(u->lines, i - 1, ",");
	if (p->clause && u->own)
		return true;
	return u->fill && may_end(u, i) &&
	       line_width(u->lines, &u->line) + 1 + chunk_width(*u, i) > COLUMNS;
}

static void begin_line(struct unit_layout *u, uint32_t i)
{
	end_line(u);
	u->line = (struct line){.first = i, .end = i, .indent = indent_of(u, i)};
	/* empty lines between values stay, but not at the list's ends */
	u->line.blank = u->list != NO_LIST && at(u->lines, i)->blank &&
			i > u->list + 1 && !ends_broken_list(u, i);
	u->open = true;
	if (at(u->lines, i)->clause)
		u->segment = indent_of(u, i);
}

static void place_token(struct unit_layout *u, uint32_t i)
{
	const struct lines *l = u->lines;
	const struct piece *p = at(l, i);
	uint32_t next = skip_comments(u, i + 1);

	if (begins_line(u, i))
		begin_line(u, i);
	u->line.end = i + 1;
	if (ends_broken_list(u, i)) {
		u->list = NO_LIST;
	} else if (p->broken) {
		u->list = i;
		u->list_indent = u->line.indent;
	} else if (u->list != NO_LIST && next == at(l, u->list)->match) {
		u->line.comma = true;
	}
	if (u->list == NO_LIST)
		enter_flat(u, i);
	if (i + 1 == u->flat)
		u->flat = 0;
}

static void place_comment(struct unit_layout *u, uint32_t i)
{
	uint32_t next = skip_comments(u, i);

	if (u->list == NO_LIST && !u->own && next < u->end)
		u->fits = false; /* clauses then had better begin lines */
	if (at(u->lines, i)->line || !u->open)
		begin_line(u, i);
	u->line.end = i + 1;
	end_line(u);
}

static bool try(struct unit_layout *u, bool own, bool fill)
{
	u->own = own;
	u->fill = fill;
	u->fits = true;
	u->segment = u->depth;
	u->list = NO_LIST;
	u->flat = 0;
	for (uint32_t i = u->first; i < u->end; i++) {
		if (at(u->lines, i)->comment)
			place_comment(u, i);
		else
			place_token(u, i);
	}
	end_line(u);
	return u->fits;
}

/* A list with comments in it, or that the author began on a line of its own. */
static void break_lists(struct unit_layout *u)
{
	for (uint32_t i = u->first; i < u->end; i++) {
		struct piece *p = at(u->lines, i);
		uint32_t k = i + 1;

		if (!piece_is(p, "{") || p->block || k == p->match)
			continue;
		while (k < p->match && !at(u->lines, k)->comment)
			k++;
		p->broken = at(u->lines, i + 1)->line || k < p->match;
	}
}

/* All lists of lines that are too long. */
static void break_more(struct unit_layout *u, size_t from)
{
	for (size_t n = from; n < u->lines->list.n; n++) {
		const struct line *line = &u->lines->list.at[n];

		if (line_width(u->lines, line) <= COLUMNS)
			continue;
		for (uint32_t i = line->first; i < line->end; i++)
			if (is(u->lines, i, "{") && !at(u->lines, i)->block &&
			    i + 1 < at(u->lines, i)->match)
				at(u->lines, i)->broken = true;
	}
}

static void divide_unit(struct lines *l, uint32_t first, uint32_t end, uint32_t depth)
{
	struct unit_layout u = {.lines = l, .first = first, .end = end, .depth = depth};
	size_t from = l->list.n;

	break_lists(&u);
	if (try(&u, false, false))
		return;
	l->list.n = from;
	if (try(&u, true, false))
		return;
	l->list.n = from;
	if (try(&u, true, true))
		return;
	break_more(&u, from);
	l->list.n = from;
	if (try(&u, false, false))
		return;
	l->list.n = from;
	try(&u, true, true);
}

/* ---- units and blocks ---- */

/* Behind the last token of the unit that begins at `first`. */
static uint32_t unit_end(const struct lines *l, uint32_t first, uint32_t end)
{
	uint32_t last = first;

	for (uint32_t i = first; i < end && (i == first || !at(l, i)->unit); i++) {
		if (at(l, i)->block)
			i = at(l, i)->match;
		if (!at(l, i)->comment)
			last = i;
	}
	return last + 1;
}

static uint32_t block_of(const struct lines *l, uint32_t first, uint32_t end)
{
	while (first < end && !at(l, first)->block)
		first++;
	return first;
}

/* Whether a unit with a block may stand on one line: each block in it has one unit,
 * the author put no line end behind a '{', and it fits. */
static bool is_short(const struct lines *l, uint32_t first, uint32_t end, uint32_t depth)
{
	struct line line = {.first = first, .end = end, .indent = depth};

	if (end - first > COLUMNS)
		return false;
	for (uint32_t i = first; i < end; i++) {
		const struct piece *p = at(l, i);

		if (p->comment || (piece_is(p, "{") && at(l, i + 1)->line))
			return false;
		if (p->block && unit_end(l, i + 1, p->match) != p->match)
			return false;
	}
	return line_width(l, &line) <= COLUMNS;
}

static void divide(struct lines *l, uint32_t first, uint32_t end, uint32_t depth);

/* The comment behind the last piece of a line goes with it. */
static uint32_t with_comment(const struct lines *l, uint32_t end, uint32_t limit)
{
	return end < limit && at(l, end)->comment && !at(l, end)->line ? end + 1 : end;
}

static void push(struct lines *l, struct line line)
{
	VEC_PUSH(l->arena, &l->list, line);
}

/* Returns the piece behind it. */
static uint32_t divide_one(struct lines *l, uint32_t first, uint32_t limit,
			   uint32_t depth)
{
	uint32_t end = unit_end(l, first, limit), block = block_of(l, first, end), inner;
	uint32_t all = with_comment(l, end, limit), tail;
	size_t from = l->list.n;

	if (block == end) {
		divide_unit(l, first, all, depth);
		if (l->list.n == from + 1)
			l->list.at[from].unit = at(l, first)->unit;
		return all;
	}
	if (is_short(l, first, end, depth)) {
		push(l, (struct line){.first = first, .end = all, .indent = depth});
		return all;
	}
	inner = with_comment(l, block + 1, limit);
	tail = at(l, block)->match;
	divide_unit(l, first, inner, depth);
	divide(l, inner, tail, depth + 1);
	push(l, (struct line){.first = tail, .end = all, .indent = depth});
	return all;
}

static void divide(struct lines *l, uint32_t first, uint32_t end, uint32_t depth)
{
	for (uint32_t i = first; i < end;) {
		size_t line = l->list.n;
		bool blank = at(l, i)->blank && i > first;

		if (at(l, i)->comment) {
			push(l, (struct line){.first = i, .end = i + 1, .indent = depth});
			i++;
		} else {
			i = divide_one(l, i, end, depth);
		}
		l->list.at[line].blank = blank;
	}
}

void lines_divide(struct lines *l)
{
	divide(l, 0, (uint32_t)l->pieces.list.n, 0);
}
