/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Escaping for people (text) and machines (JSON). Both let printable UTF-8
 * through and nothing else: C0, DEL, C1, surrogates, line separators and
 * characters that change the direction of text are control characters here.
 */
#include "runtime/escape.h"
#include <stdint.h>

/* Bytes of the well-formed UTF-8 character at p, 0 if there is none. */
static size_t decode(const unsigned char *p, size_t left, uint32_t *out)
{
	static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = p[0] < 0x80       ? 1
		     : p[0] >> 5 == 6  ? 2
		     : p[0] >> 4 == 14 ? 3
		     : p[0] >> 3 == 30 ? 4
				       : 0;
	uint32_t value = len == 1 ? p[0] : p[0] & (0x7f >> len);

	if (len == 0 || len > left)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		value = value << 6 | (p[i] & 0x3f);
	}
	if (value < lowest[len] || value > 0x10ffff ||
	    (value >= 0xd800 && value < 0xe000))
		return 0;
	*out = value;
	return len;
}

static bool printable(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return false;
	return !(c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
		 (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
		 c == 0xfeff || (c >= 0xfff0 && c <= 0xfffb) ||
		 (c >= 0xe0000 && c <= 0xe0fff) || (c & 0xfffe) == 0xfffe);
}

static void print_escaped(FILE *out, const char *bytes, size_t len, const char *keep,
			  bool quoted)
{
	const unsigned char *p = (const unsigned char *)bytes;

	for (size_t i = 0, step; i < len; i += step) {
		uint32_t c = 0;

		step = decode(p + i, len - i, &c);
		if (step == 1 && quoted && (c == '"' || c == '\\')) {
			fprintf(out, "\\%c", (int)c);
		} else if (step && (printable(c) || (c == (unsigned char)keep[0] && c) ||
				    (c && keep[0] && c == (unsigned char)keep[1]))) {
			fwrite(p + i, 1, step, out);
		} else {
			step = step ? step : 1;
			for (size_t j = 0; j < step; j++)
				fprintf(out, "\\x%02x", p[i + j]);
		}
	}
}

void escape_text(FILE *out, const char *bytes, size_t len)
{
	fputc('"', out);
	print_escaped(out, bytes, len, "", true);
	fputc('"', out);
}

void escape_lines(FILE *out, const char *bytes, size_t len)
{
	print_escaped(out, bytes, len, "\n\t", false);
}

static void print_unit(FILE *out, uint32_t c)
{
	if (c >= 0x10000) {
		c -= 0x10000;
		fprintf(out, "\\u%04x\\u%04x", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
	} else {
		fprintf(out, "\\u%04x", c);
	}
}

bool escape_json(FILE *out, const char *bytes, size_t len)
{
	const unsigned char *p = (const unsigned char *)bytes;
	bool utf8 = true;
	uint32_t c = 0;

	for (size_t i = 0, step; i < len && utf8; i += step) {
		step = decode(p + i, len - i, &c);
		utf8 = step != 0;
	}
	fputc('"', out);
	for (size_t i = 0, step; i < len; i += step) {
		step = 1;
		c = p[i];
		if (utf8)
			step = decode(p + i, len - i, &c);
		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", (int)c);
		else if (printable(c) && (utf8 || c < 0x80))
			fwrite(p + i, 1, step, out);
		else
			print_unit(out, c);
	}
	fputc('"', out);
	return utf8;
}
