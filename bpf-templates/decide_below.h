/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * May a directory of which only its state is known, and that it holds no directory, get
 * another state? What its files are called is not known, so each name they may have
 * must keep what binds the one who moves them: the lists of items tell it, and where
 * they do not, the answer is no. Part of decide.h.
 */
#ifndef NB_DECIDE_BELOW_H
#define NB_DECIDE_BELOW_H

#include "decide_row.h"

/* What making files under new names asks, and what taking their names away does. */
#define NB_MAKING_OPS                                                          \
	(1u << NB_OP_CREATE | 1u << NB_OP_MKNOD | 1u << NB_OP_SYMLINK | 1u << NB_OP_PLACE)
#define NB_TAKING_OPS (1u << NB_OP_RENAME)

/* Of the operations in deny, those that no entry of the row denies to the same subject
 * or to everyone, as strictly: with that verdict, pinned if that is asked for, and where
 * deny has NB_REVALIDATE, of open files, too. */
NB_INLINE u32 uncovered(u32 row_number, u32 subject, u32 deny, u32 verdict, u32 pinned)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_row *row = row_at(rows, row_number);
	const struct nb_entry *entry;
	u32 again = deny & NB_REVALIDATE;
	u64 first, count;

	if (!row)
		return deny;
	deny &= ~NB_REVALIDATE;
	first = row->first;
	count = row->count;
	for (u32 i = 0; i < P(row_max) && i < count; i++) {
		entry = entry_at(rows, first + i);
		if (!entry)
			return deny;
		if (entry->verdict >= verdict && (u32)entry->scope >= pinned &&
		    (!entry->subject || entry->subject == subject))
			deny &= again & ~entry->ops ? ~entry->ops | NB_AGAIN_OPS : ~entry->ops;
	}
	return deny;
}

/* The same of both rows of an object. */
NB_GLOBAL u32 nb_uncovered(u64 edge, u32 subject, u32 deny, u32 verdict, u32 pinned)
{
	u32 again = deny & NB_REVALIDATE;

	deny = uncovered(EDGE_ROW(edge), subject, deny, verdict, pinned);
	if (EDGE_MORE(edge) && deny)
		deny = uncovered(EDGE_MORE(edge), subject, deny | again, verdict, pinned);
	return deny;
}

NB_INLINE const struct nb_span *list_at(const u8 *rows, u32 below)
{
	return image_at(rows, P(below_off) + (u64)below * sizeof(struct nb_span),
			sizeof(struct nb_span), P(rows_bytes));
}

/* NULL beyond its end, or if the image is broken. */
NB_INLINE const u32 *listed_at(const u8 *rows, u64 n)
{
	return image_at(rows, P(lists_off) + n * 4, 4, P(rows_bytes));
}

NB_INLINE const struct nb_item *item_at(const u8 *rows, u32 item)
{
	return image_at(rows, P(items_off) + (u64)item * sizeof(struct nb_item),
			sizeof(struct nb_item), P(rows_bytes));
}

/* Is the item on the list? A broken image has everything but what would allow. */
NB_GLOBAL u32 nb_listed(u32 below, u32 item)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_span *list = list_at(rows, below);
	const u32 *listed;
	u64 first, count;

	if (!list)
		return item <= NB_ITEM_SHAKY;
	first = list->first;
	count = list->count;
	for (u32 i = 0; i < P(list_max) && i < count; i++) {
		listed = listed_at(rows, first + i);
		if (!listed)
			return item <= NB_ITEM_SHAKY;
		if (*listed == item)
			return 1;
	}
	return 0;
}

/* Of the operations that a rule of a scope allows a subject, those that no entry of the
 * row allows the same subject, or everyone, there. */
NB_GLOBAL u32 nb_newly_allowed(u32 row_number, u32 subject, u32 ops, u32 scope)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_row *row = row_at(rows, row_number);
	const struct nb_entry *entry;
	u64 first, count;

	if (!row)
		return ops;
	first = row->first;
	count = row->count;
	for (u32 i = 0; i < P(row_max) && i < count; i++) {
		entry = entry_at(rows, first + i);
		if (!entry)
			return ops;
		if (entry->verdict == NB_ALLOW && entry->scope == scope &&
		    (!entry->subject || entry->subject == subject))
			ops &= ~entry->ops;
	}
	return ops;
}

/* Has a file that the item speaks of the same in a directory of that state, or better? */
NB_INLINE u32 keeps(u32 state, u32 item, const struct nb_item *it)
{
	const struct nb_state *s = state_at(IMAGE_OF(nb_paths), state);
	u32 row, ops = it->entry.ops & P(file_ops) & ~NB_NAME_OPS, subject = it->entry.subject;
	u32 again = it->entry.ops & NB_REVALIDATE;
	u32 verdict = it->entry.verdict, scope = it->entry.scope;

	if (!s || nb_listed(s->below, NB_ITEM_SHAKY))
		return 0;
	if (it->names && nb_listed(s->below, item))
		return 1;
	row = s->row;
	return verdict == NB_ALLOW ? !nb_newly_allowed(row, subject, ops, scope)
				   : !nb_uncovered(EDGE(0, row), subject, ops | again, verdict, scope);
}

/*
 * What the item, of a directory at the old (gain = 0) or the new place, has against it:
 * a decision of its rule. NB_AUDIT: it allows the mover more than before, which matters
 * if a default of its scope binds.
 */
NB_GLOBAL u64 nb_item_against(u32 item, u32 s, u32 t, u32 gain)
{
	const struct nb_item *it = item_at(IMAGE_OF(nb_rows), item);
	u32 verdict, ops, names, binds;

	if (!it)
		return DECISION(NB_DENY, 0);
	verdict = it->entry.verdict;
	ops = it->entry.ops & P(file_ops);
	if (verdict == NB_ALLOW) {
		ops &= P(file_defaults) & ~NB_NAME_OPS;
		return DECISION(gain && ops && !keeps(s, item, it) ? NB_AUDIT : NB_ALLOW, item);
	}
	names = ops & (gain ? NB_MAKING_OPS : NB_TAKING_OPS);
	if (verdict < NB_WOULD_DENY || (gain && !names))
		return DECISION(NB_ALLOW, 0);
	binds = nb_subject_is(it->entry.subject, 0, 0);
	if (names && binds)
		return DECISION(verdict, it->entry.rule);
	if (gain || !(ops & ~NB_NAME_OPS) || (it->entry.scope != NB_PINNED && !binds) ||
	    keeps(t, item, it))
		return DECISION(NB_ALLOW, 0);
	return DECISION(verdict, it->entry.rule);
}

/* Of the defaults that what the item allows is taken from, and that bind the mover, the
 * worst. */
NB_GLOBAL u64 nb_scope_binds(u32 item)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_item *it = item_at(rows, item);
	const struct nb_default *def;
	u64 worst = DECISION(NB_ALLOW, 0);
	u32 scope, ops;

	if (!it)
		return DECISION(NB_DENY, 0);
	scope = it->entry.scope;
	ops = it->entry.ops & P(file_defaults) & ~NB_NAME_OPS;
	for (u32 i = 0; i < P(defaults); i++) {
		def = default_at(rows, i);
		if (!def)
			return DECISION(NB_DENY, 0);
		if (def->scope == scope && def->ops & ops &&
		    def->verdict > DECISION_VERDICT(worst) && nb_subject_is(def->subject, 0, 0))
			worst = DECISION(def->verdict, def->rule);
	}
	return worst;
}

/* The worst of a list's items. */
NB_GLOBAL u64 nb_list_against(u32 below, u32 s, u32 t, u32 gain)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_span *list = list_at(rows, below);
	u64 worst = DECISION(NB_ALLOW, 0), one, first, count;
	const u32 *listed;
	u32 i;

	if (!list)
		return DECISION(NB_DENY, 0);
	first = list->first;
	count = list->count;
	ROUNDS(i, P(list_max)) {
		if (i >= count)
			break;
		listed = listed_at(rows, first + i);
		if (!listed || *listed == NB_ITEM_MANY)
			return DECISION(NB_DENY, 0);
		if (*listed == NB_ITEM_SHAKY)
			continue;
		one = nb_item_against(*listed, s, t, gain);
		if (P(file_defaults) && DECISION_VERDICT(one) == NB_AUDIT)
			one = nb_scope_binds(DECISION_RULE(one));
		if (DECISION_VERDICT(one) > DECISION_VERDICT(worst))
			worst = one;
	}
	return worst;
}

/* Defaults on making and taking away names: what the places do not allow the mover. */
NB_GLOBAL u64 nb_names_by_default(u32 s, u32 t)
{
	const u8 *rows = IMAGE_OF(nb_rows), *paths = IMAGE_OF(nb_paths);
	const struct nb_state *from = state_at(paths, s), *to = state_at(paths, t);
	u64 worst = DECISION(NB_ALLOW, 0);
	const struct nb_default *def;
	u32 making, taking, s_row, t_row;

	if (!from || !to)
		return DECISION(NB_DENY, 0);
	/* of names that lack what the others are allowed, nothing is known */
	s_row = nb_listed(from->below, NB_ITEM_SHAKY) ? 0 : from->row;
	t_row = nb_listed(to->below, NB_ITEM_SHAKY) ? 0 : to->row;

	for (u32 i = 0; i < P(defaults); i++) {
		def = default_at(rows, i);
		if (!def)
			return DECISION(NB_DENY, 0);
		making = def->ops & P(file_ops) & NB_MAKING_OPS;
		taking = def->ops & P(file_ops) & NB_TAKING_OPS;
		if (!(making | taking) || def->verdict <= DECISION_VERDICT(worst) ||
		    !nb_subject_is(def->subject, 0, 0))
			continue;
		making &= ~nb_row_allows(t_row, def->scope, making, 0);
		taking &= ~nb_row_allows(s_row, def->scope, taking, 0);
		if (making | taking)
			worst = DECISION(def->verdict, def->rule);
	}
	return worst;
}

/* The move of a directory without directories from state s to t: an answer as of
 * nb_row_decide. */
NB_INLINE u64 leaf_containment(u32 s, u32 t)
{
	const u8 *paths = IMAGE_OF(nb_paths);
	const struct nb_state *from = state_at(paths, s), *to = state_at(paths, t);
	u64 worst, more;

	if (!from || !to)
		return DECISION(NB_DENY, 0);
	worst = nb_list_against(from->below, s, t, 0);
	more = nb_list_against(to->below, s, t, 1);
	if (DECISION_VERDICT(more) > DECISION_VERDICT(worst))
		worst = more;
	if (!P(file_defaults) || DECISION_VERDICT(worst) == NB_DENY)
		return worst;
	more = nb_names_by_default(s, t);
	return DECISION_VERDICT(more) > DECISION_VERDICT(worst) ? more : worst;
}

#endif
