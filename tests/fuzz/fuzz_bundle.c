/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes → bundle_verify and bundle_parse. The first byte says what is repaired before,
 * since nobody finds a checksum, a hash or a signature by chance: 1 headers, 2 hashes
 * in MANIFEST, 4 the signature, by a test key.
 */
#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bundles/canonical.h"
#include "bundles/manifest.h"
#include "bundles/sign.h"
#include "bundles/tar.h"
#include "runtime/accept.h"
#include "runtime/rows.h"
#include "tests/fuzz/target.h"

enum { FIX_HEADERS = 1, FIX_HASHES = 2, FIX_SIGNATURE = 4 };

struct part {
	char name[BUNDLE_MAX_NAME + 1];
	const uint8_t *at;
	size_t len;
};

struct archive {
	struct part parts[64];
	size_t n;
	int64_t created;
	const uint8_t *rest; /* behind the last entry */
	size_t rest_len;
};

static struct secret_key *key;

/* Made for these tests alone: `netbpfc keygen`. */
static void read_test_key(void)
{
	static const char text[] =
		"untrusted comment: netbpf secret key, without a password\n"
		"RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAZRmxc30ArVF/CQDc5je51CyyYmxj7QgvPwKACgbiA0mSlDw91GYy/YxrESJ2lJTBp/os"
		"IwbHmG+GRI3hjzAQYhgmUQCQNThZxl9PXqAcNEaqsctHtawIsXSX+WsoQwm9cmnlDIPMaM"
		"w="
		"\n";
	struct error err;
	char path[40];
	int fd;

	if (key)
		return;
	fd = memfd_create("key", 0);
	FUZZ_REQUIRE(fd >= 0 && write(fd, text, sizeof text - 1) == sizeof text - 1);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	FUZZ_REQUIRE(!secret_key_read(path, &key, &err));
	close(fd);
}

/* Entries as far as their headers can be read at all. */
static void split(const uint8_t *at, size_t len, struct archive *out)
{
	struct tar tar = { .at = at, .len = len };
	struct tar_claim claim;

	while (out->n < 64 && tar_peek(&tar, &claim)) {
		struct part *part = &out->parts[out->n];
		size_t left = len - tar.pos - TAR_BLOCK;

		memcpy(part->name, claim.name, sizeof part->name);
		part->at = at + tar.pos + TAR_BLOCK;
		part->len = claim.size < left ? (size_t)claim.size : left;
		if (!out->n++)
			out->created = claim.mtime;
		tar.pos += TAR_BLOCK + (canonical_padded(part->len) < left ?
						canonical_padded(part->len) : left);
	}
	out->rest = at + tar.pos;
	out->rest_len = len - tar.pos;
}

static const struct part *find(const struct archive *a, const char *name, size_t len)
{
	for (size_t i = 0; i < a->n; i++)
		if (strlen(a->parts[i].name) == len && !memcmp(a->parts[i].name, name, len))
			return &a->parts[i];
	return NULL;
}

/* "64 digits, two spaces, name": the digits of the entry of that name. */
static void fix_hashes(const struct archive *a, char *text, size_t len)
{
	for (char *line = text, *end; (end = memchr(line, '\n', len - (size_t)(line - text)));
	     line = end + 1) {
		const struct part *part;
		uint8_t hash[32];
		char hex[65];

		if (end - line < 67 || *line == '#')
			continue;
		part = find(a, line + 66, (size_t)(end - line) - 66);
		if (!part)
			continue;
		crypto_hash_sha256(hash, part->at, part->len);
		sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
		memcpy(line, hex, 64);
	}
}

static size_t put(uint8_t *to, size_t at, const char *name, const void *bytes, size_t len,
		  int64_t created)
{
	canonical_header(name, len, created, to + at);
	at += TAR_BLOCK;
	memset(to + at, 0, canonical_padded(len));
	memcpy(to + at, bytes, len);
	return at + canonical_padded(len);
}

/* The archive again, with what the flags say made right. malloc'd. */
static uint8_t *repair(const struct archive *a, uint32_t flags, size_t *len)
{
	static struct manifest_list list;
	const struct part *first = &a->parts[0];
	size_t room = a->rest_len + 4096, at, i = 1;
	char *text = malloc(first->len + 1), sig[MINISIG_MAX], name[BUNDLE_MAX_NAME + 1];
	struct error err;
	uint8_t *out;

	for (size_t k = 0; k < a->n; k++)
		room += TAR_BLOCK + canonical_padded(a->parts[k].len);
	out = malloc(room);
	FUZZ_REQUIRE(text && out);
	memcpy(text, first->at, first->len);
	if (flags & FIX_HASHES)
		fix_hashes(a, text, first->len);
	at = put(out, 0, first->name, text, first->len, a->created);
	if (flags & FIX_SIGNATURE) {
		struct manifest head = { .policy = "p" };

		if (!manifest_parse((uint8_t *)text, first->len, &list, &err))
			head = list.head;
		minisig_name(secret_key_public(key)->id, name);
		at = put(out, at, name, sig,
			 sign_manifest(key, &head, (uint8_t *)text, first->len, sig),
			 a->created);
		i += a->n > 1 && !strncmp(a->parts[1].name, "SIGS/", 5);
	}
	for (; i < a->n; i++)
		at = put(out, at, a->parts[i].name, a->parts[i].at, a->parts[i].len, a->created);
	memcpy(out + at, a->rest, a->rest_len);
	free(text);
	*len = at + a->rest_len;
	return out;
}

/* What is handed out lies within the bytes that were verified. */
static void use(const struct bundle *b, const uint8_t *at, size_t len)
{
	struct meta CLEANUP_META meta = { 0 };
	struct error err;

	for (size_t i = 0; i < b->n_entries; i++) {
		const struct bundle_entry *e = &b->entries[i];

		FUZZ_REQUIRE(e->at >= at && e->len <= len && e->at + e->len <= at + len);
		FUZZ_REQUIRE(bundle_find(b, e->name) == e && canonical_name(e->name));
	}
	accept_manifest(b, &err);
	if (!accept_meta(b, &meta, &err))
		print_lost_rules(b, &meta, fuzz_sink());
}

static void verify(const uint8_t *at, size_t len)
{
	static struct bundle verified, parsed;
	bool bad, unread;
	struct error err;

	bad = bundle_verify(at, len, secret_key_public(key), 1, &verified, &err);
	unread = bundle_parse(at, len, &parsed, &err);
	FUZZ_REQUIRE(bad || !unread); /* a signature makes nothing readable */
	if (!bad)
		use(&verified, at, len);
	if (!unread)
		use(&parsed, at, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static struct archive a;
	uint8_t *repaired;

	read_test_key();
	if (!len)
		return 0;
	a.n = 0;
	split(at + 1, len - 1, &a);
	if (!(*at & 7) || !a.n) {
		verify(at + 1, len - 1);
		return 0;
	}
	repaired = repair(&a, *at, &len);
	verify(repaired, len);
	free(repaired);
	return 0;
}
