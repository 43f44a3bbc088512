/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Path patterns → states and edges of the PATHS image.
 *
 * The exact lane: literals, trees, D/G and D/ ** /G (D literal, G one component). A trie
 * of literal components. Each node carries sticky, the tags of trees that it lies in,
 * and the globs that end directly here (H) or anywhere below (B). Leaving the trie
 * leads to the background (sticky, B) of the node left, which leads to itself: at
 * most one background a node, so the lane is linear in its input whatever the patterns
 * are. Globs are outputs on the last component, never states, and apart from the rest:
 * (H, B) is a context, and (context, accept class) a second row of the object, so that
 * trees and globs do not multiply.
 *
 * That will not do where what one pattern gives another one takes away, nor where a row
 * must be one number: there (sticky, H, B) is the context, and its rows have all tags.
 *
 * All other patterns add M to that, the positions in them that the components read so
 * far lead to, and are determinised as far as names can lead: a trie node still has one
 * state, since one path leads there; off the trie a state is (sticky, H, B, M). Once a
 * tag is sticky, what could only give it again is forgotten, so that many patterns in one
 * rule do not multiply. Those of many rules can; how many states that makes is bounded.
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
 * are above all others, and stay in the sets; who reads a set takes them out. Bit 31 is
 * taken (HIT_MOVE). */
#define EXACT_EXCEPT 0x40000000u
struct exact_automaton *exact_automaton(struct exact *);
/* About so many patterns will be added; nothing depends on it but time. */
void exact_expect(struct exact *, struct exact_automaton *, size_t patterns);
/* apart: what the pattern gives may stand in the second row. All patterns of a tag, and of
 * the exceptions from it, say the same. */
void exact_add(struct exact *, struct exact_automaton *, const struct path_pattern *,
	       uint32_t tag, bool apart);

/* Rules of one kind do the same to whoever and whatever they hold for, and the first of
 * them is named: in the tree of one, those of its kind behind it are forgotten as if they
 * were its own patterns. kind_of: by tag, 0 for none, which a rule with exceptions has. A
 * row then lacks rules that cannot decide. Before exact_build; NULL: no more. */
void exact_merge(struct exact_automaton *, const uint32_t *kind_of);
/* As before the first exact_build: what is added stays. most: instead of EXACT_MAX_MOVING. */
void exact_restart(struct exact *);
void exact_bound(struct exact_automaton *, uint32_t most);

/* Bounds of what overlapping patterns can multiply to: edges of all automata,
 * members of all sets, steps of building; states of general patterns off the trie. */
#define EXACT_MAX_EDGES (8u << 20)
#define EXACT_MAX_MEMBERS (16u << 20)
#define EXACT_MAX_WORK (32u << 20)
#define EXACT_MAX_MOVING (1u << 17)
#define EXACT_FEW_MOVING (1u << 13) /* with so many, kinds are not asked for */

/* After EXACT_MAX_MOVING was exceeded: tags that meet in one state, ascending. */
struct exact_excess {
	const uint32_t *tags;
	uint32_t n;
};

/* States and edges of an automaton. rows: sets of tags; a row is the id of such a
 * set plus bias. With bias 0 the empty set's background is the dead state 0.
 * *start: its first state; *root_row: of "/" itself. Call after globs_build on
 * exact_globs(). false: a bound above is exceeded. */
bool exact_build(struct exact *, struct exact_automaton *, struct sets *rows, uint32_t bias,
		 uint32_t *start, uint32_t *root_row);
/* n = 0 when it was another bound. */
struct exact_excess exact_excess(const struct exact *);

/* Of the automaton that was built first: abi.h. */
uint32_t exact_base_suffixes(const struct exact *);
struct globs *exact_globs(struct exact *);
void exact_set_globs(struct exact *, const struct glob_automaton *);
struct edge_list *exact_edges(struct exact *);
/* Their `below` is 1 where a name is odd: what it is to be, below.c knows. */
const struct nb_state *exact_states(const struct exact *, uint32_t *n);
