/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AST → policy: the block, the names, the rules, what is said about the rules, in
 * that order; warnings only for a policy without errors, which would make them
 * guesses.
 */
#include "compiler/check/check.h"

/* What comes later changes no image: the atoms of assertions stand behind. */
static void count_atoms(struct check *c, uint32_t n[4])
{
	for (int dim = 0; dim < 4; dim++)
		n[dim] = (uint32_t)c->by_dim[dim].n;
}

static const struct policy *finish(struct check *c)
{
	struct policy *p = c->policy;

	p->rules = c->rules.at;
	p->n_rules = (uint32_t)c->rules.n;
	for (int dim = 0; dim < 4; dim++)
		p->atoms[dim] = c->by_dim[dim].at;
	count_atoms(c, p->n_atoms_asked);
	p->assertions = c->assertions.at;
	p->n_assertions = (uint32_t)c->assertions.n;
	p->tests = c->tests.at;
	p->n_tests = (uint32_t)c->tests.n;
	p->sources = c->sources;
	return p;
}

const struct policy *policy_check(struct arena *a, const struct ast *ast,
				  const struct sources *sources, struct diags *diags)
{
	struct check c = {
		.arena = a,
		.ast = ast,
		.sources = sources,
		.diags = diags,
		.policy = ARENA_NEW(a, struct policy),
		.atoms = table_new(a),
	};

	fields_check(&c);
	names_define(&c);
	names_resolve_all(&c);
	rules_check(&c);
	needs_check(&c);
	count_atoms(&c, c.policy->n_atoms);
	c.numbered = !diags_failed(diags);
	asserts_check(&c);
	tests_check(&c);
	if (diags_failed(diags))
		return NULL;
	names_warn_unused(&c);
	needs_warn_waived(&c);
	return finish(&c);
}
