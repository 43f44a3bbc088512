/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "{a,b}" → the texts that it stands for, as if somebody had written one pattern for
 * each; they may hold '/'. Counted before anything is written out, because they
 * multiply. What else a text says is read by paths.c.
 */
#include <string.h>
#include "compiler/check/check.h"

enum { NESTED_MAX = 8 };

struct alternatives {
	struct diags *diags;
	struct span span; /* of the string with its quotes */
	const char *text;
	uint32_t nested;
};

static size_t refuse(const struct alternatives *a, size_t start, size_t end, const char *why)
{
	struct span span = {a->span.source, a->span.start + 1 + (uint32_t)start,
			    a->span.start + 1 + (uint32_t)end};

	diag_report(a->diags, span, DIAG_bad_pattern, "%s", why);
	diag_help(a->diags, "write \\%c for that very character", a->text[start]);
	return 0;
}

/* Behind what stands at text[at]: an escape, a class or one byte. */
static size_t skip(const char *text, size_t at)
{
	size_t end = at + 1;

	if (text[at] == '\\')
		return text[end] ? end + 1 : end;
	if (text[at] != '[')
		return end;
	end += text[end] == '!';
	while (text[end] && text[end] != ']' && text[end] != '/')
		end += text[end] == '\\' && text[end + 1] ? 2 : 1;
	return text[end] == ']' ? end + 1 : at + 1; /* paths.c complains */
}

static size_t bounded(size_t n)
{
	return n < ALTERNATIVES_MAX + 1 ? n : ALTERNATIVES_MAX + 1;
}

static size_t count_group(struct alternatives *, size_t *at);

/* Up to the end, or inside of a group to its next ',' or '}'; 0 = reported. */
static size_t count_sequence(struct alternatives *a, size_t *at, bool inside)
{
	size_t n = 1, more;

	while (a->text[*at]) {
		char c = a->text[*at];

		if (inside && (c == ',' || c == '}'))
			break;
		if (c == '}')
			return refuse(a, *at, *at + 1, "'}' without a '{' before it");
		if (c != '{') {
			*at = skip(a->text, *at);
			continue;
		}
		more = count_group(a, at);
		if (!more)
			return 0;
		n = bounded(n * more);
	}
	return n;
}

static size_t count_group(struct alternatives *a, size_t *at)
{
	size_t start = *at, n = 0, one;
	bool several = false;

	if (a->nested++ == NESTED_MAX) {
		diag_report(a->diags, a->span, DIAG_too_deep,
			    "alternatives within alternatives, more than %d deep", NESTED_MAX);
		return 0;
	}
	do {
		several |= *at > start;
		++*at;
		one = count_sequence(a, at, true);
		if (!one)
			return 0;
		n = bounded(n + one);
	} while (a->text[*at] == ',');
	if (!a->text[*at])
		return refuse(a, start, start + 1, "'{' without a '}' behind it");
	a->nested--;
	++*at;
	if (!several)
		return refuse(a, start, *at, "there is nothing to choose from: alternatives "
					     "are written {a,b}");
	return n;
}

size_t alternatives_count(struct diags *diags, struct span span, const char *text)
{
	struct alternatives a = {diags, span, text, 0};
	size_t at = 0;

	return count_sequence(&a, &at, false);
}

/* ---- writing out ---- */

struct writing {
	const char *text;
	struct written_out out;
	size_t n;
};

/* Writes what number `index` of a sequence is, or skips it when it is not wanted. */
static void write_sequence(struct writing *w, size_t *at, bool inside, bool wanted, size_t index);

/* Every text is well formed here. */
static void write_group(struct writing *w, size_t *at, bool wanted, size_t *index)
{
	struct alternatives a = {.text = w->text};
	size_t scan = *at, n = 0, pick;

	n = count_group(&a, &scan);
	pick = *index % n;
	*index /= n;
	do {
		++*at;
		scan = *at;
		n = count_sequence(&a, &scan, true);
		write_sequence(w, at, true, wanted && pick < n, pick);
		wanted &= pick >= n;
		pick -= pick >= n ? n : 0;
	} while (w->text[*at] == ',');
	++*at;
}

static void write_sequence(struct writing *w, size_t *at, bool inside, bool wanted, size_t index)
{
	while (w->text[*at] && !(inside && (w->text[*at] == ',' || w->text[*at] == '}'))) {
		size_t end = skip(w->text, *at);

		if (w->text[*at] == '{') {
			write_group(w, at, wanted, &index);
			continue;
		}
		for (; *at < end; ++*at) {
			if (!wanted)
				continue;
			w->out.text[w->n] = w->text[*at];
			w->out.origin[w->n++] = (uint32_t)*at;
		}
	}
}

struct written_out alternatives_pick(struct arena *arena, const char *text, size_t index)
{
	size_t len = strlen(text), at = 0;
	struct writing w = {.text = text};

	w.out.text = ARENA_ARRAY(arena, char, len + 1);
	w.out.origin = ARENA_ARRAY(arena, uint32_t, len + 1);
	write_sequence(&w, &at, false, true, index);
	w.out.origin[w.n] = (uint32_t)len;
	return w.out;
}
