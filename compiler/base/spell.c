/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edit distance with swaps (optimal string alignment), three rows at a time.
 * Words longer than ROW are never offered; names are shorter than that.
 */
#include "compiler/base/spell.h"

#include <string.h>

enum { ROW = 72 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned spell_distance(const char *a, const char *b)
{
	size_t n = strnlen(a, ROW), m = strnlen(b, ROW);
	size_t longer = n > m ? n : m, gap = n > m ? n - m : m - n;
	unsigned rows[3][ROW + 1], *two = rows[0], *one = rows[1], *now = rows[2];
	unsigned limit = longer < 3 ? 1 : longer < 10 ? (unsigned)(longer + 2) / 3 : 3;

	if (limit > 3)
		limit = 3;
	if (n == ROW || m == ROW || gap > limit)
		return SPELL_FAR;
	for (unsigned j = 0; j <= m; j++)
		two[j] = one[j] = j;
	for (size_t i = 1; i <= n; i++) {
		unsigned *spare = two;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			unsigned same = a[i - 1] == b[j - 1] ? 0 : 1;

			now[j] = least(one[j - 1] + same, least(one[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], two[j - 2] + 1);
		}
		two = one;
		one = now;
		now = spare;
	}
	return one[m] <= limit ? one[m] : SPELL_FAR;
}
