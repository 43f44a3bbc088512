/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of sets and subjects: one space of names, defined before or after use.
 * Resolving follows definitions depth first, marks what is open to find circles,
 * and never goes deeper than DEPTH_MAX, whichever end of a chain it begins at.
 */
#include <string.h>
#include "compiler/base/spell.h"
#include "compiler/check/check.h"

enum {
	SUGGESTED_MAX = 20,
	COMPARED_MAX = 200000 /* with so many names near ones are not looked for */
};

bool name_fits(struct check *c, struct span span, const char *name)
{
	if (strlen(name) <= NAME_MAX_BYTES)
		return true;
	diag_report(c->diags, span, DIAG_name_too_long,
		    "a name has at most %d characters", NAME_MAX_BYTES);
	return false;
}

static void define(struct check *c, const struct ast_statement *s)
{
	struct port_box unused;
	struct named **slot, *named;

	if (!name_fits(c, s->name_span, s->name))
		return;
	if (protocol_named(s->name, &unused)) {
		diag_report(c->diags, s->name_span, DIAG_reserved_name,
			    "'%s' is the name of a protocol and cannot be defined",
			    s->name);
		return;
	}
	slot = (struct named **)table_at(c->names, s->name, strlen(s->name));
	if (*slot) {
		diag_report(c->diags, s->name_span, DIAG_defined_twice,
			    "'%s' is defined twice", s->name);
		diag_note(c->diags, (*slot)->def->name_span,
			  "the other definition is here");
		return;
	}
	named = ARENA_NEW(c->arena, struct named);
	named->def = s;
	*slot = named;
	VEC_PUSH(c->arena, &c->named, named);
}

void names_define(struct check *c)
{
	c->names = table_new(c->arena);
	for (size_t i = 0; i < c->ast->statements.n; i++) {
		const struct ast_statement *s = c->ast->statements.at[i];

		if (s->kind != AST_POLICY && s->kind != AST_SCOPE && s->name)
			define(c, s);
	}
}

static void suggest(struct check *c, const char *name)
{
	const struct named *best = NULL;
	unsigned least = SPELL_FAR;

	if (c->suggested++ >= SUGGESTED_MAX || c->named.n > COMPARED_MAX)
		return;
	for (size_t i = 0; i < c->named.n; i++) {
		unsigned steps = spell_distance(name, c->named.at[i]->def->name);

		if (steps < least) {
			least = steps;
			best = c->named.at[i];
		}
	}
	if (best)
		diag_note(c->diags, best->def->name_span, "did you mean '%s'?",
			  best->def->name);
}

static void report_unknown(struct check *c, struct span span, const char *name)
{
	struct port_box unused;

	if (protocol_named(name, &unused)) {
		diag_report(c->diags, span, DIAG_wrong_type,
			    "'%s' is a protocol; protocols stand after 'port'", name);
		return;
	}
	diag_report(c->diags, span, DIAG_unknown_name, "'%s' is not defined", name);
	suggest(c, name);
}

static bool report_depth(struct check *c, struct span span)
{
	diag_report(c->diags, span, DIAG_too_deep,
		    "this definition goes through more than %d others", DEPTH_MAX);
	return false;
}

static bool resolve_value(struct check *c, struct named *n)
{
	if (n->def->kind == AST_SUBJECT)
		return subject_resolve(c, n->def->subject, &n->who);
	n->values = operand_expand(c, n->def->list, n->def->kind);
	return n->values;
}

/* c->level collects the level of whatever the definition uses. */
static bool resolve_fresh(struct check *c, struct named *n)
{
	uint32_t outer = c->level;
	bool good;

	if (c->depth == DEPTH_MAX)
		return report_depth(c, n->def->name_span);
	c->depth++;
	c->level = 0;
	n->progress = NAMED_OPEN;
	good = resolve_value(c, n);
	n->level = c->level + 1;
	c->level = outer;
	c->depth--;
	if (good && n->level > DEPTH_MAX)
		return report_depth(c, n->def->name_span);
	return good;
}

static bool resolve(struct check *c, struct named *n, struct span use)
{
	switch (n->progress) {
	case NAMED_DONE:
		break;
	case NAMED_FAILED:
		return false;
	case NAMED_OPEN:
		diag_report(c->diags, use, DIAG_defined_by_itself,
			    "the definition of '%s' needs itself", n->def->name);
		diag_note(c->diags, n->def->name_span, "it begins here");
		return false;
	case NAMED_FRESH:
		n->progress = resolve_fresh(c, n) ? NAMED_DONE : NAMED_FAILED;
		break;
	}
	if (n->level > c->level)
		c->level = n->level;
	return n->progress == NAMED_DONE;
}

struct named *names_use(struct check *c, struct span span, const char *name)
{
	struct named *n = table_get(c->names, name, strlen(name));

	if (!n) {
		report_unknown(c, span, name);
		return NULL;
	}
	n->used = true;
	return resolve(c, n, span) ? n : NULL;
}

void names_resolve_all(struct check *c)
{
	for (size_t i = 0; i < c->named.n; i++)
		resolve(c, c->named.at[i], c->named.at[i]->def->name_span);
	c->level = 0;
}

void names_wrong_type(struct check *c, struct span span, const struct named *n,
		      const char *expected)
{
	diag_report(c->diags, span, DIAG_wrong_type, "expected %s, but '%s' is %s",
		    expected, n->def->name, ast_kind_noun(n->def->kind));
	diag_note(c->diags, n->def->name_span, "'%s' is defined here", n->def->name);
}

void names_warn_unused(struct check *c)
{
	for (size_t i = 0; i < c->named.n; i++) {
		const struct ast_statement *def = c->named.at[i]->def;

		if (!c->named.at[i]->used)
			diag_report(c->diags, def->name_span, DIAG_unused_name,
				    "nothing uses '%s'", def->name);
	}
}
