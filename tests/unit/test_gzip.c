/* SPDX-License-Identifier: BSD-2-Clause */
/* What is written is what zlib reads, whatever the bytes are like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "bundles/gzip.h"

/* How many bytes it takes. */
static size_t round_trip(const uint8_t *at, size_t len)
{
	size_t room = gzip_room(len), n;
	uint8_t *out = malloc(room + 1), *back = malloc(len + 1);
	z_stream z = {0};

	out[room] = 0x5a;
	n = gzip_write(at, len, out);
	assert_true(n <= room && out[room] == 0x5a);
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = out;
	z.avail_in = (unsigned)n;
	z.next_out = back;
	z.avail_out = (unsigned)len + 1;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, len);
	assert_int_equal(z.avail_in, 0);
	assert_memory_equal(back, at, len);
	inflateEnd(&z);
	free(out);
	free(back);
	return n;
}

#define LEN ((size_t)3 << 17)

static void all_lengths(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 4, 5, 1000, (1 << 17) - 1, 1 << 17, (1 << 17) + 1,
				       LEN - 1, LEN};
	uint8_t *at = malloc(LEN);

	(void)state;
	for (size_t i = 0; i < LEN; i++)
		at[i] = (uint8_t)"0123456789./\n"[i * 2654435761u % 4294967291u >> 7 & 0xfff & 7];
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		round_trip(at, sizes[i]);
	assert_true(round_trip(at, LEN) < LEN / 2);
	free(at);
}

static void one_byte_and_all_bytes(void **state)
{
	uint8_t *at = malloc(LEN);
	uint64_t seed = 88172645463325252u;

	(void)state;
	memset(at, 'a', LEN);
	assert_true(round_trip(at, LEN) < LEN / 7);
	for (size_t i = 0; i < LEN; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		at[i] = (uint8_t)(seed >> 32);
	}
	assert_true(round_trip(at, LEN) < LEN + LEN / 100);
	free(at);
}

/* 1, 3, 4, 7, ... of each byte, so that never two that are joined are equal: the codes would
 * be longer than 15 bits. */
static void deep_codes(void **state)
{
	uint8_t *at = malloc(LEN);
	size_t n = 0, a = 1, b = 3;

	(void)state;
	for (unsigned s = 0; n < LEN; s++) {
		for (size_t i = 0; i < a && n < LEN; i++)
			at[n++] = (uint8_t)s;
		b += a;
		a = b - a;
	}
	for (size_t len = 1; len < LEN; len = len * 3 / 2 + 1)
		round_trip(at, len);
	free(at);
}

/* On every machine and with every library these bytes. */
static void pinned(void **state)
{
	const char *text = "192.0.2.0/24\n198.51.100.7\n";
	uint8_t out[1024];
	size_t n = gzip_write((const uint8_t *)text, strlen(text), out);

	(void)state;
	assert_true(n <= sizeof out);
	assert_int_equal(n, 168);
	assert_int_equal(crc32_z(0, out, n), 0x6ff52021);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_lengths),
		cmocka_unit_test(one_byte_and_all_bytes),
		cmocka_unit_test(deep_codes),
		cmocka_unit_test(pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
