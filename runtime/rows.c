/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the entries of ROWS; every offset is checked against the image. */
#include "runtime/rows.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "runtime/escape.h"
#include "runtime/hooks.h"

bool rows_params(const uint8_t *rows, size_t len, struct nb_params *out)
{
	if (len < sizeof *out)
		return false;
	memcpy(out, rows, sizeof *out);
	return true;
}

struct marking {
	const uint8_t *rows;
	size_t len;
	const struct meta *meta;
	struct nb_params params;
	bool *marks; /* by place in META */
};

static void mark(struct marking *m, u32 number)
{
	const struct meta_rule *rule = meta_rule_find(m->meta, number);

	if (rule)
		m->marks[rule - m->meta->rules] = true;
}

/* Number i of the things of that size at off; false when it lies outside. */
static bool read_at(const struct marking *m, u32 off, uint64_t i, void *out, size_t size)
{
	uint64_t at = off + i * size;

	if (at + size > m->len)
		return false;
	memcpy(out, m->rows + at, size);
	return true;
}

static void mark_entries(struct marking *m, uint64_t first, uint64_t n, u32 ops)
{
	struct nb_entry entry;

	for (uint64_t i = first; i < first + n; i++) {
		if (!read_at(m, m->params.entries_off, i, &entry, sizeof entry))
			return;
		if (entry.verdict != NB_ALLOW && entry.ops & ops)
			mark(m, entry.rule);
	}
}

static void mark_defaults(struct marking *m, u32 ops)
{
	struct nb_default one;

	for (uint64_t i = 0; i < m->params.defaults; i++) {
		if (!read_at(m, m->params.defaults_off, i, &one, sizeof one))
			return;
		if (one.ops & ops)
			mark(m, one.rule);
	}
}

/* Sockets of IPv4 and IPv6 are made before a hook of cgroups. */
static void mark_sockets(struct marking *m)
{
	struct nb_span span;
	struct nb_cell cell;
	struct nb_row row;

	if (!m->params.sockets_class ||
	    !read_at(m, m->params.classes_off, m->params.sockets_class, &span, sizeof span))
		return;
	for (uint64_t i = 0; i < span.count; i++) {
		if (!read_at(m, m->params.cells_off, span.first + i, &cell, sizeof cell) ||
		    !read_at(m, m->params.rows_off, cell.row, &row, sizeof row))
			return;
		if (cell.start >> 8 != AF_INET && cell.start >> 8 != AF_INET6)
			mark_entries(m, row.first, row.count, 1u << NB_OP_SOCKET);
	}
}

void rows_print_lsm_rules(const uint8_t *rows, size_t len, const struct meta *meta,
			  const char *indent, FILE *out)
{
	static const u32 socket = 1u << NB_OP_SOCKET, listen = 1u << NB_OP_LISTEN;
	bool *marks CLEANUP_FREE = calloc(meta->n_rules + 1, sizeof *marks);
	struct marking m = {.rows = rows, .len = len, .meta = meta, .marks = marks};

	if (marks && rows_params(rows, len, &m.params)) {
		mark_entries(&m, 0, m.params.entries, ops_on_files | listen);
		mark_defaults(&m, ops_on_files | listen | socket);
		mark_sockets(&m);
	}
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
