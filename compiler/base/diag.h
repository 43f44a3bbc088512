/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnostics about the user's policy: recorded by passes, printed once by the
 * driver. Codes are the list in diag.def, DIAG(NUMBER, name, severity, "title");
 * each has a golden test that triggers it.
 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "compiler/base/source.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

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

bool diags_failed(const struct diags *); /* an error was reported */
bool diags_full(const struct diags *);   /* of errors: more are only counted */
/* In order of place; carets under tabs and UTF-8 line up; control characters in
 * quoted source text are shown escaped. */
void diags_print(const struct diags *, FILE *);
