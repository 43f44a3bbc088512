/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers of the shapes share; each false exactly when it says what is wrong. */
#pragma once
#include "compiler/lower/pieces.h"

/* Most entries of a trie lead to a few blocks, each of one class, which are read once. */
enum { MEMO = 256 };
struct memo {
	uint32_t block, bits, class;
	enum { MEMO_EMPTY, MEMO_MIXED, MEMO_ONE } state;
};

struct walk {
	struct memo memo[MEMO];
	const uint8_t *at;
	size_t len;
	const struct nb_params *p;
	piece_fn *fn;
	void *to;
	piece_address end; /* where the pieces told so far end */
	const char *wrong;
};

bool walk_fail(struct walk *, const char *what);
bool walk_tell(struct walk *, piece_address first, piece_address last, uint32_t class);

/* n records of that size at off, or NULL. */
const void *walk_records(struct walk *, size_t off, size_t n, size_t size);

/* The lower halves in one /64. */
bool walk_network(struct walk *, uint64_t high, uint32_t number);

/* pieces_lines.c: NB_NET_RANGES, NB_NET_SLOTS. */
bool walk_ranges(struct walk *);
bool walk_slots(struct walk *);
