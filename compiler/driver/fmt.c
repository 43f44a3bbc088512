/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netbpfc fmt: files laid out in place, or standard input to standard output. Each
 * file alone: what it includes is neither looked for nor changed.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "compiler/base/quote.h"
#include "compiler/driver/options.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/replace.h"
#include "compiler/driver/report.h"
#include "compiler/driver/source_read.h"
#include "compiler/format/format.h"

#define LINE_SHOWN 200

struct job {
	const struct options *options;
	const char *path; /* NULL: standard input */
	struct stat st;
	struct sources sources; /* the one text */
	struct formatted result;
};

static int policy_is_wrong(struct error *err)
{
	error_set(err, EXIT_POLICY, "%s", "");
	return -1;
}

static int read_text(struct job *job, struct error *err)
{
	CLEANUP_FD int file = job->path ? source_open(job->path, false, &job->st) : -1;
	struct source s = {.name = job->path ? job->path : "standard input"};
	bool open = job->path ? file >= 0 : !fstat(STDIN_FILENO, &job->st);

	if (!open || source_take(job->sources.arena, job->path ? file : STDIN_FILENO,
				 &job->st, &s))
		return error_set(err, EXIT_SYSTEM, "cannot read '%s': %s", s.name,
				 source_reason(errno));
	VEC_PUSH(job->sources.arena, &job->sources.list, s);
	return 0;
}

static int format(struct job *job, struct error *err)
{
	struct diags *diags = diags_new(job->sources.arena, &job->sources);
	enum report_form form;

	if (report_prepare(job->options, diags, &form, err))
		return -1;
	job->result = policy_format(job->sources.arena, &job->sources, 0, diags);
	report_print(diags, form);
	if (job->result.outcome == FORMAT_WRONG)
		return policy_is_wrong(err);
	if (job->result.outcome == FORMAT_LOST)
		return error_set(err, EXIT_SYSTEM,
				 "'%s' would become another policy; nothing was written; this "
				 "is a fault of netbpfc, please report it with the file",
				 job->sources.list.at[0].name);
	return 0;
}

/* ---- --check ---- */

/* The line at `at`, cut where it is long, never within a character. */
static void show_line(char sign, const char *at)
{
	size_t len = strcspn(at, "\n");

	if (len > LINE_SHOWN)
		for (len = LINE_SHOWN; ((unsigned char)at[len] & 0xc0) == 0x80; len--)
			;
	printf("  %c ", sign);
	quote_text(stdout, at, len);
	putchar('\n');
}

static void show_difference(const struct source *is, const struct formatted *shall)
{
	size_t at = 0, line = 0;
	uint32_t number = 1;

	for (; is->text[at] && is->text[at] == shall->text[at]; at++) {
		if (is->text[at] != '\n')
			continue;
		line = at + 1;
		number++;
	}
	printf("%s:%u: not in canonical form\n", is->name, number);
	if (line == is->len || !is->text[at]) {
		printf("  the file ends too early, or without a line feed\n");
	} else if (!shall->text[at]) {
		printf("  the file has empty lines at its end\n");
	} else {
		show_line('-', is->text + line);
		show_line('+', shall->text + line);
	}
}

/* ---- the command ---- */

static int finish(const struct job *job, struct error *err)
{
	const struct source *s = &job->sources.list.at[0];
	const struct formatted *r = &job->result;
	bool same = s->len == r->len && !memcmp(s->text, r->text, r->len);

	if (option_given(job->options, OPTION_check)) {
		if (same)
			return 0;
		show_difference(s, r);
		return policy_is_wrong(err);
	}
	if (!job->path) {
		fwrite(r->text, 1, r->len, stdout); /* main looks whether it was written */
		return 0;
	}
	return same ? 0 : file_replace(job->path, &job->st, r->text, r->len, err);
}

static int run(const struct options *o, const char *path, struct error *err)
{
	struct job job = {.options = o, .path = path};
	int failed;

	job.sources.arena = arena_new();
	failed = read_text(&job, err) || format(&job, err) || finish(&job, err);
	arena_free(job.sources.arena);
	return failed ? -1 : 0;
}

/* What is wrong with one policy does not keep the others from being laid out. */
int command_fmt(const struct options *o, struct error *err)
{
	bool wrong = false;

	if (!o->n_words)
		return run(o, NULL, err);
	for (size_t i = 0; i < o->n_words; i++) {
		const char *word = o->words[i];

		if (!run(o, strcmp(word, "-") ? word : NULL, err))
			continue;
		if (err->code != EXIT_POLICY)
			return -1;
		wrong = true;
	}
	return wrong ? policy_is_wrong(err) : 0;
}
