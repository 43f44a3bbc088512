/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text up to the first NUL → canonical form. What parses must come out as the same
 * AST, and its canonical form as itself. Then the same tokens once more with other
 * space and comments between them, chosen by the bytes behind the NUL and by chance:
 * the same AST again, and no comment missing.
 */
#include <string.h>
#include "compiler/ast/ast.h"
#include "compiler/format/format.h"
#include "grammar/grammar.h"
#include "tests/fuzz/target.h"

#define ROUNDS 6

static const char *const between[] = {
	" ", "  ", "\t", "\n", "\n\n", " \n \n\n", " # c\n", "\n# c\n", " # c \n\n # c\n",
	"\n#c\n\n\n\t#c\t\n", "\n\n# c\n\n",
};

struct text {
	const char *at;
	size_t len;
};

/* With statements' lines left out, they may change. */
static char *dump(struct arena *a, struct text text, bool *parsed)
{
	struct sources sources = { .arena = a };
	struct diags *diags = diags_new(a, &sources);
	const struct ast *ast;
	char *out = NULL, *to;
	size_t n = 0;
	FILE *file = open_memstream(&out, &n);

	FUZZ_REQUIRE(file);
	VEC_PUSH(a, &sources.list, (struct source){ "dump.nbp", text.at, text.len });
	ast = grammar_parse(a, &sources, 0, diags);
	if (ast)
		ast_dump(ast, file);
	fclose(file);
	*parsed = ast;
	to = out;
	for (const char *from = out; *from;) {
		while (*from >= '0' && *from <= '9')
			from++;
		while (*from && *from != '\n')
			*to++ = *from++;
		if (*from)
			*to++ = *from++;
	}
	*to = '\0';
	return out;
}

static struct formatted format(struct arena *a, struct text text)
{
	struct sources sources = { .arena = a };
	struct diags *diags = diags_new(a, &sources);

	VEC_PUSH(a, &sources.list, (struct source){ "fuzz.nbp", text.at, text.len });
	return policy_format(a, &sources, 0, diags);
}

static size_t count_comments(struct text text)
{
	size_t n = 0;
	bool string = false, comment = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (c == '\n')
			comment = string = false;
		else if (comment)
			continue;
		else if (string && c == '\\')
			i++;
		else if (c == '"')
			string = !string;
		else if (c == '#' && !string)
			n += comment = true;
	}
	return n;
}

/* `tree` is what the text must be, in any form. */
static void check(struct arena *a, struct text text, const char *tree)
{
	struct formatted once = format(a, text), twice;
	bool parsed;
	char *after;

	FUZZ_REQUIRE(once.outcome == FORMAT_DONE);
	after = dump(a, (struct text){ once.text, once.len }, &parsed);
	FUZZ_REQUIRE(parsed && !strcmp(tree, after));
	FUZZ_REQUIRE(count_comments(text) ==
		     count_comments((struct text){ once.text, once.len }));
	twice = format(a, (struct text){ once.text, once.len });
	FUZZ_REQUIRE(twice.outcome == FORMAT_DONE);
	if (twice.len != once.len || memcmp(twice.text, once.text, once.len)) {
		fprintf(stderr, "once:\n%s\ntwice:\n%s\n", once.text, twice.text);
		FUZZ_REQUIRE(!"canonical");
	}
	free(after);
}

/* The same tokens with something else between them. */
static struct text scatter(struct arena *a, struct text text, struct feed *f, uint32_t *dice)
{
	struct sources sources = { .arena = a };
	struct diags *diags = diags_new(a, &sources);
	struct tokens tokens;
	char *out;
	size_t n = 0;

	VEC_PUSH(a, &sources.list, (struct source){ "fuzz.nbp", text.at, text.len });
	tokens = grammar_tokens(a, &sources, 0, diags);
	out = arena_alloc(a, text.len + 16 * (tokens.list.n + 1) + 1);
	for (size_t i = 0; i <= tokens.list.n; i++) {
		const char *gap;

		*dice = *dice * 1664525 + 1013904223;
		gap = between[((*dice >> 16 & 3 ? 0 : *dice >> 20) + feed_byte(f)) %
			      (sizeof between / sizeof *between)];
		memcpy(out + n, gap, strlen(gap));
		n += strlen(gap);
		if (i == tokens.list.n)
			break;
		memcpy(out + n, text.at + tokens.list.at[i].start,
		       tokens.list.at[i].end - tokens.list.at[i].start);
		n += tokens.list.at[i].end - tokens.list.at[i].start;
	}
	return (struct text){ out, n };
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena *a = arena_new();
	const uint8_t *nul = len ? memchr(at, 0, len) : NULL;
	size_t n = nul ? (size_t)(nul - at) : len;
	struct feed rest = { at + n + 1, nul ? len - n - 1 : 0 };
	struct text text = { arena_strndup(a, (const char *)at, n), n };
	uint32_t dice = 1;
	bool parsed;
	char *tree = dump(a, text, &parsed);

	if (parsed)
		check(a, text, tree);
	else
		FUZZ_REQUIRE(format(a, text).outcome == FORMAT_WRONG);
	for (int i = 0; parsed && i < ROUNDS; i++)
		check(a, scatter(a, text, &rest, &dice), tree);
	free(tree);
	arena_free(a);
	return 0;
}
