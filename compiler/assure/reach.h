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

/* Files may have two rows (abi.h). Whether some object has this one as its first or only
 * row, and the first rows of those that have it as their second one, 0 where they have no
 * other: told one by one, until fn returns false, which is then returned. */
bool reach_is_first(const struct reach *, uint32_t row);
typedef bool beside_fn(void *to, uint32_t first);
bool reach_beside(const struct reach *, uint32_t row, beside_fn *, void *to);

/* Sets path, or address, protocol and port, or the kind of sockets and the operation, of
 * *out to an object of the row. False
 * if no short one was found, which does not mean that there is none. */
bool reach_example(struct reach *, uint32_t row, struct request *out);
