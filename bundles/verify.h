/* SPDX-License-Identifier: BSD-2-Clause */
/* A bundle in two steps: what stands before its entries, and these. */
#pragma once
#include "bundles/manifest.h"

struct bundle_front {
	struct bundle_entry manifest;
	struct bundle_entry sigs[BUNDLE_MAX_SIGNATURES];
	size_t n_sigs;
	int64_t created; /* as the header of MANIFEST has it */
	size_t end;	 /* where the first entry's header is */
};

/* Only the tar form of this part is checked. *out points into bytes. */
int bundle_front_read(const uint8_t *bytes, size_t len, struct bundle_front *out,
		      struct error *err);

/* What a signature says of the entries, before any of them was looked at. */
struct bundle_promise {
	struct manifest_list list;
	size_t end; /* where the first entry's header must be */
	uint8_t signer[8];
	uint8_t digest[32];
};

int bundle_keys_given(const struct public_key *keys, size_t n_keys, struct error *err);
/* keys NULL: unsigned, for bundle_parse. bytes may end anywhere behind the front. */
int bundle_promise_read(const uint8_t *bytes, size_t len, const struct public_key *keys,
			size_t n_keys, struct bundle_promise *out, struct error *err);
/* The entry i is at elsewhere[i], if that is not NULL: of its place among bytes only header
 * and padding are looked at. *out untouched on failure. */
int bundle_promise_check(const struct bundle_promise *, const uint8_t *bytes, size_t len,
			 const uint8_t *const elsewhere[BUNDLE_MAX_ENTRIES],
			 struct bundle *out, struct error *err);
