/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines that feeds are full of: one address or prefix in its plain form, and nothing
 * else. Whatever is odd in any way is not understood here, and is then read by what
 * can also say what is wrong with it (addresses.c). Measured: a third of the time.
 */
#include <string.h>
#include "compiler/check/check.h"

/* The longest address of eight groups, its prefix and the end of the line, and what is
 * looked at behind that: nearer to the end of a text a line is not read here. */
enum { PLAIN_ROOM = 64 };

/* One to three digits, at most `most`, without a leading zero. How many there are is
 * nothing to guess, and to look at one after the other is to wait: all are looked at. */
static const char *read_number(const char *at, uint32_t most, uint32_t *out)
{
	uint32_t a = (uint32_t)(at[0] - '0'), b = (uint32_t)(at[1] - '0');
	uint32_t c = (uint32_t)(at[2] - '0'), two = b <= 9, three = two & (c <= 9), n;

	n = a + two * (9 * a + b);
	n += three * (9 * n + c);
	at += 1 + two + three;
	if (a > 9 || (a == 0 && two) || n > most || (uint32_t)(*at - '0') <= 9)
		return NULL;
	*out = n;
	return at;
}

typedef unsigned __int128 value;

static const char *read_v4(const char *at, value *out)
{
	uint32_t part, all = 0;

	for (int i = 0; i < 4; i++) {
		if (i && *at++ != '.')
			return NULL;
		at = read_number(at, 255, &part);
		if (!at)
			return NULL;
		all = all << 8 | part;
	}
	*out = all;
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

/* One to four digits, of which the first is one; as read_number. */
static const char *read_group(const char *at, uint32_t *out)
{
	uint32_t a = hex_digit(at[0]), b = hex_digit(at[1]), c = hex_digit(at[2]);
	uint32_t d = hex_digit(at[3]), two = b < 16, three = two & (c < 16);
	uint32_t len = 1 + two + three + (three & (d < 16));

	*out = (a << 12 | (b & 15) << 8 | (c & 15) << 4 | (d & 15)) >> (16 - 4 * len);
	return at + len;
}

static const char *read_v6(const char *at, value *out)
{
	uint32_t n = 0, gap = 9, part;
	value all = 0, front = 0; /* of the gap */

	if (at[0] == ':' && at[1] == ':') {
		gap = 0;
		at += 2;
	}
	for (; n < 8 && hex_digit(*at) < 16; n++) {
		at = read_group(at, &part);
		if (hex_digit(*at) < 16)
			return NULL;
		all = all << 16 | part;
		if (*at != ':')
			continue;
		at++;
		if (*at == ':' && gap == 9) {
			gap = n + 1;
			front = all << 16 * (7 - n);
			all = 0;
			at++;
		} else if (hex_digit(*at) > 15) {
			return NULL;
		}
	}
	if (gap == 9 ? n != 8 : n > 7)
		return NULL;
	*out = front | all;
	return at;
}

static void write_half(uint8_t *to, value half)
{
	uint64_t bytes = __builtin_bswap64((uint64_t)half);

	memcpy(to, &bytes, sizeof bytes);
}

static void write_value(uint8_t to[16], value v, bool v6)
{
	if (!v6)
		v <<= 96;
	write_half(to, v >> 64);
	write_half(to + 8, v);
}

const char *address_read_plain(const char *at, const char *end, struct addr_range *out)
{
	uint32_t all = 32, bits;
	value lo, rest = 0; /* the bits behind the prefix: 0 in lo, and 1 in hi */
	const char *behind;
	bool v6;

	if (end - at < PLAIN_ROOM)
		return NULL;
	behind = read_v4(at, &lo);
	v6 = !behind;
	if (v6) {
		all = 128;
		behind = read_v6(at, &lo);
		/* IPv4-mapped, and all that could be */
		if (!behind || !(lo >> 64))
			return NULL;
	}
	bits = all;
	if (*behind == '/')
		behind = read_number(behind + 1, bits, &bits);
	if (!behind || *behind != '\n')
		return NULL;
	if (bits < all)
		rest = ~(value)0 >> (128 - all) >> bits;
	if (lo & rest)
		return NULL;
	out->v6 = v6;
	write_value(out->lo, lo, v6);
	write_value(out->hi, lo | rest, v6);
	return behind;
}
