/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * (policy, request) → verdict: every rule is asked, in source order. The first
 * deny that matches decides; when there is none, the first default whose scope the
 * subject may be in and no allow of which speaks for it; then the first audit.
 */
#include "compiler/assure/match.h"

static const struct rule *first(const struct policy *p, enum effect effect,
				const struct request *r)
{
	for (uint32_t i = 0; i < p->n_rules; i++)
		if (p->rules[i].effect == effect && rule_matches(&p->rules[i], r))
			return &p->rules[i];
	return NULL;
}

/* Only who surely is meant is allowed. */
bool scope_allows(const struct policy *p, uint32_t scope, const struct request *r)
{
	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];

		if (rule->effect == EFFECT_ALLOW && rule->scope == scope && rule_names(rule, r) &&
		    subject_truth(rule->who, r) == TRUTH_YES)
			return true;
	}
	return false;
}

static const struct rule *first_default(const struct policy *p, const struct request *r)
{
	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];

		if (rule->effect == EFFECT_DEFAULT && rule->ops >> r->op & 1 &&
		    subject_truth(rule->who, r) != TRUTH_NO && !scope_allows(p, rule->scope, r))
			return rule;
	}
	return NULL;
}

struct verdict policy_evaluate(const struct policy *p, const struct request *r)
{
	const struct rule *rule = first(p, EFFECT_DENY, r);

	if (!rule)
		rule = first_default(p, r);
	if (rule)
		return (struct verdict){p->audit_only ? NB_WOULD_DENY : NB_DENY, rule};
	rule = first(p, EFFECT_AUDIT, r);
	return (struct verdict){rule ? NB_AUDIT : NB_ALLOW, rule};
}
