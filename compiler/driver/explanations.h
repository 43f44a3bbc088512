/* SPDX-License-Identifier: BSD-2-Clause */
/* What each diagnostic means, with examples: explanations.txt inside netbpfc. */
#pragma once
#include <stddef.h>
#include <stdio.h>
#include "bundles/error.h"

extern const char explanations_text[]; /* made from explanations.txt */

/* The text about a diagnostic, by its code or name; 0, or -1 with *err. */
int explanation_print(const char *word, FILE *, struct error *err);

/* Its first paragraph, or NULL when it has none. */
const char *explanation_meaning(const char *name, size_t *len);
