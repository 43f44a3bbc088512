/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs scanner and parser over one source. */
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
