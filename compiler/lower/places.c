/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the kernel's own filesystems stand (places.def) → a table in the ROWS image
 * of what holds there, so that the programs need not step down to it. */
#include <string.h>
#include "compiler/lower/lower.h"

static const struct {
	uint32_t magic;
	const char *path;
} places[] = {
#define PLACE(magic, path) { magic, path },
#include "bpf-templates/places.def"
#undef PLACE
};

#define N_PLACES (sizeof places / sizeof *places)

void lower_places(struct lowering *l)
{
	struct nb_params *p = &l->image->params;
	struct nb_place table[N_PLACES] = { 0 };
	bool apart = p->guest_start != p->file_start;

	if (!p->file_start)
		return;
	for (size_t i = 0; i < N_PLACES; i++) {
		struct nb_place *place = &table[i];

		place->magic = places[i].magic;
		exact_find(l->exact, l->files, places[i].path, &place->state, &place->row);
		place->guest_state = place->state;
		place->guest_row = place->row;
		if (apart)
			exact_find(l->exact, l->guests, places[i].path, &place->guest_state,
				   &place->guest_row);
	}
	p->places = N_PLACES;
	p->places_off = bytes_section(&l->out, table, N_PLACES, sizeof(*table));
}
