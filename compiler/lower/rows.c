/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of entries, and the tables about subjects, in the ROWS image. A row is a
 * set of rules that meet on one object; its entries stand in source order, so the
 * first that decides is the rule a verdict names.
 */
#include <stdlib.h>
#include "compiler/lower/below.h"

#define BITS_MAX_WORDS (1u << 24) /* of one table of sets and kinds: 128 MiB */

/* The rules of a set of tags: those that are not excepted. Ascending. */
struct set row_rules(struct lowering *l, struct set tags)
{
	uint32_t n = tags.n, kept = 0, *rules;

	while (n && tags.at[n - 1] & EXACT_EXCEPT)
		n--;
	if (n == tags.n)
		return tags;
	rules = ARENA_ARRAY(l->arena, uint32_t, n);
	for (uint32_t i = 0, k = n; i < n; i++) {
		while (k < tags.n && tags.at[k] < (tags.at[i] | EXACT_EXCEPT))
			k++;
		if (k == tags.n || tags.at[k] != (tags.at[i] | EXACT_EXCEPT))
			rules[kept++] = tags.at[i];
	}
	return (struct set){ rules, kept };
}

static bool refuse_row(struct lowering *l, struct set set)
{
	const struct rule *last = &l->policy->rules[set.at[ROW_MAX_ENTRIES] - 1];

	diag_report(l->diags, last->span, DIAG_row_too_long,
		    "%u rules meet on one object, at most %u fit; this is number %u of them",
		    set.n, ROW_MAX_ENTRIES, ROW_MAX_ENTRIES + 1);
	diag_note(l->diags, l->policy->rules[set.at[0] - 1].span, "the first of them");
	diag_help(l->diags, "merge rules that have the same object into one with a larger subject");
	return false;
}

bool rows_fit(struct lowering *l)
{
	for (uint32_t id = 0; id < sets_count(l->rows); id++) {
		struct set tags = sets_get(l->rows, id);
		struct set rules;

		if (tags.n <= ROW_MAX_ENTRIES)
			continue;
		rules = row_rules(l, tags);
		if (rules.n > ROW_MAX_ENTRIES)
			return refuse_row(l, rules);
	}
	return true;
}

static bool number_kind(struct lowering *l, struct subjects *subjects, int32_t *of,
			enum object_kind kind)
{
	for (uint32_t r = 0; r < l->policy->n_rules; r++) {
		const struct rule *rule = &l->policy->rules[r];

		if (rule->kind != kind)
			continue;
		of[rule->number] = subjects_add(subjects, rule->who);
		if (of[rule->number] == SUBJECT_TOO_LONG || of[rule->number] > UINT16_MAX) {
			diag_report(l->diags, rule->span, DIAG_subject_too_long,
				    "the subject of this rule needs more than %u conditions when written as alternatives",
				    SUBJECT_MAX_LITERALS);
			diag_help(l->diags, "split the rule, or name a set of uids or executables instead of alternatives");
			return false;
		}
		if (kind == OBJECT_NET && of[rule->number] >= NB_SOCK_SUBJECTS) {
			diag_report(l->diags, rule->span, DIAG_subjects_too_many,
				    "rules on the network have more than %u different subjects; this is one too many",
				    NB_SOCK_SUBJECTS);
			diag_help(l->diags, "give rules the same subject where they need not differ");
			return false;
		}
	}
	return true;
}

/* Number of each rule's subject expression, by rule number; NULL = reported. Those of
 * network rules come first: a socket's label has bits for them. */
static const int32_t *number_subjects(struct lowering *l, struct subjects *subjects)
{
	int32_t *of = ARENA_ARRAY(l->arena, int32_t, l->policy->n_rules + 1);

	if (!number_kind(l, subjects, of, OBJECT_NET))
		return NULL;
	subjects_spans(subjects, &l->image->params.net_subjects);
	return number_kind(l, subjects, of, OBJECT_FILES) ? of : NULL;
}

static enum nb_verdict verdict_of(const struct policy *policy, const struct rule *rule)
{
	switch (rule->effect) {
	case EFFECT_ALLOW:
		return NB_ALLOW;
	case EFFECT_AUDIT:
		return NB_AUDIT;
	default:
		return policy->audit_only || rule->audit ? NB_WOULD_DENY : NB_DENY;
	}
}

static struct nb_entry make_entry(const struct policy *policy, const struct rule *rule,
				  int32_t subject)
{
	return (struct nb_entry){
		.ops = rule->ops | (rule->revalidate ? NB_REVALIDATE : 0),
		.rule = rule->number,
		.subject = (uint16_t)subject,
		.verdict = (uint8_t)verdict_of(policy, rule),
		.scope = (uint8_t)(rule->effect == EFFECT_ALLOW ? rule->scope
				   : rule->pinned		? NB_PINNED
				   : rule->spares		? NB_SPARES
								: 0),
	};
}

static void write_expressions(struct lowering *l, const struct subjects *subjects)
{
	struct nb_params *p = &l->image->params;
	const struct nb_span *spans = subjects_spans(subjects, &p->subjects);
	const struct nb_literal *literals = subjects_literals(subjects, &p->literals);

	for (uint32_t i = 0; i < p->subjects; i++)
		if (spans[i].count > p->literal_max)
			p->literal_max = spans[i].count;
	p->subjects_off = bytes_section(&l->out, spans, p->subjects, sizeof(*spans));
	p->literals_off = bytes_section(&l->out, literals, p->literals, sizeof(*literals));
}

static bool write_defaults(struct lowering *l, const int32_t *subject_of)
{
	struct nb_params *p = &l->image->params;
	VEC(struct nb_default) list = { 0 };

	for (uint32_t r = 0; r < l->policy->n_rules; r++) {
		const struct rule *rule = &l->policy->rules[r];
		struct nb_default d = { .ops = rule->ops |
					       (rule->revalidate ? NB_REVALIDATE : 0),
					.rule = rule->number,
					.verdict = (uint8_t)verdict_of(l->policy, rule),
					.scope = (uint8_t)rule->scope,
					.spares = rule->spares };

		if (rule->effect != EFFECT_DEFAULT)
			continue;
		/* the number of a scope, that of one without anybody too, is a byte */
		if (subject_of[rule->number] == SUBJECT_NOBODY && rule->scope <= UINT8_MAX)
			continue;
		if (list.n == NB_MAX_DEFAULTS || rule->scope > UINT8_MAX) {
			diag_report(l->diags, rule->span, DIAG_too_many_defaults,
				    "a policy can have at most %u 'default deny' statements",
				    NB_MAX_DEFAULTS);
			return false;
		}
		d.subject = (uint16_t)subject_of[rule->number];
		VEC_PUSH(l->arena, &list, d);
	}
	p->defaults = (uint32_t)list.n;
	p->defaults_off = bytes_section(&l->out, list.at, list.n, sizeof(*list.at));
	return true;
}

static const struct nb_entry *make_entries(struct lowering *l, const int32_t *subject_of)
{
	struct nb_entry *entries = ARENA_ARRAY(l->arena, struct nb_entry, l->policy->n_rules + 1);

	for (uint32_t r = 0; r < l->policy->n_rules; r++) {
		const struct rule *rule = &l->policy->rules[r];

		if (subject_of[rule->number] != SUBJECT_NOBODY)
			entries[rule->number] =
				make_entry(l->policy, rule, subject_of[rule->number]);
	}
	return entries;
}

bool lower_rows(struct lowering *l)
{
	struct nb_params *p = &l->image->params;
	struct subjects *subjects = subjects_new(l->arena);
	const int32_t *subject_of = number_subjects(l, subjects);
	VEC(struct nb_row) rows = { 0 };
	VEC(struct nb_entry) entries = { 0 };

	if (!subject_of || !rows_fit(l))
		return false;
	l->entry_of = make_entries(l, subject_of);
	for (uint32_t id = 0; id < sets_count(l->rows); id++) {
		struct set set = row_rules(l, sets_get(l->rows, id));
		struct nb_row row = { .first = (uint32_t)entries.n };

		for (uint32_t i = 0; i < set.n; i++) {
			const struct nb_entry *entry = &l->entry_of[set.at[i]];

			if (!entry->rule)
				continue;
			VEC_PUSH(l->arena, &entries, *entry);
			if (entry->verdict != NB_ALLOW)
				row.ops |= entry->ops;
			row.count++;
		}
		if (row.count > p->row_max)
			p->row_max = row.count;
		VEC_PUSH(l->arena, &rows, row);
	}
	p->rows = (uint32_t)rows.n;
	p->rows_off = bytes_section(&l->out, rows.at, rows.n, sizeof(*rows.at));
	p->entries = (uint32_t)entries.n;
	p->entries_off = bytes_section(&l->out, entries.at, entries.n, sizeof(*entries.at));
	below_build(l);
	below_write(l);
	write_expressions(l, subjects);
	return write_defaults(l, subject_of);
}

/* ---- facts: which atoms hold for a uid, a gid, an executable, a cgroup ---- */

static int by_id(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool refuse_bits(struct lowering *l, const char *what, uint32_t columns, uint32_t rows)
{
	diag_report(l->diags, lower_place(l), DIAG_subject_too_long,
		    "the subjects of this policy name %u sets of %s that fall into %u kinds; a table of that size is too large",
		    columns, what, rows);
	diag_help(l->diags, "use fewer different subjects, or several policies");
	return false;
}

/* Index of the last start that is <= id; the first is 0. */
static uint32_t class_of(const uint32_t *starts, uint32_t n, uint32_t id)
{
	uint32_t low = 0, high = n;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (starts[mid] <= id)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* The bits of each class: first only those that differ from the class before, since
 * the ranges of an atom are disjoint and do not touch. */
static uint64_t *id_bits(struct lowering *l, enum nb_dim dim, const uint32_t *starts,
			 uint32_t n, uint32_t words)
{
	uint64_t *bits = ARENA_ARRAY(l->arena, uint64_t, (size_t)n * words);

	for (uint32_t a = 0; a < l->policy->n_atoms[dim]; a++) {
		const struct atom *atom = l->policy->atoms[dim][a];
		uint64_t *column = bits + a / 64, bit = 1ull << a % 64;

		for (uint32_t i = 0; i < atom->n_ids; i++) {
			struct id_range r = atom->ids[i];

			column[(size_t)class_of(starts, n, r.lo) * words] ^= bit;
			if (r.hi != UINT32_MAX)
				column[(size_t)class_of(starts, n, r.hi + 1) * words] ^= bit;
		}
	}
	for (size_t i = words; i < (size_t)n * words; i++)
		bits[i] ^= bits[i - words];
	return bits;
}

/* Ids between two neighbouring range ends are in the same atoms: one class. */
static bool id_tables(struct lowering *l, enum nb_dim dim, uint32_t *n, uint32_t *off,
		      uint32_t *words, uint32_t *bits_off)
{
	const struct policy *policy = l->policy;
	VEC(uint32_t) starts = { 0 };
	uint32_t kept = 0;
	uint64_t *bits;

	if (!policy->n_atoms[dim])
		return true;
	VEC_PUSH(l->arena, &starts, 0);
	for (uint32_t a = 0; a < policy->n_atoms[dim]; a++) {
		const struct atom *atom = policy->atoms[dim][a];

		for (uint32_t i = 0; i < atom->n_ids; i++) {
			VEC_PUSH(l->arena, &starts, atom->ids[i].lo);
			if (atom->ids[i].hi != UINT32_MAX)
				VEC_PUSH(l->arena, &starts, atom->ids[i].hi + 1);
		}
	}
	qsort(starts.at, starts.n, sizeof(*starts.at), by_id);
	for (size_t i = 0; i < starts.n; i++)
		if (!kept || starts.at[kept - 1] != starts.at[i])
			starts.at[kept++] = starts.at[i];
	*words = (policy->n_atoms[dim] + 63) / 64;
	if (kept > IDS_MAX_CLASSES || (uint64_t)kept * *words > BITS_MAX_WORDS)
		return refuse_bits(l, dim == NB_DIM_UID ? "uids" : "gids",
				   policy->n_atoms[dim], kept);
	bits = id_bits(l, dim, starts.at, kept, *words);
	*n = kept;
	*off = bytes_section(&l->out, starts.at, kept, 4);
	*bits_off = bytes_section(&l->out, bits, (size_t)kept * *words, 8);
	return true;
}

/* Row 0, unknown, has no bits; row i + 1 those of set i. */
static bool row_tables(struct lowering *l, enum nb_dim dim, const struct sets *sets,
		       uint32_t *rows, uint32_t *bits_off, uint32_t *words)
{
	uint64_t *bits;

	if (!l->policy->n_atoms[dim])
		return true;
	*rows = sets_count(sets) + 1;
	*words = (l->policy->n_atoms[dim] + 63) / 64;
	if ((uint64_t)*rows * *words > BITS_MAX_WORDS)
		return refuse_bits(l, dim == NB_DIM_EXE ? "executables" : "cgroups",
				   l->policy->n_atoms[dim], *rows);
	bits = ARENA_ARRAY(l->arena, uint64_t, (size_t)*rows * *words);
	for (uint32_t id = 0; id + 1 < *rows; id++) {
		struct set set = sets_get(sets, id);

		for (uint32_t i = 0; i < set.n; i++)
			bits[(size_t)(id + 1) * *words + set.at[i] / 64] |= 1ull << set.at[i] % 64;
	}
	*bits_off = bytes_section(&l->out, bits, (size_t)*rows * *words, 8);
	return true;
}

bool lower_subject_tables(struct lowering *l)
{
	struct nb_params *p = &l->image->params;

	return row_tables(l, NB_DIM_EXE, l->exe_rows, &p->exe_rows, &p->exe_bits_off,
			  &p->exe_words) &&
	       row_tables(l, NB_DIM_CGROUP, l->cgroup_rows, &p->cgroup_rows,
			  &p->cgroup_bits_off, &p->cgroup_words) &&
	       id_tables(l, NB_DIM_UID, &p->uids, &p->uids_off, &p->uid_words, &p->uid_bits_off) &&
	       id_tables(l, NB_DIM_GID, &p->gids, &p->gids_off, &p->gid_words, &p->gid_bits_off);
}
