/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs scanner and parser, or the scanner alone, over one source. */
#include "grammar/grammar.h"
#include "compiler/base/text.h"
#include "grammar/scan.h"

const struct ast *grammar_parse(struct arena *a, struct sources *sources, uint32_t source,
				struct diags *diags)
{
	const struct source *text = &sources->list.at[source];
	uint32_t before = diags_errors(diags);
	struct scan s = {
		.arena = a,
		.diags = diags,
		.source = source,
		.fresh = true,
		.ast = ast_new(a, sources, source),
	};

	if (!text_accepts(text, source, TEXT_LF, diags))
		return NULL;
	scan_open(&s, text);
	nbp_parse(&s);
	return diags_errors(diags) > before ? NULL : s.ast;
}

struct tokens grammar_tokens(struct arena *a, const struct sources *sources, uint32_t source,
			     struct diags *diags)
{
	struct scan s = {.arena = a, .diags = diags, .source = source};
	struct tokens tokens = {0};
	struct span span;
	NBP_STYPE value;

	scan_open(&s, &sources->list.at[source]);
	while (scan_token(&value, &span, s.flex))
		VEC_PUSH(a, &tokens.list, span);
	return tokens;
}
