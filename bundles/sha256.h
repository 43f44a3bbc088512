/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-256 of bytes. Most of what verifying a bundle takes is this, so it is Nettle's,
 * which uses the processor's instructions for it; libsodium's C takes five times as long.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN 32

struct sha256_of {
	const uint8_t *at;
	size_t len;
	uint8_t hash[SHA256_LEN]; /* sha256_each writes it */
};

void sha256(uint8_t out[SHA256_LEN], const uint8_t *at, size_t len);

/* Each one's hash. A second thread, ended when this returns, takes its share where there
 * are megabytes; without one (none to be had) the caller's does it all. */
void sha256_each(struct sha256_of *parts, size_t n);
