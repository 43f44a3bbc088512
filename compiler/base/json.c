/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes that people gave us → JSON that every parser takes. */
#include "compiler/base/json.h"

#include <string.h>
#include "compiler/base/utf8.h"

void json_string(FILE *out, const char *text, size_t len)
{
	putc('"', out);
	for (size_t at = 0; at < len;) {
		uint32_t code = 0xfffd;
		size_t n = utf8_decode(text + at, len - at, &code);

		if (!n || utf8_is_control(code))
			fprintf(out, "\\u%04x", code); /* none is above U+FFFF */
		else if (code == '"' || code == '\\')
			fprintf(out, "\\%c", (char)code);
		else
			fwrite(text + at, 1, n, out);
		at += n ? n : 1;
	}
	putc('"', out);
}

void json_uri(FILE *out, const char *path)
{
	static const char as_it_is[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789-._~/";

	putc('"', out);
	if (path[0] == '/' && path[1] == '/')
		path += strspn(path, "/") - 1; /* "//x" would name a host */
	if (path[0] == '/')
		fputs("file://", out);
	for (; *path; path++)
		if (strchr(as_it_is, *path))
			putc(*path, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*path);
	putc('"', out);
}

uint32_t json_columns(const char *text, size_t len)
{
	uint32_t units = 0;

	for (size_t at = 0; at < len;) {
		uint32_t code = 0;
		size_t n = utf8_decode(text + at, len - at, &code);

		units += code > 0xffff ? 2 : 1;
		at += n ? n : 1;
	}
	return units;
}
