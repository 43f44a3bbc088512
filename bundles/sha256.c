/* SPDX-License-Identifier: BSD-2-Clause */
#include "bundles/sha256.h"

#include <nettle/sha2.h>

void sha256(uint8_t out[32], const uint8_t *at, size_t len)
{
	struct sha256_ctx state;

	sha256_init(&state);
	sha256_update(&state, len, at);
	sha256_digest(&state, SHA256_DIGEST_SIZE, out);
}
