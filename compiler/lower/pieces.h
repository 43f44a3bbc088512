/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NET4 and NET6 back to pieces: every chunk, node and list is walked, as abi.h describes
 * the bytes and as a lookup would meet them. For the dump, the lints and the check of
 * each image; shares nothing with what makes the tables.
 */
#pragma once
#include "compiler/lower/image.h"

typedef unsigned __int128 piece_address; /* IPv4 in the low 32 bits */

/* Addresses first to last have one class; neighbours may have the same. NULL, or what is
 * wrong with that, which ends the walk. */
typedef const char *piece_fn(void *to, piece_address first, piece_address last, uint32_t class);

/* All pieces of a family, ascending and without a gap, class 0 where it has no table.
 * NULL, or what is wrong with the image, or a piece; then some may have been told. */
const char *pieces_walk(const struct image *, bool v6, piece_fn *, void *to);
