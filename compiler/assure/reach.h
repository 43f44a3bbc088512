/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which rows of an image some object leads to, found by walking the bytes as abi.h
 * describes them, and for each an object that does. Rows that were merely interned
 * on the way belong to nothing and are not among them.
 *
 * What cannot be told apart cheaply counts as reached: whoever asks "does this hold
 * in every row" then says less, never something wrong.
 */
#pragma once
#include "compiler/assure/evaluate.h"
#include "compiler/lower/image.h"

struct reach;

struct reach *reach_read(struct arena *, const struct image *);

/* The operations with which a row can be asked, as a mask; 0: nothing leads there. */
uint32_t reach_ops(const struct reach *, uint32_t row);
/* Whether an executable or a cgroup leads to a row of its atoms. */
bool reach_atoms(const struct reach *, enum nb_dim, uint32_t row);

/* Sets path, or address, protocol and port, or the kind of sockets and the operation, of
 * *out to an object of the row. False
 * if no short one was found, which does not mean that there is none. */
bool reach_example(struct reach *, uint32_t row, struct request *out);
