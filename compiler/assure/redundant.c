/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules are judged from the last to the first, and one that is found to be of no use
 * is not counted upon any more. So the later of two equal rules is reported, and all
 * that is reported can be left out together. States and first rules say nothing
 * here: only whole rows do.
 */
#include "compiler/assure/redundant.h"
#include "compiler/assure/cover.h"
#include "compiler/assure/subject_order.h"

#define WORK_MAX (1u << 27) /* pairs of entries compared; beyond, nothing is redundant */

struct holding { /* of a rule, in a row that objects lead to */
	uint32_t row, entry;
};

struct judge {
	struct arena *arena;
	const struct policy *policy;
	struct cover *cover;
	const struct nb_row *rows;
	const struct nb_entry *entries;
	const struct reach *reach;
	struct subject_order *order;
	uint32_t *first; /* by rule: into holdings; one more than rules */
	struct holding *holdings;
	bool *gone;
	uint32_t *chosen; /* by rule: for which rule it was needed last */
	struct judged *out;
	uint64_t work;
};

static uint32_t entry_ops(const struct nb_entry *e)
{
	return e->verdict == NB_ALLOW ? 0 : e->ops;
}

static void find_holdings(struct judge *j, uint32_t n_rows, uint32_t n_rules)
{
	uint32_t *fill = ARENA_ARRAY(j->arena, uint32_t, (size_t)n_rules + 2), total = 0;

	j->first = ARENA_ARRAY(j->arena, uint32_t, (size_t)n_rules + 2);
	for (uint32_t pass = 0; pass < 2; pass++) {
		for (uint32_t row = 0; row < n_rows; row++) {
			uint32_t ops = reach_ops(j->reach, row);

			for (uint32_t i = 0; i < j->rows[row].count; i++) {
				uint32_t e = j->rows[row].first + i, rule = j->entries[e].rule;

				if (!(entry_ops(&j->entries[e]) & ops))
					continue;
				if (pass)
					j->holdings[fill[rule]++] = (struct holding){ row, e };
				else
					j->first[rule]++;
			}
		}
		for (uint32_t rule = 0; !pass && rule < n_rules + 2; rule++) {
			uint32_t count = j->first[rule];

			j->first[rule] = fill[rule] = total;
			total += count;
		}
		if (!pass)
			j->holdings = ARENA_ARRAY(j->arena, struct holding, (size_t)total + 1);
	}
}

/* Operations of e that o decides at least as strongly. */
static uint32_t decided_by(const struct nb_entry *e, const struct nb_entry *o)
{
	if (e->scope == NB_PINNED && o->scope != NB_PINNED)
		return 0; /* the verdicts are the same, what may become of the name is not */
	if (o->scope == NB_SPARES && e->scope != NB_SPARES)
		return 0; /* what is older than the policy, o does not decide */
	if (o->verdict < e->verdict)
		return 0;
	return e->ops & o->ops & (e->ops & ~o->ops & NB_REVALIDATE ? ~NB_AGAIN_OPS : ~0u);
}

typedef VEC(uint32_t) numbers;

static void need(struct judge *j, const struct nb_entry *e, uint32_t rule, numbers *by)
{
	if (!by || j->chosen[rule] == e->rule)
		return;
	j->chosen[rule] = e->rule;
	VEC_PUSH(j->arena, by, rule);
}

/* Of what the entry does, what no other of the row does. Those that were needed
 * elsewhere (pass 0) are tried first: few reasons are better than many. by: NULL if the
 * reasons are not to be noted. */
static uint32_t not_covered(struct judge *j, const struct nb_row *row, const struct nb_entry *e,
			    uint32_t left, uint32_t pass, numbers *by)
{
	for (uint32_t i = 0; left && i < row->count; i++) {
		const struct nb_entry *o = &j->entries[row->first + i];
		bool chosen = j->chosen[o->rule] == e->rule;

		if (o->rule == e->rule || j->gone[o->rule] || chosen == pass)
			continue;
		j->work += o->subject && o->subject != e->subject ? 64 : 1;
		if (!(decided_by(e, o) & left) ||
		    !subject_covers(j->order, o->subject, e->subject))
			continue;
		left &= ~decided_by(e, o);
		need(j, e, o->rule, by);
	}
	return left;
}

struct several {
	const struct subject *who[COVER_MAX];
	uint32_t rules[COVER_MAX], n;
};

static void gather(struct judge *j, const struct nb_row *row, const struct nb_entry *e, uint32_t op,
		   struct several *out)
{
	for (uint32_t i = 0; i < row->count && out->n < COVER_MAX; i++) {
		const struct nb_entry *o = &j->entries[row->first + i];

		if (o->rule == e->rule || j->gone[o->rule] || !(decided_by(e, o) & op))
			continue;
		out->rules[out->n] = o->rule;
		out->who[out->n++] = j->policy->rules[o->rule - 1].who;
	}
}

/* Whether several others together bind whom the entry binds, for one operation. */
static bool is_covered_by_some(struct judge *j, struct holding held, uint32_t other, uint32_t op,
			       numbers *by)
{
	const struct nb_entry *e = &j->entries[held.entry];
	struct several some = { .n = 0 };
	uint64_t needed;

	gather(j, &j->rows[held.row], e, op, &some);
	gather(j, &j->rows[other], e, op, &some);
	if (some.n < 1 || !cover_holds(j->cover, j->policy->rules[e->rule - 1].who, some.who, some.n,
				       &needed))
		return false;
	for (uint32_t i = 0; i < some.n; i++)
		if (needed >> i & 1)
			need(j, e, some.rules[i], by);
	return true;
}

/* Whether others do what the entry does, in its row and the other one of an object, 0 for
 * none. */
static bool is_covered(struct judge *j, struct holding held, uint32_t other, numbers *by)
{
	const struct nb_entry *e = &j->entries[held.entry];
	uint32_t left = entry_ops(e) & reach_ops(j->reach, held.row);

	for (uint32_t pass = 0; pass < 2; pass++) {
		left = not_covered(j, &j->rows[held.row], e, left, pass, by);
		left = not_covered(j, &j->rows[other], e, left, pass, by);
	}
	for (uint32_t op = 0; op < 32; op++)
		if (left >> op & 1 && !is_covered_by_some(j, held, other, 1u << op, by))
			return false;
	return true;
}

struct covering {
	struct judge *j;
	struct holding held;
	numbers *by;
};

static bool covered_beside(void *to, uint32_t first)
{
	struct covering *c = to;

	return ++c->j->work <= WORK_MAX && is_covered(c->j, c->held, first, c->by);
}

/* In every pair of rows that some object has, this being one of them. What covers the
 * entry in its own row does so in all of them. */
static bool always_covered(struct judge *j, struct holding held, numbers *by)
{
	struct covering c = { j, held, by };

	if (reach_is_first(j->reach, held.row) || is_covered(j, held, 0, NULL))
		return is_covered(j, held, 0, by);
	return reach_beside(j->reach, held.row, covered_beside, &c);
}

static enum finding judge(struct judge *j, uint32_t rule, numbers *by)
{
	uint32_t first = j->first[rule], end = j->first[rule + 1];

	if (first == end)
		return FINDING_NO_OBJECT;
	if (!subject_is_possible(j->order, j->entries[j->holdings[first].entry].subject))
		return FINDING_NO_SUBJECT;
	for (uint32_t i = first; i < end; i++)
		if (j->work > WORK_MAX || !always_covered(j, j->holdings[i], by))
			return FINDING_NONE;
	return FINDING_REDUNDANT;
}

static bool lacks_object(const struct rule *rule)
{
	return rule->kind == OBJECT_FILES ? !rule->n_paths : !rule->n_addrs || !rule->n_ports;
}

const struct judged *rules_judge(struct arena *arena, const struct policy *policy,
				 const struct image *image, struct reach *reach)
{
	const uint8_t *rows = image->maps[NB_IMAGE_ROWS].at;
	struct judge j = {
		.arena = arena,
		.policy = policy,
		.cover = cover_new(arena),
		.rows = (const struct nb_row *)(rows + image->params.rows_off),
		.entries = (const struct nb_entry *)(rows + image->params.entries_off),
		.reach = reach,
		.order = subject_order_new(arena, image, reach),
		.gone = ARENA_ARRAY(arena, bool, (size_t)policy->n_rules + 1),
		.chosen = ARENA_ARRAY(arena, uint32_t, (size_t)policy->n_rules + 1),
		.out = ARENA_ARRAY(arena, struct judged, (size_t)policy->n_rules + 1),
	};
	numbers by = { 0 };

	find_holdings(&j, image->params.rows, policy->n_rules);
	for (uint32_t rule = policy->n_rules; rule; rule--) {
		enum effect effect = policy->rules[rule - 1].effect;

		/* a default has no object, an allow decides only beside its default; an
		 * empty list was warned about when it was read */
		if ((effect != EFFECT_DENY && effect != EFFECT_AUDIT) ||
		    lacks_object(&policy->rules[rule - 1]))
			continue;
		by.n = 0;
		j.out[rule].finding = judge(&j, rule, &by);
		if (j.out[rule].finding == FINDING_NONE)
			continue;
		j.gone[rule] = true;
		if (j.out[rule].finding != FINDING_REDUNDANT)
			continue;
		j.out[rule].row = j.holdings[j.first[rule]].row;
		j.out[rule].by = by.at;
		j.out[rule].n_by = (uint32_t)by.n;
		by = (numbers){ 0 };
	}
	return j.out;
}
