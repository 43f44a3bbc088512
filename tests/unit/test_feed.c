/* SPDX-License-Identifier: BSD-2-Clause */
/* Feeds: text → ranges, or errors at the feed's own places; and the names of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <cmocka.h>
#include "compiler/check/check.h"

static struct arena *arena;
static struct sources sources;
static struct diags *diags;
static struct operand feed;

static int begin(void **state)
{
	(void)state;
	arena = arena_new();
	sources = (struct sources){.arena = arena};
	VEC_PUSH(arena, &sources.list, (struct source){"main.nbp", "", 0});
	diags = diags_new(arena, &sources);
	feed = (struct operand){0};
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static bool read_bytes(const char *text, size_t len, size_t most)
{
	VEC_PUSH(arena, &sources.list,
		 (struct source){"f.txt", arena_strndup(arena, text, len), len});
	return feed_read(arena, diags, &sources, (uint32_t)sources.list.n - 1, most,
			 &feed);
}

static bool read_text(const char *text)
{
	return read_bytes(text, strlen(text), 100);
}

static const char *printed(void)
{
	char *text = NULL;
	const char *copy;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	diags_print(diags, out);
	fclose(out);
	copy = arena_strndup(arena, text, len);
	free(text);
	return copy;
}

/* A feed has no order: that is the one of addresses. */
static void assert_range(size_t i, const char *lo, const char *hi)
{
	int family = strchr(lo, ':') ? AF_INET6 : AF_INET;
	uint8_t want[16] = {0};

	assert_true(i < feed.addrs.n);
	assert_int_equal(feed.addrs.at[i].v6, family == AF_INET6);
	assert_int_equal(inet_pton(family, lo, want), 1);
	assert_memory_equal(feed.addrs.at[i].lo, want, 16);
	assert_int_equal(inet_pton(family, hi, want), 1);
	assert_memory_equal(feed.addrs.at[i].hi, want, 16);
}

static void lines_become_ranges(void **state)
{
	(void)state;
	assert_true(read_text("# x\n\n10.0.0.0/8\n\t 192.0.2.1 \t\n[2001:db8::1]#x\n"
			      "10.0.0.1-10.0.0.3 # y\n \n::ffff:192.0.2.0/120\n::/0"));
	assert_int_equal(feed.addrs.n, 6);
	assert_range(0, "10.0.0.0", "10.255.255.255");
	assert_range(1, "10.0.0.1", "10.0.0.3");
	assert_range(2, "192.0.2.0", "192.0.2.255");
	assert_range(3, "192.0.2.1", "192.0.2.1");
	assert_range(4, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	assert_range(5, "2001:db8::1", "2001:db8::1");
	assert_false(diags_failed(diags));
}

static void ends_of_lines_are_of_two_kinds(void **state)
{
	static const char *const same[] = {"10.0.0.1\r\n10.0.0.2\r\n", "10.0.0.1\n10.0.0.2",
					   "10.0.0.1\r\n10.0.0.2\n\r\n",
					   "10.0.0.1 # c\r\n10.0.0.2 #\r\n"};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_true(read_text(same[i]));
		assert_int_equal(feed.addrs.n, 2);
		assert_range(1, "10.0.0.2", "10.0.0.2");
	}
	assert_false(read_text("10.0.0.1\r10.0.0.2\n"));
	assert_false(read_text("10.0.0.1\n10.0.0.2\r"));
	assert_false(read_text("# hidden\r10.0.0.2\n"));
	assert_false(read_text("10.0.0.1\r\r\n"));
}

static void nothing_is_no_error(void **state)
{
	(void)state;
	assert_true(read_text(""));
	assert_true(read_text("\n\n"));
	assert_true(read_text("# only a comment"));
	assert_true(read_text(" \t"));
	assert_int_equal(feed.addrs.n, 0);
}

static void places_are_those_of_the_feed(void **state)
{
	const char *text;

	(void)state;
	assert_false(read_text("10.0.0.1\n# x\n  10.0.0.1/8 # y\n1.2.3.4 5.6.7.8\n::1\n"
			       "1.2.3.4.5\n"));
	assert_int_equal(diags_errors(diags), 3);
	assert_int_equal(feed.addrs.n, 0); /* the output is left alone */
	text = printed();
	assert_ptr_equal(strstr(text, "f.txt:3:3: error: "), text);
	assert_non_null(strstr(text, "\n      |   ^~~~~~~~~~\n"));
	assert_non_null(strstr(text, "\nf.txt:4:9: error: "));
	assert_non_null(strstr(text, "\nf.txt:6:1: error: "));
}

static void bytes_are_those_of_text(void **state)
{
	(void)state;
	assert_false(read_bytes("10.0.0.1\0\n", 10, 9));
	assert_false(read_text("10.0.0.1 # caf\xe9\n"));
	assert_false(read_text("\xef\xbb\xbf" "10.0.0.1\n"));
	assert_false(read_text("10.0.0.1 # \xe2\x80\xae\n"));
	assert_true(read_text("10.0.0.1 # caf\xc3\xa9\n"));
	assert_false(read_text("10.0.0.1\xc2\xa0\n"));
}

static void there_is_an_end_to_errors_and_values(void **state)
{
	char *many = arena_alloc(arena, 40001);

	(void)state;
	for (size_t i = 0; i < 20000; i++)
		memcpy(many + 2 * i, "x\n", 2);
	assert_false(read_text(many));
	assert_int_equal(diags_errors(diags), 100);
	for (size_t i = 0; i < 10000; i++)
		memcpy(many + 4 * i, "::1\n", 4);
	assert_true(read_bytes(many, 40000, 7));
	assert_int_equal(feed.addrs.n, 8);
	assert_true(read_bytes(many, 40000, 10000));
	assert_int_equal(feed.addrs.n, 10000);
	memset(many, '1', 40000);
	assert_false(read_text(many));
}

/* Whatever the bytes: an answer, and only lines that are there are spoken of. */
static void any_bytes_are_answered(void **state)
{
	static const char alphabet[] = "0123456789.:/-#[] \t\n\r,;xf";
	char text[64];
	bool good;

	(void)state;
	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t len = (size_t)rand() % sizeof text;
		uint32_t before = diags_errors(diags);

		for (size_t i = 0; i < len; i++)
			text[i] = alphabet[(size_t)rand() % (sizeof alphabet - 1)];
		good = read_bytes(text, len, 100);
		assert_int_equal(good, diags_errors(diags) == before);
	}
}

/* Numbers of every length, also too long, wrong or with zeros in front. */
static size_t put_word(char *out, size_t room)
{
	static const char *const numbers[] = {"0", "1", "25", "255", "256", "01", "1000", "",
					      "f", "Ab", "0db8", "ffff", "12345", "::", ":"};
	bool v6 = rand() % 2;
	int n = v6 ? rand() % 9 : rand() % 8 ? 4 : 3;
	size_t len = 0;

	for (int i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, room - len, "%s%s",
					i ? (v6 ? ":" : ".") : rand() % 9 ? "" : "::",
					numbers[rand() % (v6 ? 15 : rand() % 4 ? 4 : 8)]);
	if (rand() % 2)
		len += (size_t)snprintf(out + len, room - len, "/%s", numbers[rand() % 8]);
	return len;
}

static void plain_words_are_read_as_all_are(void **state)
{
	uint32_t read = 0, both[2] = {0};

	(void)state;
	srand(2);
	for (int round = 0; round < 300000; round++) {
		struct addr_range plain = {0}, any = {0};
		struct diags *quiet = diags_new(arena, &sources);
		char word[128] = "";
		size_t len = put_word(word, sizeof word - 1);
		bool good = address_read(quiet, (struct span){0}, word, &any);
		const char *end;

		word[len] = '\n';
		end = address_read_plain(word, word + sizeof word, &plain);
		read += good;
		if (!end)
			continue;
		assert_true(good && end == word + len);
		assert_memory_equal(&plain, &any, sizeof plain);
		assert_null(address_read_plain(word, word + 63, &plain));
		both[plain.v6]++;
	}
	/* most are plain: the others are of the block of IPv4-mapped ones */
	assert_true(both[0] > 1000 && both[1] > 1000 && (both[0] + both[1]) * 10 > read * 8);
}

static int compare_ranges(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct addr_range));
}

/* Nothing is lost and nothing is made by putting a feed in order, whatever its crowds. */
static void order_is_of_the_same_ranges(void **state)
{
	(void)state;
	srand(3);
	for (int round = 0; round < 60; round++) {
		size_t n = 1 + (size_t)rand() % (round % 3 ? 60 : 20000);
		struct addr_range *all = ARENA_ARRAY(arena, struct addr_range, n), *out;

		for (size_t i = 0; i < n; i++) {
			size_t bytes = rand() % 2 ? 4 : 16;

			all[i].span.start = (uint32_t)i;
			all[i].v6 = bytes == 16 && round % 4;
			for (size_t b = 0; b < bytes; b++)
				all[i].lo[b] = rand() % 3 ? 7 : (uint8_t)(rand() % (round % 5 ? 256 : 2));
			all[i].hi[0] = (uint8_t)rand();
		}
		out = feed_order(arena, all, n);
		for (size_t i = 1; i < n; i++) {
			int order = out[i - 1].v6 != out[i].v6 ? out[i - 1].v6 - out[i].v6 :
				    memcmp(out[i - 1].lo, out[i].lo, 16);

			assert_true(order <= 0);
		}
		qsort(all, n, sizeof *all, compare_ranges);
		qsort(out, n, sizeof *out, compare_ranges);
		assert_memory_equal(all, out, n * sizeof *all);
	}
}

static void names_are_joined_by_their_letters(void **state)
{
	static const struct {
		const char *from, *written, *joined;
	} cases[] = {
		{"main.nbp", "a.nbp", "a.nbp"},
		{"main.nbp", "./d//e/./a.nbp", "d/e/a.nbp"},
		{"main.nbp", "../a.nbp", "../a.nbp"},
		{"main.nbp", "../../a.nbp", "../../a.nbp"},
		{"d/b.nbp", "a.nbp", "d/a.nbp"},
		{"d/b.nbp", "../a.nbp", "a.nbp"},
		{"d/b.nbp", "../../a.nbp", "../a.nbp"},
		{"d/e/b.nbp", "../f/../../a.nbp", "a.nbp"},
		{"../b.nbp", "a.nbp", "../a.nbp"},
		{"../b.nbp", "../a.nbp", "../../a.nbp"},
		{"../d/b.nbp", "../a.nbp", "../a.nbp"},
		{"b.nbp", "..a/a..", "..a/a.."},
		{"...d/b.nbp", "../a", "a"},
		{"d../b.nbp", "../a", "a"},
		{"d/b.nbp", "..", "."},
		{"b.nbp", ".", "."},
		{"b.nbp", "..", ".."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(source_join(arena, cases[i].from, cases[i].written),
				    cases[i].joined);
}

static void errors_show_what_led_to_the_file(void **state)
{
	const char *text;

	(void)state;
	assert_true(read_text("10.0.0.1\n"));
	assert_true(read_text("10.0.0.1\n"));
	VEC_PUSH(arena, &sources.origins, (struct origin){ORIGIN_MAIN, "main.nbp", {0}, 0, 0});
	VEC_PUSH(arena, &sources.origins,
		 (struct origin){ORIGIN_INCLUDE, "f", {0, 0, 0}, 0, 0});
	VEC_PUSH(arena, &sources.origins, (struct origin){ORIGIN_FEED, "g", {1, 3, 4}, 0, 0});
	diag_report(diags, (struct span){2, 0, 1}, DIAG_syntax, "wrong");
	diag_report(diags, (struct span){0, 0, 0}, DIAG_syntax, "outside");
	text = printed();
	assert_ptr_equal(strstr(text, "main.nbp:1:1: error: outside [NB0201]\nf.txt:1:1: "),
			 text);
	assert_non_null(strstr(text, "f.txt:1:4: note: the feed is named here\n"
				     "main.nbp:1:1: note: included from here\n"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(lines_become_ranges),
		TEST(ends_of_lines_are_of_two_kinds),
		TEST(nothing_is_no_error),
		TEST(places_are_those_of_the_feed),
		TEST(bytes_are_those_of_text),
		TEST(there_is_an_end_to_errors_and_values),
		TEST(any_bytes_are_answered),
		TEST(plain_words_are_read_as_all_are),
		TEST(order_is_of_the_same_ranges),
		TEST(names_are_joined_by_their_letters),
		TEST(errors_show_what_led_to_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
