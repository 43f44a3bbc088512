/* SPDX-License-Identifier: BSD-2-Clause */
/* Signing one manifest; netbpfc only. */
#pragma once
#include "bundles/minisig.h"
#include "bundles/write.h"

const struct public_key *secret_key_public(const struct secret_key *);

/* The whole text of SIGS/ID.minisig over text, which is the MANIFEST of m; its length.
 * Ed25519 is deterministic: the same key and text give the same bytes. */
size_t sign_manifest(const struct secret_key *, const struct manifest *m,
		     const uint8_t *text, size_t len, char out[MINISIG_MAX]);
