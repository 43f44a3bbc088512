/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Offset → line and column, by counting: a place is wanted only for the few
 * diagnostics that are printed, so there is no table to keep. Whoever wants the
 * line of every statement counts along the text instead (ast.c).
 */
#include "compiler/base/source.h"

#include <stdbool.h>
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

const char *source_relative(const struct sources *sources, uint32_t source)
{
	const char *name = sources->list.at[source].name, *slash = strrchr(name, '/');

	if (source < sources->origins.n)
		return sources->origins.at[source].relative;
	return slash ? slash + 1 : name;
}

/* One component more, or for ".." one less, unless that leads further up. */
static size_t step(char *out, size_t len, const char *part, size_t part_len)
{
	bool up = part_len == 2 && !memcmp(part, "..", 2);
	size_t cut = len;

	if (!part_len || (part_len == 1 && *part == '.'))
		return len;
	while (cut && out[cut - 1] != '/')
		cut--;
	if (up && len && (len - cut != 2 || memcmp(out + cut, "..", 2)))
		return cut ? cut - 1 : 0;
	if (len)
		out[len++] = '/';
	memcpy(out + len, part, part_len);
	return len + part_len;
}

const char *source_join(struct arena *a, const char *from, const char *written)
{
	const char *slash = strrchr(from, '/');
	size_t len = slash ? (size_t)(slash - from) : 0;
	char *out = ARENA_ARRAY(a, char, len + strlen(written) + 3);

	memcpy(out, from, len);
	for (const char *at = written; *at; at += *at == '/') {
		size_t part = strcspn(at, "/");

		len = step(out, len, at, part);
		at += part;
	}
	if (!len)
		out[len++] = '.';
	out[len] = '\0';
	return out;
}
