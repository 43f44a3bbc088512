/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "compiler/check/classes.h"

struct class {
	const char *text;
	size_t at;
	bool has[256];
	struct class_error *error;
};

static bool fail(struct class *c, size_t start, size_t end, enum diag_code code,
		 const char *why, const char *help)
{
	*c->error = (struct class_error){start, end, code, why, help};
	return false;
}

/* One byte of the class, escape removed. */
static bool read_byte(struct class *c, uint8_t *out)
{
	size_t start = c->at;

	if ((uint8_t)c->text[start] >= 0x80)
		return fail(c, start, start + 1, DIAG_bad_pattern,
			    "a class has single bytes, and characters outside ASCII have two to "
			    "four",
			    "write alternatives: {\xc3\xa9,\xc3\xa8}");
	if (c->text[start] == '\\') {
		c->at++;
		if (!c->text[c->at] || !strchr("*?[]{},\\\"-!^", c->text[c->at]))
			return fail(c, start, c->at + (c->text[c->at] != 0), DIAG_bad_escape,
				    "'\\' in a class stands only before one of * ? [ ] { } , \\ \" "
				    "- ! ^",
				    "write \\\\ for the character '\\' itself");
	}
	*out = (uint8_t)c->text[c->at++];
	return true;
}

static bool read_range(struct class *c)
{
	size_t start = c->at;
	uint8_t lo, hi;

	if (!read_byte(c, &lo))
		return false;
	hi = lo;
	/* '-' before the end is that character */
	if (c->text[c->at] == '-' && !strchr("]/", c->text[c->at + 1])) {
		c->at++;
		if (!read_byte(c, &hi))
			return false;
	}
	if (hi < lo)
		return fail(c, start, c->at, DIAG_bad_range, "the range ends before it begins",
			    "write the smaller byte first; \\- is that very character");
	for (uint32_t byte = lo; byte <= hi; byte++)
		c->has[byte] = true;
	return true;
}

static bool read_all(struct class *c, bool *negated)
{
	size_t start = c->at++, first;

	*negated = c->text[c->at] == '!';
	c->at += *negated;
	first = c->at;
	if (c->text[first] == '^')
		return fail(c, first, first + 1, DIAG_bad_pattern,
			    "'^' does not negate a class here",
			    "write [!...] for all other bytes, or \\^ for that very character");
	while (c->text[c->at] != ']') {
		if (!c->text[c->at] || c->text[c->at] == '/')
			return fail(c, start, start + 1, DIAG_bad_pattern,
				    "'[' without a ']' behind it in its component",
				    "write \\[ for that very character");
		if (!read_range(c))
			return false;
	}
	c->at++;
	if (c->at - 1 == first)
		return fail(c, start, c->at, DIAG_bad_pattern, "a class with nothing in it",
			    "write \\[ for that very character, or '?' for any one byte");
	return true;
}

/* Ascending ranges, behind the two places that name and count them. */
static void write_symbol(const bool has[256], uint16_t *symbols, uint32_t *n)
{
	uint32_t ranges = 0;

	for (uint32_t lo = 0; lo < 256; lo++) {
		uint32_t hi = lo;

		if (!has[lo])
			continue;
		while (hi < 255 && has[hi + 1])
			hi++;
		symbols[*n + 2 + ranges++] = (uint16_t)(lo << 8 | hi);
		lo = hi;
	}
	symbols[*n] = GLOB_SET;
	symbols[*n + 1] = (uint16_t)ranges;
	*n += 2 + ranges;
}

bool class_read(const char *text, size_t *at, uint16_t *symbols, uint32_t *n,
		struct class_error *error)
{
	struct class c = {.text = text, .at = *at, .error = error};
	uint32_t members = 0;
	uint16_t only = 0;
	bool negated;

	if (!read_all(&c, &negated))
		return false;
	for (uint32_t byte = 0; byte < 256; byte++) {
		c.has[byte] ^= negated;
		if (c.has[byte] && ++members)
			only = (uint16_t)byte;
	}
	*at = c.at;
	if (members > 1)
		write_symbol(c.has, symbols, n);
	else
		symbols[(*n)++] = only; /* [*] is a usual way to write '*' itself */
	return true;
}
