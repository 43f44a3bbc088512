/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the patterns of one automaton say, before any state is made: a trie of their
 * literal beginnings, and below its nodes tries of what follows in general patterns.
 * Equal beginnings are shared, so that k patterns behind one '*' are one position
 * there. Made by trie.c, read by
 * steps.c and exact.c only.
 */
#pragma once
#include "compiler/lower/exact.h"

#define NONE UINT32_MAX

/* What somebody who arrives at a node or a position has met. */
enum mark_kind {
	MARK_OWN,    /* the object itself */
	MARK_STICKY, /* everything below it */
	MARK_HERE,   /* what a glob matches directly below it */
	MARK_BELOW,  /* what a glob matches anywhere below it */
};
struct mark {
	uint8_t kind; /* enum mark_kind */
	bool apart;   /* HERE, BELOW: see exact.h */
	uint32_t tag;
	uint32_t glob; /* HERE, BELOW */
	uint32_t next; /* + 1; 0 ends the list */
};

struct standing { /* what holds in a directory: sets */
	uint32_t sticky;      /* tags of all that is below */
	uint32_t here, below; /* pairs of a glob and the tag it gives */
	uint32_t ends_here, ends_below; /* such pairs apart, for a second row */
	uint32_t moving;      /* positions of general patterns */
};

struct node { /* a directory that literal components name */
	uint32_t parent;
	uint32_t name;
	uint32_t marks;    /* + 1 */
	uint32_t root;     /* position of general patterns; 0 = none */
	uint32_t children; /* how many */
	/* set by exact_build */
	struct standing place;
	uint32_t state; /* for what lies below */
};

/* Tags for which a position may still be of use; more of them are not kept. */
#define POSITION_TAGS 8

struct position { /* 0 is none */
	uint32_t name_child, name_next; /* children by a literal name: a list */
	uint32_t glob_child, glob_next; /* by a glob: a list */
	uint32_t any_child;             /* by '*' */
	uint32_t depth_child;           /* by '**', without a component */
	uint32_t what;                  /* the name or the glob that leads here */
	uint32_t marks;                 /* + 1 */
	uint32_t tag[POSITION_TAGS], tags;
	bool loops; /* behind a '**': any name leads back */
};

struct exact_automaton {
	VEC(struct node) nodes; /* parents before children; 0 is "/" */
	VEC(struct position) positions;
	VEC(struct mark) marks;
	uint32_t *slots; /* (parent, name) → node + 1 */
	uint32_t n_slots;
	uint32_t *steps; /* (position, name or glob, kind) → position */
	uint32_t n_steps;
	const uint32_t *kind_of; /* of exact_merge, or NULL */
	uint32_t most_moving;
	const struct path_pattern *last; /* added, and the nodes of its directories: */
	VEC(uint32_t) way;               /* the next one often begins alike */
};

struct exact {
	struct arena *arena;
	struct globs *globs;
	const struct glob_automaton *automaton;
	struct edge_list *edges;
	VEC(struct nb_state) states;
	VEC(struct nb_span) contexts; /* by number: its glob edges, by class */
	uint32_t base_suffixes; /* of the automaton built first */
	bool base_done;
	struct exact_excess excess;
};

uint32_t key_hash(uint32_t x, uint32_t y, uint32_t z);
/* NONE if nothing has that name below the node. */
uint32_t trie_child(const struct exact_automaton *, uint32_t node, uint32_t name);
/* The child of a position by a literal name, 0 = none. */
uint32_t trie_step(const struct exact_automaton *, uint32_t position, uint32_t name);
