/* SPDX-License-Identifier: BSD-2-Clause */
/* Constructors of the AST: they store what they are given and judge nothing. */
#include "compiler/ast/ast.h"

struct ast *ast_new(struct arena *a, const struct sources *sources, uint32_t source)
{
	struct ast *ast = ARENA_NEW(a, struct ast);

	ast->arena = a;
	ast->sources = sources;
	ast->source = source;
	ast->line = 1;
	return ast;
}

void ast_add(struct ast *ast, struct ast_statement *s)
{
	const char *text = ast->sources->list.at[ast->source].text;

	for (; ast->counted < s->span.start; ast->counted++)
		ast->line += text[ast->counted] == '\n';
	s->line = ast->line;
	VEC_PUSH(ast->arena, &ast->statements, s);
	for (size_t i = 0; i < s->inner.n; i++) {
		s->inner.at[i]->scope = s;
		ast_add(ast, s->inner.at[i]);
	}
}

struct ast_item ast_item(enum ast_item_kind kind, struct span span, const char *text)
{
	return (struct ast_item){.kind = kind, .span = span, .text = text};
}

struct ast_list *ast_list(struct arena *a, struct span span)
{
	struct ast_list *list = ARENA_NEW(a, struct ast_list);

	list->span = span;
	return list;
}

struct ast_list *ast_list_of(struct arena *a, struct ast_item item)
{
	return ast_list_add(a, ast_list(a, item.span), item);
}

struct ast_list *ast_list_add(struct arena *a, struct ast_list *list,
			      struct ast_item item)
{
	VEC_PUSH(a, &list->items, item);
	list->span.end = item.span.end;
	return list;
}

struct ast_list *ast_list_join(struct arena *a, struct ast_list *list,
			       const struct ast_list *more)
{
	for (size_t i = 0; i < more->items.n; i++)
		VEC_PUSH(a, &list->items, more->items.at[i]);
	list->span.end = more->span.end;
	return list;
}

struct ast_list *ast_list_at(struct ast_list *list, struct span span)
{
	list->span = span;
	return list;
}

static struct ast_subject *make(struct arena *a, enum ast_subject_kind kind,
				struct span span)
{
	struct ast_subject *s = ARENA_NEW(a, struct ast_subject);

	s->kind = kind;
	s->span = span;
	return s;
}

struct ast_subject *ast_named(struct arena *a, struct span span, const char *name)
{
	struct ast_subject *s = make(a, AST_NAMED, span);

	s->name = name;
	return s;
}

struct ast_subject *ast_listed(struct arena *a, enum ast_subject_kind kind,
			       struct span span, const struct ast_list *list)
{
	struct ast_subject *s = make(a, kind, span);

	s->list = list;
	return s;
}

struct ast_subject *ast_not(struct arena *a, struct span span,
			    const struct ast_subject *part)
{
	struct ast_subject *s = make(a, AST_NOT, span);

	VEC_PUSH(a, &s->parts, part);
	return s;
}

struct ast_subject *ast_join(struct arena *a, enum ast_subject_kind kind,
			     struct span span, struct ast_subject *left,
			     const struct ast_subject *right)
{
	struct ast_subject *s = left;

	if (left->kind != kind) {
		s = make(a, kind, span);
		VEC_PUSH(a, &s->parts, left);
	}
	VEC_PUSH(a, &s->parts, right);
	s->span = span;
	return s;
}

struct ast_statement *ast_parts(struct arena *a)
{
	return ARENA_NEW(a, struct ast_statement);
}

struct ast_statement *ast_policy(struct span span, const char *name,
				 struct span name_span, struct ast_statement *s)
{
	s->kind = AST_POLICY;
	s->span = span;
	s->name = name;
	s->name_span = name_span;
	return s;
}

struct ast_statement *ast_field_add(struct arena *a, struct ast_statement *s,
				    struct ast_field field)
{
	VEC_PUSH(a, &s->fields, field);
	return s;
}

struct ast_field ast_value(enum ast_value_kind kind, struct span span, const char *text)
{
	return (struct ast_field){.kind = kind, .value_span = span, .value = text};
}

struct ast_field ast_field(struct span span, const char *word, struct ast_field value)
{
	value.span = span;
	value.word = word;
	return value;
}

struct ast_statement *ast_set(struct arena *a, enum ast_kind kind, struct span span,
			      const char *name, struct span name_span,
			      const struct ast_list *list)
{
	struct ast_statement *s = ast_parts(a);

	s->kind = kind;
	s->span = span;
	s->name = name;
	s->name_span = name_span;
	s->list = list;
	return s;
}

struct ast_statement *ast_subject(struct arena *a, struct span span, const char *name,
				  struct span name_span,
				  const struct ast_subject *subject)
{
	struct ast_statement *s = ast_set(a, AST_SUBJECT, span, name, name_span, NULL);

	s->subject = subject;
	return s;
}

struct ast_object ast_object(enum ast_object_kind kind, struct span span,
			     const struct ast_list *list)
{
	return (struct ast_object){kind, span, list};
}

struct ast_clause ast_clause_list(enum ast_clause_kind kind, struct span span,
				  const struct ast_list *list)
{
	return (struct ast_clause){.kind = kind, .span = span, .list = list};
}

struct ast_clause ast_clause_subject(enum ast_clause_kind kind, struct span span,
				     const struct ast_subject *subject)
{
	return (struct ast_clause){.kind = kind, .span = span, .subject = subject};
}

struct ast_clause ast_clause_as(struct span span, const char *name, struct span name_span)
{
	return (struct ast_clause){
		.kind = CLAUSE_AS, .span = span, .name = name, .name_span = name_span};
}

struct ast_clause ast_clause_text(enum ast_clause_kind kind, struct span span,
				  const char *text, struct span text_span)
{
	struct ast_clause clause = ast_clause_as(span, text, text_span);

	clause.kind = kind;
	return clause;
}

struct ast_clause ast_clause_waive(struct span span, const char *name,
				   struct span name_span, const char *reason,
				   struct span reason_span)
{
	return (struct ast_clause){.kind = CLAUSE_WAIVE, .span = span, .name = name,
				   .name_span = name_span, .reason = reason,
				   .reason_span = reason_span};
}

struct ast_statement *ast_clause_add(struct arena *a, struct ast_statement *s,
				     struct ast_clause clause)
{
	VEC_PUSH(a, &s->clauses, clause);
	return s;
}

struct ast_statement *ast_rule(enum ast_kind kind, struct span span,
			       const struct ast_list *ops, struct ast_object object,
			       struct ast_statement *s)
{
	s->kind = kind;
	s->span = span;
	s->list = ops;
	s->object = object;
	return s;
}

struct ast_statement *ast_include(struct arena *a, struct span span, const char *file,
				  struct span file_span)
{
	struct ast_statement *s = ast_parts(a);

	s->kind = AST_INCLUDE;
	s->span = span;
	s->file = file;
	s->file_span = file_span;
	return s;
}

struct ast_statement *ast_default(struct span span, const struct ast_list *ops,
				  struct ast_statement *s)
{
	s->kind = AST_DEFAULT;
	s->span = span;
	s->list = ops;
	return s;
}

struct ast_statement *ast_inner_add(struct arena *a, struct ast_statement *s,
				    struct ast_statement *inner)
{
	VEC_PUSH(a, &s->inner, inner);
	return s;
}

struct ast_statement *ast_scope(struct span span, const char *name, struct span name_span,
				struct ast_statement *s)
{
	s->kind = AST_SCOPE;
	s->span = span;
	s->name = name;
	s->name_span = name_span;
	return s;
}

const char *ast_item_noun(enum ast_item_kind kind)
{
	static const char *const nouns[] = {
		[ITEM_NAME] = "a name",
		[ITEM_LITERAL] = "an address, port or number",
		[ITEM_STRING] = "a quoted path",
		[ITEM_TREE] = "a tree of paths",
		[ITEM_ANYWHERE] = "every address",
		[ITEM_PROTO] = "a protocol",
		[ITEM_FILE] = "a feed",
	};

	return nouns[kind];
}

const char *ast_kind_noun(enum ast_kind kind)
{
	static const char *const nouns[] = {
		[AST_POLICY] = "a policy",   [AST_PATHS] = "a paths set",
		[AST_NET] = "a net set",     [AST_PORTS] = "a ports set",
		[AST_SUBJECT] = "a subject", [AST_DENY] = "a rule",
		[AST_AUDIT] = "a rule",      [AST_INCLUDE] = "an include",
		[AST_NEVER] = "an assertion", [AST_ALWAYS] = "an assertion",
		[AST_TEST] = "a test",       [AST_SCOPE] = "a scope",
		[AST_ALLOW] = "a rule",      [AST_DEFAULT] = "a rule",
	};

	return nouns[kind];
}
