/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text → pieces. Comments are what stands between two tokens, so none can be missed;
 * the parser has accepted the text before, and its nodes' places are where units of
 * layout begin.
 */
#include "compiler/format/pieces.h"

#include <string.h>
#include "compiler/ast/cases.h"
#include "grammar/grammar.h"

struct reading {
	struct arena *arena;
	const char *text;
	struct tokens tokens;
	uint32_t *place; /* of each token: its piece */
	struct pieces *out;
};

bool piece_is(const struct piece *p, const char *text)
{
	return p->len == strlen(text) && !memcmp(p->text, text, p->len);
}

static struct piece make(const char *at, size_t len, uint32_t line_ends)
{
	struct piece p = {.text = at, .len = (uint32_t)len};

	p.comment = *at == '#';
	p.line = line_ends > 0;
	p.blank = line_ends > 1;
	for (size_t i = 0; i < len; i++) /* of a character of UTF-8 the first byte */
		p.width += ((unsigned char)at[i] & 0xc0) != 0x80;
	return p;
}

static void add_comment(struct reading *r, const char *at, const char *end,
			uint32_t line_ends)
{
	while (end[-1] == ' ' || end[-1] == '\t')
		end--;
	VEC_PUSH(r->arena, &r->out->list, make(at, (size_t)(end - at), line_ends));
}

/* Of [at, end); how many line ends stand behind the last. */
static uint32_t add_comments(struct reading *r, const char *at, const char *end)
{
	uint32_t line_ends = 0;

	for (; at < end; at++) {
		const char *stop = *at == '#' ? memchr(at, '\n', (size_t)(end - at)) : NULL;

		if (*at == '#') {
			stop = stop ? stop : end;
			add_comment(r, at, stop, line_ends);
			line_ends = 0;
			at = stop;
		}
		line_ends += at < end && *at == '\n';
	}
	return line_ends;
}

/* The last token, if it is a comma, goes; comments behind it stay. */
static void drop_comma(struct reading *r)
{
	size_t comments = 0, n = r->out->list.n;
	struct piece *p;

	while (comments < n && r->out->list.at[n - comments - 1].comment)
		comments++;
	p = r->out->list.at + (n - comments);
	if (comments == n || !piece_is(--p, ","))
		return;
	memmove(p, p + 1, comments * sizeof *p);
	r->out->list.n--;
}

static void add_tokens(struct reading *r)
{
	uint32_t end = 0;

	for (size_t i = 0; i < r->tokens.list.n; i++) {
		struct span span = r->tokens.list.at[i];
		size_t first = r->out->list.n, n;
		uint32_t ends = add_comments(r, r->text + end, r->text + span.start);
		struct piece p = make(r->text + span.start, span.end - span.start, ends);
		struct piece *comments;

		n = r->out->list.n - first;
		if (piece_is(&p, "}"))
			drop_comma(r);
		r->place[i] = (uint32_t)r->out->list.n;
		VEC_PUSH(r->arena, &r->out->list, p);
		comments = r->out->list.at + first;
		if (n && piece_is(&p, ",")) {
			memmove(comments + 1, comments, n * sizeof *comments);
			*comments = p;
			r->place[i] = (uint32_t)first;
		}
		end = span.end;
	}
	add_comments(r, r->text + end, r->text + strlen(r->text));
}

/* The number of the token that begins there, or that of the last. */
static size_t token_at(const struct reading *r, uint32_t offset)
{
	size_t lo = 0, hi = r->tokens.list.n - 1;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->tokens.list.at[mid].start < offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct piece *piece_at(const struct reading *r, struct span span)
{
	return &r->out->list.at[r->place[token_at(r, span.start)]];
}

/* Some clauses have two words, and the node has the place of the second. */
static void mark_clause(const struct reading *r, struct span span)
{
	size_t token = token_at(r, span.start);

	if (token && piece_is(&r->out->list.at[r->place[token - 1]], "except"))
		token--;
	r->out->list.at[r->place[token]].clause = true;
}

static void mark_cases(const struct reading *r, const struct ast_cases *cases)
{
	for (size_t i = 0; i < cases->list.n; i++) {
		const struct ast_case *c = cases->list.at[i];

		piece_at(r, c->span)->unit = UNIT_OTHER;
		for (size_t k = 0; k < c->requests.n; k++)
			piece_at(r, c->requests.at[k].span)->unit = UNIT_REQUEST;
	}
}

static void mark_statement(const struct reading *r, const struct ast_statement *s)
{
	bool set = s->kind >= AST_PATHS && s->kind <= AST_SUBJECT;

	piece_at(r, s->span)->unit = set ? UNIT_SET : UNIT_OTHER;
	for (size_t i = 0; i < s->fields.n; i++)
		piece_at(r, s->fields.at[i].span)->unit = UNIT_FIELD;
	for (size_t i = 0; i < s->clauses.n; i++)
		mark_clause(r, s->clauses.at[i].span);
	if (s->cases)
		mark_cases(r, s->cases);
}

static void match_braces(struct reading *r)
{
	VEC(uint32_t) open = {0};

	for (uint32_t i = 0; i < r->out->list.n; i++) {
		struct piece *p = &r->out->list.at[i];
		uint32_t next = i + 1;

		if ((piece_is(p, "}") || piece_is(p, ")")) && open.n) {
			r->out->list.at[open.at[--open.n]].match = i;
		} else if (piece_is(p, "(")) {
			VEC_PUSH(r->arena, &open, i);
		} else if (piece_is(p, "{")) {
			VEC_PUSH(r->arena, &open, i);
			while (next < r->out->list.n && r->out->list.at[next].comment)
				next++;
			p->block = next < r->out->list.n && r->out->list.at[next].unit;
		}
	}
}

bool pieces_read(struct arena *a, struct sources *sources, uint32_t source,
		 struct diags *diags, struct pieces *out)
{
	struct reading r = {.arena = a, .text = sources->list.at[source].text, .out = out};
	const struct ast *ast = grammar_parse(a, sources, source, diags);

	*out = (struct pieces){0};
	if (!ast)
		return false;
	r.tokens = grammar_tokens(a, sources, source, diags);
	r.place = ARENA_ARRAY(a, uint32_t, r.tokens.list.n + 1);
	add_tokens(&r);
	for (size_t i = 0; i < ast->statements.n; i++)
		mark_statement(&r, ast->statements.at[i]);
	match_braces(&r);
	return true;
}

bool pieces_equal(const struct pieces *a, const struct pieces *b)
{
	if (a->list.n != b->list.n)
		return false;
	for (size_t i = 0; i < a->list.n; i++) {
		const struct piece *p = &a->list.at[i], *q = &b->list.at[i];

		if (p->len != q->len || memcmp(p->text, q->text, p->len))
			return false;
	}
	return true;
}
