/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The exact lane: literals, trees, D/G and D/ ** /G (D literal, G one component).
 *
 * A trie of literal components. Each node carries sticky, the tags of trees that
 * it lies in, and the globs that end directly here (H) or anywhere below (B).
 * Leaving the trie leads to the background (sticky, B) of the node left, which
 * leads to itself: at most one background a node, so the lane is linear in its
 * input whatever the patterns are. Globs are outputs on the last component, never
 * states: (sticky, H, B) is a context, and (context, accept class) a row.
 *
 * Four automata share the tables: files, and those on filesystems that the host never
 * mounted (tags are rules), executables and cgroups (tags are atoms).
 */
#pragma once
#include "compiler/lower/edges.h"
#include "compiler/lower/globs.h"

struct exact;

struct exact *exact_new(struct arena *);

/* Patterns of one automaton, added before exact_build; tag is a rule or an atom. */
struct exact_automaton;
/* In a tag of rules: not the rule's object, whatever its other patterns say. Such tags
 * are above all others, and stay in the sets; who reads a set takes them out. */
#define EXACT_EXCEPT 0x80000000u
struct exact_automaton *exact_automaton(struct exact *);
void exact_add(struct exact *, struct exact_automaton *, const struct path_pattern *,
	       uint32_t tag);

/* Bounds of what overlapping patterns can multiply to: edges of all automata,
 * members of all sets, rules of all globs of all contexts. */
#define EXACT_MAX_EDGES (8u << 20)
#define EXACT_MAX_MEMBERS (16u << 20)
#define EXACT_MAX_WORK (16u << 20)

/* States and edges of an automaton. rows: sets of tags; a row is the id of such a
 * set plus bias. With bias 0 the empty set's background is the dead state 0.
 * *start: its first state; *root_row: of "/" itself. Call after globs_build on
 * exact_globs(). false: a bound above is exceeded. */
bool exact_build(struct exact *, struct exact_automaton *, struct sets *rows, uint32_t bias,
		 uint32_t *start, uint32_t *root_row);

/* State below and row of a literal path of normal form, after exact_build, which had
 * these files' sets of tags with bias 0. */
void exact_find(const struct exact *, const struct exact_automaton *, const char *path,
		uint32_t *state, uint32_t *row);

struct globs *exact_globs(struct exact *);
void exact_set_globs(struct exact *, const struct glob_automaton *);
struct edge_list *exact_edges(struct exact *);
const struct nb_state *exact_states(const struct exact *, uint32_t *n);
