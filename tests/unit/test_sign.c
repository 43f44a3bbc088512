/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys and signatures: who signed, in which form, and what a bad one looks like. */
#include "bundle_fixture.h"

#include "bundles/keyfile.h"

static struct archive_bytes a;
static struct manifest_list list;
static char text[BUNDLE_MAX_MANIFEST + 1];
static size_t text_len;

static void put_contents(void)
{
	append(&a, contents[1].name, contents[1].at, contents[1].len);
	append(&a, contents[0].name, contents[0].at, contents[0].len);
	append_end(&a);
}

/* The fixture's bundle with these bytes as SIGS/ID.minisig. */
static void with_signature(const struct fixture *f, const char *sig, size_t len)
{
	char name[BUNDLE_MAX_NAME + 1];

	minisig_name(f->pub.id, name);
	a.len = 0;
	append(&a, "MANIFEST", text, text_len);
	append(&a, name, sig, len);
	put_contents();
}

static size_t good_signature(const struct fixture *f, char sig[MINISIG_MAX])
{
	fixture_list(&list);
	text_len = manifest_print(&list, text);
	return sign_manifest(f->key, &head, (uint8_t *)text, text_len, sig);
}

static struct secret_key *other_key(const struct fixture *f, struct public_key *pub)
{
	char secret[96], public[96];
	struct secret_key *key = NULL;
	struct error err;

	snprintf(secret, sizeof secret, "%s/2.key", f->folder);
	snprintf(public, sizeof public, "%s/2.pub", f->folder);
	assert_int_equal(keygen(secret, public, &err), 0);
	assert_int_equal(secret_key_read(secret, &key, &err), 0);
	assert_int_equal(public_key_read(public, pub, &err), 0);
	unlink(secret);
	unlink(public);
	return key;
}

static void who_signed(void **state)
{
	struct fixture *f = *state;
	struct public_key other, imposter, keys[3];
	struct secret_key *key = other_key(f, &other);
	struct bundle b;
	struct error err;

	refused_by(&other, f->bytes, f->len, "none of the keys given has signed it");
	imposter = other;
	memcpy(imposter.id, f->pub.id, 8);
	refused_by(&imposter, f->bytes, f->len, "not a signature of this MANIFEST");
	imposter = f->pub;
	memcpy(imposter.id, other.id, 8);
	refused_by(&imposter, f->bytes, f->len, "none of the keys given");
	assert_int_equal(bundle_verify(f->bytes, f->len, NULL, 0, &b, &err), -1);
	assert_int_equal(err.code, EXIT_REFUSED);

	/* Among several, in any place, and beside one of the same id. */
	keys[0] = other, keys[1] = f->pub, keys[2] = other;
	memcpy(keys[2].id, f->pub.id, 8);
	assert_int_equal(bundle_verify(f->bytes, f->len, keys, 3, &b, &err), 0);
	assert_memory_equal(b.signer, f->pub.id, 8);

	assert_int_equal(bundle_write(f->path, &head, contents, 2, NULL, &err), 0);
	free(f->bytes);
	assert_int_equal(bundle_read(f->path, &f->bytes, &f->len, &err), 0);
	refused(f, f->bytes, f->len, "not signed");
	assert_int_equal(bundle_parse(f->bytes, f->len, &b, &err), 0);
	secret_key_free(key);
}

static void several_signers(void **state)
{
	struct fixture *f = *state;
	struct public_key other;
	struct secret_key *key = other_key(f, &other);
	char name[BUNDLE_MAX_NAME + 1], *at;
	struct bundle b;
	struct error err;

	assert_int_equal(bundle_sign(f->path, key, &err), 0);
	assert_int_equal(bundle_sign(f->path, key, &err), 0); /* again: nothing changes */
	free(f->bytes);
	assert_int_equal(bundle_read(f->path, &f->bytes, &f->len, &err), 0);
	accepted(f, f->bytes, f->len);
	assert_int_equal(bundle_verify(f->bytes, f->len, &other, 1, &b, &err), 0);
	assert_memory_equal(b.signer, other.id, 8);

	/* Theirs damaged, ours good: refused by all who know theirs. */
	minisig_name(other.id, name);
	at = (char *)memmem(f->bytes, f->len, name, strlen(name)) + TAR_BLOCK + 60;
	*at = *at == 'A' ? 'B' : 'A';
	accepted(f, f->bytes, f->len);
	refused_by(&other, f->bytes, f->len, "not a signature of this MANIFEST");
	secret_key_free(key);

	for (int i = 2; i < BUNDLE_MAX_SIGNATURES; i++) {
		key = other_key(f, &other);
		assert_int_equal(bundle_sign(f->path, key, &err), 0);
		secret_key_free(key);
	}
	key = other_key(f, &other);
	assert_int_equal(bundle_sign(f->path, key, &err), -1);
	assert_non_null(strstr(err.text, "no more fit"));
	secret_key_free(key);
}

static const struct bad_form {
	const char *find, *put, *why;
} bad_forms[] = {
	{"netbpf bundle", "netbpf bundlE", "line 1 must be"},
	{"netbpf bundle", "\x1b[2J", "line 1 must be"},
	{"netbpf bundle\n", "netbpf bundle\r\n", "line 1 must be"},
	{"untrusted comment: netbpf bundle\n", "", "four lines"},
	{"\nRU", "\nRV", "unknown algorithm"}, /* "RU" is base64 of "E" and half a "D" */
	{"\nRU", "\nRW", "old kind"},
	{"\nRU", "\n RU", "line 2 is not base64"},
	{"\nRU", "\nR", "line 2 is not base64"},
	{"\nRU", "\n-U", "line 2 is not base64"},
	{"\nRU", "\n\xff\x80", "line 2 is not base64"},
	{"=\n", "\n", "line 2 is not base64"},
	{"trusted comment: netbpf m", "Trusted comment: netbpf m", "line 3 must begin"},
	{"manifest web-tier seq 14", "manifest web-tier seq 15",
	 "not a signature of this"},
	{"manifest web-tier seq 14\n", "manifest web-tier seq 14\r\n", "not a signature"},
	{"manifest web-tier seq 14\n", "manifest web-tier seq 14\n\n",
	 "something follows"},
};

static void bad_signature_files(void **state)
{
	struct fixture *f = *state;
	char sig[MINISIG_MAX], bad[2 * MINISIG_MAX];
	size_t len = good_signature(f, sig);

	with_signature(f, sig, len);
	accepted(f, a.at, a.len);
	for (size_t i = 0; i < sizeof bad_forms / sizeof bad_forms[0]; i++) {
		const struct bad_form *b = &bad_forms[i];
		const char *at = strstr(sig, b->find);

		/* "trusted comment:" also ends the first line's words */
		if (strncmp(b->find, "trusted", 7) == 0)
			at = strstr(strchr(sig, '\n'), b->find);
		assert_non_null(at);
		snprintf(bad, sizeof bad, "%.*s%s%s", (int)(at - sig), sig, b->put,
			 at + strlen(b->find));
		with_signature(f, bad, strlen(bad));
		refused(f, a.at, a.len, b->why);
	}
	snprintf(bad, sizeof bad, "%sx", sig);
	with_signature(f, bad, len + 1);
	refused(f, a.at, a.len, "something follows");
	snprintf(bad, sizeof bad, "%s%s", sig, sig);
	with_signature(f, bad, 2 * len);
	refused(f, a.at, a.len, "something follows");
	with_signature(f, sig, len - 1);
	refused(f, a.at, a.len, "four lines");
	with_signature(f, sig, 0);
	refused(f, a.at, a.len, "four lines");
	memset(bad, '\n', MINISIG_MAX + 1);
	with_signature(f, bad, MINISIG_MAX + 1);
	refused(f, a.at, a.len, "of at most 1024 bytes");
}

/* Every byte of the two base64 lines replaced by every byte above 0x7f and some
 * more: libsodium 1.0.18 takes 128 of them for '/'. */
static void base64_spellings(void **state)
{
	struct fixture *f = *state;
	char sig[MINISIG_MAX], *at;
	size_t len = good_signature(f, sig);

	for (at = strchr(sig, '\n') + 1; at < sig + len; at++) {
		char old = *at;

		for (int value = 0x7f; value < 0x100; value++) {
			*at = (char)value;
			with_signature(f, sig, len);
			refused(f, a.at, a.len, "");
		}
		*at = old;
	}
	for (int value = 0x80; value < 0x100; value++) {
		char four[] = {(char)value, '/', '/', '/', 0};
		uint8_t out[3];

		assert_false(base64_read(four, 4, out, 3));
	}
	assert_false(base64_read("AAB=", 4, (uint8_t[2]){0}, 2));
	assert_false(base64_read("AA==", 4, (uint8_t[2]){0}, 2));
	assert_true(base64_read("AAA=", 4, (uint8_t[2]){0}, 2));
}

/* Well signed, but as something else. */
static void other_meanings(void **state)
{
	struct fixture *f = *state;
	char sig[MINISIG_MAX], name[BUNDLE_MAX_NAME + 1];
	struct manifest m = head;
	size_t len = good_signature(f, sig);
	uint8_t id[8];

	m.seq = 15;
	len = sign_manifest(f->key, &m, (uint8_t *)text, text_len, sig);
	with_signature(f, sig, len);
	refused(f, a.at, a.len, "trusted comment of SIGS/");
	len = sign_manifest(f->key, &head, (uint8_t *)text, text_len - 1, sig);
	with_signature(f, sig, len);
	refused(f, a.at, a.len, "not a signature of this MANIFEST");

	/* Under the name of another key. */
	len = good_signature(f, sig);
	memcpy(id, f->pub.id, 8);
	id[0] ^= 1;
	minisig_name(id, name);
	a.len = 0;
	append(&a, "MANIFEST", text, text_len), append(&a, name, sig, len);
	put_contents();
	refused(f, a.at, a.len, "the signature of another key");
}

static void write_text(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void bad_key_files(void **state)
{
	static const char password[] =
		"untrusted comment: minisign encrypted secret key\n"
		"RWRTY0Iy";
	struct fixture *f = *state;
	struct secret_key *key = NULL;
	struct public_key pub;
	struct stat st;
	struct error err;
	char bytes[512];
	size_t len;
	int fd;

	assert_int_equal(stat(f->secret, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(f->public, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(keygen(f->secret, f->public, &err), -1);
	assert_non_null(strstr(err.text, "never overwritten"));
	assert_int_equal(public_key_read(f->secret, &pub, &err), -1);
	assert_non_null(strstr(err.text, "holds a secret key"));
	assert_int_equal(secret_key_read(f->public, &key, &err), -1);
	assert_non_null(strstr(err.text, "holds a public key"));
	assert_int_equal(public_key_read(f->folder, &pub, &err), -1);
	assert_int_equal(public_key_read("/dev/zero", &pub, &err), -1);
	assert_int_equal(public_key_read("/nonexistent", &pub, &err), -1);
	assert_int_equal(err.code, EXIT_SYSTEM);

	fd = open(f->secret, O_RDONLY);
	len = (size_t)read(fd, bytes, sizeof bytes);
	close(fd);
	/* Salt and limits mean nothing without a password; all behind them is bound. */
	for (char *at = strchr(bytes, '\n') + 1 + base64_len(54); at < bytes + len - 1;
	     at++) {
		char old = *at;

		*at = old == 'A' ? 'B' : 'A';
		write_text(f->secret, bytes, len);
		assert_int_equal(secret_key_read(f->secret, &key, &err), -1);
		*at = old;
	}
	for (size_t n = 0; n < len - 1; n++) {
		write_text(f->secret, bytes, n);
		assert_int_equal(secret_key_read(f->secret, &key, &err), -1);
	}
	/* "Sc": scrypt */
	memcpy(strchr(bytes, '\n') + 1, strchr(password, '\n') + 1, 8);
	write_text(f->secret, bytes, len);
	assert_int_equal(secret_key_read(f->secret, &key, &err), -1);
	assert_non_null(strstr(err.text, "minisign -C -W"));
	assert_null(key);
}

/* Small-order points verify anything in careless implementations. */
static void weak_public_keys(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[KEYFILE_PUBLIC] = "Ed";
	char line[128];
	struct public_key pub;
	struct error err;
	int len;

	memcpy(bytes + 2, f->pub.id, 8);
	for (int first = 0; first < 2; first++) {
		bytes[10] = (uint8_t)first;
		len = snprintf(line, sizeof line, "untrusted comment: x\n");
		sodium_bin2base64(line + len, sizeof line - (size_t)len, bytes,
				  sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
		write_text(f->public, line, strlen(line));
		assert_int_equal(public_key_read(f->public, &pub, &err), -1);
		assert_non_null(strstr(err.text, "not an Ed25519 public key"));
		memcpy(pub.id, f->pub.id, 8);
		memcpy(pub.key, bytes + 10, 32);
		refused_by(&pub, f->bytes, f->len, "not a signature");
	}
}

static void key_names(void **state)
{
	static const uint8_t id[8] = {0x41, 0xd4, 0xae, 0x8e, 0x48, 0xd4, 0x03, 0x06};
	char name[17];

	(void)state;
	public_key_name(id, name);
	assert_string_equal(name, "0603d4488eaed441");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_signed),	TEST(several_signers), TEST(bad_signature_files),
		TEST(base64_spellings), TEST(other_meanings),  TEST(bad_key_files),
		TEST(weak_public_keys), TEST(key_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
