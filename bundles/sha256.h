/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-256 of bytes. Most of what verifying a bundle takes is this, so it is Nettle's,
 * which uses the processor's instructions for it; libsodium's C takes five times as long.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

void sha256(uint8_t out[32], const uint8_t *at, size_t len);
