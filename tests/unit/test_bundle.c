/* SPDX-License-Identifier: BSD-2-Clause */
/* The archive: written and read back, then every way of it that must be refused. */
#include "bundle_fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

static void round_trip(void **state)
{
	struct fixture *f = *state;
	struct bundle b;
	struct error err;

	assert_int_equal(bundle_verify(f->bytes, f->len, &f->pub, 1, &b, &err), 0);
	assert_memory_equal(&b.manifest.policy, "web-tier", 9);
	assert_int_equal(b.manifest.seq, 14);
	assert_int_equal(b.manifest.created, CREATED);
	assert_int_equal(b.manifest.expires, 0);
	assert_int_equal(b.manifest.kernel, 0x050a);
	assert_true(b.manifest.needs_lsm && b.manifest.needs_cgroup &&
		    !b.manifest.audit_only);
	assert_memory_equal(b.signer, f->pub.id, 8);
	assert_int_equal(b.n_entries, 2);
	assert_string_equal(b.entries[0].name, "maps/rows.img");
	assert_int_equal(b.entries[0].len, 0);
	assert_string_equal(b.entries[1].name, "meta/policy.nbp");
	assert_int_equal(bundle_find(&b, "meta/policy.nbp")->len, 19);
	assert_memory_equal(bundle_find(&b, "meta/policy.nbp")->at,
			    "policy web-tier {}\n", 19);
	assert_true(b.entries[1].at > f->bytes && b.entries[1].at < f->bytes + f->len);
	assert_null(bundle_find(&b, "meta/policy"));

	assert_int_equal(bundle_parse(f->bytes, f->len, &b, &err), 0);
	assert_memory_equal(b.signer, "\0\0\0\0\0\0\0\0", 8);
}

/* Order of entries, time zone, locale and umask do not show in the bytes. */
static void same_bytes(void **state)
{
	struct fixture *f = *state;
	struct bundle_entry turned[] = {contents[1], contents[0]};
	mode_t old = umask(077);
	uint8_t *again;
	size_t len;
	struct error err;

	setenv("TZ", "Asia/Kolkata", 1);
	assert_int_equal(bundle_write(f->path, &head, turned, 2, f->key, &err), 0);
	umask(old);
	assert_int_equal(bundle_read(f->path, &again, &len, &err), 0);
	assert_int_equal(len, f->len);
	assert_memory_equal(again, f->bytes, len);
	free(again);
}

/* The form is pinned here, whatever libarchive does one day. */
static void pinned_header(void **state)
{
	static const char numbers[] = "000644 \0"
				      "000000 \0"
				      "000000 \0"
				      "00000000023 14524770400 012150\0 0";
	uint8_t h[TAR_BLOCK];

	(void)state;
	canonical_header("meta/policy.nbp", 19, CREATED, h);
	assert_string_equal((char *)h, "meta/policy.nbp");
	assert_memory_equal(h + 100, numbers, sizeof numbers - 1);
	assert_memory_equal(h + 257,
			    "ustar\0"
			    "00",
			    8);
	assert_memory_equal(h + 329,
			    "000000 \0"
			    "000000 ",
			    16);
}

static void every_bit(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < f->len * 8; i++) {
		f->bytes[i / 8] ^= (uint8_t)(1 << i % 8);
		refused(f, f->bytes, f->len, "");
		f->bytes[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	accepted(f, f->bytes, f->len);
}

/* From an exact allocation, so that the sanitizer sees a read past the end. */
static void every_truncation(void **state)
{
	struct fixture *f = *state;

	for (size_t len = 0; len < f->len; len++) {
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, f->bytes, len);
		refused(f, copy, len, "");
		free(copy);
	}
}

static void extended(void **state)
{
	struct fixture *f = *state;
	uint8_t *longer = calloc(2, f->len + 1024);

	memcpy(longer, f->bytes, f->len);
	refused(f, longer, f->len + 1, "other bytes follow");
	refused(f, longer, f->len + 512, "other bytes follow");
	refused(f, longer, f->len + 9216, "other bytes follow");
	memcpy(longer + f->len, f->bytes, f->len);
	refused(f, longer, 2 * f->len, "other bytes follow");
	/* One zero block, then an entry: readers disagree about those. */
	memcpy(longer + f->len - 512, f->bytes, f->len);
	refused(f, longer, 2 * f->len - 512, "other bytes follow");
	/* A zero block before everything. */
	memset(longer, 0, 512);
	memcpy(longer + 512, f->bytes, f->len);
	refused(f, longer, f->len + 512, "not a NetBPF bundle");
	free(longer);
}

static struct archive_bytes a;
static struct manifest_list list;
static char text[BUNDLE_MAX_MANIFEST + 1];

static size_t start(const struct fixture *f)
{
	size_t len;

	fixture_list(&list);
	len = manifest_print(&list, text);
	append_signed(&a, f, text, len);
	return len;
}

static void put_entry(int i)
{
	append(&a, contents[i].name, contents[i].at, contents[i].len);
}

static void archive_is(const struct fixture *f, const char *why)
{
	append_end(&a);
	if (why)
		refused(f, a.at, a.len, why);
	else
		accepted(f, a.at, a.len);
}

/* All of them with a good signature over a good manifest. */
static void wrong_entries(void **state)
{
	struct fixture *f = *state;

	start(f), put_entry(1), put_entry(0);
	archive_is(f, NULL);
	assert_int_equal(a.len, f->len);
	assert_memory_equal(a.at, f->bytes, a.len);

	start(f), put_entry(0), put_entry(1);
	archive_is(f, "expected the entry 'maps/rows.img', saw 'meta/policy.nbp'");
	start(f), put_entry(1);
	archive_is(f, "'meta/policy.nbp' is missing");
	start(f);
	archive_is(f, "'maps/rows.img' is missing");
	start(f), put_entry(1), put_entry(1), put_entry(0);
	archive_is(f, "saw 'maps/rows.img'");
	start(f), put_entry(1), put_entry(0), put_entry(0);
	archive_is(f, "'meta/policy.nbp' is not listed");
	start(f), put_entry(1), put_entry(0), append(&a, "../etc/passwd", "x", 1);
	archive_is(f, "'../etc/passwd' is not listed");
	start(f), put_entry(1), append(&a, "meta/policy.nbp", "Policy web-tier {}\n", 19);
	archive_is(f, "SHA-256");
	start(f), put_entry(1), append(&a, "meta/policy.nbp", "policy web-tier {}\n", 18);
	archive_is(f, "tar header of 'meta/policy.nbp'");
	start(f), put_entry(1);
	append_at(&a, "meta/policy.nbp", contents[0].at, 19, CREATED + 1);
	archive_is(f, "tar header of 'meta/policy.nbp'");
}

static void wrong_front(void **state)
{
	struct fixture *f = *state;
	size_t len = start(f);
	char sig[MINISIG_MAX], name[BUNDLE_MAX_NAME + 1];
	size_t sig_len = sign_manifest(f->key, &head, (uint8_t *)text, len, sig);

	minisig_name(f->pub.id, name);
	a.len = 0, append(&a, name, sig, sig_len), append(&a, "MANIFEST", text, len);
	put_entry(1), put_entry(0);
	archive_is(f, "expected the entry 'MANIFEST'");
	a.len = 0, append(&a, "MANIFEST", text, len), put_entry(1), put_entry(0);
	append(&a, name, sig, sig_len);
	archive_is(f, "not signed");
	start(f), append(&a, name, sig, sig_len), put_entry(1), put_entry(0);
	archive_is(f, "there twice");
	start(f), append(&a, "MANIFEST", text, len), put_entry(1), put_entry(0);
	archive_is(f, "saw 'MANIFEST'");
	a.len = 0, append(&a, "./MANIFEST", text, len);
	archive_is(f, "saw './MANIFEST'");
	a.len = 0, append(&a, "MANIFEST", text, len),
	append(&a, "SIGS/../x", sig, sig_len);
	archive_is(f, "'SIGS/../x' is not SIGS/");
	/* The time of every header changed in step, but not 'created'. */
	a.len = 0, append_at(&a, "MANIFEST", text, len, CREATED + 60);
	append_at(&a, name, sig, sig_len, CREATED + 60);
	append_at(&a, contents[1].name, contents[1].at, contents[1].len, CREATED + 60);
	append_at(&a, contents[0].name, contents[0].at, contents[0].len, CREATED + 60);
	archive_is(f, "not the 'created'");
}

static void mend_checksum(uint8_t *header)
{
	unsigned sum = 0;

	memset(header + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += header[i];
	snprintf((char *)header + 148, 7, "%06o", sum & 0777777);
}

/* Every byte of every header altered, with the checksum made to fit again. */
static void wrong_headers(void **state)
{
	static const uint8_t values[] = {0, ' ', '0', '1', '5', 'x', 0x80, 0xff};
	struct fixture *f = *state;
	uint8_t *copy = malloc(f->len);

	for (size_t at = 0; at + 1024 < f->len; at += 512) {
		if (memcmp(f->bytes + at + 257, "ustar", 5) != 0)
			continue;
		for (size_t i = 0; i < 512 * sizeof values; i++) {
			memcpy(copy, f->bytes, f->len);
			copy[at + i / sizeof values] = values[i % sizeof values];
			mend_checksum(copy + at);
			if (memcmp(copy, f->bytes, f->len) != 0)
				refused(f, copy, f->len, "");
		}
	}
	free(copy);
}

static void writer_refuses(void **state)
{
	static const char *const names[] = {"policy.nbp", "/etc/passwd",  "../x",
					    "meta/../x",  "meta/",	  "Meta/x",
					    "meta/a/b",	  "meta/.x",	  "SIGS/x",
					    "meta/a b",	  "meta/\x1b[2J", ""};
	struct fixture *f = *state;
	struct bundle_entry e = {.at = (const uint8_t *)"x", .len = 1};
	struct bundle_entry twice[] = {contents[0], contents[0]};
	struct manifest late = head;
	struct error err;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		strcpy(e.name, names[i]);
		assert_int_equal(bundle_write(f->path, &head, &e, 1, f->key, &err), -1);
		assert_int_equal(err.code, EXIT_POLICY);
		assert_null(strchr(err.text, '\x1b'));
	}
	assert_int_equal(bundle_write(f->path, &head, twice, 2, f->key, &err), -1);
	assert_int_equal(bundle_write(f->path, &head, contents, 0, f->key, &err), -1);
	assert_int_equal(bundle_write(f->path, &head, contents, 257, f->key, &err), -1);
	late.expires = CREATED;
	assert_int_equal(bundle_write(f->path, &late, contents, 2, f->key, &err), -1);
	late.expires = 0, late.created = TAR_MAX_NUMBER + 1;
	assert_int_equal(bundle_write(f->path, &late, contents, 2, f->key, &err), -1);
	assert_int_equal(err.code, EXIT_POLICY);
}

/* 256 entries of the longest names do not fit MANIFEST; 200 do. */
static void limits(void **state)
{
	static struct bundle_entry many[BUNDLE_MAX_ENTRIES];
	struct fixture *f = *state;
	struct error err;

	for (int i = 0; i < BUNDLE_MAX_ENTRIES; i++) {
		snprintf(many[i].name, sizeof many[i].name, "maps/%094d", i);
		many[i].at = (const uint8_t *)"x";
		many[i].len = 1;
	}
	assert_int_equal(bundle_write(f->path, &head, many, 200, f->key, &err), 0);
	assert_int_equal(bundle_write(f->path, &head, many, 256, f->key, &err), -1);
	assert_non_null(strstr(err.text, "MANIFEST would be longer"));
	for (int i = 0; i < BUNDLE_MAX_ENTRIES; i++)
		snprintf(many[i].name, sizeof many[i].name, "m/%d", i);
	assert_int_equal(bundle_write(f->path, &head, many, 256, f->key, &err), 0);
	many[0].len = BUNDLE_MAX_BYTES + 1u;
	fixture_list(&list);
	list.entries[1].size = BUNDLE_MAX_BYTES;
	assert_int_equal(manifest_check(&list, &err), -1);
}

/* A disk that is full at any byte leaves the old bundle and nothing else. */
static void full_disk(void **state)
{
	struct fixture *f = *state;
	struct rlimit old, limit;
	struct error err;
	uint8_t *now;
	size_t len;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	for (size_t at = 0; at < f->len; at += 257) {
		limit = (struct rlimit){at, old.rlim_max};
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		assert_int_equal(bundle_write(f->path, &head, contents, 2, f->key, &err),
				 -1);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		assert_int_equal(err.code, EXIT_SYSTEM);
		assert_non_null(strstr(err.text, strerror(EFBIG)));
	}
	assert_int_equal(bundle_read(f->path, &now, &len, &err), 0);
	assert_int_equal(len, f->len);
	assert_memory_equal(now, f->bytes, len);
	free(now);
}

static void bad_targets(void **state)
{
	struct fixture *f = *state;
	char path[128];
	struct error err;

	snprintf(path, sizeof path, "%s/none/b.tar", f->folder);
	assert_int_equal(bundle_write(path, &head, contents, 2, f->key, &err), -1);
	assert_non_null(strstr(err.text, strerror(ENOENT)));
	snprintf(path, sizeof path, "%s/", f->folder);
	assert_int_equal(bundle_write(path, &head, contents, 2, f->key, &err), -1);
	assert_int_equal(bundle_write(f->folder, &head, contents, 2, f->key, &err), -1);
	assert_int_equal(bundle_write("/dev/null", &head, contents, 2, f->key, &err), -1);
	assert_non_null(strstr(err.text, "not a plain file"));
	assert_int_equal(bundle_write("", &head, contents, 2, f->key, &err), -1);
	assert_int_equal(err.code, EXIT_SYSTEM);
}

static void bad_sources(void **state)
{
	struct fixture *f = *state;
	uint8_t *bytes = NULL;
	struct error err;
	size_t len;

	assert_int_equal(bundle_read("/nonexistent", &bytes, &len, &err), -1);
	assert_int_equal(err.code, EXIT_SYSTEM);
	assert_int_equal(bundle_read(f->folder, &bytes, &len, &err), -1);
	assert_non_null(strstr(err.text, "is a directory"));
	assert_int_equal(bundle_read("/dev/zero", &bytes, &len, &err), -1);
	assert_int_equal(err.code, EXIT_REFUSED);
	assert_int_equal(bundle_read(f->public, &bytes, &len, &err), -1);
	assert_non_null(strstr(err.text, "not a NetBPF bundle"));
	assert_int_equal(truncate(f->path, (off_t)BUNDLE_MAX_BYTES + 1), 0);
	assert_int_equal(bundle_read(f->path, &bytes, &len, &err), -1);
	assert_non_null(strstr(err.text, "larger than"));
	assert_null(bytes);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(round_trip),     TEST(same_bytes),	      TEST(pinned_header),
		TEST(every_bit),      TEST(every_truncation), TEST(extended),
		TEST(wrong_entries),  TEST(wrong_front),      TEST(wrong_headers),
		TEST(writer_refuses), TEST(limits),	      TEST(full_disk),
		TEST(bad_targets),    TEST(bad_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
