/* SPDX-License-Identifier: BSD-2-Clause */
/* A scope: a subject by name, and operations that are denied unless allowed. */
#include "compiler/check/check.h"

/* All that the scope denies by default to that kind of objects. */
static uint32_t denied(const struct ast_statement *scope, enum object_kind kind)
{
	uint32_t ops = 0;

	for (size_t i = 0; i < scope->inner.n; i++) {
		const struct ast_statement *s = scope->inner.at[i];

		if (s->kind == AST_DEFAULT && ops_kind(s->list, OBJECT_NET) == kind)
			for (size_t k = 0; k < s->list->items.n; k++)
				ops |= ops_of_word(s->list->items.at[k].text, kind);
	}
	return ops;
}

static bool has_effect(struct check *c, const struct ast_statement *scope,
		       const struct ast_statement *allow)
{
	enum object_kind kind = ops_kind(allow->list, object_kind(allow));
	uint32_t ops, by_default = denied(scope, kind);
	bool good = true;

	for (size_t k = 0; k < allow->list->items.n; k++) {
		const struct ast_item *op = &allow->list->items.at[k];

		ops = ops_of_word(op->text, kind);
		if (!(ops & ~by_default))
			continue;
		diag_report(c->diags, op->span, DIAG_allow_without_default,
			    "'%s' is not %sdenied by default in this scope, so that "
			    "allowing %s has no effect",
			    op->text, ops & by_default ? "wholly " : "",
			    ops & by_default ? "the rest" : "it");
		diag_help(c->diags, "add 'default deny %s' to the scope", op->text);
		good = false;
	}
	return good;
}

/* No statement silently does nothing. */
static bool fits_defaults(struct check *c, const struct ast_statement *scope)
{
	bool any = false, good = true;

	for (size_t i = 0; i < scope->inner.n; i++) {
		const struct ast_statement *s = scope->inner.at[i];

		any |= s->kind == AST_DEFAULT;
		if (s->kind == AST_ALLOW)
			good &= has_effect(c, scope, s);
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
