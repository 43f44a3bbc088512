/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of reach.h share: paths are in reach.c, names that wildcards match
 * in class_names.c, addresses in reach_net.c. */
#pragma once
#include "compiler/assure/reach.h"
#include "compiler/base/table.h"

/* How a row was met first. */
enum met { MET_NEVER, MET_ROOT, MET_EDGE, MET_GLOB, MET_DEFAULT, MET_ADDRESS, MET_SOCKET };
struct class_origin {
	enum met met;
	uint32_t state; /* EDGE, GLOB, DEFAULT */
	uint32_t what;  /* EDGE: its slot; GLOB: accept class; ADDRESS: protocol and port;
			 * SOCKET: family and type */
	bool v6;        /* ADDRESS */
	uint8_t addr[16];
};

struct reach {
	struct arena *arena;
	const struct image *image;
	/* PATHS */
	const struct nb_state *states;
	const struct nb_edge *edges;
	uint32_t contexts;
	uint32_t *state_first, *context_first; /* into slots; one more than there are */
	uint32_t *slots;                       /* of edges, grouped by where they begin */
	uint32_t *came; /* by state: slot + 2 of the edge that led here; 1: no edge */
	uint32_t *came_from;
	bool *context_seen;
	struct class_names *classes;
	struct table *names; /* of the pool; made when the first example is asked for */
	struct beside *beside;
	/* ROWS */
	struct class_origin *rows, *exe_rows, *cgroup_rows;
	struct class_origin *second_rows;
	uint32_t *row_ops;
};

#define FILE_OBJECT 0
#define NET_OBJECT 1
enum {
	FILE_OPS = 0
#define OP(name, word, kind) | (kind##_OBJECT ? 0 : 1 << NB_OP_##name)
#include "bpf-templates/ops.def"
#undef OP
	,
	NET_OPS = 0
#define OP(name, word, kind) | (kind##_OBJECT ? 1 << NB_OP_##name : 0)
#include "bpf-templates/ops.def"
#undef OP
};
#undef FILE_OBJECT
#undef NET_OBJECT

void reach_addresses(struct reach *);

/* Whether the context has an edge for the class; *row: its row. */
bool context_has(const struct reach *, uint32_t context, uint32_t class, uint32_t *row);
/* After all states have been walked. */
void beside_read(struct reach *);

/* The accept classes of the glob automaton, and names that lead to them. */
struct class_names;
struct class_names *class_names(struct arena *, const struct image *);
uint32_t class_names_count(const struct class_names *); /* all of them */
/* Some name of 1 to 255 bytes, not "." nor "..", ends in that class. */
bool class_is_possible(const struct class_names *, uint32_t class);
/* Such a name. Other variants are other names where there are any. */
struct bytes class_name(struct arena *, const struct class_names *, uint32_t class,
			uint32_t variant);
