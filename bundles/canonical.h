/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one form in which an entry may stand in a bundle: a ustar header whose 512
 * bytes follow from name, size and time alone (byte for byte what libarchive
 * writes for a plain file), and the names that entries may have.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAR_BLOCK 512u
#define TAR_MAX_NUMBER 077777777777 /* 11 octal digits: size and time */

/* name of at most BUNDLE_MAX_NAME bytes, size and mtime 0..TAR_MAX_NUMBER. */
void canonical_header(const char *name, uint64_t size, int64_t mtime,
		      uint8_t out[TAR_BLOCK]);

/* FOLDER/NAME, each [a-z0-9][a-z0-9._-]*: sorts behind MANIFEST and SIGS/, needs no
 * quoting anywhere, and cannot leave the folder into which tar unpacks it. */
bool canonical_name(const char *name);

/* Bytes that data of `len` takes in the archive. */
size_t canonical_padded(size_t len);
