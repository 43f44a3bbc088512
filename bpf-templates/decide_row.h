/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* From a row to a verdict: subjects, entries, defaults of scopes. Part of decide.h. */
#ifndef NB_DECIDE_ROW_H
#define NB_DECIDE_ROW_H

#include "decide_path.h"

/* Is bit `atom` set in the row of words at off? 0, 1; 2 = the image is broken. */
NB_INLINE u32 atom_bit(u32 off, u32 words, u32 row, u32 atom)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const u64 *word = image_at(rows, off + ((u64)row * words + (atom >> 6)) * 8, 8,
				   P(rows_bytes));
	return word ? *word >> (atom & 63) & 1 : 2;
}

/* Index of the last of n ascending numbers that is <= id; the first is 0. */
NB_INLINE u32 id_class(u32 off, u32 n, u32 id)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const u32 *start;
	u32 low = 0;

	for (u32 step = 0x10000; step; step >>= 1) {
		if (low + step >= n)
			continue;
		start = image_at(rows, off + (u64)(low + step) * 4, 4, P(rows_bytes));
		if (start && *start <= id)
			low += step;
	}
	return low;
}

/* Truth of one literal about the subject: 0, 1, or 2 = unknown. Kernel: facts.h
 * asks the task. Host: the request under test. */
NB_GLOBAL u32 nb_fact(u32 dim, u32 atom, u32 net);

/*
 * Is the subject one that the expression names? What is unknown makes a literal true
 * when the question is whether it may be (must = 0), false when it is whether it
 * surely is. A broken image answers so that more is denied.
 */
NB_GLOBAL u32 nb_subject_is(u32 subject, u32 net, u32 must)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_span *span;
	const struct nb_literal *literal;
	u32 all = 1, fact;
	u64 first, count;

	span = image_at(rows, P(subjects_off) + (u64)subject * sizeof(*span), sizeof(*span),
			P(rows_bytes));
	if (!span)
		return !must;
	first = span->first;
	count = span->count;
	if (!count)
		return 1;
	for (u32 i = 0; i < P(literal_max) && i < count; i++) {
		literal = image_at(rows, P(literals_off) + (first + i) * sizeof(*literal),
				   sizeof(*literal), P(rows_bytes));
		if (!literal)
			return !must;
		if (all) {
			fact = nb_fact(literal->dim, literal->atom, net);
			/* 2, unknown, is neither 0 nor 1 */
			all = must ? fact == !literal->negated : fact != literal->negated;
		}
		if (literal->last) {
			if (all)
				return 1;
			all = 1;
		}
	}
	return 0;
}

/* The same of whoever asks: the task, or of a packet the socket's label, NULL when it
 * has none. What a label does not tell is unknown. */
enum { ASK_FILES, ASK_NET, ASK_SOCKET };
NB_INLINE u32 subject_is(u32 subject, u32 net, const struct nb_sock *sock, u32 must)
{
	const struct nb_sock *label = sock;
	u64 word = subject >> 6;

	if (net != ASK_SOCKET)
		return nb_subject_is(subject, net, must);
	if (!subject) /* anyone */
		return 1;
	barrier_value(word);
	if (!label || word >= NB_SOCK_WORDS)
		return !must;
	barrier_value(label); /* or clang adds to it before it is known not to be NULL */
	return (must ? label->must : label->may)[word] >> (subject & 63) & 1;
}

/* ---- rows ---- */

#define DECISION(verdict, rule) ((u64)(rule) << 32 | (verdict))
#define DECISION_VERDICT(d) ((u32)(d))
#define DECISION_RULE(d) ((u32)((d) >> 32))

/* NULL when the image is broken. */
NB_INLINE const struct nb_row *row_at(const u8 *rows, u32 row)
{
	return image_at(rows, P(rows_off) + (u64)row * sizeof(struct nb_row),
			sizeof(struct nb_row), P(rows_bytes));
}

NB_INLINE const struct nb_entry *entry_at(const u8 *rows, u64 entry)
{
	return image_at(rows, P(entries_off) + entry * sizeof(struct nb_entry),
			sizeof(struct nb_entry), P(rows_bytes));
}

NB_INLINE const struct nb_default *default_at(const u8 *rows, u32 i)
{
	return image_at(rows, P(defaults_off) + (u64)i * sizeof(struct nb_default),
			sizeof(struct nb_default), P(rows_bytes));
}

/*
 * Verdict of a row for the operations in `ops`: the first entry in source order
 * that denies, else the first that would deny, else the first that audits. A
 * broken image denies, rule 0. Only entries that have all bits of `flags` are asked;
 * before: it is a packet of a connection that is older than the policy.
 */
NB_INLINE u64 row_ask(u32 row_number, u32 ops, u32 flags, u32 net, const struct nb_sock *sock,
		      u32 before)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_row *row = row_at(rows, row_number);
	const struct nb_entry *entry;
	u64 soft = DECISION(NB_ALLOW, 0), first, count;

	if (!row)
		return DECISION(NB_DENY, 0);
	if (!(row->ops & ops) || (row->ops & flags) != flags)
		return soft;
	first = row->first;
	count = row->count;
	for (u32 i = 0; i < P(row_max) && i < count; i++) {
		entry = entry_at(rows, first + i);
		if (!entry)
			return DECISION(NB_DENY, 0);
		/* what allows has the lowest verdict and decides nothing here */
		if (!(entry->ops & ops) || (entry->ops & flags) != flags ||
		    entry->verdict <= DECISION_VERDICT(soft) ||
		    (before && entry->scope == NB_SPARES) ||
		    !subject_is(entry->subject, net, sock, 0))
			continue;
		if (entry->verdict == NB_DENY)
			return DECISION(NB_DENY, entry->rule);
		soft = DECISION(entry->verdict, entry->rule);
	}
	return soft;
}

NB_INLINE u64 row_decide(u32 row_number, u32 ops, u32 net, const struct nb_sock *sock,
			 u32 before)
{
	return row_ask(row_number, ops, 0, net, sock, before);
}

NB_GLOBAL u64 nb_row_decide(u32 row_number, u32 ops, u32 net)
{
	return row_decide(row_number, ops, net, 0, 0);
}

/* Of the operations in ops, those that the row allows the subject in the scope. */
NB_INLINE u32 row_allows(u32 row_number, u32 scope, u32 ops, u32 net,
			 const struct nb_sock *sock)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_row *row = row_at(rows, row_number);
	const struct nb_entry *entry;
	u32 allowed = 0;
	u64 first, count;

	if (!row)
		return 0;
	first = row->first;
	count = row->count;
	for (u32 i = 0; i < P(row_max) && i < count; i++) {
		entry = entry_at(rows, first + i);
		if (!entry)
			return 0;
		if (entry->verdict == NB_ALLOW && entry->scope == scope &&
		    (entry->ops & ops & ~allowed) && subject_is(entry->subject, net, sock, 1))
			allowed |= entry->ops & ops;
	}
	return allowed;
}

NB_GLOBAL u32 nb_row_allows(u32 row_number, u32 scope, u32 ops, u32 net)
{
	return row_allows(row_number, scope, ops, net, 0);
}

/*
 * What the defaults say of an object with these rows (0: none), two because one
 * address can have two views and is allowed when either is.
 */
NB_INLINE u64 default_ask(u32 row, u32 other, u32 ops, u32 flags, u32 net)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_default *def;
	u64 soft = DECISION(NB_ALLOW, 0);
	u32 left;

	for (u32 i = 0; i < P(defaults); i++) {
		def = default_at(rows, i);
		if (!def)
			return DECISION(NB_DENY, 0);
		left = def->ops & ops;
		if (!left || (def->ops & flags) != flags ||
		    def->verdict <= DECISION_VERDICT(soft) ||
		    !nb_subject_is(def->subject, net, 0))
			continue;
		left &= ~nb_row_allows(row, def->scope, left, net);
		if (left && other)
			left &= ~nb_row_allows(other, def->scope, left, net);
		if (!left)
			continue;
		if (def->verdict == NB_DENY)
			return DECISION(NB_DENY, def->rule);
		soft = DECISION(def->verdict, def->rule);
	}
	return soft;
}

NB_GLOBAL u64 nb_default_decide(u32 row, u32 other, u32 ops, u32 net)
{
	return default_ask(row, other, ops, 0, net);
}

/* A denial wins over what only logs, an explicit one over a default. */
NB_INLINE u64 with_defaults(u64 decision, u32 row, u32 other, u32 ops, u32 net)
{
	u64 more;

	if (!((net ? P(net_defaults) : P(file_defaults)) & ops) ||
	    DECISION_VERDICT(decision) == NB_DENY)
		return decision;
	more = nb_default_decide(row, other, ops, net);
	return DECISION_VERDICT(more) > DECISION_VERDICT(decision) ? more : decision;
}

/* Of what two rows of an object say: the higher verdict, the first in source order. */
NB_INLINE u64 decision_of_both(u64 one, u64 other)
{
	if (DECISION_VERDICT(one) != DECISION_VERDICT(other))
		return DECISION_VERDICT(one) > DECISION_VERDICT(other) ? one : other;
	return DECISION_RULE(one) < DECISION_RULE(other) ? one : other;
}

/* What the rows and defaults say of the file that an edge leads to. */
NB_INLINE u64 rows_decide(u64 edge, u32 ops)
{
	u64 decision = nb_row_decide(EDGE_ROW(edge), ops, 0);

	if (EDGE_MORE(edge))
		decision = decision_of_both(decision, nb_row_decide(EDGE_MORE(edge), ops, 0));
	return with_defaults(decision, EDGE_ROW(edge), EDGE_MORE(edge), ops, 0);
}

/* ---- files that are open already: what rules with `revalidate` say ---- */

NB_GLOBAL u64 nb_row_flags(u32 row, u32 ops, u32 flags)
{
	return row_ask(row, ops, flags, 0, 0, 0);
}

/* All together, a function that is judged once: more than one program asks it. */
NB_GLOBAL u64 nb_rows_again(u64 edge, u32 ops)
{
	u64 decision = nb_row_flags(EDGE_ROW(edge), ops, NB_REVALIDATE), more;

	if (EDGE_MORE(edge))
		decision = decision_of_both(
			decision, nb_row_flags(EDGE_MORE(edge), ops, NB_REVALIDATE));
	if (!(P(file_defaults) & P(file_again) & ops) || DECISION_VERDICT(decision) == NB_DENY)
		return decision;
	more = default_ask(EDGE_ROW(edge), EDGE_MORE(edge), ops, NB_REVALIDATE, 0);
	return DECISION_VERDICT(more) > DECISION_VERDICT(decision) ? more : decision;
}

#endif
