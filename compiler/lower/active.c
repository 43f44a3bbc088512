/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/active.h"
#include <string.h>

struct active active_new(struct arena *arena, uint32_t rules)
{
	return (struct active){ .rules = ARENA_ARRAY(arena, uint32_t, rules),
				.times = ARENA_ARRAY(arena, uint32_t, rules) };
}

void active_apply(struct active *active, uint32_t rule, bool begins)
{
	uint32_t low = 0, high = active->n, rest;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (active->rules[mid] < rule)
			low = mid + 1;
		else
			high = mid;
	}
	rest = active->n - low;
	if (rest && active->rules[low] == rule) {
		active->times[low] += begins ? 1u : -1u;
		if (active->times[low])
			return;
		memmove(active->rules + low, active->rules + low + 1, (rest - 1) * 4);
		memmove(active->times + low, active->times + low + 1, (rest - 1) * 4);
		active->n--;
		return;
	}
	memmove(active->rules + low + 1, active->rules + low, rest * 4);
	memmove(active->times + low + 1, active->times + low, rest * 4);
	active->rules[low] = rule;
	active->times[low] = 1;
	active->n++;
}
