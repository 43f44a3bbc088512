/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * colliding_names N   prints N names of files whose hash in the PATHS image is one
 * and the same. Each step of that hash can be inverted: two words are free, the
 * third is what leads to the state wanted, if it can be written in a policy.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEN 24

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0xff51afd7ed558ccdull;
	return hash ^ hash >> 32;
}

static int is_plain(uint64_t word)
{
	for (int i = 0; i < 64; i += 8) {
		char c = (char)(word >> i);

		if (c <= ' ' || c > '~' || strchr("\"\\/*?[]{}", c))
			return 0;
	}
	return 1;
}

static uint64_t letters(uint64_t number)
{
	uint64_t word = 0;

	for (int i = 0; i < 8; i++, number >>= 4)
		word = word << 8 | ('a' + (number & 15));
	return word;
}

int main(int argc, char **argv)
{
	long left = argc == 2 ? atol(argv[1]) : 0;
	uint64_t wanted = mix(mix(LEN, letters(0)), letters(0)) ^ letters(0);

	for (uint64_t n = 0; left > 0; n++) {
		uint64_t words[3] = { letters(n >> 32), letters(n) };

		words[2] = mix(mix(LEN, words[0]), words[1]) ^ wanted;
		if (!is_plain(words[2]))
			continue;
		printf("%.*s\n", LEN, (char *)words);
		left--;
	}
	return 0;
}
