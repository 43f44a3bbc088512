/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnostics about the user's policy: recorded by passes, printed once by the
 * driver. Codes are the list in diag.def, DIAG(NUMBER, name, severity, "title");
 * each has a golden test that triggers it and a text for `netbpfc explain`.
 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "compiler/base/source.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_OFF };

enum diag_code {
#define DIAG(number, name, severity, title) DIAG_##name = number,
#include "compiler/base/diag.def"
#undef DIAG
};

struct diags; /* owns nothing but arena memory */

struct diags *diags_new(struct arena *, const struct sources *);

/* Severity comes from the code. The message is lower case, without a full stop,
 * quotes things as 'x', says what was expected and what was seen. */
void diag_report(struct diags *, struct span, enum diag_code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Belong to the last report: another place, and how to mend it. */
void diag_note(struct diags *, struct span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void diag_help(struct diags *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

bool diags_failed(const struct diags *);  /* an error was reported */
uint32_t diags_errors(const struct diags *); /* without raised warnings */
bool diags_full(const struct diags *);    /* of errors: more are only counted */
bool diags_refused(const struct diags *); /* or a warning that is raised to one */

/* What becomes of a warning that is reported from now on: nothing, or an error.
 * A hidden one is never raised. Errors stay what they are, and passes go on after
 * a raised warning as after any other: diags_failed does not count it. */
void diags_hide(struct diags *, enum diag_code, bool hidden);
void diags_raise(struct diags *, enum diag_code, bool raised);

/* In order of place; carets under tabs and UTF-8 line up; control characters in
 * quoted source text are shown escaped. With colour the same words stand between
 * escape sequences. */
void diags_print(const struct diags *, FILE *);
void diags_print_coloured(const struct diags *, FILE *);

/* The records, for who prints them in another form. */
struct diag_note {
	struct diag_note *next;
	struct span span;
	const char *text;
	bool help; /* without a place */
};

struct diag {
	struct span span;
	uint32_t order; /* of reporting, for equal places */
	enum diag_code code;
	enum severity severity; /* a raised warning's is error */
	const char *text;
	struct diag_note *notes, **end;
};

struct diag_list {
	const struct diag *const *at;
	uint32_t n;
	const struct sources *sources;
	uint32_t more_errors, more_warnings; /* that were left out */
};

/* At most so many, errors before warnings, in order of place. */
struct diag_list diags_sorted(const struct diags *, uint32_t most);
