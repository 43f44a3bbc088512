/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walks the entries of a canonical archive. Each header is built anew from what
 * the caller expects and compared whole: extensions, links, odd numbers, hidden
 * bytes and every second spelling of the same thing are refused without a line of
 * code about them.
 */
#include "bundles/tar.h"

#include <inttypes.h>
#include <string.h>

#include "bundles/canonical.h"

#define AT_SIZE 124
#define AT_MTIME 136
#define LONG_DIGITS 11

static bool octal(const uint8_t *field, uint64_t *out)
{
	uint64_t value = 0;

	for (int i = 0; i < LONG_DIGITS; i++) {
		if (field[i] < '0' || field[i] > '7')
			return false;
		value = value << 3 | (uint64_t)(field[i] - '0');
	}
	*out = value;
	return true;
}

bool tar_peek(const struct tar *tar, struct tar_claim *out)
{
	const uint8_t *header = tar->at + tar->pos;
	struct tar_claim claim = {0};
	uint64_t mtime;
	size_t len;

	if (tar->len - tar->pos < TAR_BLOCK)
		return false;
	len = strnlen((const char *)header, BUNDLE_MAX_NAME + 1);
	if (len == 0 || len > BUNDLE_MAX_NAME)
		return false;
	memcpy(claim.name, header, len);
	if (!octal(header + AT_SIZE, &claim.size) || !octal(header + AT_MTIME, &mtime))
		return false;
	claim.mtime = (int64_t)mtime;
	*out = claim;
	return true;
}

static bool all_zero(const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i])
			return false;
	return true;
}

static int wrong_header(const struct tar *tar, const char *name, struct error *err)
{
	const char *seen = (const char *)tar->at + tar->pos;
	char quoted[ERROR_QUOTE];
	size_t len = strnlen(seen, BUNDLE_MAX_NAME + 1);

	if (len == 0)
		return error_set(
			err, EXIT_REFUSED,
			"the entry '%s' is missing: the archive's entries end at "
			"byte %zu; get the bundle again from where it was made",
			name, tar->pos);
	if (len != strlen(name) || memcmp(seen, name, len) != 0)
		return error_set(
			err, EXIT_REFUSED,
			"at byte %zu: expected the entry '%s', saw '%s'; get the "
			"bundle again from where it was made",
			tar->pos, name, error_quote(quoted, seen, len));
	return error_set(
		err, EXIT_REFUSED,
		"at byte %zu: the tar header of '%s' is not the one a bundle has "
		"for its listed size and time; tar programs do not write this "
		"form, netbpfc does: get the bundle again from where it was made",
		tar->pos, name);
}

int tar_take(struct tar *tar, const char *name, uint64_t size, int64_t mtime,
	     struct bundle_entry *out, struct error *err)
{
	struct bundle_entry entry = {0};
	uint8_t header[TAR_BLOCK];
	size_t left = tar->len - tar->pos, padded;

	if (left < TAR_BLOCK)
		return error_set(
			err, EXIT_REFUSED,
			"it is cut short: it has %zu bytes and '%s' should begin "
			"at byte %zu; copy the bundle again",
			tar->len, name, tar->pos);
	canonical_header(name, size, mtime, header);
	if (memcmp(tar->at + tar->pos, header, TAR_BLOCK) != 0)
		return wrong_header(tar, name, err);
	left -= TAR_BLOCK;
	if (size > left || (padded = canonical_padded(size)) > left)
		return error_set(
			err, EXIT_REFUSED,
			"it is cut short: it ends at byte %zu within '%s', which has "
			"%" PRIu64 " bytes; copy the bundle again",
			tar->len, name, size);
	memcpy(entry.name, name, strlen(name));
	entry.at = tar->at + tar->pos + TAR_BLOCK;
	entry.len = size;
	if (!all_zero(entry.at + size, padded - size))
		return error_set(
			err, EXIT_REFUSED,
			"bytes are hidden behind the end of '%s' (its padding must "
			"be zero); get the bundle again from where it was made",
			name);
	*out = entry;
	tar->pos += TAR_BLOCK + padded;
	return 0;
}

int tar_end(const struct tar *tar, struct error *err)
{
	size_t left = tar->len - tar->pos;
	struct tar_claim extra;
	char quoted[ERROR_QUOTE];

	if (tar_peek(tar, &extra))
		return error_set(
			err, EXIT_REFUSED,
			"at byte %zu: the entry '%s' is not listed in MANIFEST; get "
			"the bundle again from where it was made",
			tar->pos, error_quote(quoted, extra.name, strlen(extra.name)));
	if (left < 2 * TAR_BLOCK)
		return error_set(err, EXIT_REFUSED,
				 "it is cut short: of the 1024 zero bytes at its end %zu "
				 "bytes are left; copy the bundle again",
				 left);
	if (left != 2 * TAR_BLOCK || !all_zero(tar->at + tar->pos, left))
		return error_set(
			err, EXIT_REFUSED,
			"at byte %zu: expected 1024 zero bytes and the end, but %zu "
			"other bytes follow; get the bundle again from where it was "
			"made",
			tar->pos, left);
	return 0;
}
