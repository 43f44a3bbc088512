/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Path patterns against a second reading of them: a matcher that walks the written
 * text and the path by trying everything, and shares no code with the compiler. All
 * patterns are random, all seeds fixed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "compiler/assure/match.h"
#include "compiler/check/check.h"
#include "tests/unit/patterns.h"

/* ---- the slow matcher ---- */

static bool in_class(const char **p, uint8_t byte)
{
	const char *at = *p + 1;
	bool negated = *at == '!', found = false;

	for (at += negated; *at != ']'; at++) {
		uint8_t lo, hi;

		at += *at == '\\';
		lo = hi = (uint8_t)*at;
		if (at[1] == '-' && at[2] != ']') {
			at += 2;
			at += *at == '\\';
			hi = (uint8_t)*at;
		}
		found |= lo <= byte && byte <= hi;
	}
	*p = at + 1;
	return found != negated;
}

/* p begins at a '/', in the middle of a component, or is at its end. */
static bool slow(const char *p, const char *s)
{
	if (!*p)
		return !*s;
	if (!strcmp(p, "/**"))
		return *s == '/';
	if (!strncmp(p, "/**/", 4)) {
		if (*s != '/')
			return false;
		for (; *s; s++)
			if (*s == '/' && slow(p + 3, s))
				return true;
		return false;
	}
	if (*p == '*')
		return slow(p + 1, s) || (*s && *s != '/' && slow(p, s + 1));
	if (!*s)
		return false;
	if (*p == '/' || *s == '/')
		return *p == *s && slow(p + 1, s + 1);
	if (*p == '?')
		return slow(p + 1, s + 1);
	if (*p == '[')
		return in_class(&p, (uint8_t)*s) && slow(p, s + 1);
	p += *p == '\\';
	return *p == *s && slow(p + 1, s + 1);
}

/* The alternatives written out one after the other. */
static bool any_alternative(const char *p, const char *s)
{
	const char *open = strchr(p, '{'), *from, *at;
	bool found = false;
	int depth = 0;

	if (!open)
		return slow(p, s);
	for (at = from = open + 1; depth >= 0; at++) {
		char text[1000];

		depth += (*at == '{') - (*at == '}');
		if (depth > 0 || (*at != ',' && *at != '}') || (depth == 0 && *at == '}'))
			continue;
		const char *end = at;

		for (int d = 1; d; end++)
			d += (*end == '{') - (*end == '}');
		snprintf(text, sizeof text, "%.*s%.*s%s", (int)(open - p), p, (int)(at - from), from,
			 end);
		found |= any_alternative(text, s);
		from = at + 1;
	}
	return found;
}

static bool expected(const char *pattern, bool tree, const char *path)
{
	char below[1000];

	if (!strcmp(path, "/"))
		path = "";
	snprintf(below, sizeof below, "%s/**", pattern);
	return any_alternative(pattern, path) || (tree && any_alternative(below, path));
}

/* ---- the comparison ---- */

static void random_path(char *out)
{
	static const char *const bits[] = { "a", "b", "x", ".pem", "id_", ".key", "e", "\xc3\xa9",
					    "*", "z" };
	uint32_t n = rnd(6);

	strcpy(out, n ? "" : "/");
	while (n--) {
		strcat(out, "/");
		strcat(out, rnd(2) ? PICK(names) : PICK(bits));
		if (rnd(3) == 0)
			strcat(out, PICK(bits));
	}
}

static void patterns_mean_what_is_written(void **state)
{
	uint32_t met = 0, ending = 0;

	(void)state;
	for (seed = 1; seed < 100;) {
		uint64_t before = seed;

		for (uint32_t i = 0; i < 40; i++) {
			struct arena *arena = arena_new();
			struct sources sources = { .arena = arena };
			struct diags *diags = diags_new(arena, &sources);
			char text[300], path[200];
			size_t n = random_pattern(text, sizeof text), count;
			bool tree = text[0] == 't';
			const char *inside = strchr(text, '"') + 1;

			text[n - 1] = '\0';
			tree &= n < 5 || strcmp(text + n - 4, "/**") != 0;
			ending += !tree && text[0] == 't';
			count = alternatives_count(diags, (struct span){ 0 }, inside);
			assert_true(count > 0 && count <= ALTERNATIVES_MAX);
			for (uint32_t k = 0; k < 300; k++) {
				bool want, got = false;

				random_path(path);
				want = expected(inside, tree, path);
				for (size_t a = 0; a < count; a++) {
					struct path_pattern p;

					assert_true(path_read_one(arena, diags, (struct span){ 0 },
								  inside, tree, a, &p));
					got |= path_matches(&p, path);
				}
				met += want;
				if (got != want)
					fail_msg("%s, path %s: %d instead of %d", text, path, got, want);
			}
			arena_free(arena);
		}
		seed = before + 1;
	}
	assert_true(met > 20000 && ending > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_mean_what_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
