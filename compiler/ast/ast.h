/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is written, nothing of what it means: words are not looked up, values not
 * read. Every node has the span of its text. Made by the parser through the
 * constructors below; const from then on.
 */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include "compiler/base/source.h"

/* One entry of a list. text: the word or literal; of ITEM_STRING, ITEM_TREE and
 * ITEM_FILE what stands between the quotes, escapes not yet removed. */
enum ast_item_kind {
	ITEM_NAME,     /* web, tcp */
	ITEM_LITERAL,  /* tcp/80, 10.0.0.0/8, 1000-1010 */
	ITEM_STRING,   /* "/etc/shadow" */
	ITEM_TREE,     /* tree "/usr" */
	ITEM_ANYWHERE, /* anywhere */
	ITEM_PROTO,    /* proto 47; text is the number */
	ITEM_FILE,     /* file "feeds/x.txt" */
};

struct ast_item {
	enum ast_item_kind kind;
	struct span span;
	const char *text;
	uint32_t feed; /* ITEM_FILE: its source, 0 where nobody has read it */
};

struct ast_list {
	struct span span;
	VEC(struct ast_item) items;
};

/* AND and OR have two or more parts, so that a long chain is not a deep tree. */
enum ast_subject_kind {
	AST_NAMED,
	AST_EXE,
	AST_UID,
	AST_GID,
	AST_CGROUP,
	AST_NOT,
	AST_AND,
	AST_OR,
};

struct ast_subject {
	enum ast_subject_kind kind;
	struct span span;
	const char *name;                      /* NAMED */
	const struct ast_list *list;           /* EXE, UID, GID, CGROUP */
	VEC(const struct ast_subject *) parts; /* NOT, AND, OR */
};

/* A field of the policy block: word and value. */
struct ast_field {
	struct span span, value_span;
	const char *word;
	enum ast_value_kind {
		VALUE_LITERAL,
		VALUE_STRING,
		VALUE_WORD,
		VALUE_AT_LEAST
	} kind;
	const char *value;
};

enum ast_object_kind { OBJECT_ON, OBJECT_TO, OBJECT_ON_PORT, OBJECT_FROM };
struct ast_object {
	enum ast_object_kind kind;
	struct span span; /* of the preposition */
	const struct ast_list *list;
};

enum ast_clause_kind {
	CLAUSE_PORT,
	CLAUSE_ON_PORT, /* behind `from`: the port of the host's own */
	CLAUSE_FOR,
	CLAUSE_EXCEPT_FOR,
	CLAUSE_EXCEPT_ON,
	CLAUSE_EXCEPT_TO,
	CLAUSE_EXCEPT_PORT,
	CLAUSE_EXCEPT_ESTABLISHED,
	CLAUSE_PINNED,
	CLAUSE_HOST,
	CLAUSE_REVALIDATE,
	CLAUSE_AUDIT, /* mode audit */
	CLAUSE_AS,
	CLAUSE_OWNER,
	CLAUSE_TICKET,
	CLAUSE_EXPIRES,
	CLAUSE_WAIVE,
};
struct ast_clause {
	enum ast_clause_kind kind;
	struct span span;                  /* of the keyword */
	const struct ast_list *list;       /* PORT, ON_PORT, EXCEPT_ON, _TO, _PORT */
	const struct ast_subject *subject; /* FOR, EXCEPT_FOR */
	const char *name; /* AS, WAIVE; text of OWNER, TICKET, EXPIRES */
	struct span name_span;
	const char *reason; /* WAIVE */
	struct span reason_span;
};

enum ast_kind {
	AST_POLICY,
	AST_PATHS,
	AST_NET,
	AST_PORTS,
	AST_SUBJECT,
	AST_DENY,
	AST_AUDIT,
	AST_INCLUDE,
	AST_NEVER, /* assertions are built like rules */
	AST_ALWAYS,
	AST_TEST,
	AST_SCOPE,
	AST_ALLOW,  /* in a scope */
	AST_DEFAULT /* default deny, in a scope */
};
struct ast_cases;
struct ast_statement {
	enum ast_kind kind;
	struct span span;
	uint32_t line;    /* of its start, from 1 */
	const char *name; /* POLICY, sets, SUBJECT, and SCOPE: whom it is for */
	struct span name_span;
	VEC(struct ast_field) fields;      /* POLICY */
	const struct ast_list *list;       /* sets: values; rules: operations */
	const struct ast_subject *subject; /* SUBJECT */
	struct ast_object object;          /* rules */
	VEC(struct ast_clause) clauses;    /* rules, as written */
	const char *file;                  /* INCLUDE: between the quotes */
	struct span file_span;
	const char *title;                 /* TEST; name_span is its place */
	const struct ast_cases *cases;     /* TEST: cases.h */
	VEC(struct ast_statement *) inner; /* SCOPE */
	const struct ast_statement *scope; /* ALLOW, DEFAULT: the one around */
};

/* As the parser makes it: one source, in which an include is a statement among
 * others. Where includes are placed, what they include stands behind them. */
struct ast {
	struct arena *arena;
	const struct sources *sources;
	uint32_t source;
	VEC(const struct ast_statement *) statements;
	/* how far lines were counted, by ast_add */
	uint32_t counted, line;
};

struct ast *ast_new(struct arena *, const struct sources *, uint32_t source);
/* Statements come in the order of their places. */
void ast_add(struct ast *, struct ast_statement *);

struct ast_item ast_item(enum ast_item_kind, struct span, const char *text);
struct ast_list *ast_list(struct arena *, struct span); /* empty */
struct ast_list *ast_list_of(struct arena *, struct ast_item);
struct ast_list *ast_list_add(struct arena *, struct ast_list *, struct ast_item);
/* The entries of both; a is returned. */
struct ast_list *ast_list_join(struct arena *, struct ast_list *a,
			       const struct ast_list *b);
struct ast_list *ast_list_at(struct ast_list *, struct span); /* braces included */

struct ast_subject *ast_named(struct arena *, struct span, const char *name);
struct ast_subject *ast_listed(struct arena *, enum ast_subject_kind, struct span,
			       const struct ast_list *);
struct ast_subject *ast_not(struct arena *, struct span, const struct ast_subject *);
/* Another part for left if it is of that kind already. */
struct ast_subject *ast_join(struct arena *, enum ast_subject_kind, struct span,
			     struct ast_subject *left, const struct ast_subject *right);

/* A statement without a kind, to which fields or clauses are added first. */
struct ast_statement *ast_parts(struct arena *);
struct ast_statement *ast_policy(struct span, const char *name, struct span name_span,
				 struct ast_statement *fields);
struct ast_statement *ast_field_add(struct arena *, struct ast_statement *,
				    struct ast_field);
struct ast_field ast_value(enum ast_value_kind, struct span, const char *);
struct ast_field ast_field(struct span, const char *word, struct ast_field value);
struct ast_statement *ast_set(struct arena *, enum ast_kind, struct span,
			      const char *name, struct span name_span,
			      const struct ast_list *);
struct ast_statement *ast_subject(struct arena *, struct span, const char *name,
				  struct span name_span, const struct ast_subject *);

struct ast_object ast_object(enum ast_object_kind, struct span, const struct ast_list *);
struct ast_clause ast_clause_list(enum ast_clause_kind, struct span,
				  const struct ast_list *);
struct ast_clause ast_clause_subject(enum ast_clause_kind, struct span,
				     const struct ast_subject *);
struct ast_clause ast_clause_as(struct span, const char *name, struct span name_span);
struct ast_clause ast_clause_text(enum ast_clause_kind, struct span, const char *text,
				  struct span text_span);
struct ast_clause ast_clause_waive(struct span, const char *name, struct span name_span,
				   const char *reason, struct span reason_span);
struct ast_statement *ast_clause_add(struct arena *, struct ast_statement *,
				     struct ast_clause);
struct ast_statement *ast_rule(enum ast_kind, struct span, const struct ast_list *ops,
			       struct ast_object, struct ast_statement *clauses);

struct ast_statement *ast_include(struct arena *, struct span, const char *file,
				  struct span file_span);
struct ast_statement *ast_default(struct span, const struct ast_list *ops,
				  struct ast_statement *clauses);
struct ast_statement *ast_inner_add(struct arena *, struct ast_statement *,
				    struct ast_statement *inner);
/* ast_add then takes the inner statements too, behind it. */
struct ast_statement *ast_scope(struct span, const char *name, struct span name_span,
				struct ast_statement *inner);

/* "a paths set", "a string": for messages. */
const char *ast_item_noun(enum ast_item_kind);
const char *ast_kind_noun(enum ast_kind);

/* One node a line or less, in parentheses, statements with their line; "in NAME:"
 * where another source begins. */
void ast_dump(const struct ast *, FILE *);
void ast_dump_item(const struct ast_item *, FILE *);
void ast_dump_subject(const struct ast_subject *, FILE *);
