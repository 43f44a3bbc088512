/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One component further: what a directory's standing and a name make together. Shared
 * by steps.c, contexts.c and exact.c only.
 */
#pragma once
#include "compiler/lower/trie.h"

struct pair { /* a glob and the tag it gives, apart or not */
	uint32_t glob, tag;
};

/* Four kinds of keys share a table. */
enum known_kind { KNOWN_STATE, KNOWN_CONTEXT, KNOWN_SUFFIXES, KNOWN_PAIR };
struct known {
	enum known_kind kind;
	struct standing place; /* PAIR: sticky is the tag, here the glob */
	uint32_t id;
};

struct pending { /* a state whose edges are still to be made */
	uint32_t state;
	struct standing place;
};

/* One exact_build: what is interned for one automaton. */
struct build {
	struct exact *exact;
	struct exact_automaton *a;
	struct sets *rows, *pairs, *movings;
	VEC(struct pair) pair_list;
	VEC(struct known) found;
	uint32_t *slots;
	uint32_t n_slots;
	VEC(struct pending) pending;
	/* what a step over one component meets: tags, pairs, positions */
	VEC(uint32_t) own, sticky, here, below, ends_here, ends_below, moving;
	VEC(uint64_t) hits; /* of one context: class << 32 | tag, or HIT_MOVE | position */
	VEC(uint64_t) names; /* of one state */
	VEC(uint32_t) tags, list;
	uint64_t work, moving_states;
	uint32_t base; /* context of second rows that others fall back to, or 0 */
	struct pending last; /* what state_of was asked before: neighbours often are alike */
	uint32_t bias;
};
#define HIT_MOVE 0x80000000u

/* The id of that key, made by the caller if *fresh; valid until the next call. */
uint32_t *know(struct build *, enum known_kind, const struct standing *, bool *fresh);

/* What a component leads to is met by these, then added up by arrive(). */
void begin(struct build *);
void meet_marks(struct build *, uint32_t list);
/* A position, and the one that a '**' behind it makes of it without a component. */
void meet_position(struct build *, uint32_t at);
/* What any name at all leads to, what one of an accept class does, and that very name. */
void meet_any(struct build *, uint32_t moving);
void meet_globs(struct build *, uint32_t moving, uint32_t class);
void meet_name(struct build *, uint32_t moving, uint32_t name);
/* The standing behind one component from `from`, in *to; returns the set of tags that the
 * object has for itself. */
uint32_t arrive(struct build *, const struct standing *from, struct standing *to);

/* Without the tags that cannot decide beside the others (exact_merge). */
uint32_t first_of_kinds(struct build *, uint32_t rows);

/* The state of that standing, made if it is new; its edges are then pending. */
uint32_t state_of(struct build *, const struct standing *);

int by_number(const void *, const void *); /* uint64_t, for qsort */

/* The context of globs that a state there needs, 0 if none; to, row: of a name without a
 * class, without bias. */
uint32_t context_id(struct build *, const struct standing *, uint32_t to, uint32_t row);
/* Row, with bias, of a name of that class there; that of the empty set if it has no edge. */
uint32_t glob_row(const struct build *, uint32_t context, uint32_t class);
/* The same of second rows; what a state has for `suffixes`. */
uint32_t suffixes_id(struct build *, const struct standing *);
uint32_t suffix_row(const struct build *, uint32_t suffixes, uint32_t class);
/* What holds in every directory becomes a context that others fall back to, and is in no
 * standing: a program knows one such context, that of the files on the host. When the
 * root's standing is known. */
void make_base(struct build *);
