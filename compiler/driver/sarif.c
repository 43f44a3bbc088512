/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnostics → one run of SARIF 2.1.0, as code hosts and editors read it. Help has
 * no place of its own there, so it follows the message. Nothing in it depends on
 * the machine: files are named as they were given.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include <stdlib.h>
#include <string.h>
#include "compiler/base/diag_kind.h"
#include "compiler/base/json.h"
#include "compiler/base/source.h"
#include "compiler/driver/explanations.h"
#include "compiler/driver/report.h"

/* Each place is found by counting lines, and code hosts show fewer. */
enum { RESULTS_MAX = 1000, CHAIN_MAX = 10 };

static void put_text(FILE *out, const char *text)
{
	json_string(out, text, strlen(text));
}

static void put_level(FILE *out, enum severity severity)
{
	fputs(severity == SEVERITY_ERROR ? "\"error\"" : "\"warning\"", out);
}

/* A paragraph as one line. */
static void put_meaning(FILE *out, const char *text, size_t len)
{
	char line[2048];

	snprintf(line, sizeof line, "%.*s", (int)len, text);
	for (char *at = line; (at = strchr(at, '\n'));)
		*at = ' ';
	put_text(out, line);
}

static void put_rule(FILE *out, const struct diag_kind *kind)
{
	size_t len;
	const char *meaning = explanation_meaning(kind->name, &len);

	fprintf(out, "\n      { \"id\": \"NB%04d\", \"name\": \"%s\",\n", (int)kind->code,
		kind->name);
	fputs("        \"shortDescription\": { \"text\": ", out);
	put_text(out, kind->title);
	if (meaning) {
		fputs(" },\n        \"fullDescription\": { \"text\": ", out);
		put_meaning(out, meaning, len);
	}
	fprintf(out,
		" },\n        \"help\": { \"text\": \"netbpfc explain NB%04d shows an "
		"example and the fix\" },\n        \"defaultConfiguration\": { \"level\": ",
		(int)kind->code);
	put_level(out, kind->severity);
	fputs(" } }", out);
}

static void put_rules(FILE *out)
{
	for (size_t i = 0; i < DIAG_KINDS; i++) {
		struct diag_kind kind = diag_kind(i);

		if (i)
			putc(',', out);
		put_rule(out, &kind);
	}
}

static void put_position(FILE *out, const struct source *s, uint32_t offset,
			 const char *which)
{
	struct place p = source_place(s, offset);

	fprintf(out, "\"%sLine\": %u, \"%sColumn\": %u", which, p.line, which,
		json_columns(s->text + p.line_start, p.column - 1) + 1);
}

static void put_location(FILE *out, const struct sources *sources, struct span span)
{
	const struct source *s = &sources->list.at[span.source];

	fputs("\"physicalLocation\": { \"artifactLocation\": { \"uri\": ", out);
	json_uri(out, s->name);
	fputs(" },\n          \"region\": { ", out);
	put_position(out, s, span.start, "start");
	fputs(", ", out);
	put_position(out, s, span.end, "end");
	fputs(" } }", out);
}

/* The message with its help, in one string. */
static void put_message(FILE *out, const struct diag *d)
{
	char *text = NULL;
	size_t len = 0;
	FILE *whole = open_memstream(&text, &len);

	if (whole) {
		fputs(d->text, whole);
		for (const struct diag_note *n = d->notes; n; n = n->next)
			if (n->help)
				fprintf(whole, "\nhelp: %s", n->text);
		fclose(whole);
	}
	fputs("\"message\": { \"text\": ", out);
	if (text)
		json_string(out, text, len);
	else
		put_text(out, d->text);
	fputs(" }", out);
	free(text);
}

static void put_related_one(FILE *out, const struct sources *sources, unsigned id,
			    const char *text, struct span span)
{
	fputs(id > 1 ? ",\n        { " : ",\n        \"relatedLocations\": [ { ", out);
	fprintf(out, "\"id\": %u, \"message\": { \"text\": ", id);
	put_text(out, text);
	fputs(" },\n          ", out);
	put_location(out, sources, span);
	fputs(" }", out);
}

/* The notes, then how the compiler came to read the file. */
static void put_related(FILE *out, const struct sources *sources, const struct diag *d)
{
	uint32_t source = d->span.source;
	unsigned id = 0;

	for (const struct diag_note *n = d->notes; n; n = n->next)
		if (!n->help)
			put_related_one(out, sources, ++id, n->text, n->span);
	for (unsigned i = 0; i < CHAIN_MAX && source < sources->origins.n; i++) {
		const struct origin *o = &sources->origins.at[source];

		if (o->kind == ORIGIN_MAIN)
			break;
		put_related_one(out, sources, ++id,
				o->kind == ORIGIN_FEED ? "the feed is named here"
						       : "included from here",
				o->from);
		source = o->from.source;
	}
	if (id)
		fputs(" ]", out);
}

static void put_result(FILE *out, const struct sources *sources, const struct diag *d)
{
	fprintf(out, "\n      { \"ruleId\": \"NB%04d\", \"ruleIndex\": %zu, \"level\": ",
		(int)d->code, diag_index(d->code));
	put_level(out, d->severity);
	fputs(",\n        ", out);
	put_message(out, d);
	fputs(",\n        \"locations\": [ { ", out);
	put_location(out, sources, d->span);
	fputs(" } ]", out);
	put_related(out, sources, d);
	fputs(" }", out);
}

/* What was left out is said where the standard wants it: about the run. */
static void put_rest(FILE *out, const struct diag_list *list)
{
	if (!list->more_errors && !list->more_warnings)
		return;
	fprintf(out,
		",\n    \"invocations\": [ { \"executionSuccessful\": true,\n"
		"      \"toolExecutionNotifications\": [ { \"level\": \"warning\",\n"
		"        \"message\": { \"text\": \"%u more errors and %u more warnings are "
		"not shown\" } } ] } ]",
		list->more_errors, list->more_warnings);
}

void sarif_print(const struct diags *diags, FILE *out)
{
	struct diag_list list = diags_sorted(diags, RESULTS_MAX);

	fputs("{ \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
	      "  \"version\": \"2.1.0\",\n"
	      "  \"runs\": [ {\n"
	      "    \"tool\": { \"driver\": { \"name\": \"netbpfc\", "
	      "\"version\": \"" PACKAGE_VERSION "\",\n"
	      "      \"rules\": [",
	      out);
	put_rules(out);
	fputs(" ] } },\n    \"columnKind\": \"utf16CodeUnits\",\n    \"results\": [", out);
	for (uint32_t i = 0; i < list.n; i++) {
		if (i)
			putc(',', out);
		put_result(out, list.sources, list.at[i]);
	}
	fputs(" ]", out);
	put_rest(out, &list);
	fputs("\n  } ] }\n", out);
}
