/* SPDX-License-Identifier: BSD-2-Clause */
/* The first, the last, the longest gap: compared with what pieces and cells say. */
#include "compiler/assure/asked.h"

/* Keys that no packet and no call has are asked. */
bool asked_keys(const struct nb_params *p, uint32_t first, uint32_t last)
{
	const uint32_t end = NB_CELL_KEY(255, 65535);

	if (first > end)
		return true;
	if (last > end)
		last = end;
	return first >= p->hull_key && last - p->hull_key <= p->hull_keys &&
	       (!p->hull_gaps || last < p->hull_gap || first - p->hull_gap >= p->hull_gaps);
}

/* What a compare in code says to be nobody's has no class; and all else, if it says so. */
bool asked_addresses(const struct nb_params *p, bool v6, piece_address first, piece_address last,
		     uint32_t class)
{
	piece_address from = v6 ? p->hull6_first : p->hull4_first;
	piece_address to = from + (v6 ? p->hull6_more : p->hull4_more);

	if (v6) {
		from <<= 96;
		to = to << 96 | (~(piece_address)0 >> 32);
	}
	if (to < from)
		to = v6 ? ~(piece_address)0 : UINT32_MAX;
	if (class)
		return first >= from && last <= to;
	return v6 || !p->hull4_whole || last < from || first > to;
}
