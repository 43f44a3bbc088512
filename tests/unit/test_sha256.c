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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_standards_example),
		cmocka_unit_test(agrees_with_libsodium),
	};

	return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
