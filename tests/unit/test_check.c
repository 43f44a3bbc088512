/* SPDX-License-Identifier: BSD-2-Clause */
/* Values: one word of text → one typed value, or an error and an untouched output. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <cmocka.h>
#include "compiler/check/check.h"
#include "grammar/grammar.h"

static struct arena *arena;
static struct sources sources;
static struct diags *diags;
static const struct span nowhere;

static int begin(void **state)
{
	(void)state;
	arena = arena_new();
	sources = (struct sources){.arena = arena};
	VEC_PUSH(arena, &sources.list, (struct source){"t", "", 0});
	diags = diags_new(arena, &sources);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void numbers_are_plain_decimals(void **state)
{
	static const char *const bad[] = {"", "-1", "+1",
					  " 1", "01", "00",
					  "x", "65536", "99999999999999999999999"};
	uint64_t n = 77;
	const char *text = "65535-";

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_null(number_read(bad[i], 65535, &n));
	assert_int_equal(n, 77);
	assert_ptr_equal(number_read(text, 65535, &n), text + 5);
	assert_int_equal(n, 65535);
	assert_non_null(number_read("0", 0, &n));
	assert_int_equal(n, 0);
	assert_non_null(number_read("18446744073709551615", UINT64_MAX, &n));
	assert_true(n == UINT64_MAX);
	assert_null(number_read("18446744073709551616", UINT64_MAX, &n));
}

static void assert_address(const char *text, const char *lo, const char *hi)
{
	struct addr_range r;
	uint8_t want[16] = {0};
	int family = strchr(lo, ':') ? AF_INET6 : AF_INET;

	assert_true(address_read(diags, nowhere, text, &r));
	assert_int_equal(r.v6, family == AF_INET6);
	assert_int_equal(inet_pton(family, lo, want), 1);
	assert_memory_equal(r.lo, want, 16);
	assert_int_equal(inet_pton(family, hi, want), 1);
	assert_memory_equal(r.hi, want, 16);
}

static void addresses_become_ranges(void **state)
{
	static const char *const bad[] = {
		"",
		"1",
		"1.2.3",
		"1.2.3.4.5",
		"1.2.3.256",
		"01.2.3.4",
		"1.2.3.4/",
		"1.2.3.4/33",
		"1.2.3.4/31x",
		"1.2.3.5/31",
		"0.0.0.1/0",
		"::1/0",
		"::1/129",
		"[1.2.3.4]",
		"[::1",
		"::1]",
		"[]",
		"1.2.3.4-1.2.3.3",
		"1.2.3.4-::5",
		"1.2.3.0/24-1.2.4.0",
		"::ffff:1.2.3.4/95",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999",
		"fe80::1%eth0",
		"1.2.3.4-",
		"-1.2.3.4",
		"/8",
		"1.2.3.4 ",
		"0x1.2.3.4",
	};
	struct addr_range r = {.v6 = true, .lo = {9}};

	(void)state;
	assert_address("1.2.3.4", "1.2.3.4", "1.2.3.4");
	assert_address("1.2.3.4/32", "1.2.3.4", "1.2.3.4");
	assert_address("1.2.3.4/31", "1.2.3.4", "1.2.3.5");
	assert_address("10.0.0.0/8", "10.0.0.0", "10.255.255.255");
	assert_address("10.0.0.0/9", "10.0.0.0", "10.127.255.255");
	assert_address("0.0.0.0/0", "0.0.0.0", "255.255.255.255");
	assert_address("255.255.255.254-255.255.255.255", "255.255.255.254",
		       "255.255.255.255");
	assert_address("::", "::", "::");
	assert_address("[2001:db8::]/33",
		       "2001:db8::", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff");
	assert_address("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	assert_address("[::1]-[::2]", "::1", "::2");
	assert_address("::ffff:1.2.3.4", "1.2.3.4", "1.2.3.4");
	assert_address("::ffff:0:0/96", "0.0.0.0", "255.255.255.255");
	assert_address("::ffff:10.0.0.0/104", "10.0.0.0", "10.255.255.255");
	assert_address("::fffe:0:0/95", "::fffe:0:0", "::ffff:ffff:ffff");
	assert_address("::/80", "::", "::ffff:ffff:ffff");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(address_read(diags, nowhere, bad[i], &r));
	assert_true(r.v6);
	assert_int_equal(r.lo[0], 9);
}

static void ports_become_boxes(void **state)
{
	static const char *const bad[] = {"", "tcp/", "tcp/65536", "tcp/1-",
					  "tcp/-1", "tcp/2-1", "icmp/1", "tcp/1/2",
					  "/1", "http", "1 2", "TCP/1"};
	struct port_box b[PORT_BOXES_MAX];

	(void)state;
	assert_int_equal(port_read(diags, nowhere, "tcp/80", b), 1);
	assert_int_equal(b[0].proto_lo, 6);
	assert_int_equal(b[0].proto_hi, 6);
	assert_int_equal(b[0].port_lo, 80);
	assert_int_equal(b[0].port_hi, 80);
	assert_int_equal(port_read(diags, nowhere, "0-65535", b), 5);
	assert_int_equal(b[0].proto_lo, 6);
	assert_int_equal(b[1].proto_lo, 17);
	assert_int_equal(b[2].proto_lo, 33);
	assert_int_equal(b[3].proto_lo, 132);
	assert_int_equal(b[4].proto_lo, 136);
	assert_int_equal(b[4].port_hi, 65535);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(port_read(diags, nowhere, bad[i], b), 0);
	assert_true(protocol_named("icmp6", b));
	assert_int_equal(b[0].proto_lo, 58);
	assert_int_equal(b[0].port_hi, 65535);
	assert_false(protocol_named("icmp7", b));
	assert_true(protocol_read(diags, nowhere, "255", b));
	assert_false(protocol_read(diags, nowhere, "256", b));
	assert_false(protocol_read(diags, nowhere, "6x", b));
}

static void ids_are_numbers(void **state)
{
	struct id_range r = {1, 1};

	(void)state;
	assert_true(id_read(diags, nowhere, "uid", "0-4294967294", &r));
	assert_int_equal(r.lo, 0);
	assert_true(r.hi == 4294967294u);
	assert_false(id_read(diags, nowhere, "uid", "4294967295", &r));
	assert_false(id_read(diags, nowhere, "uid", "5-4", &r));
	assert_false(id_read(diags, nowhere, "uid", "", &r));
	assert_true(r.hi == 4294967294u);
}

static struct path_pattern path(const char *text, bool tree)
{
	struct path_pattern p = {0};

	if (!path_read(arena, diags, nowhere, text, tree, &p))
		p.dirs = UINT32_MAX;
	return p;
}

static void assert_shape(const char *text, bool tree, enum path_shape shape,
			 uint32_t dirs, uint32_t glob_len)
{
	struct path_pattern p = path(text, tree);

	assert_int_equal(p.dirs, dirs);
	assert_int_equal(p.shape, shape);
	assert_int_equal(p.glob_len, glob_len);
}

static void patterns_have_a_shape(void **state)
{
	static const char *const bad[] = {
		"", "a", "//", "/a/", "/a//b", "/.",
		"/..",  "/a/../b", "./a",       "/a**b",      "/***",  "/**/**",
		"/a]",  "/a}",     "/\\a",      "/a\\",       "/**/",  "**a",
		"/[",   "/[]",     "/[!]",      "/[^a]",      "/[b-a]", "/[a/b]",
		"/{a",  "/{a}",    "/{}",       "/[\xc3\xa9]", "/{a,b}}",
		"/{a,{b,{c,{d,{e,{f,{g,{h,{i,j}}}}}}}}}", "/a/**/**/b", "/[\\a]",
	};
	struct path_pattern p;

	(void)state;
	assert_shape("/", false, PATH_LITERAL, 0, 0);
	assert_shape("/", true, PATH_TREE, 0, 0);
	assert_shape("/a/b", false, PATH_LITERAL, 2, 0);
	assert_shape("/a/b", true, PATH_TREE, 2, 0);
	assert_shape("/a/*.key", false, PATH_GLOB, 1, 5);
	assert_shape("/?", false, PATH_GLOB, 0, 1);
	assert_shape("/a/**/b*", false, PATH_GLOB_BELOW, 1, 2);
	assert_shape("/a/**/b", false, PATH_GLOB_BELOW, 1, 1);
	assert_shape("/a/**", false, PATH_GLOB_BELOW, 1, 1);
	assert_shape("**/b", false, PATH_GLOB_BELOW, 0, 1);
	assert_shape("/...", false, PATH_LITERAL, 1, 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(path(bad[i], false).dirs, UINT32_MAX);
	assert_shape("/a/*", true, PATH_GENERAL, 1, 0);
	assert_shape("/*/a", false, PATH_GENERAL, 0, 0);
	assert_shape("/a/**/b/**", false, PATH_GENERAL, 1, 0);
	assert_shape("/a/**", true, PATH_GLOB_BELOW, 1, 1);
	assert_shape("/[ab]", false, PATH_GLOB, 0, 3);
	assert_shape("/[ac]", false, PATH_GLOB, 0, 4);
	assert_shape("/[!ac]", false, PATH_GLOB, 0, 5);
	assert_shape("/[*]", false, PATH_LITERAL, 1, 0);
	assert_shape("/{a,b}", false, PATH_GENERAL, 1, 0);

	p = path("/x\\*/y\\?*?\xc3\xa9", false);
	assert_int_equal(p.dir[0].len, 2);
	assert_memory_equal(p.dir[0].at, "x*", 2);
	assert_int_equal(p.glob_len, 6);
	assert_int_equal(p.glob[0], 'y');
	assert_int_equal(p.glob[1], '?');
	assert_int_equal(p.glob[2], GLOB_ANY);
	assert_int_equal(p.glob[3], GLOB_ONE);
	assert_int_equal(p.glob[4], 0xc3);
	assert_int_equal(p.glob[5], 0xa9);
}

static void components_have_a_limit(void **state)
{
	char text[300] = "/";

	(void)state;
	memset(text + 1, 'a', 255);
	assert_int_equal(path(text, false).dirs, 1);
	text[256] = 'a';
	assert_int_equal(path(text, false).dirs, UINT32_MAX);
	memcpy(text + 250, "*aaaaaa", 7);
	assert_int_equal(path(text, false).dirs, 0);
}

static void strings_lose_their_escapes(void **state)
{
	(void)state;
	assert_string_equal(string_read(arena, diags, nowhere, "a\\\"b\\\\c"), "a\"b\\c");
	assert_null(string_read(arena, diags, nowhere, "a\\n"));
}

static const struct policy *compile(const char *text)
{
	const struct ast *ast;

	VEC_PUSH(arena, &sources.list, (struct source){"t", text, strlen(text)});
	ast = grammar_parse(arena, &sources, (uint32_t)sources.list.n - 1, diags);
	return ast ? policy_check(arena, ast, &sources, diags) : NULL;
}

static void equal_atoms_are_one(void **state)
{
	const struct policy *p =
		compile("policy t { seq 1 date 2000-03-01 expires 2000-03-01 }\n"
			"deny read on \"/a\" for uid { 3, 1-2, 2 } or uid 1-3\n"
			"deny read on \"/b\" for gid 1-3 or exe { \"/x\", \"/y\" }\n"
			"deny read on \"/c\" for exe { \"/y\", \"/x\", \"/y\" }\n");

	(void)state;
	assert_non_null(p);
	assert_int_equal(p->n_atoms[NB_DIM_UID], 1);
	assert_int_equal(p->n_atoms[NB_DIM_GID], 1);
	assert_int_equal(p->n_atoms[NB_DIM_EXE], 1);
	assert_int_equal(p->atoms[NB_DIM_UID][0]->n_ids, 1);
	assert_int_equal(p->atoms[NB_DIM_UID][0]->ids[0].hi, 3);
	assert_int_equal(p->atoms[NB_DIM_EXE][0]->n_paths, 2);
	assert_int_equal(p->created, 951868800);
	assert_int_equal(p->expires, 951868800 + 86399);
}

static void one_named_set_is_shared(void **state)
{
	const struct policy *p =
		compile("policy t { seq 1 }\n"
			"paths s = { \"/a\", \"/b\" }\n"
			"deny read on s\ndeny write on s\ndeny exec on s, \"/c\"\n");

	(void)state;
	assert_non_null(p);
	assert_ptr_equal(p->rules[0].paths, p->rules[1].paths);
	assert_int_equal(p->rules[2].n_paths, 3);
	assert_int_equal(p->rules[2].line, 5);
	assert_int_equal(p->rules[2].number, 3);
	assert_string_equal(p->rules[2].text, "deny exec on { s, \"/c\" }");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_plain_decimals), TEST(addresses_become_ranges),
		TEST(ports_become_boxes), TEST(ids_are_numbers),
		TEST(patterns_have_a_shape),  TEST(components_have_a_limit),
		TEST(strings_lose_their_escapes), TEST(equal_atoms_are_one),
		TEST(one_named_set_is_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
