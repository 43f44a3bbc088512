/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parses and verifies one signature. Every byte of the file is fixed by this form
 * or covered by a signature, except the key's id, which the caller compares.
 */
#include "bundles/minisig.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "bundles/keyfile.h"

#define BLOB 74 /* algorithm, id, signature */

void minisig_name(const uint8_t id[8], char out[BUNDLE_MAX_NAME + 1])
{
	char hex[17];

	public_key_name(id, hex);
	snprintf(out, BUNDLE_MAX_NAME + 1, "SIGS/%s.minisig", hex);
}

size_t minisig_comment(const struct manifest *m, char out[MINISIG_COMMENT])
{
	return (size_t)snprintf(out, MINISIG_COMMENT, "netbpf manifest %s seq %" PRIu64,
				m->policy, m->seq);
}

struct line {
	const char *at;
	size_t len;
};

static bool take_line(const char **at, const char *end, struct line *out)
{
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));

	if (!stop)
		return false;
	*out = (struct line){*at, (size_t)(stop - *at)};
	*at = stop + 1;
	return true;
}

static int malformed(const struct bundle_entry *e, const char *what, struct error *err)
{
	return error_set(err, EXIT_REFUSED, "the signature %s is malformed: %s", e->name,
			 what);
}

int minisig_parse(const struct bundle_entry *e, struct minisig *out, struct error *err)
{
	const char *at = (const char *)e->at, *end = at + e->len;
	const size_t trusted = sizeof MINISIG_TRUSTED - 1;
	struct minisig sig = {0};
	uint8_t blob[BLOB];
	struct line line[4];

	if (e->len > MINISIG_MAX)
		return malformed(e, "larger than any can be", err);
	for (int i = 0; i < 4; i++)
		if (!take_line(&at, end, &line[i]))
			return malformed(e, "it must have four lines", err);
	if (at != end)
		return malformed(e, "something follows its four lines", err);
	if (line[0].len != sizeof MINISIG_UNTRUSTED - 1 ||
	    memcmp(line[0].at, MINISIG_UNTRUSTED, line[0].len) != 0)
		return malformed(e, "line 1 must be '" MINISIG_UNTRUSTED "'", err);
	if (!base64_read(line[1].at, line[1].len, blob, sizeof blob))
		return malformed(e, "line 2 is not base64 of 74 bytes", err);
	if (line[2].len <= trusted || memcmp(line[2].at, MINISIG_TRUSTED, trusted) != 0)
		return malformed(e, "line 3 must begin '" MINISIG_TRUSTED "'", err);
	if (!base64_read(line[3].at, line[3].len, sig.global, sizeof sig.global))
		return malformed(e, "line 4 is not base64 of 64 bytes", err);
	if (memcmp(blob, "Ed", 2) == 0)
		return malformed(
			e, "it is of minisign's old kind (-l), which bundles do not use",
			err);
	if (memcmp(blob, "ED", 2) != 0)
		return malformed(e, "unknown algorithm", err);
	memcpy(sig.id, blob + 2, sizeof sig.id);
	memcpy(sig.signature, blob + 10, sizeof sig.signature);
	sig.comment = line[2].at + trusted;
	sig.comment_len = line[2].len - trusted;
	*out = sig;
	return 0;
}

bool minisig_verify(const struct minisig *sig, const uint8_t *text, size_t len,
		    const struct public_key *key)
{
	uint8_t prehash[crypto_generichash_BYTES_MAX];
	uint8_t bound[sizeof sig->signature + MINISIG_MAX];

	crypto_generichash(prehash, sizeof prehash, text, len, NULL, 0);
	memcpy(bound, sig->signature, sizeof sig->signature);
	memcpy(bound + sizeof sig->signature, sig->comment, sig->comment_len);
	return crypto_sign_verify_detached(sig->signature, prehash, sizeof prehash,
					   key->key) == 0 &&
	       crypto_sign_verify_detached(sig->global, bound,
					   sizeof sig->signature + sig->comment_len,
					   key->key) == 0;
}
