/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * (policy, request) → text: verdict, deciding rule with its source line, reasons,
 * further rules. The verdict is the evaluator's own; this file only words it.
 */
#include <string.h>
#include "compiler/base/quote.h"
#include "compiler/assure/explain.h"
#include "compiler/assure/match.h"
#include "compiler/assure/reasons.h"

#define QUOTED_LINES 8 /* of a statement that spans many */
#define LISTED_RULES 20

static void text(FILE *out, const char *s)
{
	quote_text(out, s, strlen(s));
}

/* Each line of the statement, underlined. */
static void quote_rule(const struct policy *p, const struct rule *rule, FILE *out)
{
	const struct source *s = &p->sources->list.at[rule->span.source];
	struct span span = rule->span;
	uint32_t end = span.end;

	text(out, rule->source);
	fprintf(out, ":%u\n", rule->line);
	for (int lines = 0; span.start < end; lines++) {
		struct place place = source_place(s, span.start);

		if (lines == QUOTED_LINES) {
			fputs("      | ...\n", out);
			return;
		}
		span.end = place.line_end < end ? (uint32_t)place.line_end : end;
		quote_span(out, s, span);
		span.start = (uint32_t)place.line_end + 1;
	}
}

/* ---- other rules ---- */

static void list_rule(const struct rule *rule, FILE *out)
{
	fprintf(out, "  rule %u  ", rule->number);
	text(out, rule->source);
	fprintf(out, ":%u  ", rule->line);
	text(out, rule->text);
	fputc('\n', out);
}

/* The rules other than `decided` that name this operation and object, and whose
 * subject is met, or is not. */
static void list_rules(const struct policy *p, const struct request *r,
		       const struct rule *decided, bool met, const char *title, FILE *out)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];

		if (rule == decided || !rule_names(rule, r) ||
		    (subject_truth(rule->who, r) != TRUTH_NO) != met)
			continue;
		if (!found++)
			fprintf(out, "\n%s\n", title);
		if (found <= LISTED_RULES)
			list_rule(rule, out);
	}
	if (found > LISTED_RULES)
		fprintf(out, "  ... and %u more\n", found - LISTED_RULES);
}

/* Those that name the object only to except it. */
static void list_exceptions(const struct policy *p, const struct request *r, FILE *out)
{
	uint32_t found = 0;

	for (uint32_t i = 0; r->path && i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];
		struct rule whole = *rule;

		whole.n_except = 0;
		if (!rule_exception(rule, r) || !rule_names(&whole, r))
			continue;
		if (!found++)
			fputs("\nexcepting this object:\n", out);
		if (found <= LISTED_RULES)
			list_rule(rule, out);
	}
	if (found > LISTED_RULES)
		fprintf(out, "  ... and %u more\n", found - LISTED_RULES);
}

/* ---- all of it ---- */

static const char *const verdict_words[] = {
	[NB_ALLOW] = "allowed: no rule matches",
	[NB_AUDIT] = "allowed, and logged",
	[NB_WOULD_DENY] = "allowed, and logged as a denial that audit mode holds back",
	[NB_DENY] = "denied",
};

static void print_verdict(struct verdict v, FILE *out)
{
	fprintf(out, "\n%s", verdict_words[v.verdict]);
	if (!v.rule)
		return;
	fprintf(out, " by rule %u", v.rule->number);
	if (!v.rule->name)
		return;
	fputs(" '", out);
	text(out, v.rule->name);
	fputc('\'', out);
}

void policy_explain(const struct policy *p, const struct request *r, FILE *out)
{
	struct verdict v = policy_evaluate(p, r);

	request_print(r, out);
	print_verdict(v, out);
	if (v.rule) {
		fputs("\n\n", out);
		quote_rule(p, v.rule, out);
		reasons_print(p, v.rule, r, out);
	} else {
		fputc('\n', out);
	}
	list_rules(p, r, v.rule, true,
		   "also matching, without effect on the verdict:", out);
	list_rules(p, r, v.rule, false,
		   "naming the same object, but not this subject:", out);
	list_exceptions(p, r, out);
}

/* ---- renames and links ---- */

void move_print(const struct request *r, enum move_kind kind, const char *to, FILE *out)
{
	fprintf(out, "%s ", kind == MOVE_LINK ? "link" : kind == MOVE_TREE ? "rename tree" : "rename");
	text(out, r->path);
	fputs(kind == MOVE_DIRECTORY ? "/ to " : " to ", out);
	text(out, to);
}

/* How containment came to it. */
static void print_lost(const struct move *m, FILE *out)
{
	fputs("  lost     ", out);
	text(out, m->asked.path);
	fputs(" would be ", out);
	text(out, m->lost);
	fputs(", where nothing as strict holds for the same subject\n", out);
}

static void print_apart(const struct policy *p, const struct move *m, FILE *out)
{
	fputs("\n  places   below the two names this rule, for one, does not hold alike:\n", out);
	list_rule(m->apart, out);
	if (m->why == MOVE_OLD_KERNEL)
		fprintf(out, "  kernel   before 5.17 no directory may move so, and the policy is for "
			     ">= %u.%u\n", p->kernel_major, p->kernel_minor);
	else
		fputs("  object   has directories in it; one that has none could move if no file "
		      "in it lost a rule\n", out);
}

void policy_explain_move(const struct policy *p, const struct request *r, enum move_kind kind,
			 const char *to, const struct move *m, FILE *out)
{
	move_print(r, kind, to, out);
	print_verdict(m->verdict, out);
	if (m->verdict.verdict == NB_ALLOW) {
		fputc('\n', out);
		return;
	}
	fputs(m->why == MOVE_ASKED ? "\n" : ", with EXDEV\n", out);
	if (!m->verdict.rule) {
		print_apart(p, m, out);
		return;
	}
	fputc('\n', out);
	quote_rule(p, m->verdict.rule, out);
	if (m->lost)
		print_lost(m, out);
	else
		fprintf(out, "  asked    %s%s\n", op_words[m->asked.op],
			m->why == MOVE_BELOW ? " of what the directory may hold" : "");
	reasons_print(p, m->verdict.rule, &m->asked, out);
}
