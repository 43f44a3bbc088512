/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The evaluator's verdict in words: the rule that decided with its line of
 * source, what of the request it matched, what was not known, and which other
 * rules speak of the same thing.
 */
#pragma once
#include <stdio.h>
#include "compiler/assure/move.h"

void policy_explain(const struct policy *, const struct request *, FILE *);
/* The same of a rename or link of r->path; what policy_move said of it. */
void policy_explain_move(const struct policy *, const struct request *, enum move_kind,
			 const char *to, const struct move *, FILE *);
/* "rename /old to /new", as a test and a command line say it; without a line end. */
void move_print(const struct request *, enum move_kind, const char *to, FILE *);

/* One object of JSON, a line; the keys are in netbpfc(1). to: NULL, or of a move. */
void policy_explain_json(const struct policy *, const struct request *, enum move_kind,
			 const char *to, const struct move *, FILE *);
