/* SPDX-License-Identifier: BSD-2-Clause */
/* Digests, compared with those of another library and with the example of FIPS 180-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>
#include <string.h>
#include "bundles/sha256.h"

static void knows_the_standards_example(void **unused)
{
	static const uint8_t abc[32] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
		0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
		0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
	uint8_t out[32];

	(void)unused;
	sha256(out, (const uint8_t *)"abc", 3);
	assert_memory_equal(out, abc, sizeof abc);
}

/* Every length around one, two and three blocks, wherever the bytes begin. */
static void agrees_with_libsodium(void **unused)
{
	static uint8_t bytes[1000000];
	uint8_t out[32], want[32];

	(void)unused;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 167 >> 3);
	for (size_t len = 0; len < 300; len++) {
		sha256(out, bytes + len % 17, len);
		crypto_hash_sha256(want, bytes + len % 17, len);
		assert_memory_equal(out, want, sizeof want);
	}
	sha256(out, bytes, sizeof bytes);
	crypto_hash_sha256(want, bytes, sizeof bytes);
	assert_memory_equal(out, want, sizeof want);
}

/* As many as a bundle may have, small ones and such as are worth a second thread. */
static void each_has_its_own(void **unused)
{
	static uint8_t bytes[3 << 20];
	struct sha256_of parts[256];
	uint8_t want[32];

	(void)unused;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 59 >> 5);
	for (size_t most = 1000; most <= sizeof bytes; most *= 3000) {
		for (size_t i = 0; i < 256; i++) {
			parts[i].at = bytes + i;
			parts[i].len = i % 50 == 7 ? most - i : i;
			memset(parts[i].hash, 0, sizeof parts[i].hash);
		}
		sha256_each(parts, 0);
		assert_int_equal(parts[0].hash[0], 0);
		sha256_each(parts, 256);
		for (size_t i = 0; i < 256; i++) {
			crypto_hash_sha256(want, parts[i].at, parts[i].len);
			assert_memory_equal(parts[i].hash, want, sizeof want);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_standards_example),
		cmocka_unit_test(agrees_with_libsodium),
		cmocka_unit_test(each_has_its_own),
	};

	return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
