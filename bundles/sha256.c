/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FIPS 180-4 with the SHA extensions of x86: an instruction does two rounds, two
 * others most of what makes four further words of the schedule. Written for these
 * alone; everything else is libsodium's, which uses none of them.
 */
#include "bundles/sha256.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>

#define BLOCK 64
#define EXTENDED __attribute__((target("sha,sse4.1")))

static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2};

/* Words as the instructions want them: a b e f, and c d g h, the first the highest. */
struct state {
	__m128i abef, cdgh;
};

static bool has_extensions(void)
{
	unsigned a, b, c, d;
	bool sse = __get_cpuid(1, &a, &b, &c, &d) && c & bit_SSSE3 && c & bit_SSE4_1;

	return sse && __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_SHA;
}

EXTENDED static __m128i words_at(const void *at)
{
	return _mm_loadu_si128((const __m128i *)at);
}

/* The four words after those of `w`, of which the oldest is replaced. */
EXTENDED static inline __m128i next_words(const __m128i w[4], int i)
{
	__m128i far = _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]);
	__m128i last = w[(i + 3) & 3];

	far = _mm_add_epi32(far, _mm_alignr_epi8(last, w[(i + 2) & 3], 4));
	return _mm_sha256msg2_epu32(far, last);
}

EXTENDED static void blocks(struct state *state, const uint8_t *at, size_t n)
{
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i w[4], k, abef = state->abef, cdgh = state->cdgh;

	for (; n; n--, at += BLOCK) {
		const struct state before = {abef, cdgh};

#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			w[i & 3] = i < 4 ? _mm_shuffle_epi8(words_at(at + i * 16), big_endian)
					 : next_words(w, i);
			k = _mm_add_epi32(w[i & 3], words_at(constants + i * 4));
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k, 0x0e));
		}
		abef = _mm_add_epi32(abef, before.abef);
		cdgh = _mm_add_epi32(cdgh, before.cdgh);
	}
	*state = (struct state){abef, cdgh};
}

static void extended(uint8_t out[32], const uint8_t *at, size_t len)
{
	struct state state = {
		_mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c),
		_mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19),
	};
	uint8_t end[2 * BLOCK] = {0};
	size_t rest = len % BLOCK, size = rest < BLOCK - 8 ? BLOCK : 2 * BLOCK;
	uint64_t bits = __builtin_bswap64((uint64_t)len * 8);
	uint32_t word[8];

	blocks(&state, at, len / BLOCK);
	if (rest)
		memcpy(end, at + (len - rest), rest);
	end[rest] = 0x80;
	memcpy(end + size - 8, &bits, 8);
	blocks(&state, end, size / BLOCK);
	memcpy(word, &state, sizeof word); /* f e b a h g d c */
	for (int i = 0; i < 8; i++) {
		static const uint8_t place[8] = {3, 2, 7, 6, 1, 0, 5, 4};
		uint32_t be = __builtin_bswap32(word[place[i]]);

		memcpy(out + i * 4, &be, 4);
	}
}
#endif

void sha256(uint8_t out[32], const uint8_t *at, size_t len)
{
#ifdef __x86_64__
	if (has_extensions()) {
		extended(out, at, len);
		return;
	}
#endif
	crypto_hash_sha256(out, at, len);
}
