/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assertions: read as the rules that they look like, then held to what can be
 * decided exactly: objects must be files, or single addresses and ports.
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
		    clause->kind == CLAUSE_EXCEPT_FOR || clause->kind == CLAUSE_EXCEPT_ON)
			continue;
		diag_report(c->diags, clause->span, DIAG_bad_assertion,
			    "an assertion has no such clause");
		diag_help(c->diags, "it has 'for', 'except for' and 'port'");
		good = false;
	}
	return good;
}

static bool refuse(struct check *c, struct span span, const char *what,
		   const char *example)
{
	diag_report(c->diags, span, DIAG_not_supported,
		    "assertions about %s are not supported yet", what);
	diag_help(c->diags, "%s", example);
	return false;
}

/* One address, one protocol and port each. */
static bool is_decidable(struct check *c, const struct ast_statement *s,
			 const struct rule *asked)
{
	for (uint32_t i = 0; i < asked->n_addrs; i++)
		if (memcmp(asked->addrs[i].lo, asked->addrs[i].hi, 16))
			return refuse(c, s->object.list->span, "more than single addresses",
				      "name the addresses that matter: to { 10.1.2.3, "
				      "10.1.2.4 } port tcp/5432");
	for (uint32_t i = 0; i < asked->n_ports; i++) {
		const struct port_box *b = &asked->ports[i];

		if (b->proto_lo == b->proto_hi &&
		    (b->port_lo == b->port_hi || !protocol_carries_ports(b->proto_lo)))
			continue;
		return refuse(c, s->object.list->span, "more than single ports",
			      "name the ports that matter: port { tcp/80, tcp/443 }");
	}
	return true;
}

static void check_assertion(struct check *c, const struct ast_statement *s)
{
	struct assertion a = {.always = s->kind == AST_ALWAYS};
	bool good = fit_clauses(c, s);

	good &= rule_read(c, s, &a.asked);
	if (!good || !is_decidable(c, s, &a.asked))
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
