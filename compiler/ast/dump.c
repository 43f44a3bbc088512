/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The AST as text: (kind part ...), names bare, strings as they were written. The
 * parser bounds how deep subjects nest, so recursion is safe here.
 */
#include <stdbool.h>
#include "compiler/ast/cases.h"

void ast_dump_item(const struct ast_item *item, FILE *out)
{
	switch (item->kind) {
	case ITEM_NAME:
	case ITEM_LITERAL:
		fprintf(out, " %s", item->text);
		return;
	case ITEM_STRING:
		fprintf(out, " \"%s\"", item->text);
		return;
	case ITEM_TREE:
		fprintf(out, " (tree \"%s\")", item->text);
		return;
	case ITEM_ANYWHERE:
		fputs(" anywhere", out);
		return;
	case ITEM_PROTO:
		fprintf(out, " (proto %s)", item->text);
		return;
	case ITEM_FILE:
		fprintf(out, " (file \"%s\")", item->text);
		return;
	}
}

static void dump_list(const struct ast_list *list, FILE *out)
{
	for (size_t i = 0; i < list->items.n; i++)
		ast_dump_item(&list->items.at[i], out);
}

void ast_dump_subject(const struct ast_subject *s, FILE *out)
{
	static const char *const words[] = {
		[AST_EXE] = "exe", [AST_UID] = "uid", [AST_GID] = "gid",
		[AST_CGROUP] = "cgroup", [AST_NOT] = "not", [AST_AND] = "and",
		[AST_OR] = "or",
	};

	if (s->kind == AST_NAMED) {
		fprintf(out, " %s", s->name);
		return;
	}
	fprintf(out, " (%s", words[s->kind]);
	if (s->list)
		dump_list(s->list, out);
	for (size_t i = 0; i < s->parts.n; i++)
		ast_dump_subject(s->parts.at[i], out);
	putc(')', out);
}

static void dump_field(const struct ast_field *f, FILE *out)
{
	fprintf(out, "\n    (%s ", f->word);
	if (f->kind == VALUE_STRING)
		fprintf(out, "\"%s\")", f->value);
	else
		fprintf(out, "%s%s)", f->kind == VALUE_AT_LEAST ? ">= " : "", f->value);
}

static void dump_clause(const struct ast_clause *c, FILE *out)
{
	static const char *const words[] = {
		[CLAUSE_PORT] = "port",
		[CLAUSE_ON_PORT] = "on-port",
		[CLAUSE_FOR] = "for",
		[CLAUSE_EXCEPT_FOR] = "except-for",
		[CLAUSE_EXCEPT_ON] = "except-on",
		[CLAUSE_EXCEPT_TO] = "except-to",
		[CLAUSE_EXCEPT_PORT] = "except-port",
		[CLAUSE_EXCEPT_ESTABLISHED] = "except-established",
		[CLAUSE_PINNED] = "pinned",
		[CLAUSE_HOST] = "host",
		[CLAUSE_REVALIDATE] = "revalidate",
		[CLAUSE_AUDIT] = "mode audit",
		[CLAUSE_AS] = "as",
		[CLAUSE_OWNER] = "owner",
		[CLAUSE_TICKET] = "ticket",
		[CLAUSE_EXPIRES] = "expires",
		[CLAUSE_WAIVE] = "waive",
	};

	bool quoted = c->kind == CLAUSE_OWNER || c->kind == CLAUSE_TICKET;

	fprintf(out, "\n    (%s", words[c->kind]);
	if (c->list)
		dump_list(c->list, out);
	if (c->subject)
		ast_dump_subject(c->subject, out);
	if (c->name)
		fprintf(out, quoted ? " \"%s\"" : " %s", c->name);
	if (c->reason)
		fprintf(out, " \"%s\"", c->reason);
	putc(')', out);
}

static void dump_rule(const struct ast_statement *s, FILE *out)
{
	static const char *const words[] = {
		[OBJECT_ON] = "on",
		[OBJECT_TO] = "to",
		[OBJECT_ON_PORT] = "on-port",
		[OBJECT_FROM] = "from",
	};

	dump_list(s->list, out);
	fprintf(out, "\n    (%s", words[s->object.kind]);
	dump_list(s->object.list, out);
	putc(')', out);
	for (size_t i = 0; i < s->clauses.n; i++)
		dump_clause(&s->clauses.at[i], out);
}

static void dump_statement(const struct ast_statement *s, FILE *out)
{
	static const char *const words[] = {
		[AST_POLICY] = "policy", [AST_PATHS] = "paths", [AST_NET] = "net",
		[AST_PORTS] = "ports", [AST_SUBJECT] = "subject", [AST_DENY] = "deny",
		[AST_AUDIT] = "audit", [AST_INCLUDE] = "include",
		[AST_NEVER] = "never", [AST_ALWAYS] = "always", [AST_TEST] = "test",
		[AST_SCOPE] = "scope", [AST_ALLOW] = "allow",
		[AST_DEFAULT] = "default-deny",
	};

	fprintf(out, "%u: (%s", s->line, words[s->kind]);
	if (s->name)
		fprintf(out, " %s", s->name);
	if (s->title)
		fprintf(out, " \"%s\"", s->title);
	switch (s->kind) {
	case AST_POLICY:
		for (size_t i = 0; i < s->fields.n; i++)
			dump_field(&s->fields.at[i], out);
		break;
	case AST_PATHS:
	case AST_NET:
	case AST_PORTS:
		dump_list(s->list, out);
		break;
	case AST_SUBJECT:
		ast_dump_subject(s->subject, out);
		break;
	case AST_DENY:
	case AST_AUDIT:
	case AST_NEVER:
	case AST_ALWAYS:
		dump_rule(s, out);
		break;
	case AST_INCLUDE:
		fprintf(out, " \"%s\"", s->file);
		break;
	case AST_TEST:
		ast_cases_dump(s->cases, out);
		break;
	case AST_ALLOW:
		dump_rule(s, out);
		break;
	case AST_DEFAULT:
		dump_list(s->list, out);
		for (size_t i = 0; i < s->clauses.n; i++)
			dump_clause(&s->clauses.at[i], out);
		break;
	case AST_SCOPE: /* what is inside follows */
		break;
	}
	fputs(")\n", out);
}

void ast_dump(const struct ast *ast, FILE *out)
{
	uint32_t source = ast->source;

	for (size_t i = 0; i < ast->statements.n; i++) {
		const struct ast_statement *s = ast->statements.at[i];

		if (s->span.source != source)
			fprintf(out, "in %s:\n",
				ast->sources->list.at[s->span.source].name);
		source = s->span.source;
		dump_statement(s, out);
	}
}
