/* SPDX-License-Identifier: BSD-2-Clause */
/* The bucket table of edges and the pool of names of the PATHS image (abi.h). */
#pragma once
#include "compiler/check/policy.h"
#include "compiler/lower/bytes.h"

struct edge_name { /* its bytes are in the pool, where neighbours are together */
	uint64_t hash, folded; /* of these very bytes; without capital letters (NB_FOLD_HASH) */
	uint32_t offset;       /* of its first word */
	uint32_t len : 31;
	uint32_t odd : 1; /* NB_ODD_BYTES */
};

struct edge_list {
	struct arena *arena;
	VEC(struct nb_edge) edges;
	VEC(uint64_t) hashes; /* of where it is from and of the name or the accept class */
	VEC(uint64_t) pool;   /* names, in words */
	uint32_t *slots;      /* interned names: index into `names`, + 1 */
	uint32_t n_slots;
	VEC(struct edge_name) names;
	bool flooded; /* names made to collide: not all are there */
};

struct edge_list *edges_new(struct arena *);
/* Slots of a table of n entries that is at most half full: a table that has them from the
 * beginning need not be made again each time it is full. */
uint32_t edges_slots(size_t n);
void edges_expect(struct edge_list *, size_t names);
uint32_t edges_name(struct edge_list *, struct bytes); /* number of a name */
#define EDGES_NO_NAME UINT32_MAX
uint32_t edges_find(const struct edge_list *, struct bytes); /* without adding it */
struct bytes edges_bytes(const struct edge_list *, uint32_t name); /* until one is added */
/* Returns the name's hash. */
uint64_t edges_add(struct edge_list *, uint32_t from, uint32_t name, uint32_t to, uint32_t row);
void edges_add_glob(struct edge_list *, uint32_t context, uint32_t class, uint32_t to,
		    uint32_t row);
/* Appends buckets of NB_BUCKET_EDGES, each edge in one of the two that its hash names.
 * false: more names collide than two buckets hold, which only happens on purpose. */
bool edges_buckets(struct edge_list *, struct byte_list *to, uint32_t *n_buckets);
