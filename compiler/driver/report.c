/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * -W, --color and --json → what diags records and how it is printed. A later -W
 * wins over an earlier one about the same warning.
 */
#include "compiler/driver/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "compiler/base/diag_kind.h"
#include "compiler/driver/options.h"

static bool skip(const char **word, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(*word, prefix, len))
		return false;
	*word += len;
	return true;
}

static int refuse(const char *word, const char *name, struct error *err)
{
	struct diag_kind kind;

	if (diag_kind_find(name, &kind))
		return error_set(err, EXIT_USAGE,
				 "-W%s: '%s' is an error, which -W cannot change", word,
				 name);
	if (diag_kind_nearest(name, true, &kind))
		return error_set(err, EXIT_USAGE,
				 "-W%s: there is no warning '%s'; did you mean '%s'?",
				 word, name, kind.name);
	return error_set(err, EXIT_USAGE,
			 "-W%s: there is no warning '%s'; 'netbpfc check --help' lists "
			 "them, and 'all' is all of them",
			 word, name);
}

/* [no-]NAME, [no-]all, [no-]error, [no-]error=NAME; the sense is gcc's. */
static int set_warning(struct diags *diags, const char *word, struct error *err)
{
	const char *name = word;
	bool no = skip(&name, "no-"), error = !strcmp(name, "error");
	bool all = error || !strcmp(name, "all"), found = all;

	error |= skip(&name, "error=");
	for (size_t i = 0; i < DIAG_KINDS; i++) {
		struct diag_kind kind = diag_kind(i);

		if (kind.severity != SEVERITY_WARNING || !(all || !strcmp(name, kind.name)))
			continue;
		found = true;
		if (error)
			diags_raise(diags, kind.code, !no);
		if (!error || (!all && !no)) /* naming one also shows it */
			diags_hide(diags, kind.code, no);
	}
	return found ? 0 : refuse(word, name, err);
}

static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && term && strcmp(term, "dumb") && isatty(STDERR_FILENO);
}

static int choose_form(const struct options *o, enum report_form *form, struct error *err)
{
	const char *when = option_value(o, OPTION_color);

	if (!when || !strcmp(when, "auto"))
		*form = wants_colour() ? REPORT_COLOURED : REPORT_PLAIN;
	else if (!strcmp(when, "always"))
		*form = REPORT_COLOURED;
	else if (!strcmp(when, "never"))
		*form = REPORT_PLAIN;
	else
		return error_set(err, EXIT_USAGE,
				 "--color takes auto, always or never, not '%s'", when);
	if (option_given(o, OPTION_json) && o->command->run != command_explain)
		*form = REPORT_SARIF;
	return 0;
}

int report_prepare(const struct options *o, struct diags *diags, enum report_form *form,
		   struct error *err)
{
	*form = REPORT_PLAIN;
	diags_hide(diags, DIAG_open_way, true); /* nearly every policy has some */
	if (!o)
		return 0;
	for (size_t i = 0; i < o->values[OPTION_warn].n; i++)
		if (set_warning(diags, o->values[OPTION_warn].at[i], err))
			return -1;
	return choose_form(o, form, err);
}

void report_print(const struct diags *diags, enum report_form form)
{
	if (form == REPORT_SARIF)
		sarif_print(diags, stdout);
	else if (form == REPORT_COLOURED)
		diags_print_coloured(diags, stderr);
	else
		diags_print(diags, stderr);
}

void report_warnings(FILE *out)
{
	fprintf(out, "\nwarnings, for -W:\n");
	for (size_t i = 0; i < DIAG_KINDS; i++) {
		struct diag_kind kind = diag_kind(i);

		if (kind.severity == SEVERITY_WARNING)
			fprintf(out, "  %-24s %s\n", kind.name, kind.title);
	}
}
