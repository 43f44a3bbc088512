/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical text of a rule: one line, operations in the order of ops.def,
 * clauses in the order of rule_text, brackets only where they are needed.
 * Sources hold no control characters, so that the text has none.
 */
#include <string.h>
#include "compiler/check/check.h"

struct text {
	struct arena *arena;
	VEC(char) out;
};

static void put(struct text *t, const char *s)
{
	size_t len = strlen(s), n = t->out.n;

	t->out.at = arena_grow(t->arena, t->out.at, n, &t->out.cap, n + len + 1, 1);
	memcpy(t->out.at + n, s, len + 1);
	t->out.n += len;
}

static void put_item(struct text *t, const struct ast_item *item)
{
	bool quoted = item->kind == ITEM_STRING || item->kind == ITEM_TREE;

	if (item->kind == ITEM_TREE)
		put(t, "tree ");
	if (item->kind == ITEM_PROTO)
		put(t, "proto ");
	put(t, quoted ? "\"" : "");
	put(t, item->text);
	put(t, quoted ? "\"" : "");
}

static void put_list(struct text *t, const struct ast_list *list)
{
	bool braces = list->items.n != 1;

	put(t, braces ? "{ " : "");
	for (size_t i = 0; i < list->items.n; i++) {
		put(t, i ? ", " : "");
		put_item(t, &list->items.at[i]);
	}
	put(t, braces ? list->items.n ? " }" : "}" : "");
}

static void put_subject(struct text *, const struct ast_subject *);

/* Looser than its surroundings: OR below AND, either below NOT. */
static void put_part(struct text *t, enum ast_subject_kind around,
		     const struct ast_subject *part)
{
	bool brackets = (part->kind == AST_OR && around != AST_OR) ||
			(part->kind == AST_AND && around == AST_NOT);

	put(t, brackets ? "(" : "");
	put_subject(t, part);
	put(t, brackets ? ")" : "");
}

/* No deeper than the parser's stack. */
static void put_subject(struct text *t, const struct ast_subject *s)
{
	static const char *const words[] = {
		[AST_EXE] = "exe ", [AST_UID] = "uid ", [AST_GID] = "gid ",
		[AST_CGROUP] = "cgroup ", [AST_NOT] = "not ", [AST_AND] = " and ",
		[AST_OR] = " or ",
	};

	if (s->kind == AST_NAMED) {
		put(t, s->name);
		return;
	}
	if (s->list || s->kind == AST_NOT)
		put(t, words[s->kind]);
	if (s->list)
		put_list(t, s->list);
	for (size_t i = 0; i < s->parts.n; i++) {
		put(t, i ? words[s->kind] : "");
		put_part(t, s->kind, s->parts.at[i]);
	}
}

static void put_clauses(struct text *t, const struct ast_statement *s,
			enum ast_clause_kind kind, const char *words)
{
	for (size_t i = 0; i < s->clauses.n; i++) {
		const struct ast_clause *c = &s->clauses.at[i];

		if (c->kind != kind)
			continue;
		put(t, words);
		if (c->list)
			put_list(t, c->list);
		if (c->subject)
			put_subject(t, c->subject);
	}
}

const char *rule_text(struct arena *a, const struct ast_statement *s,
		      const struct rule *rule)
{
	static const char *const prepositions[] = {
		[OBJECT_ON] = " on ",
		[OBJECT_TO] = " to ",
		[OBJECT_ON_PORT] = " on port ",
		[OBJECT_FROM] = " from ",
	};
	static const char *const effects[] = {
		[AST_DENY] = "deny ",
		[AST_AUDIT] = "audit ",
		[AST_NEVER] = "assert never ",
		[AST_ALWAYS] = "assert always ",
		[AST_ALLOW] = "allow ",
		[AST_DEFAULT] = "default deny ",
	};
	struct text t = {.arena = a};
	uint32_t ops = rule->ops;
	const char *word;

	put(&t, effects[s->kind]);
	for (bool more = false; (word = ops_next_word(&ops, rule->kind)); more = true) {
		put(&t, more ? ", " : "");
		put(&t, word);
	}
	if (s->scope) {
		put(&t, " in scope ");
		put(&t, s->scope->name);
	}
	if (s->kind == AST_DEFAULT) {
		put_clauses(&t, s, CLAUSE_REVALIDATE, " revalidate");
		put_clauses(&t, s, CLAUSE_EXCEPT_ESTABLISHED, " except established");
		put_clauses(&t, s, CLAUSE_AUDIT, " mode audit");
		return t.out.at;
	}
	put(&t, prepositions[s->object.kind]);
	put_list(&t, s->object.list);
	put_clauses(&t, s, CLAUSE_PORT, " port ");
	put_clauses(&t, s, CLAUSE_ON_PORT, " on port ");
	put_clauses(&t, s, CLAUSE_EXCEPT_ON, " except on ");
	put_clauses(&t, s, CLAUSE_EXCEPT_TO, " except to ");
	put_clauses(&t, s, CLAUSE_EXCEPT_PORT, " except port ");
	put_clauses(&t, s, CLAUSE_EXCEPT_ESTABLISHED, " except established");
	put_clauses(&t, s, CLAUSE_FOR, " for ");
	put_clauses(&t, s, CLAUSE_EXCEPT_FOR, " except for ");
	put_clauses(&t, s, CLAUSE_HOST, " host");
	put_clauses(&t, s, CLAUSE_PINNED, " pinned");
	put_clauses(&t, s, CLAUSE_REVALIDATE, " revalidate");
	put_clauses(&t, s, CLAUSE_AUDIT, " mode audit");
	return t.out.at;
}
