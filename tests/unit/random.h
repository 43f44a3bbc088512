/* SPDX-License-Identifier: BSD-2-Clause */
/* Random choices that repeat: the same seed gives the same policies, wherever the same
 * compiler built the test; another asks arguments in another order. */
#pragma once
#include <stdint.h>

static uint64_t seed;

/* Below n. */
static uint32_t rnd(uint32_t n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % n;
}

static const char *pick(const char *const *list, uint32_t n)
{
	return list[rnd(n)];
}
#define PICK(list) pick(list, sizeof(list) / sizeof *(list))

/* Sanitizers make everything slower: with them one of so many random policies is tried. */
#ifdef NB_SANITIZED
enum { ONE_OF = 3 };
#else
enum { ONE_OF = 1 };
#endif
