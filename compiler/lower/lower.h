/* SPDX-License-Identifier: BSD-2-Clause */
/* What the steps of policy_lower share. Private to compiler/lower. */
#pragma once
#include "compiler/lower/bytes.h"
#include "compiler/lower/exact.h"
#include "compiler/lower/image.h"
#include "compiler/lower/subjects.h"

#define ROW_MAX_ENTRIES 64u
#define IDS_MAX_CLASSES 65536u
#define OLD_VALUE_MAX (4u << 20)  /* bytes of a map value before 5.11 */

struct lowering {
	struct arena *arena;
	const struct policy *policy;
	struct diags *diags;
	struct image *image;
	struct exact *exact;
	struct exact_automaton *files, *guests, *exes, *cgroups;
	struct sets *rows; /* rule numbers, excepted ones too; a row number is a set id */
	struct sets *exe_rows, *cgroup_rows; /* atoms; a row number is a set id + 1 */
	const struct nb_entry *entry_of; /* by rule number; rule 0: it binds nobody */
	uint32_t file_states;      /* states below this number are of files */
	struct sets *below;        /* lists of items; NULL: no rule is of files */
	const uint32_t *odd_lists; /* of states with an odd name: numbers in below */
	uint32_t n_odd_lists;
	const struct nb_item *items;
	uint32_t n_items;
	struct byte_list out; /* ROWS */
};

/* Where to report what no single rule causes: the first rule, if there is one. */
struct span lower_place(const struct lowering *);

/* The programs that the policy needs, and the parameters that say so; behind the rest. */
void lower_hooks(struct lowering *);
/* Bytes that a map's value may have on every kernel of the policy. */
size_t lower_value_max(const struct policy *);

/* The rules of a set of tags: those that are not excepted. Ascending. */
struct set row_rules(struct lowering *, struct set tags);

/* Each false exactly when it reported an error; lower_places has none. */
bool rows_fit(struct lowering *);
bool lower_paths(struct lowering *);
void lower_places(struct lowering *, const struct glob_automaton *);
bool lower_addresses(struct lowering *);
bool lower_rows(struct lowering *);
bool lower_subject_tables(struct lowering *);
/* After the tables: what programs need not ask them for. */
struct intervals;
void shortcut_addresses(struct nb_params *, const struct intervals *v4,
			const struct intervals *v6);
void shortcut_keys(struct arena *, struct nb_params *, const struct nb_span *class,
		   const struct nb_cell *cell);
void shortcut_label(struct lowering *);
void lower_meta(struct lowering *);
