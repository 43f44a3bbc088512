/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the entries of ROWS; every offset is checked against the image. */
#include "runtime/rows.h"
#include <stdlib.h>
#include <string.h>
#include "runtime/escape.h"
#include "runtime/hooks.h"

bool rows_params(const uint8_t *rows, size_t len, struct nb_params *out)
{
	if (len < sizeof *out)
		return false;
	memcpy(out, rows, sizeof *out);
	return true;
}

/* marks[i] for the i-th rule of META that has an entry about files. */
static void mark(const uint8_t *rows, size_t len, const struct meta *meta, bool *marks)
{
	struct nb_params params;

	if (!rows_params(rows, len, &params))
		return;
	for (uint64_t i = 0; i < params.entries; i++) {
		uint64_t at = params.entries_off + i * sizeof(struct nb_entry);
		const struct meta_rule *rule;
		struct nb_entry entry;

		if (at + sizeof entry > len)
			return;
		memcpy(&entry, rows + at, sizeof entry);
		if (entry.verdict == NB_ALLOW || !(entry.ops & ops_on_files))
			continue;
		rule = meta_rule_find(meta, entry.rule);
		if (rule)
			marks[rule - meta->rules] = true;
	}
}

void rows_print_file_rules(const uint8_t *rows, size_t len, const struct meta *meta,
			   const char *indent, FILE *out)
{
	bool *marks CLEANUP_FREE = calloc(meta->n_rules + 1, sizeof *marks);

	if (marks)
		mark(rows, len, meta, marks);
	for (size_t i = 0; marks && i < meta->n_rules; i++) {
		const struct meta_rule *rule = &meta->rules[i];

		if (!marks[i])
			continue;
		fprintf(out, "%srule %u (", indent, rule->number);
		escape_lines(out, rule->source, strlen(rule->source));
		fprintf(out, ":%u): ", rule->line);
		escape_lines(out, rule->text, strlen(rule->text));
		fputc('\n', out);
	}
}
