/* SPDX-License-Identifier: BSD-2-Clause */
/* MANIFEST: one spelling, and every other refused, also under a good signature. */
#include "bundle_fixture.h"

static struct manifest_list list, back;
static char text[BUNDLE_MAX_MANIFEST + 1];
static struct archive_bytes a;

static const char spelled[] =
	"# netbpf-manifest 1\n"
	"# policy web-tier\n"
	"# seq 14\n"
	"# created 1700000000\n"
	"# expires never\n"
	"# abi 1\n"
	"# kernel 5.10\n"
	"# needs lsm,cgroup\n"
	"# mode enforce\n"
	"# entry 0 maps/rows.img\n"
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  maps/rows.img\n"
	"# entry 19 meta/policy.nbp\n"
	"18e968e14dd64c0e92fc10c520e12a893b1ffaabc4d4015ca435b941b8b218f6  meta/policy.nbp\n";

static void spelling(void **state)
{
	struct error err;
	size_t len;

	(void)state;
	fixture_list(&list);
	len = manifest_print(&list, text);
	assert_int_equal(len, sizeof spelled - 1);
	assert_string_equal(text, spelled);
	assert_int_equal(manifest_parse((uint8_t *)text, len, &back, &err), 0);
	assert_memory_equal(&back, &list, sizeof list);
}

/* The largest and smallest of everything survive the way through text. */
static void extremes(void **state)
{
	struct error err;
	size_t len;

	(void)state;
	fixture_list(&list);
	memset(list.head.policy, 'p', 64);
	list.head.seq = UINT64_MAX;
	list.head.created = TAR_MAX_NUMBER;
	list.head.expires = INT64_MAX;
	list.head.abi = UINT32_MAX;
	list.head.kernel = 0xffff;
	list.head.needs_lsm = false;
	list.head.audit_only = true;
	len = manifest_print(&list, text);
	assert_int_equal(manifest_parse((uint8_t *)text, len, &back, &err), 0);
	assert_memory_equal(&back, &list, sizeof list);
	assert_non_null(strstr(text, "# seq 18446744073709551615\n"));
	assert_non_null(strstr(text, "# kernel 255.255\n# needs cgroup\n# mode audit\n"));
	memset(&list.head, 0, sizeof list.head);
	strcpy(list.head.policy, "x");
	len = manifest_print(&list, text);
	assert_int_equal(manifest_parse((uint8_t *)text, len, &back, &err), 0);
	assert_memory_equal(&back, &list, sizeof list);
	assert_non_null(strstr(text, "# needs none\n"));
}

/* What is found in the good text, and what to put in its place. */
static const struct hostile {
	const char *find, *put;
	size_t put_len; /* when it holds a NUL */
	const char *why;
} hostile[] = {
	{"# netbpf-manifest 1\n", "", 0, "line 1: expected '# netbpf-manifest 1'"},
	{"manifest 1\n", "manifest 2\n", 0, "line 1"},
	{"# netbpf", "\xef\xbb\xbf# netbpf", 0, "saw '\\xef\\xbb\\xbf# netbpf"},
	{"# netbpf", "\n# netbpf", 0, "line 1"},
	{"# netbpf-manifest 1\n", "# netbpf-manifest 1\r\n", 0, "manifest 1\\x0d'"},
	{"# seq 14\n", "# seq 14\r\n", 0, "line 3: expected '# seq NUMBER', saw"},
	{"# seq 14", "# seq  14", 0, "line 3: expected"},
	{"# seq 14", "#  seq 14", 0, "line 3: expected"},
	{"# seq 14", "# seq\t14", 0, "line 3: expected"},
	{"# seq 14", "# seq 14 ", 0, "line 3: expected"},
	{"# seq 14", "# seq 014", 0, "line 3: not spelled"},
	{"# seq 14", "# seq +14", 0, "line 3: expected"},
	{"# seq 14", "# seq -1", 0, "line 3: expected"},
	{"# seq 14", "# seq 0x14", 0, "line 3: expected"},
	{"# seq 14", "# seq ", 0, "line 3: expected"},
	{"# seq 14", "# seq 18446744073709551616", 0, "line 3: expected"},
	{"# seq 14", "# seq 99999999999999999999999", 0, "line 3: expected"},
	{"# seq 14", "# seq 14\0", 9, "line 3: not spelled"},
	{"# seq 14\n", "# seq 14\n# seq 15\n", 0, "line 4: expected '# created"},
	{"# seq 14\n", "# seq 14\n# weakens 0\n", 0, "line 4: expected '# created"},
	{"# seq 14\n", "# seq 14\n\n", 0, "line 4: expected '# created"},
	{"# seq 14\n", "", 0, "line 3: expected '# seq"},
	{"# created 1700000000", "# created 8589934592", 0, "a tar header can hold"},
	{"never", "Never", 0, "line 5: expected"},
	{"never", "0", 0, "line 5: not spelled"},
	{"never", "1700000000", 0, "not after 'created'"},
	{"never", "9223372036854775808", 0, "line 5: expected"},
	{"# abi 1", "# abi 4294967296", 0, "line 6: expected"},
	{"5.10", "5.256", 0, "line 7: expected"},
	{"5.10", "5", 0, "line 7: expected"},
	{"5.10", "5.10.1", 0, "line 7: expected"},
	{"5.10", "05.10", 0, "line 7: not spelled"},
	{"lsm,cgroup", "cgroup,lsm", 0, "line 8: expected"},
	{"lsm,cgroup", "", 0, "line 8: expected"},
	{"enforce", "off", 0, "line 9: expected '# mode enforce or audit'"},
	{"web-tier", "web tier", 0, "a policy's name"},
	{"web-tier", "-web", 0, "a policy's name"},
	{"web-tier", "w\x1b[2Jb", 0, "a policy's name"},
	{"web-tier", "", 0, "a policy's name"},
	{"web-tier", "w23456789.123456789.123456789.123456789.123456789.123456789.1234x",
	 0, "line 2: expected"},
	{"# entry 0 ", "# entry 00 ", 0, "line 10: not spelled"},
	{"# entry 0 ", "# entry 18446744073709551616 ", 0, "line 10: expected"},
	{"# entry 0 ", "# entry 536870913 ", 0, "line 10: expected"},
	{"# entry 0 ", "# entry 536870912 ", 0, "bytes together"},
	{"# entry 0 ", "# entry 0  ", 0, "line 11"},
	{"# entry 0 maps/rows.img\n", "", 0, "line 10: expected '# entry SIZE NAME'"},
	{"# entry 0 ", "# entry 1 2 ", 0, "line 11"},
	{"entry 0 maps/", "entry 0 bpf/", 0, "line 11"},
	{"e3b0c4", "E3b0c4", 0, "line 11: not spelled"},
	{"e3b0c4", "g3b0c4", 0, "line 11: expected"},
	{"e3b0c4", "3b0c4", 0, "line 11: expected"},
	{"e3b0c4", "0e3b0c4", 0, "line 11: expected"},
	{"e3b0c4", "\\e3b0c4", 0, "line 11: expected"},
	{"855  maps", "855 *maps", 0, "line 11: expected"},
	{"855  maps", "855 maps", 0, "line 11: expected"},
	{"maps/rows.img\n#", "maps/rows.img\n\n#", 0, "line 12: expected"},
	{"# entry 19", "# entry 19 x", 0, "line 13: expected"},
	{"meta/policy.nbp\n", "meta/policy.nbp\r\n", 0, "line 13: expected"},
};

static size_t replace(const struct hostile *h, char *out)
{
	const char *at = strstr(text, h->find);
	size_t before, put_len = h->put_len ? h->put_len : strlen(h->put);

	assert_non_null(at);
	before = (size_t)(at - text);
	at += strlen(h->find);
	memcpy(out, text, before);
	memcpy(out + before, h->put, put_len);
	strcpy(out + before + put_len, at);
	return before + put_len + strlen(at);
}

static void hostile_lines(void **state)
{
	static char altered[4096];

	for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		size_t len;

		fixture_list(&list);
		manifest_print(&list, text);
		len = replace(&hostile[i], altered);
		append_signed(&a, *state, altered, len);
		append(&a, "maps/rows.img", "", 0);
		append(&a, "meta/policy.nbp", contents[0].at, contents[0].len);
		append_end(&a);
		refused(*state, a.at, a.len, hostile[i].why);
	}
}

/* Whatever else is accepted is printed as it was: bytes changed one at a time. */
static void every_byte(void **state)
{
	static const char values[] = "\0\t\n\r #019aA/.\x7f\x80";
	static char again[BUNDLE_MAX_MANIFEST + 1];
	struct error err;
	size_t len, whole_entry, accepted_texts = 0;

	(void)state;
	fixture_list(&list);
	len = manifest_print(&list, text);
	whole_entry = (size_t)(strstr(text, "# entry 19") - text);
	for (size_t i = 0; i < len * sizeof values; i++) {
		char old = text[i / sizeof values];

		text[i / sizeof values] = values[i % sizeof values];
		memset(&back, 0, sizeof back);
		if (manifest_parse((uint8_t *)text, len, &back, &err) == 0) {
			assert_int_equal(manifest_print(&back, again), len);
			assert_memory_equal(again, text, len);
			accepted_texts++;
		} else {
			assert_int_equal(back.n, 0);
		}
		text[i / sizeof values] = old;
	}
	assert_true(accepted_texts > 100); /* other numbers and hashes are fine */
	for (size_t n = 0; n < len; n++) {
		char *copy = malloc(n ? n : 1);

		memcpy(copy, text, n);
		assert_int_equal(manifest_parse((uint8_t *)copy, n, &back, &err),
				 n == whole_entry ? 0 : -1);
		free(copy);
	}
}

static void too_many(void **state)
{
	struct error err;
	size_t len;

	(void)state;
	fixture_list(&list);
	len = manifest_print(&list, text);
	for (int i = 0; i < 300; i++)
		len += (size_t)sprintf(text + len, "# entry 1 n/%03d\n%064d  n/%03d\n", i,
				       0, i);
	assert_int_equal(manifest_parse((uint8_t *)text, len, &back, &err), -1);
	assert_non_null(strstr(err.text, "more than 256 entries"));
	memset(text, '#', BUNDLE_MAX_MANIFEST);
	assert_int_equal(
		manifest_parse((uint8_t *)text, BUNDLE_MAX_MANIFEST, &back, &err), -1);
	assert_int_equal(
		manifest_parse((uint8_t *)text, BUNDLE_MAX_MANIFEST + 1, &back, &err),
		-1);
	assert_non_null(strstr(err.text, "longer than"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(spelling),	  TEST(extremes), TEST(hostile_lines),
		TEST(every_byte), TEST(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
