/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a test block holds, as written: cases, each of facts about who asks and of
 * requests with the verdict that is expected. Nothing is looked up.
 */
#pragma once
#include "compiler/ast/ast.h"

/* by: the word after 'by', or NULL; number: what follows 'by rule', or NULL. */
struct ast_verdict {
	struct span span;
	enum ast_verdict_kind { VERDICT_ALLOW, VERDICT_DENY, VERDICT_AUDIT } kind;
	const char *by, *number;
	struct span by_span; /* of word and number */
};

struct ast_request {
	struct span span;
	struct ast_item op;
	struct ast_item object;
	enum ast_request_form { REQUEST_ONE, REQUEST_PORT, REQUEST_TO, REQUEST_AGAIN } form;
	struct ast_item second; /* the port, or what stands behind 'to' */
	struct ast_verdict verdict;
};

/* as FACTS { REQUESTS } */
struct ast_case {
	struct span span;                      /* of 'as' */
	VEC(const struct ast_subject *) facts; /* EXE, UID, GID, CGROUP */
	struct span guest;                     /* of 'not host'; empty: not said */
	VEC(struct ast_request) requests;
};

struct ast_cases {
	VEC(const struct ast_case *) list;
};

/* To which facts and requests are added. */
struct ast_case *ast_case(struct arena *);
struct ast_case *ast_fact_add(struct arena *, struct ast_case *,
			      const struct ast_subject *);
/* not host */
struct ast_case *ast_fact_guest(struct ast_case *, struct span first, struct span last);
struct ast_case *ast_request_add(struct arena *, struct ast_case *, struct ast_request);
/* Facts of the one, requests of the other. */
struct ast_case *ast_case_of(struct ast_case *facts, const struct ast_case *requests,
			     struct span);
struct ast_cases *ast_cases(struct arena *);
struct ast_cases *ast_case_add(struct arena *, struct ast_cases *,
			       const struct ast_case *);

struct ast_verdict ast_verdict(enum ast_verdict_kind, struct span);
struct ast_verdict ast_verdict_by(enum ast_verdict_kind, struct span, const char *by,
				  const char *number, struct span by_span);
struct ast_request ast_request(struct span, struct ast_item op, struct ast_item object,
			       struct ast_verdict);
/* Of an object that is open already. */
struct ast_request ast_request_again(struct span, struct ast_item op, struct ast_item object,
				     struct ast_verdict);
struct ast_request ast_request_two(enum ast_request_form, struct span,
				   struct ast_item op, struct ast_item object,
				   struct ast_item second, struct ast_verdict);

struct ast_statement *ast_test(struct arena *, struct span, const char *title,
			       struct span title_span, const struct ast_cases *);

void ast_cases_dump(const struct ast_cases *, FILE *);
