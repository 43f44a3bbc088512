/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * (policy, old name, new name, who) → verdict. A deny at the old name is lost if
 * some operation of it on the object, not on names, is not denied at the new name to the
 * same subject expression or to everyone, as strictly: what denies is not kept by what
 * only logs, what is pinned by what is not, nor of open files what `revalidate` denies by
 * a rule without it. The first rule in source order that is
 * lost, and may bind the one who asks or is pinned, decides, or the first default of
 * whose denials the new name is free; one that only logs if no other is lost.
 */
#include "compiler/assure/contain.h"
#include "compiler/assure/match.h"

enum { LITERALS_MAX = 10000 }; /* a longer expression is like no other */

struct literal {
	const struct atom *atom;
	bool negated;
};

/* All must hold: ascending by dimension, atom, sign; none twice. */
typedef VEC(struct literal) term;
/* One must hold; an empty term is everyone. */
typedef VEC(term) terms;

static bool before(const struct literal *a, const struct literal *b)
{
	if (a->atom->dim != b->atom->dim)
		return a->atom->dim < b->atom->dim;
	if (a->atom->index != b->atom->index)
		return a->atom->index < b->atom->index;
	return a->negated < b->negated;
}

static bool same_literal(const struct literal *a, const struct literal *b)
{
	return a->atom == b->atom && a->negated == b->negated;
}

static void add(struct arena *a, term *t, struct literal literal)
{
	size_t i = 0;

	while (i < t->n && before(&t->at[i], &literal))
		i++;
	if (i < t->n && same_literal(&t->at[i], &literal))
		return;
	VEC_PUSH(a, t, literal);
	for (size_t j = t->n - 1; j > i; j--)
		t->at[j] = t->at[j - 1];
	t->at[i] = literal;
}

static bool fits(const terms *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->at[i].n + 1;
	return n <= LITERALS_MAX;
}

static bool all_pairs(struct arena *a, const terms *left, const terms *right, terms *out)
{
	for (size_t i = 0; i < left->n; i++)
		for (size_t j = 0; j < right->n; j++) {
			term both = {0};

			if (out->n > LITERALS_MAX)
				return false;
			for (size_t k = 0; k < left->at[i].n; k++)
				add(a, &both, left->at[i].at[k]);
			for (size_t k = 0; k < right->at[j].n; k++)
				add(a, &both, right->at[j].at[k]);
			VEC_PUSH(a, out, both);
		}
	return fits(out);
}

/* False if it is too long. Depth is bounded by the checker. */
static bool expand(struct arena *a, const struct subject *s, bool negated, terms *out)
{
	terms left = {0}, right = {0};
	term one = {0};

	if (s->kind == SUBJECT_NOT)
		return expand(a, s->left, !negated, out);
	if (s->kind == SUBJECT_ANYONE || s->kind == SUBJECT_ATOM) {
		if (s->kind == SUBJECT_ATOM)
			add(a, &one, (struct literal){s->atom, negated});
		if (s->kind == SUBJECT_ATOM || !negated)
			VEC_PUSH(a, out, one);
		return true;
	}
	if (!expand(a, s->left, negated, &left) || !expand(a, s->right, negated, &right))
		return false;
	if ((s->kind == SUBJECT_AND) != negated)
		return all_pairs(a, &left, &right, out);
	*out = left;
	for (size_t i = 0; i < right.n; i++)
		VEC_PUSH(a, out, right.at[i]);
	return fits(out);
}

bool subjects_alike(struct arena *arena, const struct subject *left,
		    const struct subject *right)
{
	terms a = {0}, b = {0};

	if (left == right)
		return true;
	if (!expand(arena, left, false, &a) || !expand(arena, right, false, &b) ||
	    a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (a.at[i].n != b.at[i].n)
			return false;
		for (size_t j = 0; j < a.at[i].n; j++)
			if (!same_literal(&a.at[i].at[j], &b.at[i].at[j]))
				return false;
	}
	return true;
}

static bool names(const struct rule *rule, const char *path, bool guest)
{
	struct request r = {.path = path, .guest = guest};

	return rule->effect == EFFECT_DENY && rule->kind == OBJECT_FILES &&
	       rule_path(rule, &r);
}

static bool as_strict(const struct policy *p, const struct rule *rule, const struct rule *as)
{
	return (p->audit_only || !rule->audit || as->audit) && (rule->pinned || !as->pinned);
}

/* Whether the new name keeps every operation that the rule denies. */
static bool is_kept(struct arena *a, const struct policy *p, const struct rule *lost,
		    const char *new_path, bool guest)
{
	uint32_t ops = lost->ops & ~NB_NAME_OPS;

	for (uint32_t i = 0; ops && i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];

		if (names(rule, new_path, guest) && as_strict(p, rule, lost) &&
		    (rule->who->kind == SUBJECT_ANYONE ||
		     subjects_alike(a, rule->who, lost->who)))
			ops &= lost->revalidate && !rule->revalidate
				       ? ~rule->ops | NB_AGAIN_OPS
				       : ~rule->ops;
	}
	return !ops;
}

/* Something that the scope denies of the old name and allows of the new one. */
static bool is_loosened(const struct policy *p, const struct rule *by_default,
			const struct request *r, const char *new_path)
{
	for (uint32_t op = 0; op < NB_OP_COUNT; op++) {
		struct request from = *r, to = *r;

		from.op = to.op = (enum nb_op)op;
		to.path = new_path;
		if ((by_default->ops & ~NB_NAME_OPS) >> op & 1 &&
		    !scope_allows(p, by_default->scope, &from) &&
		    scope_allows(p, by_default->scope, &to))
			return true;
	}
	return false;
}

struct verdict contain_denials(struct arena *a, const struct policy *p, const struct request *r,
			       const char *new_path)
{
	struct verdict soft = {NB_ALLOW, NULL};

	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];

		if (!names(rule, r->path, r->guest) ||
		    (!rule->pinned && subject_truth(rule->who, r) == TRUTH_NO) ||
		    is_kept(a, p, rule, new_path, r->guest))
			continue;
		if (!p->audit_only && !rule->audit)
			return (struct verdict){NB_DENY, rule};
		if (!soft.rule)
			soft = (struct verdict){NB_WOULD_DENY, rule};
	}
	return soft;
}

struct verdict contain_defaults(const struct policy *p, const struct request *r,
				const char *new_path)
{
	struct verdict soft = {NB_ALLOW, NULL};

	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];

		if (rule->effect != EFFECT_DEFAULT || rule->kind != OBJECT_FILES ||
		    subject_truth(rule->who, r) == TRUTH_NO ||
		    !is_loosened(p, rule, r, new_path))
			continue;
		if (!p->audit_only && !rule->audit)
			return (struct verdict){NB_DENY, rule};
		if (!soft.rule)
			soft = (struct verdict){NB_WOULD_DENY, rule};
	}
	return soft;
}

struct verdict policy_contain(struct arena *a, const struct policy *p,
			      const struct request *r, const char *new_path)
{
	struct verdict denials = contain_denials(a, p, r, new_path), defaults;

	if (denials.verdict == NB_DENY)
		return denials;
	defaults = contain_defaults(p, r, new_path);
	return defaults.verdict > denials.verdict ? defaults : denials;
}
