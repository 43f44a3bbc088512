/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnostics are queued with everything they show, sorted by place when printed,
 * and capped: the first mistakes matter, a thousand followers do not, and a million
 * must not fill the memory. Errors are never pushed out by warnings.
 */
#include "compiler/base/diag.h"

#include <stdlib.h>
#include <string.h>
#include "compiler/base/quote.h"
#include "compiler/base/utf8.h"

enum {
	PRINTED_MAX = 20,
	KEPT_MAX = 2000, /* of each severity; later ones are only counted */
	MESSAGE_MAX = 600, /* bytes; a message may quote what somebody wrote */
};

struct note {
	struct note *next;
	struct span span;
	const char *text;
	bool help; /* without a place */
};

struct diag {
	struct span span;
	uint32_t order; /* of reporting, for equal places */
	enum diag_code code;
	enum severity severity;
	const char *text;
	struct note *notes, **end;
};

struct diags {
	struct arena *arena;
	const struct sources *sources;
	VEC(struct diag *) list;
	uint32_t count[2]; /* by severity, also of those not kept */
	bool dropped;      /* the last report was not kept */
};

static enum severity severity_of(enum diag_code code)
{
	switch (code) {
#define DIAG(number, name, severity, title) \
	case DIAG_##name:                   \
		return SEVERITY_##severity;
#include "compiler/base/diag.def"
#undef DIAG
	}
	return SEVERITY_ERROR;
}

struct diags *diags_new(struct arena *a, const struct sources *sources)
{
	struct diags *d = ARENA_NEW(a, struct diags);

	d->arena = a;
	d->sources = sources;
	return d;
}

static const char *format(struct arena *a, const char *fmt, va_list args)
{
	char *text = arena_vprintf(a, fmt, args);
	size_t end = MESSAGE_MAX;

	if (strlen(text) <= MESSAGE_MAX)
		return text;
	while (end > MESSAGE_MAX - 4 && (text[end] & 0xc0) == 0x80)
		end--;
	return arena_printf(a, "%.*s...", (int)end, text);
}

void diag_report(struct diags *d, struct span span, enum diag_code code, const char *fmt,
		 ...)
{
	enum severity severity = severity_of(code);
	struct diag *diag;
	va_list args;

	d->dropped = d->count[severity]++ >= KEPT_MAX;
	if (d->dropped)
		return;
	diag = ARENA_NEW(d->arena, struct diag);
	va_start(args, fmt);
	diag->text = format(d->arena, fmt, args);
	va_end(args);
	diag->span = span;
	diag->code = code;
	diag->severity = severity;
	diag->order = (uint32_t)d->list.n;
	diag->end = &diag->notes;
	VEC_PUSH(d->arena, &d->list, diag);
}

static void attach(struct diags *d, struct note note)
{
	struct diag *last = d->list.at[d->list.n - 1];
	struct note *copy = ARENA_NEW(d->arena, struct note);

	*copy = note;
	*last->end = copy;
	last->end = &copy->next;
}

void diag_note(struct diags *d, struct span span, const char *fmt, ...)
{
	va_list args;

	if (d->dropped)
		return;
	va_start(args, fmt);
	attach(d, (struct note){.span = span, .text = format(d->arena, fmt, args)});
	va_end(args);
}

void diag_help(struct diags *d, const char *fmt, ...)
{
	va_list args;

	if (d->dropped)
		return;
	va_start(args, fmt);
	attach(d, (struct note){.help = true, .text = format(d->arena, fmt, args)});
	va_end(args);
}

bool diags_failed(const struct diags *d)
{
	return d->count[SEVERITY_ERROR] > 0;
}

bool diags_full(const struct diags *d)
{
	return d->count[SEVERITY_ERROR] >= KEPT_MAX;
}

static int by_place(const void *left, const void *right)
{
	const struct diag *a = *(struct diag *const *)left,
			  *b = *(struct diag *const *)right;

	if (a->span.source != b->span.source)
		return a->span.source < b->span.source ? -1 : 1;
	if (a->span.start != b->span.start)
		return a->span.start < b->span.start ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void print_at(const struct diags *d, FILE *out, struct span span, const char *kind,
		     const char *text)
{
	const struct source *s = &d->sources->list.at[span.source];
	struct place p = source_place(s, span.start);

	quote_text(out, s->name, strlen(s->name));
	fprintf(out, ":%u:%u: %s: ", p.line, p.column, kind);
	quote_text(out, text, strlen(text));
}

static void print_one(const struct diags *d, FILE *out, const struct diag *diag)
{
	bool error = diag->severity == SEVERITY_ERROR;

	print_at(d, out, diag->span, error ? "error" : "warning", diag->text);
	fprintf(out, " [NB%04d]\n", (int)diag->code);
	quote_span(out, &d->sources->list.at[diag->span.source], diag->span);
	for (const struct note *n = diag->notes; n; n = n->next) {
		if (n->help) {
			fputs("      = help: ", out);
			quote_text(out, n->text, strlen(n->text));
			putc('\n', out);
			continue;
		}
		print_at(d, out, n->span, "note", n->text);
		putc('\n', out);
		quote_span(out, &d->sources->list.at[n->span.source], n->span);
	}
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

void diags_print(const struct diags *d, FILE *out)
{
	uint32_t total = (uint32_t)d->list.n;
	uint32_t errors = d->count[SEVERITY_ERROR], warnings = d->count[SEVERITY_WARNING];
	uint32_t left[2];
	struct diag **sorted;

	if (!total)
		return;
	left[SEVERITY_ERROR] = errors < PRINTED_MAX ? errors : PRINTED_MAX;
	left[SEVERITY_WARNING] = PRINTED_MAX - left[SEVERITY_ERROR];
	if (left[SEVERITY_WARNING] > warnings)
		left[SEVERITY_WARNING] = warnings;
	sorted = ARENA_ARRAY(d->arena, struct diag *, total);
	memcpy(sorted, d->list.at, total * sizeof *sorted);
	qsort(sorted, total, sizeof *sorted, by_place);
	for (uint32_t i = 0, e = 0, w = 0; i < total; i++) {
		uint32_t *n = sorted[i]->severity == SEVERITY_ERROR ? &e : &w;

		if ((*n)++ < left[sorted[i]->severity])
			print_one(d, out, sorted[i]);
	}
	print_rest(out, errors - left[SEVERITY_ERROR],
		   warnings - left[SEVERITY_WARNING]);
}
