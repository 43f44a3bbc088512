/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs settle by a compare in code, and so never ask the tables for: that no rule
 * is lost there. */
#pragma once
#include "compiler/lower/image.h"
#include "compiler/lower/pieces.h"

/* Do programs ask for each of these protocols and ports? */
bool asked_keys(const struct nb_params *, uint32_t first, uint32_t last);
/* Does a piece of addresses with that class, 0 for none, agree with what they are told? */
bool asked_addresses(const struct nb_params *, bool v6, piece_address first, piece_address last,
		     uint32_t class);
