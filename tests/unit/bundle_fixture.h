/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of bundles/ share: a folder with a key pair and a small signed
 * bundle, and an archive maker that will also make what no bundle may be.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundles/canonical.h"
#include "bundles/manifest.h"
#include "bundles/sign.h"
#include "bundles/write.h"

#define CREATED 1700000000

struct fixture {
	char folder[64], path[80], secret[80], public[80];
	struct secret_key *key;
	struct public_key pub;
	uint8_t *bytes; /* of the bundle at path */
	size_t len;
};

static const struct manifest head = {
	.policy = "web-tier",
	.seq = 14,
	.created = CREATED,
	.abi = 1,
	.kernel = 0x050a,
	.needs_lsm = true,
	.needs_cgroup = true,
};

/* Not in order, and one of them empty. */
static const struct bundle_entry contents[] = {
	{"meta/policy.nbp", (const uint8_t *)"policy web-tier {}\n", 19},
	{"maps/rows.img", (const uint8_t *)"", 0},
};
#define N_CONTENTS 2

static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct error err;

	strcpy(f->folder, "/tmp/netbpf-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof f->path, "%s/b.tar", f->folder);
	snprintf(f->secret, sizeof f->secret, "%s/ci.key", f->folder);
	snprintf(f->public, sizeof f->public, "%s/ci.pub", f->folder);
	assert_int_equal(keygen(f->secret, f->public, &err), 0);
	assert_int_equal(secret_key_read(f->secret, &f->key, &err), 0);
	assert_int_equal(public_key_read(f->public, &f->pub, &err), 0);
	if (bundle_write(f->path, &head, contents, N_CONTENTS, f->key, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(bundle_read(f->path, &f->bytes, &f->len, &err), 0);
	*state = f;
	return 0;
}

/* Fails when a test left a file behind: nothing may. */
static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	int rc;

	unlink(f->path);
	unlink(f->secret);
	unlink(f->public);
	rc = rmdir(f->folder);
	secret_key_free(f->key);
	free(f->bytes);
	free(f);
	return rc;
}

/* The bundle is refused with this in the message, and *out stays as it was. */
static inline void refused_by(const struct public_key *key, const uint8_t *bytes,
			      size_t len, const char *text)
{
	static struct bundle out, before;
	struct error err = {0};

	memset(&out, 0xa5, sizeof out);
	memset(&before, 0xa5, sizeof before);
	if (bundle_verify(bytes, len, key, 1, &out, &err) == 0)
		fail_msg("accepted, expected refusal: %s", text);
	assert_int_equal(err.code, EXIT_REFUSED);
	assert_memory_equal(&out, &before, sizeof out);
	if (!strstr(err.text, text))
		fail_msg("expected '%s' in: %s", text, err.text);
}

static inline void refused(const struct fixture *f, const uint8_t *bytes, size_t len,
			   const char *text)
{
	refused_by(&f->pub, bytes, len, text);
}

static inline void accepted(const struct fixture *f, const uint8_t *bytes, size_t len)
{
	static struct bundle out;
	struct error err;

	if (bundle_verify(bytes, len, &f->pub, 1, &out, &err) < 0)
		fail_msg("refused: %s", err.text);
}

struct archive_bytes {
	uint8_t at[1 << 18];
	size_t len;
};

static inline void append_at(struct archive_bytes *a, const char *name, const void *bytes,
			     size_t len, int64_t mtime)
{
	canonical_header(name, len, mtime, a->at + a->len);
	a->len += TAR_BLOCK;
	memset(a->at + a->len, 0, canonical_padded(len));
	memcpy(a->at + a->len, bytes, len);
	a->len += canonical_padded(len);
}

static inline void append(struct archive_bytes *a, const char *name, const void *bytes,
			  size_t len)
{
	append_at(a, name, bytes, len, CREATED);
}

static inline void append_end(struct archive_bytes *a)
{
	memset(a->at + a->len, 0, 2 * TAR_BLOCK);
	a->len += 2 * TAR_BLOCK;
}

/* MANIFEST with this text and a good signature over it, begin of an archive. */
static inline void append_signed(struct archive_bytes *a, const struct fixture *f,
				 const void *text, size_t len)
{
	char sig[MINISIG_MAX], name[BUNDLE_MAX_NAME + 1];
	size_t sig_len = sign_manifest(f->key, &head, text, len, sig);

	a->len = 0;
	append(a, "MANIFEST", text, len);
	minisig_name(f->pub.id, name);
	append(a, name, sig, sig_len);
}

/* The manifest of the fixture's bundle. */
static inline void fixture_list(struct manifest_list *list)
{
	memset(list, 0, sizeof *list);
	list->head = head;
	list->n = N_CONTENTS;
	for (size_t i = 0; i < N_CONTENTS; i++) {
		const struct bundle_entry *e = &contents[N_CONTENTS - 1 - i];

		strcpy(list->entries[i].name, e->name);
		list->entries[i].size = e->len;
		crypto_hash_sha256(list->entries[i].sha256, e->at, e->len);
	}
}
