/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns a list of parts into a ustar archive through libarchive, whose way to write
 * headers is the canonical one, and compares such an archive with a list. Knows
 * nothing of manifests.
 */
#include "bundles/tar_write.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void cleanup_writer(struct archive **a)
{
	archive_write_free(*a); /* NULL is fine */
}

static void cleanup_reader(struct archive **a)
{
	archive_read_free(*a);
}

static void cleanup_entry(struct archive_entry **e)
{
	archive_entry_free(*e);
}

static int failed(struct archive *a, const char *what, struct error *err)
{
	int code = a ? archive_errno(a) : ENOMEM;

	return error_set(err, EXIT_SYSTEM, "cannot %s: %s", what,
			 code > 0 ? strerror(code) : archive_error_string(a));
}

static int write_part(struct archive *a, const struct bundle_entry *part, int64_t mtime,
		      struct error *err)
{
	__attribute__((cleanup(cleanup_entry))) struct archive_entry *e =
		archive_entry_new();

	if (!e)
		return failed(NULL, "write the bundle", err);
	archive_entry_set_pathname(e, part->name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_uid(e, 0);
	archive_entry_set_gid(e, 0);
	archive_entry_set_size(e, (int64_t)part->len);
	archive_entry_set_mtime(e, mtime, 0);
	if (archive_write_header(a, e) != ARCHIVE_OK ||
	    archive_write_data(a, part->at, part->len) != (ssize_t)part->len ||
	    archive_write_finish_entry(a) != ARCHIVE_OK)
		return failed(a, "write the bundle", err);
	return 0;
}

int tar_write(int fd, const struct bundle_entry *parts, size_t n, int64_t mtime,
	      struct error *err)
{
	__attribute__((cleanup(cleanup_writer))) struct archive *a = archive_write_new();

	/* Blocks only gather writes; the last one is not filled up, so that the file ends
	 * with the two zero blocks of the format. */
	if (!a || archive_write_set_format_ustar(a) != ARCHIVE_OK ||
	    archive_write_add_filter_none(a) != ARCHIVE_OK ||
	    archive_write_set_bytes_per_block(a, 1 << 16) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
	    archive_write_open_fd(a, fd) != ARCHIVE_OK)
		return failed(a, "write the bundle", err);
	for (size_t i = 0; i < n; i++)
		if (write_part(a, &parts[i], mtime, err) < 0)
			return -1;
	if (archive_write_close(a) != ARCHIVE_OK)
		return failed(a, "write the bundle", err);
	return 0;
}

static bool same_header(struct archive_entry *e, const struct bundle_entry *part,
			int64_t mtime)
{
	const char *name = archive_entry_pathname(e);

	return name && strcmp(name, part->name) == 0 &&
	       archive_entry_filetype(e) == AE_IFREG && archive_entry_perm(e) == 0644 &&
	       archive_entry_uid(e) == 0 && archive_entry_gid(e) == 0 &&
	       archive_entry_mtime(e) == mtime &&
	       archive_entry_size(e) == (int64_t)part->len;
}

static bool same_data(struct archive *a, const struct bundle_entry *part)
{
	const void *block;
	int64_t offset;
	size_t size, done = 0;
	int rc;

	while ((rc = archive_read_data_block(a, &block, &size, &offset)) == ARCHIVE_OK) {
		if (offset != (int64_t)done || size > part->len - done ||
		    memcmp(part->at + done, block, size) != 0)
			return false;
		done += size;
	}
	return rc == ARCHIVE_EOF && done == part->len;
}

int tar_compare(const uint8_t *bytes, size_t len, const struct bundle_entry *parts,
		size_t n, int64_t mtime, struct error *err)
{
	__attribute__((cleanup(cleanup_reader))) struct archive *a = archive_read_new();
	struct archive_entry *e;

	if (!a || archive_read_support_format_tar(a) != ARCHIVE_OK ||
	    archive_read_open_memory(a, bytes, len) != ARCHIVE_OK)
		return failed(a, "read the bundle back", err);
	for (size_t i = 0; i < n; i++)
		if (archive_read_next_header(a, &e) != ARCHIVE_OK ||
		    !same_header(e, &parts[i], mtime) || !same_data(a, &parts[i]))
			return error_set(
				err, EXIT_SYSTEM,
				"what was written is not what libarchive reads back at "
				"'%s'; the disk or libarchive is at fault",
				parts[i].name);
	if (archive_read_next_header(a, &e) != ARCHIVE_EOF)
		return error_set(err, EXIT_SYSTEM,
				 "libarchive reads back more entries than were written");
	return 0;
}
