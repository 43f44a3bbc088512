/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One quoted pattern, its alternatives written out → components → a shape of policy.h:
 * the cheapest that says it.
 */
#include <string.h>
#include "compiler/check/check.h"
#include "compiler/check/classes.h"

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
	struct span span;  /* of the string */
	const char *text;  /* without alternatives */
	const uint32_t *origin; /* where each byte of it was written */
	bool warned; /* with another alternative */
	VEC(struct component) list;
};

static struct span inside(const struct reader *r, size_t start, size_t end)
{
	uint32_t from = r->origin[start];
	/* the last byte, not what stands behind the alternative it is from */
	uint32_t to = end > start ? r->origin[end - 1] + 1 : from;

	return (struct span){r->span.source, r->span.start + 1 + from, r->span.start + 1 + to};
}

static bool refuse(struct reader *r, size_t start, size_t end, enum diag_code code,
		   const char *why)
{
	diag_report(r->diags, inside(r, start, end), code, "%s", why);
	return false;
}

static bool read_class(struct reader *r, size_t *at, uint16_t *symbols, uint32_t *n)
{
	struct class_error error;
	size_t start = *at;

	if (class_read(r->text, at, symbols, n, &error))
		return true;
	refuse(r, error.start, error.end, error.code, error.why);
	diag_help(r->diags, "%s", error.help);
	*at = start;
	return false;
}

/* The symbol at text[*at], appended; *at goes behind it. */
static bool read_symbol(struct reader *r, size_t *at, uint16_t *symbols, uint32_t *n)
{
	const char *text = r->text;
	char c = text[*at];

	if (c == '[')
		return read_class(r, at, symbols, n);
	if (c == ']') {
		refuse(r, *at, *at + 1, DIAG_bad_pattern, "']' without a '[' before it");
		diag_help(r->diags, "write \\] for that very character");
		return false;
	}
	if (c == '\\') {
		++*at;
		if (!text[*at] || !strchr("*?[]{},\\\"", text[*at]))
			return refuse(r, *at - 1, *at + (text[*at] != 0), DIAG_bad_escape,
				      "'\\' stands only before one of * ? [ ] { } , \\ \"");
		c = text[*at];
		symbols[(*n)++] = (unsigned char)c;
	} else {
		symbols[(*n)++] = c == '*' ? GLOB_ANY
				  : c == '?' ? GLOB_ONE : (uint16_t)(unsigned char)c;
	}
	++*at;
	return true;
}

/* A class that holds bytes outside of ASCII is a negated one. */
static bool is_one_byte(const uint16_t *symbol)
{
	return *symbol == GLOB_ONE || (*symbol == GLOB_SET && glob_takes(symbol, 0xff));
}

static void warn_wildcard(struct reader *r, const struct component *c)
{
	bool one = false, wide = false;

	for (uint32_t i = 0; i < c->len; i += glob_width(&c->symbols[i])) {
		one |= is_one_byte(&c->symbols[i]);
		wide |= c->symbols[i] >= 0x80 && c->symbols[i] < GLOB_ONE;
	}
	if (!one || !wide || r->warned)
		return;
	refuse(r, c->start, c->end, DIAG_byte_wildcard,
	       "'?' and '[!...]' are one byte, but characters outside ASCII have two to four");
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
	for (uint32_t i = 0; i < c->len; i += glob_width(&c->symbols[i]))
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
	bool after_star = false;

	for (uint32_t i = 0; i < c->len; i += glob_width(&c->symbols[i])) {
		bool star = c->symbols[i] == GLOB_ANY;

		stars += star;
		if (c->symbols[i] >= GLOB_ONE)
			c->part = PART_GLOB;
		if (star && after_star && c->len > 2)
			return refuse(r, c->start, c->end, DIAG_bad_pattern,
				      "'**' is a whole component; within one, write '*'");
		after_star = star;
	}
	if (c->len == 2 && stars == 2)
		c->part = PART_ANY_DEPTH;
	return is_possible(r, c);
}

/* The component that begins at text[at]; behind it in *end. */
static bool read_component(struct reader *r, size_t at, size_t *end)
{
	struct component c = {.start = at};
	/* no symbol takes more places than bytes in the text, and one */
	size_t room = strcspn(r->text + at, "/") + 1;
	uint16_t *symbols = ARENA_ARRAY(r->arena, uint16_t, room);

	while (r->text[at] && r->text[at] != '/')
		if (!read_symbol(r, &at, symbols, &c.len))
			return false;
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

static bool is_well_formed(struct reader *r)
{
	const struct component *list = r->list.at;

	for (size_t i = 1; i < r->list.n; i++)
		if (list[i].part == PART_ANY_DEPTH && list[i - 1].part == PART_ANY_DEPTH)
			return refuse(r, list[i - 1].start, list[i].end, DIAG_bad_pattern,
				      "'**' twice in a row means no more than once");
	return true;
}

static const uint16_t any[] = {GLOB_ANY};

/* What follows the literal beginning; '**' at the end is at least one component. */
static void set_parts(struct reader *r, struct path_pattern *p)
{
	struct path_part *parts;
	uint32_t n = 0;

	parts = ARENA_ARRAY(r->arena, struct path_part, r->list.n - p->dirs + 1);
	for (size_t i = p->dirs; i < r->list.n; i++) {
		const struct component *c = &r->list.at[i];

		if (c->part == PART_ANY_DEPTH)
			parts[n++] = (struct path_part){.any_depth = true};
		else
			parts[n++] = (struct path_part){.glob = c->symbols, .len = c->len};
	}
	if (parts[n - 1].any_depth)
		parts[n++] = (struct path_part){.glob = any, .len = 1};
	p->parts = parts;
	p->n_parts = n;
}

/* `tree` of what ends in a '**' is that pattern itself. */
static bool is_tree(struct reader *r, bool tree)
{
	const struct component *last = &r->list.at[r->list.n - 1];

	if (!tree || last->part != PART_ANY_DEPTH)
		return tree;
	if (!r->warned) {
		refuse(r, last->start, last->end, DIAG_tree_below_tree,
		       "'/**' at the end means all below already; 'tree' adds nothing to it");
		diag_help(r->diags, "without '/**' the tree has the directory itself, too; "
				    "without 'tree' it means the same as now");
	}
	return false;
}

/* The shape that the components make: p->dirs of them are literal from the root. */
static void set_shape(struct reader *r, bool tree, struct path_pattern *p)
{
	const struct component *list = r->list.at, *last;
	size_t rest = r->list.n - p->dirs;

	p->shape = tree ? PATH_TREE : PATH_LITERAL;
	if (!rest)
		return;
	last = &list[r->list.n - 1];
	tree = is_tree(r, tree);
	p->shape = PATH_GENERAL;
	if (!tree && rest == 1)
		p->shape = last->part == PART_ANY_DEPTH ? PATH_GLOB_BELOW : PATH_GLOB;
	else if (!tree && rest == 2 && list[p->dirs].part == PART_ANY_DEPTH)
		p->shape = PATH_GLOB_BELOW;
	p->tree = tree;
	if (p->shape == PATH_GENERAL) {
		set_parts(r, p);
		return;
	}
	p->glob = last->part == PART_ANY_DEPTH ? any : last->symbols;
	p->glob_len = last->part == PART_ANY_DEPTH ? 1 : last->len;
}

bool path_read_one(struct arena *a, struct diags *d, struct span span, const char *text,
		   bool tree, size_t index, struct path_pattern *out)
{
	struct written_out written = alternatives_pick(a, text, index);
	struct reader r = {.arena = a, .diags = d, .span = span, .text = written.text,
			   .origin = written.origin, .warned = index > 0};
	struct path_pattern p = {.span = span, .text = text};

	if (!read_components(&r) || !is_well_formed(&r))
		return false;
	while (p.dirs < r.list.n && r.list.at[p.dirs].part == PART_LITERAL)
		p.dirs++;
	p.dir = literals(&r, p.dirs);
	set_shape(&r, tree, &p);
	*out = p;
	return true;
}

bool path_read(struct arena *a, struct diags *d, struct span span, const char *text,
	       bool tree, struct path_pattern *out)
{
	size_t n = alternatives_count(d, span, text);

	if (!n || !path_read_one(a, d, span, text, tree, 0, out))
		return false;
	if (n > 1)
		out->shape = PATH_GENERAL;
	return true;
}
