/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of diagnostics, warnings hidden and raised, colour, text inside JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "compiler/base/diag.h"
#include "compiler/base/diag_kind.h"
#include "compiler/base/json.h"
#include "compiler/base/utf8.h"

static void kinds_are_found(void **state)
{
	struct diag_kind kind;

	(void)state;
	for (size_t i = 0; i < DIAG_KINDS; i++) {
		kind = diag_kind(i);
		assert_int_equal(diag_index(kind.code), i);
		assert_true(diag_kind_find(kind.name, &kind));
		assert_int_equal(kind.code, diag_kind(i).code);
		assert_null(strchr(kind.name, '_'));
	}
	assert_true(diag_kind_find("nb0402", &kind));
	assert_string_equal(kind.name, "unknown-name");
	assert_false(diag_kind_find("NB402", &kind));
	assert_false(diag_kind_find("", &kind));
	assert_true(diag_kind_nearest("unsued-name", true, &kind));
	assert_int_equal(kind.code, DIAG_unused_name);
	assert_false(diag_kind_nearest("bad-adress", true, &kind));
	assert_true(diag_kind_nearest("bad-adress", false, &kind));
	assert_int_equal(kind.code, DIAG_bad_address);
}

static char *printed(const struct diags *d, void (*print)(const struct diags *, FILE *))
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	print(d, out);
	fclose(out);
	return text;
}

static void warnings_are_hidden_and_raised(void **state)
{
	struct arena *a = arena_new();
	struct sources sources = {.arena = a};
	struct diags *d = diags_new(a, &sources);
	char *text;

	(void)state;
	VEC_PUSH(a, &sources.list, (struct source){"p.nbp", "abcdef", 6});
	diags_hide(d, DIAG_unused_name, true);
	diags_raise(d, DIAG_unused_name, true);
	diags_hide(d, DIAG_syntax, true);
	diag_report(d, (struct span){0, 0, 1}, DIAG_unused_name, "hidden");
	diag_note(d, (struct span){0, 0, 1}, "a note of the hidden");
	diag_help(d, "help for the hidden");
	assert_false(diags_refused(d));
	assert_int_equal(diags_sorted(d, 9).n, 0);
	diags_raise(d, DIAG_empty_set, true);
	diag_report(d, (struct span){0, 1, 2}, DIAG_empty_set, "raised");
	assert_false(diags_failed(d));
	assert_true(diags_refused(d));
	diags_raise(d, DIAG_empty_set, false);
	diag_report(d, (struct span){0, 2, 3}, DIAG_empty_set, "left alone");
	diag_report(d, (struct span){0, 3, 4}, DIAG_syntax, "an error");
	assert_true(diags_failed(d));
	text = printed(d, diags_print);
	assert_null(strstr(text, "hidden"));
	assert_non_null(strstr(text, ": error: raised [NB0903 -Werror=empty-set]\n"));
	assert_non_null(strstr(text, ": warning: left alone [NB0903 -Wempty-set]\n"));
	assert_non_null(strstr(text, ": error: an error [NB0201]\n"));
	free(text);
	assert_int_equal(diags_sorted(d, 2).n, 2);
	assert_int_equal(diags_sorted(d, 2).more_warnings, 1);
	assert_int_equal(diags_sorted(d, 1).more_errors, 1);
	arena_free(a);
}

static void colour_adds_no_words(void **state)
{
	struct arena *a = arena_new();
	struct sources sources = {.arena = a};
	struct diags *d = diags_new(a, &sources);
	char *plain, *coloured, *to;

	(void)state;
	VEC_PUSH(a, &sources.list, (struct source){"p\x1b.nbp", "ab\x1b[1mcdef", 10});
	diag_report(d, (struct span){0, 0, 8}, DIAG_syntax, "an \x1b[1m error");
	diag_note(d, (struct span){0, 1, 2}, "a note");
	diag_help(d, "a help");
	diag_report(d, (struct span){0, 5, 6}, DIAG_empty_set, "a warning");
	plain = printed(d, diags_print);
	coloured = printed(d, diags_print_coloured);
	assert_null(strchr(plain, '\x1b'));
	assert_non_null(strstr(coloured, "\x1b[1;31merror:\x1b[0m an "));
	to = coloured;
	for (const char *at = coloured;; at++) {
		if (*at == '\x1b')
			at = strchr(at, 'm');
		else
			*to++ = *at;
		if (!*at)
			break;
	}
	assert_string_equal(coloured, plain);
	free(plain);
	free(coloured);
	arena_free(a);
}

static char *json(const char *text, size_t len)
{
	char *out = NULL;
	size_t n;
	FILE *f = open_memstream(&out, &n);

	json_string(f, text, len);
	fclose(f);
	assert_int_equal(strlen(out), n);
	return out;
}

static void assert_json(const char *text, const char *want)
{
	char *seen = json(text, strlen(text));

	assert_string_equal(seen, want);
	free(seen);
}

/* RFC 8259, 7, by its letter. */
static void assert_valid_string(const char *s)
{
	size_t len = strlen(s), n;
	uint32_t code;

	assert_true(len >= 2 && s[0] == '"' && s[len - 1] == '"');
	for (const char *at = s + 1; at < s + len - 1; at += n) {
		n = utf8_decode(at, (size_t)(s + len - 1 - at), &code);
		assert_true(n && code >= 0x20 && code != '"');
		if (code != '\\')
			continue;
		n = at[1] == 'u' ? 6 : 2;
		assert_true(n == 6 ? strspn(at + 2, "0123456789abcdef") >= 4
				   : strchr("\"\\/bfnrt", at[1]) != NULL);
		assert_true(at + n <= s + len - 1);
	}
}

static void json_is_valid_for_any_bytes(void **state)
{
	static const char some[] = {0, '\n', '"', '\\', 'a', '\x7f', '\x80', '\xa8', '\xbf',
				    '\xc3', '\xe2', '\xed', '\xf0', '\xf4', '\xff', '\x9f'};
	char text[4];

	(void)state;
	for (uint32_t i = 0; i < 65536; i++) {
		char *seen;

		for (size_t k = 0; k < sizeof text; k++)
			text[k] = some[i >> 4 * k & 15];
		seen = json(text, i % 5);
		assert_valid_string(seen);
		free(seen);
	}
	assert_json("", "\"\"");
	assert_json("a\"b\\c", "\"a\\\"b\\\\c\"");
	assert_json("\n\t\x1b", "\"\\u000a\\u0009\\u001b\"");
	assert_json("\xc3\xa9\xff", "\"\xc3\xa9\\ufffd\"");
	assert_json("\xe2\x80\xae", "\"\\u202e\"");
}

static void columns_count_utf16(void **state)
{
	(void)state;
	assert_int_equal(json_columns("", 0), 0);
	assert_int_equal(json_columns("a\tb", 3), 3);
	assert_int_equal(json_columns("\xc3\xa9x", 3), 2);
	assert_int_equal(json_columns("\xf0\x9f\x98\x80x", 5), 3);
	assert_int_equal(json_columns("\xff\xf0\x9f", 3), 3);
}

static void assert_uri(const char *path, const char *want)
{
	char *seen = NULL;
	size_t len;
	FILE *f = open_memstream(&seen, &len);

	json_uri(f, path);
	fclose(f);
	assert_string_equal(seen, want);
	free(seen);
}

static void names_become_uris(void **state)
{
	(void)state;
	assert_uri("web.nbp", "\"web.nbp\"");
	assert_uri("../a b%c:d?.nbp", "\"../a%20b%25c%3Ad%3F.nbp\"");
	assert_uri("/srv/\xc3\xa9\"", "\"file:///srv/%C3%A9%22\"");
	assert_uri("//srv/x", "\"file:///srv/x\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_are_found),
		cmocka_unit_test(warnings_are_hidden_and_raised),
		cmocka_unit_test(colour_adds_no_words),
		cmocka_unit_test(json_is_valid_for_any_bytes),
		cmocka_unit_test(columns_count_utf16),
		cmocka_unit_test(names_become_uris),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
