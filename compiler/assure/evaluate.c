/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * (policy, request) → verdict: every rule is asked, in source order. The first
 * deny that matches decides; when there is none, the first default whose scope the
 * subject may be in and no allow of which speaks for it; then in the same order those
 * that only log, because they or the policy are in mode audit; then the first audit.
 */
#include "compiler/assure/match.h"

static bool logs_only(const struct policy *p, const struct rule *rule)
{
	return p->audit_only || rule->audit;
}

static const struct rule *first(const struct policy *p, enum effect effect, bool audit,
				const struct request *r)
{
	for (uint32_t i = 0; i < p->n_rules; i++)
		if (p->rules[i].effect == effect && logs_only(p, &p->rules[i]) == audit &&
		    rule_matches(&p->rules[i], r))
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

static const struct rule *first_default(const struct policy *p, bool audit,
					const struct request *r)
{
	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];

		if (rule->effect == EFFECT_DEFAULT && logs_only(p, rule) == audit &&
		    rule_is_asked(rule, r) &&
		    subject_truth(rule->who, r) != TRUTH_NO && !scope_allows(p, rule->scope, r))
			return rule;
	}
	return NULL;
}

/* Those that deny, or those that only log. */
static const struct rule *first_denial(const struct policy *p, bool audit,
				       const struct request *r)
{
	const struct rule *rule = first(p, EFFECT_DENY, audit, r);

	return rule ? rule : first_default(p, audit, r);
}

struct verdict policy_evaluate(const struct policy *p, const struct request *r)
{
	const struct rule *rule = first_denial(p, false, r);

	if (rule)
		return (struct verdict){NB_DENY, rule};
	rule = first_denial(p, true, r);
	if (rule)
		return (struct verdict){NB_WOULD_DENY, rule};
	rule = first(p, EFFECT_AUDIT, p->audit_only, r);
	return (struct verdict){rule ? NB_AUDIT : NB_ALLOW, rule};
}
