/* SPDX-License-Identifier: BSD-2-Clause */
/* The two uses of libarchive: writing a bundle's archive, and reading it back with
 * eyes other than our own. netbpfc only. */
#pragma once
#include "bundles/bundle.h"

/* All parts in the order given, as plain files with this time, to fd. */
int tar_write(int fd, const struct bundle_entry *parts, size_t n, int64_t mtime,
	      struct error *err);

/* That libarchive finds exactly these parts in bytes, with these contents. */
int tar_compare(const uint8_t *bytes, size_t len, const struct bundle_entry *parts,
		size_t n, int64_t mtime, struct error *err);
