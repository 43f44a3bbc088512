/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A quoted pattern → components → one of the four shapes of policy.h. Reads the
 * whole pattern language, so that a shape that cannot be enforced yet is refused as
 * that, not misread as something else.
 */
#include <string.h>
#include "compiler/check/check.h"

enum { PATH_BYTES_MAX = 4096, COMPONENT_MAX = 255 };

enum part { PART_LITERAL, PART_GLOB, PART_ANY_DEPTH };

struct component {
	enum part part;
	size_t start, end;       /* within the text */
	const uint16_t *symbols; /* bytes and GLOB_*, escapes removed */
	uint32_t len;
};

struct reader {
	struct arena *arena;
	struct diags *diags;
	struct span span; /* of the string */
	const char *text;
	VEC(struct component) list;
};

static struct span inside(const struct reader *r, size_t start, size_t end)
{
	return (struct span){r->span.source, r->span.start + 1 + (uint32_t)start,
			     r->span.start + 1 + (uint32_t)end};
}

static bool refuse(struct reader *r, size_t start, size_t end, enum diag_code code,
		   const char *why)
{
	diag_report(r->diags, inside(r, start, end), code, "%s", why);
	return false;
}

static void help_shapes(struct reader *r)
{
	diag_help(r->diags,
		  "supported are \"/a/b\", tree \"/a\", \"/a/*.key\", "
		  "\"/a/**/*.key\", \"/a/**\" and \"**/id_*\", with '*' and '?' in "
		  "the last component");
}

static bool refuse_shape(struct reader *r, const struct component *c, const char *why)
{
	refuse(r, c->start, c->end, DIAG_pattern_not_supported, why);
	help_shapes(r);
	return false;
}

/* The symbol at text[at]; its length in *len, 0 when it was refused. */
static uint16_t read_symbol(struct reader *r, size_t at, size_t *len)
{
	char c = r->text[at];

	*len = 1;
	if (c == '\\') {
		*len = 2;
		if (r->text[at + 1] && strchr("*?[]{}\\\"", r->text[at + 1]))
			return (unsigned char)r->text[at + 1];
		refuse(r, at, at + 2, DIAG_bad_escape,
		       "'\\' stands only before one of * ? [ ] { } \\ \"");
		*len = 0;
		return 0;
	}
	if (strchr("[]{}", c)) {
		refuse(r, at, at + 1, DIAG_pattern_not_supported,
		       c == '[' || c == ']'
			       ? "classes like [a-z] are not supported yet"
			       : "alternatives like {a,b} are not supported yet");
		diag_help(r->diags,
			  "write \\%c for that very character, or one pattern for "
			  "each case",
			  c);
		*len = 0;
		return 0;
	}
	return c == '*' ? GLOB_ANY : c == '?' ? GLOB_ONE : (unsigned char)c;
}

static void warn_wildcard(struct reader *r, const struct component *c)
{
	bool one = false, wide = false;

	for (uint32_t i = 0; i < c->len; i++) {
		one |= c->symbols[i] == GLOB_ONE;
		wide |= c->symbols[i] >= 0x80 && c->symbols[i] < GLOB_ONE;
	}
	if (!one || !wide)
		return;
	refuse(r, c->start, c->end, DIAG_byte_wildcard,
	       "'?' is one byte, but characters outside ASCII have two to four");
	diag_help(r->diags, "use '*', or as many '?' as the character has bytes");
}

/* Names that no object has in its canonical path. */
static bool is_possible(struct reader *r, const struct component *c)
{
	uint32_t least = 0;

	if (!c->len)
		return refuse(r, c->start ? c->start - 1 : 0, c->start + 1,
			      DIAG_bad_component,
			      "a component is empty: '//' or a '/' at the end");
	if (c->part == PART_LITERAL && c->symbols[0] == '.' &&
	    (c->len == 1 || (c->len == 2 && c->symbols[1] == '.')))
		return refuse(r, c->start, c->end, DIAG_bad_component,
			      "'.' and '..' are never part of a file's canonical name");
	for (uint32_t i = 0; i < c->len; i++)
		least += c->symbols[i] != GLOB_ANY;
	if (least > COMPONENT_MAX)
		return refuse(
			r, c->start, c->end, DIAG_path_too_long,
			"a component is longer than 255 bytes, which no file name is");
	return true;
}

static bool classify(struct reader *r, struct component *c)
{
	uint32_t stars = 0;

	for (uint32_t i = 0; i < c->len; i++) {
		stars += c->symbols[i] == GLOB_ANY;
		if (c->symbols[i] >= GLOB_ONE)
			c->part = PART_GLOB;
		if (i && c->symbols[i] == GLOB_ANY && c->symbols[i - 1] == GLOB_ANY &&
		    c->len > 2)
			return refuse(r, c->start, c->end, DIAG_bad_pattern,
				      "'**' is a whole component; within one, write '*'");
	}
	if (c->len == 2 && stars == 2)
		c->part = PART_ANY_DEPTH;
	return is_possible(r, c);
}

/* The component that begins at text[at]; behind it in *end. */
static bool read_component(struct reader *r, size_t at, size_t *end)
{
	struct component c = {.start = at};
	size_t room = strcspn(r->text + at, "/"), len;
	uint16_t *symbols = ARENA_ARRAY(r->arena, uint16_t, room + 1);

	while (r->text[at] && r->text[at] != '/') {
		symbols[c.len++] = read_symbol(r, at, &len);
		if (!len)
			return false;
		at += len;
	}
	c.symbols = symbols;
	c.end = *end = at;
	if (!classify(r, &c))
		return false;
	warn_wildcard(r, &c);
	VEC_PUSH(r->arena, &r->list, c);
	return true;
}

static bool read_components(struct reader *r)
{
	size_t at = 1, len = strlen(r->text);

	if (len > PATH_BYTES_MAX)
		return refuse(r, 0, len, DIAG_path_too_long,
			      "the path is longer than 4096 bytes, the kernel's limit");
	if (!strncmp(r->text, "**/", 3) || !strcmp(r->text, "**")) {
		at = 0;
	} else if (r->text[0] != '/') {
		refuse(r, 0, len, DIAG_relative_path, "a path starts with '/'");
		if (len && r->text[0] != '.' && r->text[0] != '~')
			diag_help(r->diags, "write \"**/%s\" for that name anywhere",
				  r->text);
		return false;
	}
	if (len == 1)
		return true;
	for (;; at++) {
		if (!read_component(r, at, &at))
			return false;
		if (!r->text[at])
			return true;
	}
}

static const struct bytes *literals(struct reader *r, uint32_t n)
{
	struct bytes *dir = ARENA_ARRAY(r->arena, struct bytes, n);

	for (uint32_t i = 0; i < n; i++) {
		const struct component *c = &r->list.at[i];
		char *bytes = ARENA_ARRAY(r->arena, char, c->len);

		for (uint32_t j = 0; j < c->len; j++)
			bytes[j] = (char)c->symbols[j];
		dir[i] = (struct bytes){bytes, c->len};
	}
	return dir;
}

/* Which shape the components make: *dirs of them are literal from the root, then
 * an optional '**' and the glob. */
static bool find_shape(struct reader *r, bool tree, enum path_shape *shape,
		       uint32_t *dirs)
{
	uint32_t n = (uint32_t)r->list.n, literal = 0, rest;
	const struct component *list = r->list.at;

	while (literal < n && list[literal].part == PART_LITERAL)
		literal++;
	rest = n - literal;
	*dirs = literal;
	*shape = tree ? PATH_TREE : PATH_LITERAL;
	if (!rest)
		return true;
	if (tree)
		return refuse_shape(r, &list[literal],
				    "a tree below a pattern is not supported yet");
	*shape = list[literal].part == PART_ANY_DEPTH ? PATH_GLOB_BELOW : PATH_GLOB;
	if (*shape == PATH_GLOB && rest > 1)
		return refuse_shape(
			r, &list[literal],
			"a wildcard before the last component is not supported yet");
	if (*shape == PATH_GLOB || rest == 1)
		return true;
	if (list[literal + 1].part == PART_ANY_DEPTH)
		return refuse(r, list[literal].start, list[literal + 1].end,
			      DIAG_bad_pattern,
			      "'**' twice in a row means no more than once");
	if (rest > 2)
		return refuse_shape(
			r, &list[literal],
			"'**' is supported only directly before the last component");
	return true;
}

bool path_read(struct arena *a, struct diags *d, struct span span, const char *text,
	       bool tree, struct path_pattern *out)
{
	static const uint16_t any[] = {GLOB_ANY};
	struct reader r = {.arena = a, .diags = d, .span = span, .text = text};
	struct path_pattern p = {.span = span, .text = text};
	const struct component *last;

	if (!read_components(&r) || !find_shape(&r, tree, &p.shape, &p.dirs))
		return false;
	p.dir = literals(&r, p.dirs);
	if (p.shape == PATH_GLOB || p.shape == PATH_GLOB_BELOW) {
		last = &r.list.at[r.list.n - 1];
		p.glob = last->part == PART_ANY_DEPTH ? any : last->symbols;
		p.glob_len = last->part == PART_ANY_DEPTH ? 1 : last->len;
	}
	*out = p;
	return true;
}
