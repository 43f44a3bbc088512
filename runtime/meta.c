/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text of the META image to struct meta. Strict: a record that is not understood
 * refuses the image, since half an answer about a rule is a wrong one.
 */
#include "runtime/meta.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define META_HEAD "netbpf-meta 1\n" /* the format and its number */
#define FIELDS_MAX 6

static int refuse(struct error *err, size_t line, const char *what)
{
	return error_set(err, EXIT_REFUSED,
			 "the META image is broken at line %zu: %s. Compile the bundle "
			 "again with a netbpfc of the same release as this loader.",
			 line, what);
}

/* Splits a line at its tabs; the last field takes what is left over. */
static size_t split(char *line, size_t max, char **fields)
{
	size_t n = 0;

	while (n < max) {
		char *tab = strchr(line, '\t');

		fields[n++] = line;
		if (!tab || n == max)
			return n;
		*tab = '\0';
		line = tab + 1;
	}
	return n;
}

static bool number(const char *text, uint64_t max, uint64_t *out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return !*end && !errno && *out <= max;
}

static const char *parse_rule(struct meta *meta, size_t *cap, char **field, size_t n)
{
	struct meta_rule rule = {0};
	uint64_t value;

	if (n != 6)
		return "a rule has five fields: number, name, source, line, text";
	if (!number(field[1], UINT32_MAX, &value) || value == 0)
		return "a rule's number is not a number from 1";
	rule.number = (uint32_t)value;
	if (meta->n_rules && rule.number <= meta->rules[meta->n_rules - 1].number)
		return "rules are not in ascending order";
	if (!number(field[4], UINT32_MAX, &value))
		return "a rule's line is not a number";
	rule.line = (uint32_t)value;
	rule.name = strcmp(field[2], "-") ? field[2] : NULL;
	rule.source = field[3];
	rule.text = field[5];
	if (meta->n_rules == *cap) {
		size_t more = *cap ? *cap * 2 : 64;
		void *grown = reallocarray(meta->rules, more, sizeof rule);

		if (!grown)
			return "no memory for its rules";
		meta->rules = grown;
		*cap = more;
	}
	meta->rules[meta->n_rules++] = rule;
	return NULL;
}

/* NULL when the record is understood, else what is wrong with it. */
static const char *parse_record(struct meta *meta, size_t *cap, unsigned *seen,
				char *line)
{
	char *field[FIELDS_MAX] = {0};
	size_t n = split(line, FIELDS_MAX, field);
	unsigned bit = !strcmp(field[0], "policy") ? 1
		       : !strcmp(field[0], "seq")  ? 2
		       : !strcmp(field[0], "mode") ? 4
						   : 0;

	if (!strcmp(field[0], "rule"))
		return parse_rule(meta, cap, field, n);
	if (!bit || n != 2)
		return "neither policy, seq, mode nor rule";
	if (*seen & bit)
		return "a record twice";
	*seen |= bit;
	if (bit == 1)
		meta->policy = field[1];
	else if (bit == 2)
		return number(field[1], UINT64_MAX, &meta->seq) ? NULL
								: "seq is no number";
	else if (strcmp(field[1], "enforce") && strcmp(field[1], "audit"))
		return "mode is neither enforce nor audit";
	else
		meta->audit_only = !strcmp(field[1], "audit");
	return NULL;
}

int meta_parse(const void *image, size_t len, struct meta *out, struct error *err)
{
	struct meta CLEANUP_META meta = {0};
	char *line, *end;
	unsigned seen = 0;
	size_t cap = 0, at = 1;

	meta.storage = malloc(len + 1);
	if (!meta.storage)
		return error_set(err, EXIT_SYSTEM, "no memory for the META image.");
	memcpy(meta.storage, image, len);
	meta.storage[len] = '\0';
	if (memchr(meta.storage, '\0', len))
		return refuse(err, 1, "it holds a NUL byte");
	if (strncmp(meta.storage, META_HEAD, strlen(META_HEAD)))
		return refuse(err, 1, "it does not start with 'netbpf-meta 1'");
	for (line = meta.storage + strlen(META_HEAD); *line; line = end + 1) {
		const char *wrong;

		at++;
		end = strchr(line, '\n');
		if (!end)
			return refuse(err, at, "its last line has no end");
		*end = '\0';
		wrong = parse_record(&meta, &cap, &seen, line);
		if (wrong)
			return refuse(err, at, wrong);
	}
	if (seen != 7)
		return refuse(err, at, "policy, seq or mode is missing");
	*out = meta;
	meta = (struct meta){0};
	return 0;
}

void meta_free(struct meta *meta)
{
	free(meta->storage);
	free(meta->rules);
	*meta = (struct meta){0};
}

const struct meta_rule *meta_rule_find(const struct meta *meta, uint32_t rule)
{
	size_t low = 0, high = meta->n_rules;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (meta->rules[middle].number < rule)
			low = middle + 1;
		else
			high = middle;
	}
	return low < meta->n_rules && meta->rules[low].number == rule ? &meta->rules[low]
								      : NULL;
}
