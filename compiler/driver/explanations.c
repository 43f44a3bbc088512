/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A code or name → its part of explanations.txt, printed as it stands there. A part
 * begins with the line "= NAME" and ends before the next.
 */
#include "compiler/driver/explanations.h"

#include <string.h>
#include "compiler/base/diag_kind.h"

/* The first byte behind the line "= NAME". */
static const char *find(const char *name)
{
	size_t len = strlen(name);

	for (const char *at = explanations_text; at; at = strstr(at, "\n= ")) {
		at += *at == '\n';
		if (!strncmp(at, "= ", 2) && !strncmp(at + 2, name, len) &&
		    at[2 + len] == '\n')
			return at + 2 + len + 1;
	}
	return NULL;
}

const char *explanation_meaning(const char *name, size_t *len)
{
	const char *at = find(name), *end = at ? strstr(at, "\n\n") : NULL;

	if (!end)
		return NULL;
	*len = (size_t)(end - at);
	return at;
}

int explanation_print(const char *word, FILE *out, struct error *err)
{
	struct diag_kind kind;
	const char *at, *end;

	if (!diag_kind_find(word, &kind)) {
		if (diag_kind_nearest(word, false, &kind))
			return error_set(err, EXIT_USAGE,
					 "no diagnostic is called '%s'; did you mean '%s'?",
					 word, kind.name);
		return error_set(err, EXIT_USAGE,
				 "no diagnostic is called '%s'; its code stands in brackets "
				 "behind each message: netbpfc explain NB0402. To ask about "
				 "a request, explain needs a policy, an operation and an "
				 "object",
				 word);
	}
	fprintf(out, "NB%04d %s: %s (%s)\n", (int)kind.code, kind.name, kind.title,
		kind.severity == SEVERITY_ERROR ? "error" : "warning");
	at = find(kind.name);
	if (!at)
		return 0;
	end = strstr(at, "\n= ");
	fprintf(out, "\n%.*s", end ? (int)(end - at) : (int)strlen(at), at);
	return 0;
}
