/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pieces of an address space → NET4 or NET6, in the shape that is cheapest to search for
 * their number; abi.h describes the shapes. An interval's `set` is its class here.
 *
 * IPv4: up to TABLE_SORTED_PIECES a sorted table, one or two cache lines; up to
 * TABLE_TRIE_BYTES a trie, whose three loads are the fastest there is while they hit the
 * cache; beyond it ranges, two cache lines to most addresses. IPv6: up to
 * TABLE_TREE_PIECES a tree of few levels, beyond it slots. `most` bytes are what the kernel
 * takes: where that is too little for the fastest shape, a smaller one is taken.
 */
#pragma once
#include "compiler/lower/addresses.h"
#include "compiler/lower/image.h"
#include "compiler/lower/lines.h"

#define TABLE_SORTED_PIECES 64u
#define TABLE_TRIE_BYTES (512u << 10)
#define TABLE_TREE_PIECES 256u
#define TABLE_MAX_CLASSES NB_MAX_CLASS

/* What is made, and the parameters that describe it. */
struct blob table_v4(struct arena *, const struct intervals *, size_t most,
		     struct nb_params *);
struct blob table_v6(struct arena *, const struct intervals *, size_t most,
		     struct nb_params *);

/* tables_trie.c: a trie of at most that many bytes, or nothing. */
struct blob table_trie(struct arena *, const struct intervals *, size_t most);

/* tables_slots.c: NB_NET_SLOTS of pieces of upper halves, of which so many have lists; those
 * come behind it, for which there is room. Of no bytes where numbers would be too large. */
struct shape {
	uint8_t *at;
	size_t len;
};
struct shape table_slots(struct arena *, const struct piece *, uint32_t n, uint32_t lists,
			 size_t room, struct nb_params *);
