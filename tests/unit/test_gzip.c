/* SPDX-License-Identifier: BSD-2-Clause */
/* What is written is what zlib reads, and the same bytes with each of its versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "bundles/gzip.h"

#define LEN ((size_t)3 << 20)

/* A list of addresses, of LEN bytes; the caller frees. */
static uint8_t *feed(void)
{
	uint8_t *at = malloc(LEN);

	assert_non_null(at);
	for (size_t i = 0; i < LEN; i++)
		at[i] = (uint8_t)"0123456789./\n128"[(uint32_t)(i * 2654435761u) >> 28];
	return at;
}

/* The CRC of what is written, and its length. */
static uint32_t written(const uint8_t *at, size_t len, size_t *n)
{
	size_t room = gzip_room(len);
	uint8_t *out = malloc(room + 1), *back = malloc(len + 1);
	z_stream z = {0};
	uint32_t crc;

	assert_true(room > 0 && out && back);
	out[room] = 0x5a;
	*n = gzip_write(at, len, out, room);
	assert_true(*n > 0 && *n <= room && out[room] == 0x5a);
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = out;
	z.avail_in = (unsigned)*n;
	z.next_out = back;
	z.avail_out = (unsigned)len + 1;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, len);
	assert_int_equal(z.avail_in, 0);
	assert_memory_equal(back, at, len);
	inflateEnd(&z);
	crc = (uint32_t)crc32_z(0, out, *n);
	assert_int_equal(gzip_write(at, len, out, *n - 1), 0); /* there is no room */
	free(out);
	free(back);
	return crc;
}

static void all_lengths(void **state)
{
	static const size_t sizes[] = {1, 2, 65536, LEN - 1, LEN};
	uint8_t *at = feed();
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		written(at, sizes[i], &n);
	assert_true(n < LEN / 2);
	free(at);
}

/* Of zlib 1.2.13 and 1.3.1. */
static void pinned(void **state)
{
	uint8_t *at = feed();
	size_t n;

	(void)state;
	assert_int_equal(written(at, 26, &n), 0xb6b01d2);
	assert_int_equal(n, 46);
	assert_int_equal(written(at, LEN, &n), 0x980e3ca5);
	assert_int_equal(n, 1451773);
	free(at);
}

static void too_long(void **state)
{
	(void)state;
	assert_int_equal(gzip_room((size_t)1 << 31), 0);
	assert_int_equal(gzip_write((const uint8_t *)"", (size_t)1 << 31, NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_lengths),
		cmocka_unit_test(pinned),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
