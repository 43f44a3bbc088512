/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pieces of an address space → NET4 or NET6, in the shape that is cheapest to search for
 * their number; abi.h describes the shapes. An interval's `set` is its class here.
 *
 * IPv4: up to TABLE_SORTED_PIECES a sorted table, one or two cache lines; up to
 * TABLE_TRIE_BYTES a trie, whose three loads are the fastest there is while they hit the
 * cache; beyond it a table of ranges, which is smaller, so that it still does. IPv6: a
 * tree, because its addresses crowd in a few places, and prefixes and ranges of any
 * length are the same to it.
 */
#pragma once
#include "compiler/lower/addresses.h"
#include "compiler/lower/image.h"

#define TABLE_SORTED_PIECES 64u
#define TABLE_TRIE_BYTES (4u << 20)
#define TABLE_MAX_CLASSES NB_RANGES_CLASS

/* What is made, and the parameters that describe it. */
struct blob table_v4(struct arena *, const struct intervals *, struct nb_params *);
struct blob table_v6(struct arena *, const struct intervals *, struct nb_params *);

/* tables_trie.c: a trie of at most TABLE_TRIE_BYTES, or nothing. */
struct blob table_trie(struct arena *, const struct intervals *);
