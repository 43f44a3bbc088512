/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines that feeds are full of: one address or prefix in its plain form, and nothing
 * else. Whatever is odd in any way is not understood here, and is then read by what
 * can also say what is wrong with it (addresses.c). Measured: a third of the time.
 */
#include <string.h>
#include "compiler/check/check.h"

static const char *read_number(const char *at, uint32_t most, uint32_t *out)
{
	uint32_t n = (uint32_t)(*at - '0');

	if (n > 9)
		return NULL;
	for (at++; n && (uint32_t)(*at - '0') <= 9; at++) {
		n = n * 10 + (uint32_t)(*at - '0');
		if (n > most)
			return NULL;
	}
	*out = n;
	return at;
}

static const char *read_v4(const char *at, uint8_t out[16])
{
	uint32_t part;

	for (int i = 0; i < 4; i++) {
		if (i && *at++ != '.')
			return NULL;
		at = read_number(at, 255, &part);
		if (!at)
			return NULL;
		out[i] = (uint8_t)part;
	}
	return at;
}

/* Its value + 1, or 0: a table, because which kind a digit is cannot be guessed. */
static const uint8_t digits[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static uint32_t hex_digit(char c)
{
	return digits[(uint8_t)c] - 1u;
}

/* The text ends with something that is no digit, as all sources do. */
static const char *read_v6(const char *at, uint8_t out[16])
{
	uint32_t n = 0, gap = 9, digit, part;
	uint8_t words[16] = { 0 };

	if (at[0] == ':' && at[1] == ':') {
		gap = 0;
		at += 2;
	}
	for (; n < 8 && (digit = hex_digit(*at)) < 16; n++) {
		const char *first = at;

		for (part = 0; (digit = hex_digit(*at)) < 16; at++)
			part = part << 4 | digit;
		if (at - first > 4)
			return NULL;
		words[2 * n] = (uint8_t)(part >> 8);
		words[2 * n + 1] = (uint8_t)part;
		if (*at != ':')
			continue;
		at++;
		if (*at == ':' && gap == 9) {
			gap = n + 1;
			at++;
		} else if (hex_digit(*at) > 15) {
			return NULL;
		}
	}
	if (gap == 9 ? n != 8 : n > 7)
		return NULL;
	memset(out, 0, 16);
	if (gap == 9)
		gap = n;
	memcpy(out, words, 2 * (size_t)gap);
	memcpy(out + 16 - 2 * (n - gap), words + 2 * gap, 2 * (size_t)(n - gap));
	return at;
}

/* The bits behind the prefix are 0 in lo, and 1 in hi. */
static bool spread(struct addr_range *r, uint32_t bits)
{
	uint32_t all = r->v6 ? 16 : 4, at = bits / 8;

	memcpy(r->hi, r->lo, sizeof r->hi);
	if (at < all) {
		uint8_t rest = (uint8_t)(0xff >> bits % 8);

		if (r->lo[at] & rest)
			return false;
		r->hi[at] |= rest;
	}
	for (at++; at < all; at++) {
		if (r->lo[at])
			return false;
		r->hi[at] = 0xff;
	}
	return true;
}

const char *address_read_plain(const char *at, struct addr_range *out)
{
	static const uint8_t zero[8];
	struct addr_range r = { .span = out->span };
	uint32_t bits = 32;
	const char *behind = read_v4(at, r.lo);

	if (!behind) {
		r.v6 = true;
		bits = 128;
		behind = read_v6(at, r.lo);
		/* IPv4-mapped, and all that could be */
		if (!behind || !memcmp(r.lo, zero, 8))
			return NULL;
	}
	if (*behind == '/')
		behind = read_number(behind + 1, bits, &bits);
	if (!behind || (*behind != '\n' && *behind) || !spread(&r, bits))
		return NULL;
	*out = r;
	return behind;
}
