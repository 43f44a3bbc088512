/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns a failure into one paragraph and an exit code, and frees what a function
 * holds when it leaves. Prints nothing.
 */
#include "bundles/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int error_set(struct error *err, enum exit_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, args);
	va_end(args);
	err->code = code;
	return -1;
}

int error_wrap(struct error *err, const char *fmt, ...)
{
	char old[sizeof err->text];
	va_list args;
	size_t len;

	memcpy(old, err->text, sizeof old);
	va_start(args, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, args);
	va_end(args);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof err->text - len, ": %s", old);
	return -1;
}

const char *error_quote(char out[ERROR_QUOTE], const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	size_t pos = 0;

	for (size_t i = 0; i < len; i++) {
		if (pos + sizeof "\\xff..." > ERROR_QUOTE) {
			pos += (size_t)sprintf(out + pos, "...");
			break;
		}
		if (at[i] >= 0x20 && at[i] < 0x7f && at[i] != '\\')
			out[pos++] = (char)at[i];
		else
			pos += (size_t)sprintf(out + pos, "\\x%02x", at[i]);
	}
	out[pos] = '\0';
	return out;
}

void cleanup_free(void *pointer_to_pointer)
{
	free(*(void **)pointer_to_pointer);
}

void cleanup_fd(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}
