/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of a compilation, kept in memory until its end, and places in them. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "compiler/base/arena.h"

/* Bytes [start, end) of sources->at[source]. An empty span has start == end. */
struct span {
	uint32_t source;
	uint32_t start, end;
};

struct source {
	const char *name; /* as the user wrote it, for messages */
	const char *text; /* NUL-terminated, len does not count that NUL */
	size_t len;
};

struct sources {
	struct arena *arena;
	VEC(struct source) list;
};

/* Line and column count from 1; a column is a byte. */
struct place {
	uint32_t line, column;
	size_t line_start, line_end; /* offsets of the line's text */
};

struct place source_place(const struct source *, uint32_t offset);
