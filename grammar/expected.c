/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One syntax error → "expected X, Y or Z, saw 'w'", and the fix where a common
 * mistake is recognised: a misspelt keyword, a reserved word as a name, a list
 * without braces, a construct of the language that this version lacks.
 */
#include "grammar/expected.h"

#include <string.h>
#include "compiler/base/spell.h"

static bool is_expected(const char *const *expected, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(expected[i], name))
			return true;
	return false;
}

/* The words that begin a statement stand together: naming all of them helps nobody
 * who has just finished a rule. */
static bool is_statement_word(const char *name)
{
	static const char *const words[] = {"'policy'", "'paths'", "'net'", "'ports'",
					    "'subject'", "'deny'", "'audit'",
					    "'scope'", "'include'", "'assert'",
					    "'test'"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i], name))
			return true;
	return false;
}

static const char *or_list(struct arena *a, const char *const *parts, size_t n)
{
	const char *text = "";

	for (size_t i = 0; i < n; i++) {
		const char *comma = i + 1 < n ? ", " : " or ";

		text = arena_printf(a, "%s%s%s", text, i ? comma : "", parts[i]);
	}
	return text;
}

/* Words that are also names of fields: where any name fits they say nothing. */
static bool is_field_word(const char *name)
{
	return !strcmp(name, "'owner'") || !strcmp(name, "'ticket'") ||
	       !strcmp(name, "'expires'") || !strcmp(name, "'mode'");
}

/* What an item of a list may begin with; when 'tree' may stand there, all of them. */
static bool begins_item(const char *name)
{
	static const char *const words[] = {
		"'tree'", "'anywhere'", "'proto'", "'file'",
		"a name", "'{'", "an address, port or number",
		"a quoted string"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i], name))
			return true;
	return false;
}

static const char *describe_expected(struct scan *s, const char *const *expected,
				     size_t n)
{
	const char *parts[EXPECTED_MAX + 1];
	bool statement = is_expected(expected, n, "'policy'");
	bool item = is_expected(expected, n, "'tree'") && n > 1;
	bool named = is_expected(expected, n, "a name");
	bool operation = n == 1 && !strcmp(expected[0], "a name") &&
			 (s->before == DENY || s->before == AUDIT || s->before == ALLOW ||
			  s->before == ',');
	size_t used = 0;

	if (operation)
		return "an operation";

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(expected[i], "end of file") ||
		    !strcmp(expected[i], "the next statement") ||
		    (statement && is_statement_word(expected[i])) ||
		    (item && begins_item(expected[i])) ||
		    (named && is_field_word(expected[i])))
			continue;
		parts[used++] = expected[i];
	}
	if (statement && !used)
		return "a statement ('policy', 'paths', 'net', 'ports', 'subject', "
		       "'deny', 'audit', 'scope', 'include', 'assert' or 'test')";
	if (statement)
		parts[used++] = "a new statement";
	if (item)
		parts[used++] = "a path, an address, a port or a name";
	return or_list(s->arena, parts, used);
}

static const char *seen_text(const struct scan *s)
{
	const struct span *span = &s->last.span;
	const char *text = s->ast->sources->list.at[span->source].text;

	return arena_strndup(s->arena, text + span->start, span->end - span->start);
}

/* The nearest keyword that could have stood there, without its quotes. */
static const char *nearest_keyword(struct scan *s, const char *word,
				   const char *const *expected, size_t n)
{
	const char *best = NULL;
	unsigned least = SPELL_FAR;

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(expected[i]);
		const char *keyword;
		unsigned d;

		if (expected[i][0] != '\'' || len < 4)
			continue;
		keyword = arena_strndup(s->arena, expected[i] + 1, len - 2);
		d = spell_distance(word, keyword);
		if (d < least) {
			least = d;
			best = keyword;
		}
	}
	return best;
}

static void help(struct scan *s, const char *seen, const char *const *expected, size_t n)
{
	const char *near;

	if (s->last.kind == NAME && (near = nearest_keyword(s, seen, expected, n)))
		diag_help(s->diags, "did you mean '%s'?", near);
	else if ((s->last.kind == ALLOW || s->last.kind == DEFAULT) && !s->scope &&
		 is_expected(expected, n, "'policy'"))
		diag_help(s->diags, "'allow' and 'default deny' stand in a scope: "
				    "scope NAME { default deny connect }");
	else if (s->last.kind == ',' && is_expected(expected, n, "'policy'"))
		diag_help(s->diags, "a list is written in braces: { a, b }");
	else if (s->last.kind == LITERAL && seen[0] == '-')
		diag_help(s->diags, "a range is written without spaces: 10-20");
	else if (s->before == INCLUDE || s->before == FEED)
		diag_help(s->diags, "the name of a file is written in quotes");
	else if (s->last.kind == LITERAL && seen[0] == '/')
		diag_help(s->diags, "a path is written in quotes: \"%s\"", seen);
	else if (s->last.kind == STRING && is_expected(expected, n, "a name"))
		diag_help(s->diags, "names of things are written without quotes");
	else if (s->last.kind == AT_LEAST || s->last.kind == '=')
		diag_help(s->diags,
			  "only 'kernel' takes '>=', only definitions take '='");
}

/* Whether a name that the policy chooses follows. */
static bool is_defining(int kind)
{
	return kind == POLICY || kind == PATHS || kind == NET || kind == PORTS ||
	       kind == SUBJECT || kind == AS || kind == SCOPE;
}

void expected_report(struct scan *s, const char *const *expected, size_t n)
{
	const char *seen = s->last.kind ? seen_text(s) : "";
	bool keyword = s->last.kind != LITERAL && *seen >= 'a' && *seen <= 'z';

	if (s->last.kind == BAD)
		return;
	if (diags_full(s->diags)) { /* only counted: find no words for it */
		diag_report(s->diags, s->last.span, DIAG_syntax, "-");
		return;
	}
	if (keyword && s->last.kind != NAME && is_defining(s->before) &&
	    is_expected(expected, n, "a name")) {
		diag_report(s->diags, s->last.span, DIAG_reserved_name,
			    "'%s' is a word of the language and cannot be a name", seen);
		return;
	}
	if (!s->last.kind)
		diag_report(s->diags, s->last.span, DIAG_syntax,
			    "expected %s, saw the end of the file",
			    describe_expected(s, expected, n));
	else
		diag_report(s->diags, s->last.span, DIAG_syntax, "expected %s, saw '%s'",
			    describe_expected(s, expected, n), seen);
	help(s, seen, expected, n);
}
