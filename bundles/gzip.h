/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text → a gzip file that says the same (RFC 1951, 1952), for entries that people read
 * and no program. zlib's; test_gzip pins its bytes, because a bundle's are the same
 * wherever it is made.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Bytes that gzip_write needs at most for len of them; 0: it cannot, for want of memory or
 * because that is more than 2 GiB. */
size_t gzip_room(size_t len);
/* The length written, 0 as above. */
size_t gzip_write(const uint8_t *at, size_t len, uint8_t *out, size_t room);
