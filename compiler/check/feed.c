/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A feed, addresses that somebody else keeps → ranges: one address, prefix or range a
 * line, in the forms of the language. Straight into one array: a feed of a million
 * lines has no nodes and no tokens.
 */
#include <string.h>
#include "compiler/base/text.h"
#include "compiler/check/check.h"

enum {
	WORD_MAX = 100,  /* a range of the two longest addresses, and its brackets */
	ERRORS_MAX = 100 /* lines reported of one feed; it is a file of the wrong kind */
};

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

static const char *skip_word(const char *at, const char *end)
{
	while (at < end && *at != ' ' && *at != '\t' && *at != '#')
		at++;
	return at;
}

static bool report_rest(struct diags *d, struct span span, const char *rest)
{
	diag_report(d, span, DIAG_feed_line,
		    "expected the end of the line or a comment: a line has one value");
	if (*rest == '-')
		diag_help(d, "a range is written without spaces: 10.0.0.1-10.0.0.9");
	else if (*rest == ';' || *rest == '/')
		diag_help(d, "a comment begins with '#'");
	return false;
}

/* One line without its end, at `base` of its source. *any: it has a value. */
static bool read_line(struct diags *d, struct span base, const char *line,
		      const char *end, struct addr_range *out, bool *any)
{
	const char *word = skip_space(line, end), *behind = skip_word(word, end);
	const char *rest = skip_space(behind, end);
	char copy[WORD_MAX + 1];
	struct span span = base;

	*any = word < behind;
	if (!*any)
		return true;
	span.start += (uint32_t)(word - line);
	span.end = base.start + (uint32_t)(behind - line);
	if (behind - word > WORD_MAX) {
		diag_report(d, span, DIAG_bad_address, "this is not an address");
		return false;
	}
	memcpy(copy, word, (size_t)(behind - word));
	copy[behind - word] = '\0';
	if (!address_read(d, span, copy, out))
		return false;
	if (rest == end || *rest == '#')
		return true;
	span.start = base.start + (uint32_t)(rest - line);
	span.end = base.start + (uint32_t)(end - line);
	return report_rest(d, span, rest);
}

static size_t count_lines(const struct source *s)
{
	const char *at = s->text, *end = s->text + s->len;
	size_t n = 1;

	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		at++;
		n++;
	}
	return n;
}

typedef VEC(struct addr_range) ranges;

/* The values of all lines, into `found`. */
static bool read_lines(struct arena *a, struct diags *d, const struct sources *sources,
		       uint32_t source, size_t most, ranges *found)
{
	const struct source *s = &sources->list.at[source];
	const char *at = s->text, *end = s->text + s->len;
	unsigned errors = 0;
	size_t lines;

	if (!text_accepts(s, source, TEXT_LF_OR_CRLF, d))
		return false;
	lines = count_lines(s);
	if (lines > most)
		lines = most + 1;
	found->at = arena_grow(a, NULL, 0, &found->cap, lines, sizeof *found->at);
	while (at < end && errors < ERRORS_MAX && found->n <= most) {
		struct span base = {source, (uint32_t)(at - s->text), 0};
		struct addr_range range = {.span = base};
		const char *nl, *stop = address_read_plain(at, end, &range);
		bool any;

		if (stop) {
			range.span.end = (uint32_t)(stop - s->text);
			VEC_PUSH(a, found, range);
			at = stop < end ? stop + 1 : end;
			continue;
		}
		nl = memchr(at, '\n', (size_t)(end - at));
		stop = nl ? nl : end;
		if (nl && stop > at && stop[-1] == '\r')
			stop--;
		if (!read_line(d, base, at, stop, &range, &any))
			errors++;
		else if (any)
			VEC_PUSH(a, found, range);
		at = nl ? nl + 1 : end;
	}
	return !errors;
}

bool feed_read(struct arena *a, struct diags *d, const struct sources *sources,
	       uint32_t source, size_t most, struct operand *out)
{
	struct arena *room = arena_new(); /* of the ranges as they come */
	ranges found = {0};
	bool good = read_lines(room, d, sources, source, most, &found);

	if (good)
		*out = (struct operand){
			.addrs = {feed_order(a, found.at, found.n), found.n, found.n}};
	arena_free(room);
	return good;
}
