/* SPDX-License-Identifier: BSD-2-Clause */
/* A scope: a subject by name, and operations that are denied unless allowed. */
#include <string.h>
#include "compiler/check/check.h"

static bool denies(const struct ast_statement *scope, const char *op)
{
	for (size_t i = 0; i < scope->inner.n; i++) {
		const struct ast_statement *s = scope->inner.at[i];

		for (size_t k = 0; s->kind == AST_DEFAULT && k < s->list->items.n; k++)
			if (!strcmp(s->list->items.at[k].text, op))
				return true;
	}
	return false;
}

/* No statement silently does nothing. */
static bool fits_defaults(struct check *c, const struct ast_statement *scope)
{
	bool any = false, good = true;

	for (size_t i = 0; i < scope->inner.n; i++) {
		const struct ast_statement *s = scope->inner.at[i];

		any |= s->kind == AST_DEFAULT;
		for (size_t k = 0; s->kind == AST_ALLOW && k < s->list->items.n; k++) {
			const struct ast_item *op = &s->list->items.at[k];

			if (denies(scope, op->text))
				continue;
			diag_report(c->diags, op->span, DIAG_allow_without_default,
				    "'%s' is not denied by default in this scope, so that "
				    "allowing it has no effect",
				    op->text);
			diag_help(c->diags, "add 'default deny %s' to the scope", op->text);
			good = false;
		}
	}
	if (any)
		return good;
	diag_report(c->diags, scope->name_span, DIAG_scope_without_default,
		    "this scope denies nothing by default");
	diag_help(c->diags, "write what it may not do: default deny connect");
	return false;
}

const struct subject *scope_check(struct check *c, const struct ast_statement *scope)
{
	struct named *named = names_use(c, scope->name_span, scope->name);
	bool good = fits_defaults(c, scope);

	if (!named)
		return NULL;
	if (named->def->kind != AST_SUBJECT) {
		names_wrong_type(c, scope->name_span, named, "a subject");
		return NULL;
	}
	return good ? named->who.subject : NULL;
}
