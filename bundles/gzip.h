/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text → a gzip file that says the same (RFC 1951, 1952), for entries that people read
 * and no program. The same bytes on every machine, which no library of others promises.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* What gzip_write needs at most. */
size_t gzip_room(size_t len);
/* len > 0; the length written. */
size_t gzip_write(const uint8_t *at, size_t len, uint8_t *out);
