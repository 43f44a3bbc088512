/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnostics are queued with everything they show, sorted by place when printed,
 * and capped: the first mistakes matter, a thousand followers do not, and a million
 * must not fill the memory. Errors are never pushed out by warnings. Who draws them
 * is not known here: diag_print.c.
 */
#include "compiler/base/diag.h"

#include <stdlib.h>
#include <string.h>
#include "compiler/base/diag_kind.h"

enum {
	KEPT_MAX = 2000,   /* of each severity; later ones are only counted */
	MESSAGE_MAX = 600, /* bytes; a message may quote what somebody wrote */
};

struct diags {
	struct arena *arena;
	const struct sources *sources;
	VEC(struct diag *) list;
	uint32_t count[2];       /* by the severity that is shown, also of those not kept */
	uint32_t errors, raised; /* raised: warnings that count as errors in the end */
	bool dropped;            /* the last report was not kept, nor are its notes */
	struct treatment {
		bool off, error;
	} treatments[DIAG_KINDS];
};

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

void diags_hide(struct diags *d, enum diag_code code, bool hidden)
{
	d->treatments[diag_index(code)].off = hidden;
}

void diags_raise(struct diags *d, enum diag_code code, bool raised)
{
	d->treatments[diag_index(code)].error = raised;
}

/* An error stays one, whatever was asked for. */
static enum severity treat(const struct diags *d, enum diag_code code)
{
	const struct treatment *t = &d->treatments[diag_index(code)];
	enum severity severity = diag_kind(diag_index(code)).severity;

	if (severity != SEVERITY_WARNING)
		return severity;
	return t->off ? SEVERITY_OFF : t->error ? SEVERITY_ERROR : severity;
}

void diag_report(struct diags *d, struct span span, enum diag_code code, const char *fmt,
		 ...)
{
	enum severity severity = treat(d, code);
	struct diag *diag;
	va_list args;

	d->dropped = severity == SEVERITY_OFF || d->count[severity]++ >= KEPT_MAX;
	if (severity != SEVERITY_OFF) {
		if (diag_kind(diag_index(code)).severity == SEVERITY_ERROR)
			d->errors++;
		else
			d->raised += severity == SEVERITY_ERROR;
	}
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

static void attach(struct diags *d, struct diag_note note)
{
	struct diag *last = d->list.at[d->list.n - 1];
	struct diag_note *copy = ARENA_NEW(d->arena, struct diag_note);

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
	attach(d, (struct diag_note){.span = span, .text = format(d->arena, fmt, args)});
	va_end(args);
}

void diag_help(struct diags *d, const char *fmt, ...)
{
	va_list args;

	if (d->dropped)
		return;
	va_start(args, fmt);
	attach(d, (struct diag_note){.help = true, .text = format(d->arena, fmt, args)});
	va_end(args);
}

bool diags_failed(const struct diags *d)
{
	return d->errors > 0;
}

uint32_t diags_errors(const struct diags *d)
{
	return d->errors;
}

bool diags_full(const struct diags *d)
{
	return d->errors >= KEPT_MAX;
}

bool diags_refused(const struct diags *d)
{
	return d->errors + d->raised > 0;
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

struct diag_list diags_sorted(const struct diags *d, uint32_t most)
{
	uint32_t total = (uint32_t)d->list.n, all = d->count[SEVERITY_ERROR];
	uint32_t warnings = d->count[SEVERITY_WARNING], errors = all < most ? all : most;
	uint32_t room[] = {errors, most - errors < warnings ? most - errors : warnings};
	struct diag_list list = {.sources = d->sources,
				 .more_errors = all - errors,
				 .more_warnings = warnings - room[SEVERITY_WARNING]};
	struct diag **sorted;

	if (!total)
		return list;
	sorted = ARENA_ARRAY(d->arena, struct diag *, total);
	memcpy(sorted, d->list.at, total * sizeof *sorted);
	qsort(sorted, total, sizeof *sorted, by_place);
	for (uint32_t i = 0; i < total; i++)
		if (room[sorted[i]->severity]) {
			room[sorted[i]->severity]--;
			sorted[list.n++] = sorted[i];
		}
	list.at = (const struct diag *const *)sorted;
	return list;
}
