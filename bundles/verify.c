/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes to a verified bundle. Order matters: the form of MANIFEST and SIGS/, then
 * the signatures over the bytes of MANIFEST, and only then is MANIFEST read; it
 * foretells every later header, so nothing after it is interpreted at all.
 * Expiry, sequence and the host are judged by the loader.
 */
#include "bundles/verify.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "bundles/minisig.h"
#include "bundles/sha256.h"
#include "bundles/tar.h"

static bool signature_name(const char *name)
{
	return strlen(name) == strlen("SIGS/0123456789abcdef.minisig") &&
	       strncmp(name, "SIGS/", 5) == 0 &&
	       strspn(name + 5, "0123456789abcdef") == 16 &&
	       strcmp(name + 21, ".minisig") == 0;
}

static int take_signatures(struct tar *tar, struct bundle_front *front, struct error *err)
{
	struct tar_claim claim;
	char quoted[ERROR_QUOTE];

	while (tar_peek(tar, &claim) && strncmp(claim.name, "SIGS/", 5) == 0) {
		if (!signature_name(claim.name) || claim.size > MINISIG_MAX)
			return error_set(
				err, EXIT_REFUSED,
				"at byte %zu: '%s' is not SIGS/, 16 digits 0-9a-f, "
				".minisig, of at most %d bytes",
				tar->pos,
				error_quote(quoted, claim.name, strlen(claim.name)),
				MINISIG_MAX);
		if (front->n_sigs == BUNDLE_MAX_SIGNATURES)
			return error_set(err, EXIT_REFUSED, "more than %d signatures",
					 BUNDLE_MAX_SIGNATURES);
		if (front->n_sigs &&
		    strcmp(front->sigs[front->n_sigs - 1].name, claim.name) >= 0)
			return error_set(
				err, EXIT_REFUSED,
				"at byte %zu: '%s' is there twice or out of order",
				tar->pos, claim.name);
		if (tar_take(tar, claim.name, claim.size, front->created,
			     &front->sigs[front->n_sigs], err) < 0)
			return -1;
		front->n_sigs++;
	}
	return 0;
}

int bundle_front_read(const uint8_t *bytes, size_t len, struct bundle_front *out,
		      struct error *err)
{
	struct tar tar = {.at = bytes, .len = len};
	struct bundle_front front = {0};
	struct tar_claim claim;

	if (len == 0)
		return error_set(err, EXIT_REFUSED, "it is empty; copy the bundle again");
	if (!tar_peek(&tar, &claim))
		return error_set(
			err, EXIT_REFUSED,
			"not a NetBPF bundle: it does not begin with the tar entry "
			"MANIFEST; bundles are made by netbpfc");
	if (claim.size > BUNDLE_MAX_MANIFEST)
		return error_set(err, EXIT_REFUSED, "MANIFEST is longer than %u bytes",
				 BUNDLE_MAX_MANIFEST);
	front.created = claim.mtime;
	if (tar_take(&tar, "MANIFEST", claim.size, claim.mtime, &front.manifest, err) <
		    0 ||
	    take_signatures(&tar, &front, err) < 0)
		return -1;
	front.end = tar.pos;
	*out = front;
	return 0;
}

/* Form only. The key's id is the one thing no signature covers: file name and content
 * must agree on it, and a key is looked up by it. */
static int parse_signatures(const struct bundle_front *front,
			    struct minisig sigs[BUNDLE_MAX_SIGNATURES], struct error *err)
{
	char name[BUNDLE_MAX_NAME + 1];

	for (size_t i = 0; i < front->n_sigs; i++) {
		if (minisig_parse(&front->sigs[i], &sigs[i], err) < 0)
			return -1;
		minisig_name(sigs[i].id, name);
		if (strcmp(name, front->sigs[i].name) != 0)
			return error_set(err, EXIT_REFUSED,
					 "%s holds the signature of another key, %s",
					 front->sigs[i].name, name);
	}
	return 0;
}

/* 1 verified, 0 by a key not asked for, -1 refused: a known key's bad signature is
 * damage or an attempt, never skipped. */
static int check_one(const struct bundle_front *front, size_t i,
		     const struct minisig *sig, const struct public_key *keys,
		     size_t n_keys, struct error *err)
{
	bool known = false;

	for (size_t k = 0; k < n_keys; k++) {
		if (memcmp(keys[k].id, sig->id, sizeof sig->id) != 0)
			continue;
		known = true;
		if (minisig_verify(sig, front->manifest.at, front->manifest.len,
				   &keys[k]))
			return 1;
	}
	if (known)
		return error_set(
			err, EXIT_REFUSED,
			"%s is not a signature of this MANIFEST by that key: the bundle "
			"was altered, or another key has the same id; get the bundle "
			"again from where it was signed",
			front->sigs[i].name);
	return 0;
}

static int unsigned_by(const struct bundle_front *front, struct error *err)
{
	char seen[256] = "";

	if (front->n_sigs == 0)
		return error_set(
			err, EXIT_REFUSED,
			"it is not signed; sign it where it was made: netbpfc sign "
			"BUNDLE --key KEY");
	for (size_t i = 0; i < front->n_sigs && i < 4; i++) {
		strcat(seen, i ? ", " : "");
		strncat(seen, front->sigs[i].name + 5, 16);
	}
	return error_set(
		err, EXIT_REFUSED,
		"none of the keys given has signed it; it has %zu signature%s, of key "
		"%s%s; if that key is to be trusted, give its public half",
		front->n_sigs, front->n_sigs > 1 ? "s" : "", seen,
		front->n_sigs > 4 ? ", ..." : "");
}

static int check_signatures(const struct bundle_front *front, const struct minisig *sigs,
			    const struct public_key *keys, size_t n_keys,
			    uint8_t signer[8], struct error *err)
{
	bool found = false;

	for (size_t i = 0; i < front->n_sigs; i++) {
		int rc = check_one(front, i, &sigs[i], keys, n_keys, err);

		if (rc < 0)
			return -1;
		if (rc == 0 || found)
			continue;
		memcpy(signer, sigs[i].id, sizeof sigs[i].id);
		found = true;
	}
	return found || !keys ? 0 : unsigned_by(front, err);
}

/* What a signer was shown must be what was signed. */
static int check_comments(const struct bundle_front *front, const struct minisig *sigs,
			  const struct manifest *m, struct error *err)
{
	char expected[MINISIG_COMMENT];
	size_t len = minisig_comment(m, expected);

	for (size_t i = 0; i < front->n_sigs; i++)
		if (sigs[i].comment_len != len ||
		    memcmp(sigs[i].comment, expected, len) != 0)
			return error_set(err, EXIT_REFUSED,
					 "the trusted comment of %s is not '%s'",
					 front->sigs[i].name, expected);
	return 0;
}

/* All are taken before any is hashed, so that two threads can share the work; the first
 * that is wrong is the one named. */
static int take_entries(struct tar *tar, const struct manifest_list *list,
			const uint8_t *const *elsewhere, struct bundle *out, struct error *err)
{
	struct sha256_of parts[BUNDLE_MAX_ENTRIES];

	for (size_t i = 0; i < list->n; i++) {
		const struct manifest_entry *e = &list->entries[i];

		if (tar_take(tar, e->name, e->size, list->head.created, &out->entries[i],
			     err) < 0)
			return -1;
		if (elsewhere[i])
			out->entries[i].at = elsewhere[i];
		parts[i].at = out->entries[i].at;
		parts[i].len = out->entries[i].len;
	}
	if (tar_end(tar, err) < 0)
		return -1;
	sha256_each(parts, list->n);
	for (size_t i = 0; i < list->n; i++)
		if (memcmp(parts[i].hash, list->entries[i].sha256, SHA256_LEN) != 0)
			return error_set(
				err, EXIT_REFUSED,
				"the bytes of '%s' are not those that MANIFEST has the "
				"SHA-256 of; get the bundle again from where it was made",
				list->entries[i].name);
	out->n_entries = list->n;
	return 0;
}

int bundle_promise_read(const uint8_t *bytes, size_t len, const struct public_key *keys,
			size_t n_keys, struct bundle_promise *out, struct error *err)
{
	struct minisig sigs[BUNDLE_MAX_SIGNATURES];
	struct bundle_front front;

	if (sodium_init() < 0)
		return error_set(err, EXIT_SYSTEM,
				 "libsodium cannot start: no random numbers");
	if (bundle_front_read(bytes, len, &front, err) < 0 ||
	    parse_signatures(&front, sigs, err) < 0 ||
	    check_signatures(&front, sigs, keys, n_keys, out->signer, err) < 0 ||
	    manifest_parse(front.manifest.at, front.manifest.len, &out->list, err) < 0 ||
	    check_comments(&front, sigs, &out->list.head, err) < 0)
		return -1;
	if (out->list.head.created != front.created)
		return error_set(
			err, EXIT_REFUSED,
			"the time in the tar headers is not the 'created' of MANIFEST; "
			"get the bundle again from where it was made");
	out->end = front.end;
	sha256(out->digest, front.manifest.at, front.manifest.len);
	return 0;
}

int bundle_promise_check(const struct bundle_promise *promise, const uint8_t *bytes, size_t len,
			 const uint8_t *const elsewhere[BUNDLE_MAX_ENTRIES],
			 struct bundle *out, struct error *err)
{
	CLEANUP_FREE struct bundle *bundle = calloc(1, sizeof *bundle);
	struct tar tar = {.at = bytes, .len = len, .pos = promise->end};

	if (!bundle)
		return error_set(err, EXIT_SYSTEM, "no memory to check the bundle");
	if (take_entries(&tar, &promise->list, elsewhere, bundle, err) < 0)
		return -1;
	bundle->manifest = promise->list.head;
	memcpy(bundle->signer, promise->signer, sizeof bundle->signer);
	memcpy(bundle->digest, promise->digest, sizeof bundle->digest);
	*out = *bundle;
	return 0;
}

static int unpack(const uint8_t *bytes, size_t len, const struct public_key *keys,
		  size_t n_keys, struct bundle *out, struct error *err)
{
	static const uint8_t *const nowhere[BUNDLE_MAX_ENTRIES];
	CLEANUP_FREE struct bundle_promise *promise = calloc(1, sizeof *promise);

	if (!promise)
		return error_set(err, EXIT_SYSTEM, "no memory to check the bundle");
	if (len > BUNDLE_MAX_BYTES)
		return error_set(err, EXIT_REFUSED, "larger than %u bytes",
				 BUNDLE_MAX_BYTES);
	return bundle_promise_read(bytes, len, keys, n_keys, promise, err) < 0
		       ? -1
		       : bundle_promise_check(promise, bytes, len, nowhere, out, err);
}

int bundle_keys_given(const struct public_key *keys, size_t n_keys, struct error *err)
{
	if (!keys || n_keys == 0)
		return error_set(err, EXIT_REFUSED,
				 "no public key to verify the bundle with was given");
	return 0;
}

int bundle_verify(const uint8_t *bytes, size_t len, const struct public_key *keys,
		  size_t n_keys, struct bundle *out, struct error *err)
{
	return bundle_keys_given(keys, n_keys, err) < 0
		       ? -1
		       : unpack(bytes, len, keys, n_keys, out, err);
}

int bundle_parse(const uint8_t *bytes, size_t len, struct bundle *out, struct error *err)
{
	return unpack(bytes, len, NULL, 0, out, err);
}

const struct bundle_entry *bundle_find(const struct bundle *bundle, const char *name)
{
	for (size_t i = 0; i < bundle->n_entries; i++)
		if (strcmp(bundle->entries[i].name, name) == 0)
			return &bundle->entries[i];
	return NULL;
}
