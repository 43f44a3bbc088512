/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "compiler/assure/advice.h"
#include "compiler/assure/contain.h"
#include "compiler/assure/match.h"
#include "compiler/base/table.h"

enum { WORK_MAX = 1 << 23 };

struct advice {
	struct arena *arena;
	const struct policy *policy;
	struct diags *diags;
	struct table *said; /* spans of patterns that were spoken of */
	size_t work;        /* left: patterns compared; without any nothing is said */
};

/* Whoever can make a directory and a file can make a name that it matches. */
static bool is_unanchored(const struct path_pattern *p)
{
	return !p->dirs && (p->shape == PATH_GLOB_BELOW ||
			    (p->shape == PATH_GENERAL && p->parts[0].any_depth));
}

static bool is_new(struct advice *a, const struct path_pattern *p)
{
	void **seen = table_at(a->said, &p->span, sizeof p->span);
	bool fresh = !*seen;

	*seen = a;
	return fresh;
}

static void report_unanchored(struct advice *a, const struct path_pattern *p, const char *what)
{
	if (!is_new(a, p))
		return;
	diag_report(a->diags, p->span, DIAG_unanchored_exception,
		    "\"%s\" matches in every directory, so that whoever may create a file "
		    "anywhere can make %s",
		    p->text, what);
	diag_help(a->diags, "name the directory that it is meant for");
}

/* ---- programs that rules make an exception of ---- */

static const char *beginning(struct arena *a, const struct path_pattern *p)
{
	const char *path = "";

	for (uint32_t i = 0; i < p->dirs; i++)
		path = arena_printf(a, "%s/%.*s", path, (int)p->dir[i].len, p->dir[i].at);
	return *path ? path : "/";
}

/* Whether the rule denies the operations on every path of the pattern, as far as it is
 * plain: a literal path that it names, the same text, a tree around it. */
static bool protects(const struct rule *rule, const struct path_pattern *p, const char *path,
		     uint32_t ops)
{
	struct request r = {.path = path};

	if (rule->effect != EFFECT_DENY || rule->audit || rule->kind != OBJECT_FILES ||
	    (rule->ops & ops) != ops)
		return false;
	if (p->shape == PATH_LITERAL)
		return rule_path(rule, &r);
	for (uint32_t i = 0; i < rule->n_paths && !rule->n_except; i++) {
		const struct path_pattern *with = &rule->paths[i];

		if ((with->shape == PATH_TREE && path_matches(with, r.path)) ||
		    (with->shape == p->shape && !strcmp(with->text, p->text)))
			return true;
	}
	return false;
}

/* Whether a rule denies the operations on all of the pattern, to everyone or, if `to` is
 * not NULL, to that subject; true also when finding out would take too long. */
static bool is_protected(struct advice *a, const struct path_pattern *p, uint32_t ops,
			 const struct subject *to)
{
	const char *path = beginning(a->arena, p);

	for (uint32_t i = 0; i < a->policy->n_rules; i++) {
		const struct rule *rule = &a->policy->rules[i];
		size_t work = (rule->ops & ops) == ops ? rule->n_paths + 1 : 1;

		if (a->work < work) {
			a->work = 0;
			return true;
		}
		a->work -= work;
		if (protects(rule, p, path, ops) &&
		    (!to || rule->who->kind == SUBJECT_ANYONE ||
		     subjects_alike(a->arena, rule->who, to)))
			return true;
	}
	return false;
}

static void judge_program(struct advice *a, const struct rule *rule,
			  const struct path_pattern *p)
{
	if (is_protected(a, p, 1u << NB_OP_WRITE, NULL) || !is_new(a, p))
		return;
	diag_report(a->diags, p->span, DIAG_unprotected_program,
		    "this rule %s \"%s\", which no rule keeps from being replaced",
		    rule->effect == EFFECT_ALLOW ? "allows something to"
						 : "makes an exception of",
		    p->text);
	diag_note(a->diags, rule->span, "the rule is here");
	diag_help(a->diags, "whoever may write to it may do what it may: add 'deny modify on %s\"%s\"'",
		  p->shape == PATH_TREE ? "tree " : "", p->text);
}

/* The executables that take somebody out of a denial, or that an allow speaks of. */
static void judge_programs(struct advice *a, const struct rule *rule, const struct subject *s,
			   bool exempt)
{
	if (s->kind == SUBJECT_NOT)
		exempt = !exempt;
	if (s->kind == SUBJECT_ATOM && exempt && s->atom->dim == NB_DIM_EXE)
		for (uint32_t i = 0; i < s->atom->n_paths; i++) {
			if (is_unanchored(&s->atom->paths[i]))
				report_unanchored(a, &s->atom->paths[i],
						  "a program that it means");
			else
				judge_program(a, rule, &s->atom->paths[i]);
		}
	if (s->left)
		judge_programs(a, rule, s->left, exempt);
	if (s->right)
		judge_programs(a, rule, s->right, exempt);
}

/* ---- objects that are allowed ---- */

static void judge_objects(struct advice *a, const struct path_pattern *paths, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (is_unanchored(&paths[i]))
			report_unanchored(a, &paths[i], "one that this allows");
}

/* ---- what may not be written to, but replaced ---- */

/* A rule that is about nothing but writing means the file by that name, and whoever may
 * write to its directory can put another one there. */
static void judge_write(struct advice *a, const struct rule *rule)
{
	bool waived = rule->waived[WAIVER_replace];
	uint32_t i = 0;

	if (rule->effect == EFFECT_DENY && rule->kind == OBJECT_FILES &&
	    rule->ops == ops_of_word("write", OBJECT_FILES))
		while (i < rule->n_paths &&
		       is_protected(a, &rule->paths[i], 1u << NB_OP_DELETE | 1u << NB_OP_RENAME,
				    rule->who))
			i++;
	else
		i = rule->n_paths;
	if (waived == (i < rule->n_paths))
		return;
	if (waived && a->work)
		diag_report(a->diags, rule->span, DIAG_unused_waiver,
			    "nothing that this rule protects can be replaced, so that 'waive "
			    "replace' waives nothing");
	if (waived)
		return;
	diag_report(a->diags, rule->span, DIAG_replaceable,
		    "\"%s\" may not be written to, but may be deleted or replaced by another "
		    "file of that name",
		    rule->paths[i].text);
	diag_help(a->diags, "deny 'modify' instead of 'write', or write 'waive replace "
			    "\"why\"' at the end of the rule");
}

void advice_report(struct arena *arena, const struct policy *policy, struct diags *diags)
{
	struct advice a = {arena, policy, diags, table_new(arena), WORK_MAX};

	for (uint32_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rules[i];

		judge_write(&a, rule);
		if (rule->effect == EFFECT_AUDIT || rule->effect == EFFECT_DEFAULT)
			continue;
		judge_programs(&a, rule, rule->who, rule->effect == EFFECT_ALLOW);
		judge_objects(&a, rule->paths, rule->effect == EFFECT_ALLOW ? rule->n_paths : 0);
	}
}
