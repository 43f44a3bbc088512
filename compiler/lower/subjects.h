/* SPDX-License-Identifier: BSD-2-Clause */
/* Subject expressions to ORs of ANDs of literals. Kleene's three-valued logic is
 * distributive and has De Morgan's laws, so the form means the same also where a
 * fact is unknown; contradictions are kept, because unknown and not unknown may. */
#pragma once
#include "compiler/check/policy.h"

#define SUBJECT_MAX_LITERALS 64u

struct subjects;

struct subjects *subjects_new(struct arena *);
#define SUBJECT_TOO_LONG (-1) /* more than SUBJECT_MAX_LITERALS literals */
#define SUBJECT_NOBODY (-2)   /* such a rule never matches */

/* Number of the expression (0 = anyone); equal forms are one; or one of the above. */
int32_t subjects_add(struct subjects *, const struct subject *);
const struct nb_span *subjects_spans(const struct subjects *, uint32_t *n);
const struct nb_literal *subjects_literals(const struct subjects *, uint32_t *n);
