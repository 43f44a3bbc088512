/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assertions: read as the rules that they look like, without what decides nothing.
 */
#include <string.h>
#include "compiler/check/check.h"

static bool fit_clauses(struct check *c, const struct ast_statement *s)
{
	bool good = true;

	for (size_t i = 0; i < s->clauses.n; i++) {
		const struct ast_clause *clause = &s->clauses.at[i];

		if (clause->kind == CLAUSE_FOR || clause->kind == CLAUSE_PORT ||
		    clause->kind == CLAUSE_ON_PORT ||
		    clause->kind == CLAUSE_EXCEPT_FOR || clause->kind == CLAUSE_EXCEPT_ON ||
		    clause->kind == CLAUSE_EXCEPT_TO || clause->kind == CLAUSE_EXCEPT_PORT ||
		    clause->kind == CLAUSE_HOST || clause->kind == CLAUSE_REVALIDATE)
			continue;
		diag_report(c->diags, clause->span, DIAG_bad_assertion,
			    "an assertion has no such clause");
		diag_help(c->diags, "it has 'for', 'port', 'host', 'revalidate' and exceptions");
		good = false;
	}
	return good;
}

static void check_assertion(struct check *c, const struct ast_statement *s)
{
	struct assertion a = {.always = s->kind == AST_ALWAYS};
	bool good = fit_clauses(c, s);

	good &= rule_read(c, s, &a.asked);
	if (!good)
		return;
	a.asked.text = rule_text(c->arena, s, &a.asked);
	VEC_PUSH(c->arena, &c->assertions, a);
}

void asserts_check(struct check *c)
{
	for (size_t i = 0; i < c->ast->statements.n; i++) {
		const struct ast_statement *s = c->ast->statements.at[i];

		if (s->kind == AST_NEVER || s->kind == AST_ALWAYS)
			check_assertion(c, s);
	}
}
