/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AST → policy: the block, the names, the rules, in that order; warnings only for a
 * policy without errors, which would make them guesses.
 */
#include "compiler/check/check.h"

static const struct policy *finish(struct check *c)
{
	struct policy *p = c->policy;

	p->rules = c->rules.at;
	p->n_rules = (uint32_t)c->rules.n;
	for (int dim = 0; dim < 4; dim++) {
		p->atoms[dim] = c->by_dim[dim].at;
		p->n_atoms[dim] = (uint32_t)c->by_dim[dim].n;
	}
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
	if (diags_failed(diags))
		return NULL;
	names_warn_unused(&c);
	return finish(&c);
}
