/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnostics → text for people: place, words, the line with carets, notes. Colour
 * only stands around words, so that nothing is said by it alone.
 */
#include <string.h>
#include "compiler/base/diag.h"
#include "compiler/base/diag_kind.h"
#include "compiler/base/quote.h"

enum {
	PRINTED_MAX = 20,
	CHAIN_MAX = 10, /* files shown of those that led to one */
};

static const struct paint {
	const char *place, *error, *warning, *note, *caret, *end;
} plain = {"", "", "", "", "", ""},
  coloured = {"\033[1m",    "\033[1;31m", "\033[1;35m",
	      "\033[1;36m", "\033[1;32m", "\033[0m"};

struct printer {
	FILE *out;
	const struct sources *sources;
	const struct paint *paint;
};

static void print_at(const struct printer *p, struct span span, const char *paint,
		     const char *kind, const char *text)
{
	const struct source *s = &p->sources->list.at[span.source];
	struct place place = source_place(s, span.start);

	fputs(p->paint->place, p->out);
	quote_text(p->out, s->name, strlen(s->name));
	fprintf(p->out, ":%u:%u:%s %s%s:%s ", place.line, place.column, p->paint->end,
		paint, kind, p->paint->end);
	quote_text(p->out, text, strlen(text));
}

static void print_span(const struct printer *p, struct span span)
{
	quote_span_marked(p->out, &p->sources->list.at[span.source], span,
			  p->paint->caret, p->paint->end);
}

/* A warning's says how to speak of it to -W. */
static void print_code(FILE *out, const struct diag *diag)
{
	struct diag_kind kind = diag_kind(diag_index(diag->code));

	fprintf(out, " [NB%04d", (int)diag->code);
	if (kind.severity == SEVERITY_WARNING)
		fprintf(out, " -W%s%s", diag->severity == SEVERITY_ERROR ? "error=" : "",
			kind.name);
	fputs("]\n", out);
}

/* How the compiler came to read the file. */
static void print_chain(const struct printer *p, uint32_t source)
{
	unsigned shown = 0, more = 0;

	while (source < p->sources->origins.n) {
		const struct origin *o = &p->sources->origins.at[source];

		if (o->kind == ORIGIN_MAIN)
			break;
		if (shown++ < CHAIN_MAX) {
			print_at(p, o->from, p->paint->note, "note",
				 o->kind == ORIGIN_FEED ? "the feed is named here"
							: "included from here");
			putc('\n', p->out);
		} else {
			more++;
		}
		source = o->from.source;
	}
	if (more)
		fprintf(p->out, "      = %snote:%s and through %u more file%s\n",
			p->paint->note, p->paint->end, more, more == 1 ? "" : "s");
}

static void print_one(const struct printer *p, const struct diag *diag)
{
	bool error = diag->severity == SEVERITY_ERROR;

	print_at(p, diag->span, error ? p->paint->error : p->paint->warning,
		 error ? "error" : "warning", diag->text);
	print_code(p->out, diag);
	print_span(p, diag->span);
	for (const struct diag_note *n = diag->notes; n; n = n->next) {
		if (n->help) {
			fprintf(p->out, "      = %shelp:%s ", p->paint->note,
				p->paint->end);
			quote_text(p->out, n->text, strlen(n->text));
			putc('\n', p->out);
			continue;
		}
		print_at(p, n->span, p->paint->note, "note", n->text);
		putc('\n', p->out);
		print_span(p, n->span);
	}
	print_chain(p, diag->span.source);
}

static void print_rest(FILE *out, uint32_t errors, uint32_t warnings)
{
	if (!errors && !warnings)
		return;
	fputs("and ", out);
	if (errors)
		fprintf(out, "%u more error%s", errors, errors == 1 ? "" : "s");
	if (warnings)
		fprintf(out, "%s%u more warning%s", errors ? ", " : "", warnings,
			warnings == 1 ? "" : "s");
	fputs(", not shown\n", out);
}

static void print(const struct diags *d, FILE *out, const struct paint *paint)
{
	struct diag_list list = diags_sorted(d, PRINTED_MAX);
	struct printer p = {out, list.sources, paint};

	for (uint32_t i = 0; i < list.n; i++)
		print_one(&p, list.at[i]);
	print_rest(out, list.more_errors, list.more_warnings);
}

void diags_print(const struct diags *d, FILE *out)
{
	print(d, out, &plain);
}

void diags_print_coloured(const struct diags *d, FILE *out)
{
	print(d, out, &coloured);
}
