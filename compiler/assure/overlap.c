/* SPDX-License-Identifier: BSD-2-Clause */
/* Decided in every row that some object leads to, as in redundant.c. */
#include "compiler/assure/overlap.h"
#include "compiler/assure/cover.h"
#include "compiler/assure/subject_order.h"

#define WORK_MAX (1u << 24) /* pairs of entries compared; beyond, nothing is said */

struct overlap {
	const struct policy *policy;
	const struct nb_row *rows;
	const struct nb_entry *entries;
	const struct nb_default *defaults;
	uint32_t n_defaults;
	struct subject_order *order;
	struct arena *arena;
	struct cover *cover;
	struct outside {
		bool met, open; /* an object leads to it; one of them is really allowed */
		uint32_t by;    /* the first rule that denies one */
		struct subject *whom; /* in the scope and meant by the allow */
	} *of; /* by rule number */
	uint64_t work;
};

/* The subject of the scope; its defaults share it. */
static bool scope_subject(const struct overlap *o, uint32_t scope, uint32_t *out)
{
	for (uint32_t i = 0; i < o->n_defaults; i++)
		if (o->defaults[i].scope == scope) {
			*out = o->defaults[i].subject;
			return true;
		}
	return false;
}

/* Of what the entry allows, the operations in `left` that nothing in the row denies to
 * everybody whom it can be about. */
static uint32_t left_open(struct overlap *o, const struct nb_row *row, const struct nb_entry *e,
			  uint32_t who, uint32_t left)
{
	enum nb_verdict denies = o->policy->audit_only ? NB_WOULD_DENY : NB_DENY;

	for (uint32_t i = 0; left && i < row->count; i++) {
		const struct nb_entry *d = &o->entries[row->first + i];

		o->work += 16;
		if (d->verdict < denies || !(d->ops & left) ||
		    (!subject_covers(o->order, d->subject, who) &&
		     !subject_covers(o->order, d->subject, e->subject)))
			continue;
		left &= ~d->ops;
		if (!o->of[e->rule].by)
			o->of[e->rule].by = d->rule;
	}
	return left;
}

static const struct subject *whom(struct overlap *o, const struct nb_entry *e)
{
	const struct rule *allow = &o->policy->rules[e->rule - 1];
	struct subject **made = &o->of[e->rule].whom;

	if (*made)
		return *made;
	*made = ARENA_NEW(o->arena, struct subject);
	**made = (struct subject){ .kind = SUBJECT_AND, .right = allow->who };
	for (uint32_t i = 0; i < o->n_defaults && !(*made)->left; i++)
		if (o->defaults[i].scope == e->scope)
			(*made)->left = o->policy->rules[o->defaults[i].rule - 1].who;
	return *made;
}

struct several {
	const struct subject *who[COVER_MAX];
	uint32_t rules[COVER_MAX], n;
};

static void gather(struct overlap *o, const struct nb_row *row, uint32_t op, struct several *out)
{
	enum nb_verdict denies = o->policy->audit_only ? NB_WOULD_DENY : NB_DENY;

	for (uint32_t i = 0; i < row->count && out->n < COVER_MAX; i++) {
		const struct nb_entry *d = &o->entries[row->first + i];

		if (d->verdict < denies || !(d->ops & op))
			continue;
		out->rules[out->n] = d->rule;
		out->who[out->n++] = o->policy->rules[d->rule - 1].who;
	}
}

/* Whether rules of both rows together deny the operation to everybody whom it can be about,
 * as none of them does alone. */
static bool is_denied_by_some(struct overlap *o, const struct nb_row *row,
			      const struct nb_row *other, const struct nb_entry *e, uint32_t op)
{
	struct several some = { .n = 0 };
	uint64_t needed;

	gather(o, row, op, &some);
	gather(o, other, op, &some);
	o->work += 16 * (some.n + 1);
	if (!cover_holds(o->cover, whom(o, e), some.who, some.n, &needed))
		return false;
	if (!o->of[e->rule].by && needed)
		o->of[e->rule].by = some.rules[__builtin_ctzll(needed)];
	return true;
}

struct looking {
	struct overlap *o;
	const struct nb_row *row;
	const struct nb_entry *e;
	uint32_t who, left; /* open in the entry's own row, by single rules */
};

/* other: the first row beside it, or one without entries. */
static bool is_closed(const struct looking *l, const struct nb_row *other)
{
	uint32_t left = left_open(l->o, other, l->e, l->who, l->left);

	for (uint32_t op = 0; op < 32; op++)
		if (left >> op & 1 && !is_denied_by_some(l->o, l->row, other, l->e, 1u << op))
			return false;
	return true;
}

static bool is_closed_beside(void *to, uint32_t first)
{
	struct looking *l = to;

	return ++l->o->work <= WORK_MAX && is_closed(l, &l->o->rows[first]);
}

static void look_at_row(struct overlap *o, const struct reach *reach, uint32_t number)
{
	static const struct nb_row none;
	const struct nb_row *row = &o->rows[number];
	uint32_t ops = reach_ops(reach, number);

	for (uint32_t i = 0; i < row->count; i++) {
		const struct nb_entry *e = &o->entries[row->first + i];
		struct looking l = { .o = o, .row = row, .e = e };

		if (e->verdict != NB_ALLOW || !(e->ops & ops) || o->of[e->rule].open)
			continue;
		o->of[e->rule].met = true;
		o->of[e->rule].open = o->work > WORK_MAX || !scope_subject(o, e->scope, &l.who);
		if (o->of[e->rule].open)
			continue;
		l.left = left_open(o, row, e, l.who, e->ops & ops);
		o->of[e->rule].open = !is_closed(&l, &none) &&
				      (reach_is_first(reach, number) ||
				       !reach_beside(reach, number, is_closed_beside, &l));
	}
}

void overlap_report(struct arena *arena, const struct image *image, const struct reach *reach,
		    struct diags *diags)
{
	const uint8_t *rows = image->maps[NB_IMAGE_ROWS].at;
	const struct nb_params *p = &image->params;
	struct overlap o = {
		.policy = image->policy,
		.rows = (const struct nb_row *)(rows + p->rows_off),
		.entries = (const struct nb_entry *)(rows + p->entries_off),
		.defaults = (const struct nb_default *)(rows + p->defaults_off),
		.n_defaults = p->defaults,
		.order = subject_order_new(arena, image, reach),
		.arena = arena,
		.cover = cover_new(arena),
		.of = ARENA_ARRAY(arena, struct outside, (size_t)image->policy->n_rules + 1),
	};

	for (uint32_t row = 0; p->defaults && row < p->rows; row++)
		look_at_row(&o, reach, row);
	for (uint32_t i = 0; i < image->policy->n_rules; i++) {
		const struct rule *rule = &image->policy->rules[i];
		const struct outside *of = &o.of[rule->number];

		if (!of->met || of->open || !of->by)
			continue;
		diag_report(diags, rule->span, DIAG_allow_denied,
			    "nothing of this is allowed: other rules deny all of it to "
			    "everybody in the scope");
		diag_note(diags, image->policy->rules[of->by - 1].span, "rule %u is here", of->by);
		diag_help(diags, "an allow takes from the defaults of its scope only: except the "
				 "object or the subject from the rule that denies");
	}
}
