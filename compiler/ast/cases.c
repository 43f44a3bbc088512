/* SPDX-License-Identifier: BSD-2-Clause */
/* Constructors of what a test block holds, and its dump. Like ast.c they store what
 * they are given and judge nothing. */
#include "compiler/ast/cases.h"

struct ast_case *ast_case(struct arena *a)
{
	return ARENA_NEW(a, struct ast_case);
}

struct ast_case *ast_fact_add(struct arena *a, struct ast_case *c,
			      const struct ast_subject *fact)
{
	VEC_PUSH(a, &c->facts, fact);
	return c;
}

struct ast_case *ast_fact_guest(struct ast_case *c, struct span first, struct span last)
{
	c->guest = (struct span){first.source, first.start, last.end};
	return c;
}

struct ast_case *ast_request_add(struct arena *a, struct ast_case *c,
				 struct ast_request request)
{
	VEC_PUSH(a, &c->requests, request);
	return c;
}

struct ast_case *ast_case_of(struct ast_case *facts, const struct ast_case *requests,
			     struct span span)
{
	facts->span = span;
	facts->requests.at = requests->requests.at;
	facts->requests.n = requests->requests.n;
	return facts;
}

struct ast_cases *ast_cases(struct arena *a)
{
	return ARENA_NEW(a, struct ast_cases);
}

struct ast_cases *ast_case_add(struct arena *a, struct ast_cases *cases,
			       const struct ast_case *c)
{
	VEC_PUSH(a, &cases->list, c);
	return cases;
}

struct ast_verdict ast_verdict(enum ast_verdict_kind kind, struct span span)
{
	return (struct ast_verdict){.span = span, .kind = kind};
}

struct ast_verdict ast_verdict_by(enum ast_verdict_kind kind, struct span span,
				  const char *by, const char *number, struct span by_span)
{
	return (struct ast_verdict){span, kind, by, number, by_span};
}

struct ast_request ast_request(struct span span, struct ast_item op,
			       struct ast_item object, struct ast_verdict verdict)
{
	return (struct ast_request){
		.span = span, .op = op, .object = object, .verdict = verdict};
}

struct ast_request ast_request_again(struct span span, struct ast_item op,
				     struct ast_item object, struct ast_verdict verdict)
{
	struct ast_request r = ast_request(span, op, object, verdict);

	r.form = REQUEST_AGAIN;
	return r;
}

struct ast_request ast_request_two(enum ast_request_form form, struct span span,
				   struct ast_item op, struct ast_item object,
				   struct ast_item second, struct ast_verdict verdict)
{
	return (struct ast_request){span, op, object, form, second, verdict};
}

struct ast_statement *ast_test(struct arena *a, struct span span, const char *title,
			       struct span title_span, const struct ast_cases *cases)
{
	struct ast_statement *s = ast_parts(a);

	s->kind = AST_TEST;
	s->span = span;
	s->title = title;
	s->name_span = title_span;
	s->cases = cases;
	return s;
}

/* ---- dump ---- */

static void dump_request(const struct ast_request *r, FILE *out)
{
	static const char *const words[] = {
		[VERDICT_ALLOW] = "allow",
		[VERDICT_DENY] = "deny",
		[VERDICT_AUDIT] = "audit",
	};

	fprintf(out, "\n        (%s%s", r->form == REQUEST_AGAIN ? "revalidate " : "", r->op.text);
	ast_dump_item(&r->object, out);
	fputs(r->form == REQUEST_TO ? " to" : "", out);
	if (r->form == REQUEST_PORT || r->form == REQUEST_TO)
		ast_dump_item(&r->second, out);
	fprintf(out, " => %s", words[r->verdict.kind]);
	if (r->verdict.by)
		fprintf(out, " by %s", r->verdict.by);
	if (r->verdict.number)
		fprintf(out, " %s", r->verdict.number);
	putc(')', out);
}

void ast_cases_dump(const struct ast_cases *cases, FILE *out)
{
	for (size_t i = 0; i < cases->list.n; i++) {
		const struct ast_case *c = cases->list.at[i];

		fputs("\n    (as", out);
		for (size_t j = 0; j < c->facts.n; j++)
			ast_dump_subject(c->facts.at[j], out);
		fputs(c->guest.end ? " (not host)" : "", out);
		for (size_t j = 0; j < c->requests.n; j++)
			dump_request(&c->requests.at[j], out);
		putc(')', out);
	}
}
