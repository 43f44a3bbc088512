/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns (name, size, time) into the only ustar header a bundle may hold for it.
 * Readers compare with this instead of interpreting fields, so no two readers of
 * an accepted bundle can disagree about what is in it.
 */
#include "bundles/canonical.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bundles/bundle.h"

/* POSIX.1-1988 ustar. Numbers are octal; libarchive ends the short ones with a
 * space and a NUL, the long ones with a space alone. */
struct ustar {
	char name[100];
	char mode[8], uid[8], gid[8];
	char size[12], mtime[12];
	char checksum[8];
	char type;
	char linkname[100];
	char magic[6], version[2];
	char uname[32], gname[32];
	char devmajor[8], devminor[8];
	char prefix[155];
	char rest[12];
};
_Static_assert(sizeof(struct ustar) == TAR_BLOCK, "a header is one block");

static void octal(char *field, int digits, uint64_t value, const char *end)
{
	char text[16];
	int len = snprintf(text, sizeof text, "%0*" PRIo64 "%s", digits, value, end);

	memcpy(field, text, (size_t)len);
}

void canonical_header(const char *name, uint64_t size, int64_t mtime,
		      uint8_t out[TAR_BLOCK])
{
	struct ustar h = {.type = '0', .magic = "ustar", .version = {'0', '0'}};
	const uint8_t *byte = (const uint8_t *)&h;
	uint64_t sum = 0;

	memcpy(h.name, name, strnlen(name, BUNDLE_MAX_NAME));
	octal(h.mode, 6, 0644, " ");
	octal(h.uid, 6, 0, " ");
	octal(h.gid, 6, 0, " ");
	octal(h.size, 11, size & TAR_MAX_NUMBER, " ");
	octal(h.mtime, 11, (uint64_t)mtime & TAR_MAX_NUMBER, " ");
	octal(h.devmajor, 6, 0, " ");
	octal(h.devminor, 6, 0, " ");

	memset(h.checksum, ' ', sizeof h.checksum);
	for (size_t i = 0; i < sizeof h; i++)
		sum += byte[i];
	octal(h.checksum, 6, sum, "");
	h.checksum[6] = '\0'; /* and the space stays behind it */
	memcpy(out, &h, sizeof h);
}

static const char *word(const char *at)
{
	const char *start = at;

	while ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') ||
	       (at > start && *at != '\0' && strchr("._-", *at)))
		at++;
	return at > start ? at : NULL;
}

bool canonical_name(const char *name)
{
	const char *at;

	if (strnlen(name, BUNDLE_MAX_NAME + 1) > BUNDLE_MAX_NAME)
		return false;
	at = word(name);
	if (!at || *at != '/')
		return false;
	at = word(at + 1);
	return at && *at == '\0';
}

size_t canonical_padded(size_t len)
{
	return (len + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}
