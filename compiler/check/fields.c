/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy block: exactly one, its fields from the table in fields.def. */
#include <string.h>
#include "compiler/base/spell.h"
#include "compiler/check/check.h"

enum field {
#define FIELD(word, form, required) FIELD_##word,
#include "compiler/check/fields.def"
#undef FIELD
	FIELDS
};

static const struct {
	const char *word;
	enum ast_value_kind form;
	bool required;
} fields[] = {
#define FIELD(word, form, required) {#word, form, required},
#include "compiler/check/fields.def"
#undef FIELD
};

enum { KERNEL_PART_MAX = 255 };

static bool bad_value(struct check *c, const struct ast_field *f, const char *example)
{
	diag_report(c->diags, f->value_span, DIAG_bad_field, "'%s' is no value for '%s'",
		    f->value, f->word);
	diag_help(c->diags, "write %s", example);
	return false;
}

static void read_seq(struct check *c, const struct ast_field *f)
{
	uint64_t seq;
	const char *end = number_read(f->value, UINT64_MAX, &seq);

	if (!end || *end || !seq)
		bad_value(c, f, "a whole number from 1, larger in each release: seq 14");
	else
		c->policy->seq = seq;
}

static void read_owner(struct check *c, const struct ast_field *f)
{
	c->policy->owner = string_read(c->arena, c->diags, f->value_span, f->value);
	if (c->policy->owner && strlen(c->policy->owner) > OWNER_BYTES_MAX)
		diag_report(c->diags, f->value_span, DIAG_name_too_long,
			    "an owner has at most %d bytes", OWNER_BYTES_MAX);
}

static void read_kernel(struct check *c, const struct ast_field *f)
{
	uint64_t major, minor;
	const char *s = number_read(f->value, KERNEL_PART_MAX, &major);

	s = s && *s == '.' ? number_read(s + 1, KERNEL_PART_MAX, &minor) : NULL;
	if (!s || *s) {
		bad_value(c, f, "the first two numbers of a version: kernel >= 5.10");
		return;
	}
	if (major < 5 || (major == 5 && minor < 10)) {
		diag_report(c->diags, f->value_span, DIAG_kernel_unsupported,
			    "kernels before 5.10 cannot enforce any policy, saw %s",
			    f->value);
		diag_help(c->diags, "write kernel >= 5.10, or a later one");
		return;
	}
	c->policy->kernel_major = (uint16_t)major;
	c->policy->kernel_minor = (uint16_t)minor;
}

static void read_mode(struct check *c, const struct ast_field *f)
{
	if (!strcmp(f->value, "audit"))
		c->policy->audit_only = true;
	else if (strcmp(f->value, "enforce"))
		bad_value(c, f, "mode enforce or mode audit");
}

static int two_digits(const char *s)
{
	return s[0] >= '0' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9'
		       ? (s[0] - '0') * 10 + s[1] - '0'
		       : -1;
}

static int days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Counted, not asked of mktime: no time zone may matter. */
bool date_read(struct diags *d, struct span span, const char *s, int64_t *out)
{
	bool form = strlen(s) == 10 && s[4] == '-' && s[7] == '-' && two_digits(s) >= 0 &&
		    two_digits(s + 2) >= 0;
	int year = form ? two_digits(s) * 100 + two_digits(s + 2) : 0;
	int month = form ? two_digits(s + 5) : 0, day = form ? two_digits(s + 8) : 0;
	int64_t days = 0;

	if (year < 1970 || month < 1 || month > 12 || day < 1 ||
	    day > days_of_month(year, month)) {
		diag_report(d, span, DIAG_bad_date, "'%s' is not a date", s);
		diag_help(d, "write year-month-day: 2027-06-30");
		return false;
	}
	for (int y = 1970; y < year; y++)
		days += 337 + days_of_month(y, 2);
	for (int m = 1; m < month; m++)
		days += days_of_month(year, m);
	*out = (days + day - 1) * DAY;
	return true;
}

static void read_field(struct check *c, enum field which, const struct ast_field *f)
{
	int64_t when;

	switch (which) {
	case FIELD_seq:
		read_seq(c, f);
		return;
	case FIELD_owner:
		read_owner(c, f);
		return;
	case FIELD_kernel:
		read_kernel(c, f);
		return;
	case FIELD_mode:
		read_mode(c, f);
		return;
	case FIELD_date:
		if (date_read(c->diags, f->value_span, f->value, &when))
			c->policy->created = when;
		return;
	case FIELD_expires:
		if (date_read(c->diags, f->value_span, f->value, &when))
			c->policy->expires = when + DAY - 1;
		return;
	case FIELDS:
		return;
	}
}

static enum field find(struct check *c, const struct ast_field *f)
{
	unsigned least = SPELL_FAR;
	const char *best = NULL;

	for (int i = 0; i < FIELDS; i++) {
		unsigned steps = spell_distance(f->word, fields[i].word);

		if (!steps)
			return (enum field)i;
		if (steps < least) {
			least = steps;
			best = fields[i].word;
		}
	}
	diag_report(c->diags, f->span, DIAG_unknown_field, "a policy has no field '%s'",
		    f->word);
	if (best)
		diag_help(c->diags, "did you mean '%s'?", best);
	else
		diag_help(c->diags,
			  "the fields are seq, owner, kernel, mode, date, expires");
	return FIELDS;
}

static void check_form(struct check *c, enum field which, const struct ast_field *f)
{
	static const char *const examples[] = {
		[FIELD_seq] = "a whole number: seq 14",
		[FIELD_owner] = "it in quotes: owner \"security@example.org\"",
		[FIELD_kernel] = "kernel >= 5.10",
		[FIELD_mode] = "mode enforce or mode audit",
		[FIELD_date] = "year-month-day: date 2026-01-31",
		[FIELD_expires] = "year-month-day: expires 2027-06-30",
	};

	if (f->kind == fields[which].form)
		read_field(c, which, f);
	else
		bad_value(c, f, examples[which]);
}

static void check_block(struct check *c, const struct ast_statement *s)
{
	const struct ast_field *seen[FIELDS] = {0};

	c->policy->name = s->name;
	name_fits(c, s->name_span, s->name);
	for (size_t i = 0; i < s->fields.n; i++) {
		const struct ast_field *f = &s->fields.at[i];
		enum field which = find(c, f);

		if (which == FIELDS)
			continue;
		if (seen[which]) {
			diag_report(c->diags, f->span, DIAG_repeated_field,
				    "'%s' is given twice", f->word);
			diag_note(c->diags, seen[which]->span, "the other one is here");
			continue;
		}
		seen[which] = f;
		check_form(c, which, f);
	}
	for (int i = 0; i < FIELDS; i++)
		if (fields[i].required && !seen[i])
			diag_report(c->diags, s->name_span, DIAG_missing_field,
				    "the policy '%s' needs a field '%s'", s->name,
				    fields[i].word);
	if (seen[FIELD_date] && c->policy->expires &&
	    c->policy->expires < c->policy->created) {
		diag_report(c->diags, seen[FIELD_expires]->value_span,
			    DIAG_expired_from_start,
			    "the policy expires before its own date");
		diag_note(c->diags, seen[FIELD_date]->value_span, "its date is here");
	}
}

static void report_included(struct check *c, const struct ast_statement *s)
{
	diag_report(c->diags, s->name_span, DIAG_policy_in_include,
		    "an included file has no policy block");
	diag_help(c->diags, "the block stands in the file that is compiled: %s",
		  c->sources->list.at[c->ast->source].name);
}

void fields_check(struct check *c)
{
	const struct ast_statement *block = NULL;
	bool elsewhere = false;

	c->policy->kernel_major = 5;
	c->policy->kernel_minor = 10;
	for (size_t i = 0; i < c->ast->statements.n; i++) {
		const struct ast_statement *s = c->ast->statements.at[i];

		if (s->kind != AST_POLICY)
			continue;
		if (s->span.source != c->ast->source) {
			report_included(c, s);
			elsewhere = true;
			continue;
		}
		if (block) {
			diag_report(c->diags, s->name_span, DIAG_second_policy,
				    "a file has one policy block, this is another");
			diag_note(c->diags, block->name_span, "the first is here");
			continue;
		}
		block = s;
		check_block(c, s);
	}
	if (block || elsewhere)
		return;
	diag_report(c->diags, (struct span){c->ast->source, 0, 0}, DIAG_no_policy, "%s",
		    c->ast->statements.n ? "there is no policy block"
					 : "there is nothing in this file");
	diag_help(c->diags, "begin with: policy NAME { seq 1 }");
}
