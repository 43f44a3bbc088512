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

struct object {
	uint32_t state; /* for what lies below */
	uint32_t row;   /* of the object itself */
};

/* The edge of (from, name), NULL if there is none. They are in no order here, and a
 * few dozen are asked for. */
static const struct nb_edge *edge_of(const struct edge_list *list, uint32_t from, uint32_t name,
				     uint32_t mask)
{
	for (size_t i = 0; i < list->edges.n; i++)
		if (list->edges.at[i].from == from && (list->edges.at[i].name & mask) == name)
			return &list->edges.at[i];
	return NULL;
}

static const struct nb_edge *suffix_of(const struct lowering *l, uint32_t suffixes,
				       uint32_t class)
{
	const struct edge_list *list = exact_edges(l->exact);
	uint32_t base = l->image->params.base_suffixes;
	const struct nb_edge *own = edge_of(list, (suffixes & ~NB_WHOLE) | NB_GLOB, class,
					    UINT32_MAX);

	return own || suffixes & NB_WHOLE || !base ? own
						   : edge_of(list, base | NB_GLOB, class, UINT32_MAX);
}

/* As the programs step (decide_path.h). */
static struct object step(struct lowering *l, const struct glob_automaton *globs, uint32_t from,
			  struct bytes name)
{
	const struct edge_list *list = exact_edges(l->exact);
	uint32_t n, id = edges_find(list, name), class;
	const struct nb_state *state = &exact_states(l->exact, &n)[from];
	const struct nb_edge *edge = NULL, *suffix;
	struct object to;

	if (id != EDGES_NO_NAME && state->filter)
		edge = edge_of(list, from, list->names.at[id].offset, NB_NAME_OFFSET);
	if (edge)
		return (struct object){ edge->to, edge->row };
	class = state->context || state->suffixes ? globs_class(globs, name) : 0;
	if (class && state->context)
		edge = edge_of(list, state->context | NB_GLOB, class, UINT32_MAX);
	to = edge ? (struct object){ edge->to, edge->row }
		  : (struct object){ state->background, state->row };
	suffix = class && state->suffixes ? suffix_of(l, state->suffixes, class) : NULL;
	if (suffix) /* a place has one row */
		to.row = sets_union(l->rows, to.row, suffix->row);
	return to;
}

static struct object find(struct lowering *l, const struct glob_automaton *globs, uint32_t start,
			  const char *path)
{
	struct object at = { start, 0 };

	for (; *path; path += strcspn(path, "/")) {
		path++;
		at = step(l, globs, at.state, (struct bytes){ path, (uint32_t)strcspn(path, "/") });
	}
	return at;
}

void lower_places(struct lowering *l, const struct glob_automaton *globs)
{
	struct nb_params *p = &l->image->params;
	struct nb_place table[N_PLACES] = { 0 };

	if (!p->file_start)
		return;
	for (size_t i = 0; i < N_PLACES; i++) {
		struct object host = find(l, globs, p->file_start, places[i].path);
		struct object guest = p->guest_start == p->file_start ?
					      host :
					      find(l, globs, p->guest_start, places[i].path);

		table[i] = (struct nb_place){ .magic = places[i].magic,
					      .state = host.state,
					      .row = host.row,
					      .guest_state = guest.state,
					      .guest_row = guest.row };
	}
	p->places = N_PLACES;
	p->places_off = bytes_section(&l->out, table, N_PLACES, sizeof(*table));
}
