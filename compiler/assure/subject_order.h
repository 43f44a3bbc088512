/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two questions about the subject expressions of an image: does one bind everybody
 * that another binds, and can one be true of anybody. Both say yes only, or no only,
 * when that is certain; the work for it is bounded.
 */
#pragma once
#include "compiler/assure/reach.h"

struct subject_order;

struct subject_order *subject_order_new(struct arena *, const struct image *,
					const struct reach *);

/* True only if whoever `narrow` binds, known or unknown, `wide` binds too. */
bool subject_covers(struct subject_order *, uint32_t wide, uint32_t narrow);
/* False only if no uid, gids, executable and cgroup make it true. */
bool subject_is_possible(struct subject_order *, uint32_t subject);
