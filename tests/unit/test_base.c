/* SPDX-License-Identifier: BSD-2-Clause */
/* arena, table, utf8, spell, places and how diagnostics are drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "compiler/base/diag.h"
#include "compiler/base/quote.h"
#include "compiler/base/spell.h"
#include "compiler/base/table.h"
#include "compiler/base/utf8.h"

static void arena_gives_zeroed_aligned_memory(void **state)
{
	struct arena *a = arena_new();
	static const unsigned char zeros[1000];

	(void)state;
	for (size_t n = 0; n < 3000; n += 7) {
		unsigned char *p = arena_alloc(a, n % 1000);

		assert_int_equal((uintptr_t)p % 16, 0);
		assert_memory_equal(p, zeros, n % 1000);
		memset(p, 0xff, n % 1000);
		assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
	}
	assert_non_null(arena_alloc(a, 50 * 1000 * 1000));
	assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
	arena_free(a);
	arena_free(NULL);
}

static void vectors_keep_what_they_have(void **state)
{
	struct arena *a = arena_new();
	VEC(int) v = {0};
	size_t cap = 4;
	char old[4] = "abc";
	char *grown;

	(void)state;
	for (int i = 0; i < 100000; i++)
		VEC_PUSH(a, &v, i);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(v.at[i], i);
	assert_ptr_equal(arena_grow(a, old, 4, &cap, 4, 1), old);
	grown = arena_grow(a, old, 4, &cap, 5, 1);
	assert_string_equal(grown, "abc");
	assert_true(cap >= 8);
	arena_free(a);
}

static void tables_tell_keys_apart(void **state)
{
	struct arena *a = arena_new();
	struct table *t = table_new(a);

	(void)state;
	for (intptr_t i = 1; i <= 5000; i++) {
		const char *key = arena_printf(a, "key%d", (int)i);
		void **slot = table_at(t, key, strlen(key));

		assert_null(*slot);
		*slot = (void *)i;
	}
	for (intptr_t i = 1; i <= 5000; i++) {
		const char *key = arena_printf(a, "key%d", (int)i);

		assert_ptr_equal(table_get(t, key, strlen(key)), (void *)i);
	}
	assert_null(table_get(t, "key", 3));
	assert_null(table_get(t, "key5001", 7));
	arena_free(a);
}

static void utf8_is_strict(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		uint32_t code;
	} cases[] = {
		{"a", 1, 'a'},
		{"\xc3\xa9", 2, 0xe9},
		{"\xe2\x82\xac", 3, 0x20ac},
		{"\xf0\x9f\x98\x80", 4, 0x1f600},
		{"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
		{"\xc0\x80", 0, 0},         /* overlong */
		{"\xe0\x9f\xbf", 0, 0},     /* overlong */
		{"\xf0\x8f\xbf\xbf", 0, 0}, /* overlong */
		{"\xed\xa0\x80", 0, 0},     /* surrogate */
		{"\xf4\x90\x80\x80", 0, 0}, /* above the last */
		{"\x80", 0, 0},
		{"\xff", 0, 0},
		{"\xe2\x82", 0, 0},
		{"\xe2\x82x", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t code = 0;

		assert_int_equal(
			utf8_decode(cases[i].bytes, strlen(cases[i].bytes), &code),
			cases[i].len);
		assert_int_equal(code, cases[i].code);
	}
	assert_true(utf8_is_control(0x202e));
	assert_true(utf8_is_control(0x9b));
	assert_false(utf8_is_control(0xe9));
}

static void spelling_is_near_or_far(void **state)
{
	char longest[200];

	(void)state;
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(spell_distance("secrets", "secrets"), 0);
	assert_int_equal(spell_distance("secrtes", "secrets"), 1);
	assert_int_equal(spell_distance("exept", "except"), 1);
	assert_int_equal(spell_distance("web", "metadata"), SPELL_FAR);
	assert_int_equal(spell_distance("a", "b"), 1);
	assert_int_equal(spell_distance("ab", "cd"), SPELL_FAR);
	assert_int_equal(spell_distance(longest, longest), SPELL_FAR);
	assert_int_equal(spell_distance("", ""), 0);
}

static void places_count_lines_and_bytes(void **state)
{
	const struct source s = {"x", "ab\n\nc\xc3\xa9z", 8};
	struct place p = source_place(&s, 0);

	(void)state;
	assert_int_equal(p.line, 1);
	assert_int_equal(p.column, 1);
	assert_int_equal(p.line_end, 2);
	p = source_place(&s, 2);
	assert_int_equal(p.line, 1);
	assert_int_equal(p.column, 3);
	p = source_place(&s, 3);
	assert_int_equal(p.line, 2);
	assert_int_equal(p.line_start, 3);
	assert_int_equal(p.line_end, 3);
	p = source_place(&s, 7);
	assert_int_equal(p.line, 3);
	assert_int_equal(p.column, 4);
	p = source_place(&s, 800);
	assert_int_equal(p.line, 3);
	assert_int_equal(p.column, 5);
	assert_int_equal(p.line_end, 8);
}

static void assert_quoted(const char *text, uint32_t start, uint32_t end,
			  const char *want)
{
	const struct source s = {"x", text, strlen(text)};
	char *seen = NULL;
	size_t len;
	FILE *out = open_memstream(&seen, &len);

	quote_span(out, &s, (struct span){0, start, end});
	fclose(out);
	assert_string_equal(seen, want);
	free(seen);
}

static void carets_stand_under_the_span(void **state)
{
	(void)state;
	assert_quoted("deny read", 5, 9, "    1 | deny read\n      |      ^~~~\n");
	assert_quoted("a\tb", 2, 3, "    1 | a       b\n      |         ^\n");
	assert_quoted("\xc3\xa9 x", 3, 4, "    1 | \xc3\xa9 x\n      |   ^\n");
	assert_quoted("\x1b x", 2, 3, "    1 | \\x1b x\n      |      ^\n");
	assert_quoted("\xff", 0, 1, "    1 | \\xff\n      | ^~~~\n");
	assert_quoted("ab\ncd", 0, 5, "    1 | ab\n      | ^~\n");
	assert_quoted("ab\n", 2, 2, "    1 | ab\n      |   ^\n");
	assert_quoted("", 0, 0, "");
}

static void long_lines_are_cut_around_the_span(void **state)
{
	enum { LONG = 1000000 };
	char *text = malloc(LONG + 1), *seen = NULL;
	struct source s = {"x", text, LONG};
	size_t len;
	FILE *out = open_memstream(&seen, &len);

	(void)state;
	memset(text, 'a', LONG);
	text[LONG] = '\0';
	text[LONG / 2] = 'b';
	quote_span(out, &s, (struct span){0, LONG / 2, LONG / 2 + 1});
	fclose(out);
	assert_true(len < 300);
	assert_int_equal(strchr(seen, 'b') - seen,
			 strchr(strchr(seen, '\n'), '^') - strchr(seen, '\n') - 1);
	free(seen);
	free(text);
}

static void diagnostics_are_sorted_and_capped(void **state)
{
	struct arena *a = arena_new();
	struct sources sources = {.arena = a};
	struct diags *d;
	char *seen = NULL;
	size_t len;
	FILE *out = open_memstream(&seen, &len);

	(void)state;
	VEC_PUSH(a, &sources.list,
		 (struct source){"p\x1b.nbp", "abcdefghijklmnopqrstuvwxyz", 26});
	d = diags_new(a, &sources);
	diag_report(d, (struct span){0, 0, 1}, DIAG_unused_name, "a warning");
	assert_false(diags_failed(d));
	for (uint32_t i = 25; i > 0; i--)
		diag_report(d, (struct span){0, i, i + 1}, DIAG_syntax, "error %u", i);
	diag_help(d, "with help");
	assert_true(diags_failed(d));
	diags_print(d, out);
	fclose(out);
	assert_ptr_equal(strstr(seen, "p\\x1b.nbp:1:2: error: error 1 [NB0201]"), seen);
	assert_non_null(strstr(seen, "      = help: with help\np\\x1b.nbp:1:3:"));
	assert_non_null(strstr(seen, "error 20 "));
	assert_null(strstr(seen, "error 21 "));
	assert_non_null(strstr(seen, "and 5 more errors, 1 more warning, not shown\n"));
	free(seen);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(vectors_keep_what_they_have),
		cmocka_unit_test(tables_tell_keys_apart),
		cmocka_unit_test(utf8_is_strict),
		cmocka_unit_test(spelling_is_near_or_far),
		cmocka_unit_test(places_count_lines_and_bytes),
		cmocka_unit_test(carets_stand_under_the_span),
		cmocka_unit_test(long_lines_are_cut_around_the_span),
		cmocka_unit_test(diagnostics_are_sorted_and_capped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
