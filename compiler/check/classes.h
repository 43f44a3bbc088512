/* SPDX-License-Identifier: BSD-2-Clause */
/* "[a-z]" and "[!a-z]" → a symbol of policy.h: single bytes of ASCII, or all but those. */
#pragma once
#include "compiler/check/policy.h"

struct class_error {
	size_t start, end; /* within the text */
	enum diag_code code;
	const char *why, *help;
};

/* The class at text[*at], a '['. Appends its symbol, which takes no more places than
 * the class has bytes, and moves *at behind it; false: *error says why. */
bool class_read(const char *text, size_t *at, uint16_t *symbols, uint32_t *n,
		struct class_error *error);
