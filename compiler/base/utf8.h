/* SPDX-License-Identifier: BSD-2-Clause */
/* Strict UTF-8: shortest forms only, no surrogates, nothing above U+10FFFF. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the code point at s (1..4), or 0 if the bytes there are not UTF-8. */
size_t utf8_decode(const char *s, size_t len, uint32_t *code);

/* Would change how text looks instead of being seen: C0 and C1 controls, DEL,
 * marks of direction, spaces without width, separators of lines, byte order mark. */
bool utf8_is_control(uint32_t code);
