/* SPDX-License-Identifier: BSD-2-Clause */
/* "Did you mean": how near two words are. */
#pragma once
#include <stddef.h>

/* Insertions, deletions, replacements and swaps of neighbours from a to b, each
 * one step; SPELL_FAR when they are too far apart to be worth offering: more than
 * a third of the longer word, or more than three. */
enum { SPELL_FAR = 100 };
unsigned spell_distance(const char *a, const char *b);
