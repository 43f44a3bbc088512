/* SPDX-License-Identifier: BSD-2-Clause */
/* Text inside JSON (RFC 8259), and inside the URIs that JSON carries. */
#pragma once
#include <stdint.h>
#include <stdio.h>

/* A string with its quotes. Valid for any bytes: controls and marks that a
 * terminal would obey become \uNNNN, a byte that is no UTF-8 U+FFFD. */
void json_string(FILE *, const char *text, size_t len);

/* A file's name as a JSON string that holds a URI: a relative reference, or file:
 * when it is absolute (RFC 3986). */
void json_uri(FILE *, const char *path);

/* Code units of UTF-16, which columns are counted in; a byte that is no UTF-8 is
 * one, as the replacement character would be. */
uint32_t json_columns(const char *text, size_t len);
