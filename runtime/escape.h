/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes from the kernel or a bundle, made safe to print. A name on disk is any
 * bytes but NUL and '/': it may hold escape sequences, newlines, half of a UTF-8
 * character, or characters that reorder the line around them.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* "..." with \" \\ and \xNN for every byte of what is not printable UTF-8, so
 * that the bytes can be read back from it. */
void escape_text(FILE *, const char *bytes, size_t len);

/* "..." as a JSON string. When bytes are not UTF-8 as a whole, each byte from
 * 0x80 is \u00NN (false is returned), else characters stand for themselves. */
bool escape_json(FILE *, const char *bytes, size_t len);

/* For paragraphs: newlines and tabs stay, nothing is quoted. */
void escape_lines(FILE *, const char *bytes, size_t len);
