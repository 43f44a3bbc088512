/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs scanner and parser over one source. */
#include "grammar/grammar.h"
#include "grammar/scan.h"

const struct ast *grammar_parse(struct arena *a, struct sources *sources, uint32_t source,
				struct diags *diags)
{
	const struct source *text = &sources->list.at[source];
	struct scan s = {
		.arena = a,
		.diags = diags,
		.source = source,
		.fresh = true,
		.ast = ast_new(a, sources, source),
	};

	if (!scan_accepts(text, source, diags))
		return NULL;
	scan_open(&s, text);
	nbp_parse(&s);
	return diags_failed(diags) ? NULL : s.ast;
}
