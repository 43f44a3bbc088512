/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pieces → slots and lines, as abi.h describes them, for both families. Parts of a slot
 * share a line while their pieces fit into it; a part with more than a line holds gets a
 * tree of lines of its own.
 */
#pragma once
#include "compiler/lower/addresses.h"

struct piece { /* from start to the next one's start */
	uint64_t start; /* IPv6: the upper half */
	uint32_t value; /* class; IPv6: or NB_DEEP | number of a span */
} __attribute__((packed, aligned(4)));

typedef VEC(uint64_t) line_words;

struct lines;
struct line_form {
	uint32_t children; /* of a line that is INNER, at most */
	/* how many of n pieces a line holds, from the first on; at least one */
	uint32_t (*fit)(const struct lines *, const struct piece *, uint32_t n);
	/* a zeroed line of as many as fit */
	void (*put)(struct lines *, uint64_t *line, const struct piece *, uint32_t n);
	/* where child i of a line begins; i is not 0 */
	void (*put_child)(uint64_t *line, uint32_t i, uint64_t start);
};

struct lines {
	struct arena *arena;
	const struct line_form *form;
	const struct piece *pieces;
	uint32_t n_pieces;
	uint32_t at; /* piece that holds the place reached */
	line_words top;   /* of lines that slots name */
	line_words below; /* of those that INNER ones name */
	VEC(uint32_t) classes; /* that lines speak of, who puts them */
	VEC(struct piece) children; /* of the tree being made */
	uint32_t levels;
};

/* Lines at the end of `top`, as many as are named, for the slot whose 16 parts of 2^bits
 * addresses begin at start, not before what was reached. Returns the slot's bits. */
uint32_t lines_add_slot(struct lines *, uint64_t start, uint32_t bits);

/* A line of one class. */
void lines_add_class(struct lines *, uint32_t class);

/* How many lines slots name. */
uint32_t lines_count(const struct lines *);

/* Both kinds of lines one behind the other: their size, and their bytes. */
size_t lines_bytes(const struct lines *);
void lines_write(const struct lines *, void *to);
