/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * (policy, request) → verdict: every rule is asked, in source order. The first
 * deny that matches decides; only when there is none, the first audit.
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

struct verdict policy_evaluate(const struct policy *p, const struct request *r)
{
	const struct rule *rule = first(p, EFFECT_DENY, r);

	if (rule)
		return (struct verdict){p->audit_only ? NB_WOULD_DENY : NB_DENY, rule};
	rule = first(p, EFFECT_AUDIT, r);
	return (struct verdict){rule ? NB_AUDIT : NB_ALLOW, rule};
}
