/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * minisign's signature file, in the one spelling that a bundle takes:
 *
 *	untrusted comment: netbpf bundle
 *	base64 of "ED", the key's id, Ed25519(BLAKE2b-512(MANIFEST))
 *	trusted comment: netbpf manifest POLICY seq NUMBER
 *	base64 of Ed25519(signature, trusted comment)
 */
#pragma once
#include "bundles/bundle.h"

#define MINISIG_MAX 1024
#define MINISIG_UNTRUSTED "untrusted comment: netbpf bundle"
#define MINISIG_TRUSTED "trusted comment: "
#define MINISIG_COMMENT 128 /* room for the trusted comment */

struct minisig {
	uint8_t id[8];
	uint8_t signature[64];
	uint8_t global[64];
	const char *comment; /* into the text parsed; not NUL-terminated */
	size_t comment_len;
};

/* SIGS/ID.minisig */
void minisig_name(const uint8_t id[8], char out[BUNDLE_MAX_NAME + 1]);
/* The trusted comment that belongs to a manifest; its length. */
size_t minisig_comment(const struct manifest *, char out[MINISIG_COMMENT]);

int minisig_parse(const struct bundle_entry *, struct minisig *out, struct error *err);
/* Both signatures, the one over text and the one over the comment. */
bool minisig_verify(const struct minisig *, const uint8_t *text, size_t len,
		    const struct public_key *);
