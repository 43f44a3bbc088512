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

/* How a source came to be read. */
struct origin {
	enum origin_kind { ORIGIN_MAIN, ORIGIN_INCLUDE, ORIGIN_FEED } kind;
	/* from the folder of the main policy, in the one spelling of source_join */
	const char *relative;
	struct span from; /* what named it, unless it is the main policy */
	uint64_t device, inode;
};

struct sources {
	struct arena *arena;
	VEC(struct source) list;
	VEC(struct origin) origins; /* of those that were read from files */
};

/* Its origin's name, or without one the last component of its own. */
const char *source_relative(const struct sources *, uint32_t source);

/* What `written` names in the file `from`, both relative to one folder: "a/b.nbp" and
 * "../c.nbp" give "c.nbp". By the letters alone: links are not looked at. */
const char *source_join(struct arena *, const char *from, const char *written);

/* Line and column count from 1; a column is a byte. */
struct place {
	uint32_t line, column;
	size_t line_start, line_end; /* offsets of the line's text */
};

struct place source_place(const struct source *, uint32_t offset);
