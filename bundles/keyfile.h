/* SPDX-License-Identifier: BSD-2-Clause */
/* minisign's key files: a comment line, then base64 of a fixed number of bytes. */
#pragma once
#include "bundles/bundle.h"

#define KEYFILE_PUBLIC 42 /* "Ed", id, key */
#define KEYFILE_SECRET 158

/* The `n` bytes of the key in the file at path. Texts pass through guarded memory
 * only, so that this also serves secret keys. */
int keyfile_read(const char *path, uint8_t *out, size_t n, struct error *err);

/* Decodes base64 of exactly n bytes, n <= KEYFILE_SECRET; false unless text is the one
 * spelling of them. */
bool base64_read(const char *text, size_t len, uint8_t *out, size_t n);
size_t base64_len(size_t n); /* characters for n bytes, without a NUL */
