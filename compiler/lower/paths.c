/* SPDX-License-Identifier: BSD-2-Clause */
/* Path patterns of rules, executables and cgroups → the PATHS image. */
#include "compiler/base/table.h"
#include "compiler/lower/lower.h"

enum { NAMED_MAX = 3 }; /* of the rules that multiply */

static void add_rule(struct lowering *l, const struct rule *rule, struct exact_automaton *to)
{
	bool apart = !rule->n_except;

	for (uint32_t i = 0; i < rule->n_paths; i++)
		exact_add(l->exact, to, &rule->paths[i], rule->number, apart);
	for (uint32_t i = 0; i < rule->n_except; i++)
		exact_add(l->exact, to, &rule->except[i], rule->number | EXACT_EXCEPT, apart);
}

static bool is_of_host(const struct policy *policy)
{
	for (uint32_t r = 0; r < policy->n_rules; r++)
		if (policy->rules[r].host)
			return true;
	return false;
}

/* Where no rule is for the host's own tree alone, the guests have the same states. */
static void add_rules(struct lowering *l)
{
	bool apart = is_of_host(l->policy);
	size_t patterns = 0;

	for (uint32_t r = 0; r < l->policy->n_rules; r++)
		patterns += l->policy->rules[r].n_paths;
	exact_expect(l->exact, l->files, patterns);
	for (uint32_t r = 0; r < l->policy->n_rules; r++) {
		const struct rule *rule = &l->policy->rules[r];

		if (rule->kind != OBJECT_FILES)
			continue;
		add_rule(l, rule, l->files);
		if (apart && !rule->host)
			add_rule(l, rule, l->guests);
	}
}

static bool build_both(struct lowering *l)
{
	struct nb_params *p = &l->image->params;

	if (!exact_build(l->exact, l->files, l->rows, 0, &p->file_start, &p->file_root_row))
		return false;
	p->base_suffixes = exact_base_suffixes(l->exact);
	p->guest_start = p->file_start;
	p->guest_root_row = p->file_root_row;
	return !is_of_host(l->policy) ||
	       exact_build(l->exact, l->guests, l->rows, 0, &p->guest_start,
			   &p->guest_root_row);
}

struct kind { /* what rules of one differ in nothing of */
	uint32_t ops, scope;
	int32_t subject;
	bool audit, pinned, revalidate;
	uint8_t effect;
};

/* By rule number; 0 for a rule with exceptions. NULL: no two are of one kind. */
static const uint32_t *kinds_of_rules(struct lowering *l)
{
	const struct policy *policy = l->policy;
	struct kind *kinds = ARENA_ARRAY(l->arena, struct kind, policy->n_rules);
	struct table *numbers = table_new(l->arena);
	struct subjects *subjects = subjects_new(l->arena);
	uint32_t *of = ARENA_ARRAY(l->arena, uint32_t, policy->n_rules + 1);
	uintptr_t n = 0, rules = 0;

	for (uint32_t r = 0; r < policy->n_rules; r++) {
		const struct rule *rule = &policy->rules[r];
		void **number;

		kinds[r] = (struct kind){ rule->ops,
					  rule->scope,
					  subjects_add(subjects, rule->who),
					  rule->audit,
					  rule->pinned,
					  rule->revalidate,
					  (uint8_t)rule->effect };
		/* a subject that is too long is refused when all is known of it */
		if (rule->kind != OBJECT_FILES || rule->n_except || kinds[r].subject < 0)
			continue;
		number = table_at(numbers, &kinds[r], sizeof(kinds[r]));
		if (!*number)
			*number = (void *)++n;
		of[rule->number] = (uint32_t)(uintptr_t)*number;
		rules++;
	}
	return n < rules ? of : NULL;
}

/* Patterns that multiply are tried once more, with rules of one kind as if they were one. */
static bool build_files(struct lowering *l)
{
	const uint32_t *kind_of;

	exact_bound(l->files, EXACT_FEW_MOVING);
	exact_bound(l->guests, EXACT_FEW_MOVING);
	if (build_both(l))
		return true;
	if (!exact_excess(l->exact).n) /* it was not states that were too many */
		return false;
	kind_of = kinds_of_rules(l);
	l->image->merged = kind_of != NULL;
	exact_restart(l->exact);
	l->rows = sets_new(l->arena);
	exact_bound(l->files, EXACT_MAX_MOVING);
	exact_bound(l->guests, EXACT_MAX_MOVING);
	exact_merge(l->files, kind_of);
	exact_merge(l->guests, kind_of);
	return build_both(l);
}

static void add_atoms(struct lowering *l, enum nb_dim dim, struct exact_automaton *to)
{
	for (uint32_t a = 0; a < l->policy->n_atoms[dim]; a++) {
		const struct atom *atom = l->policy->atoms[dim][a];

		for (uint32_t i = 0; i < atom->n_paths; i++)
			exact_add(l->exact, to, &atom->paths[i], atom->index, false);
	}
}

static uint32_t glob_section(struct byte_list *out, const struct glob_automaton *globs)
{
	uint32_t off = bytes_section(out, globs->class_of, 256, 1);

	bytes_section(out, globs->accept, globs->states, 2);
	bytes_section(out, globs->next, (size_t)globs->states * globs->classes, 2);
	return off;
}

static bool write_image(struct lowering *l, const struct glob_automaton *globs)
{
	struct nb_params *p = &l->image->params;
	struct edge_list *edges = exact_edges(l->exact);
	const struct nb_state *states = exact_states(l->exact, &p->states);
	struct byte_list out = { .arena = l->arena };

	if (!edges_buckets(edges, &out, &p->buckets)) {
		diag_report(l->diags, lower_place(l), DIAG_image_too_large,
			    "the names in the paths of this policy fit no table: they collide on purpose, or more "
			    "than eight of one directory differ in capital letters only");
		return false;
	}
	p->states_off = bytes_section(&out, states, p->states, sizeof(*states));
	p->names_bytes = (uint32_t)edges->pool.n * 8;
	p->names_off = bytes_section(&out, edges->pool.at, edges->pool.n, 8);
	p->glob_states = globs->states;
	p->glob_classes = globs->classes;
	p->globs_fold = globs->folds;
	if (globs->states)
		p->globs_off = glob_section(&out, globs);
	if (out.bytes.n > UINT32_MAX / 2 || edges->pool.n > NB_NAME_OFFSET) {
		diag_report(l->diags, lower_place(l), DIAG_image_too_large,
			    "the path rules need an image of %zu bytes, %zu of them names; at most %u and %u fit",
			    out.bytes.n, edges->pool.n * 8, UINT32_MAX / 2, NB_NAME_OFFSET * 8);
		return false;
	}
	p->paths_bytes = (uint32_t)out.bytes.n;
	l->image->maps[NB_IMAGE_PATHS] = bytes_blob(&out);
	return true;
}

static bool refuse_overlap(struct lowering *l, const char *what)
{
	diag_report(l->diags, lower_place(l), DIAG_image_too_large,
		    "the %s overlap in too many ways: they need more than %u edges, or sets of more than %u members",
		    what, EXACT_MAX_EDGES, EXACT_MAX_MEMBERS);
	diag_help(l->diags, "use fewer patterns with '**' or 'tree' that lie in each other, or several policies");
	return false;
}

/* Files only: tags of the others are not rules. */
static bool refuse_excess(struct lowering *l)
{
	struct exact_excess excess = exact_excess(l->exact);
	const struct rule *rules = l->policy->rules;

	if (!excess.n)
		return rows_fit(l) && refuse_overlap(l, "paths of the rules");
	diag_report(l->diags, rules[(excess.tags[excess.n - 1] & ~EXACT_EXCEPT) - 1].span, DIAG_patterns_too_many,
		    "the patterns of %s multiply to more than %u states: a directory has one for "
		    "every combination of them that its path may have met",
		    excess.n == 1 ? "this rule" : arena_printf(l->arena, "%u rules", excess.n),
		    EXACT_MAX_MOVING);
	for (uint32_t i = 0; i + 1 < excess.n && i < NAMED_MAX; i++)
		diag_note(l->diags, rules[(excess.tags[i] & ~EXACT_EXCEPT) - 1].span, "one of the rules is here");
	diag_help(l->diags, "give patterns with the same operations and subjects to one rule, and "
			    "begin them with a directory where they can");
	return false;
}

static bool has_files(const struct policy *policy)
{
	for (uint32_t r = 0; r < policy->n_rules; r++)
		if (policy->rules[r].kind == OBJECT_FILES)
			return true;
	return false;
}

bool lower_paths(struct lowering *l)
{
	struct nb_params *p = &l->image->params;
	const struct glob_automaton *globs;
	const struct path_pattern *culprit;
	bool files = has_files(l->policy), exes = l->policy->n_atoms[NB_DIM_EXE] > 0,
	     cgroups = l->policy->n_atoms[NB_DIM_CGROUP] > 0;
	uint32_t exe_root;

	if (!files && !exes && !cgroups)
		return true;
	add_rules(l);
	add_atoms(l, NB_DIM_EXE, l->exes);
	add_atoms(l, NB_DIM_CGROUP, l->cgroups);
	globs = globs_build(exact_globs(l->exact), &culprit);
	if (!globs) {
		diag_report(l->diags, culprit->span, DIAG_globs_too_many,
			    "the wildcards of this policy need an automaton of more than %u states; '%s' is in its widest one",
			    GLOB_MAX_STATES, culprit->text);
		diag_help(l->diags, "use fewer '*' in one name, or name the directories");
		return false;
	}
	exact_set_globs(l->exact, globs);
	if (files && !build_files(l))
		return refuse_excess(l);
	exact_states(l->exact, &l->file_states);
	if (exes && !exact_build(l->exact, l->exes, l->exe_rows, 1, &p->exe_start, &exe_root))
		return refuse_overlap(l, "executables of the subjects");
	if (cgroups && !exact_build(l->exact, l->cgroups, l->cgroup_rows, 1, &p->cgroup_start,
				    &p->cgroup_root_row))
		return refuse_overlap(l, "cgroups of the subjects");
	lower_places(l, globs);
	return write_image(l, globs);
}
