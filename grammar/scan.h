/* SPDX-License-Identifier: BSD-2-Clause */
/* What scanner and parser share during one parse. */
#pragma once
#include <stdbool.h>
#include "compiler/ast/ast.h"
#include "compiler/base/diag.h"
#include "grammar/parse.h"

struct token {
	int kind;
	NBP_STYPE value;
	struct span span;
	bool first; /* of its line */
};

struct scan {
	struct arena *arena;
	struct diags *diags;
	struct ast *ast;
	void *flex;
	uint32_t source, at; /* offset behind the last token */
	bool fresh;          /* nothing but space since the start of the line */
	/* Recovery: after an error tokens are dropped up to a word that begins a
	 * statement at the start of a line; the parser is then given RESYNC and the
	 * word. Of a scope whose head is wrong nothing is a beginning. */
	struct token last;
	int before; /* kind of the token before the last */
	bool lost, replay, tried;
	uint32_t tried_at; /* where the last such word stood */
	int head; /* of a scope: 1 behind the word, 2 behind the name, 0 in its braces */
	bool orphans;
	int braces, scope; /* open ones; how many a scope's own makes, 0 = in none */
};

/* The next token of the text, as flex finds it: scan.l. */
int scan_token(NBP_STYPE *, struct span *, void *flex);
void scan_open(struct scan *, const struct source *);
