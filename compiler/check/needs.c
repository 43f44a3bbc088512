/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules that the kernels which the policy is for could not enforce: the table
 * needs.def against `kernel >= X`. An error, unless the rule waives it; and waivers
 * that nothing of this sort needs are reported.
 */
#include <sys/socket.h>
#include "compiler/check/check.h"

#define KIND_FILES OBJECT_FILES
#define KIND_NET OBJECT_NET

static const struct need {
	enum object_kind kind;
	uint32_t ops, from, until;
	const char *why;
} needs[] = {
#define NEED(kind, ops, from, until, why) {KIND_##kind, ops, from, until, why},
#include "compiler/check/needs.def"
#undef NEED
};

/* Making sockets of IPv4 and IPv6 meets a hook of cgroups, which has no such fault. */
static bool needs_nothing(const struct rule *rule)
{
	uint32_t inet = 0;

	for (uint32_t i = 0; i < rule->n_sockets; i++)
		inet += rule->sockets[i].family == AF_INET || rule->sockets[i].family == AF_INET6;
	return rule->n_sockets && inet == rule->n_sockets;
}

static const struct need *unmet(const struct policy *p, const struct rule *rule)
{
	uint32_t kernel = (uint32_t)p->kernel_major << 8 | p->kernel_minor;

	if (needs_nothing(rule))
		return NULL;

	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		if (needs[i].kind == rule->kind && needs[i].ops & rule->ops &&
		    needs[i].from <= kernel && kernel < needs[i].until)
			return &needs[i];
	return NULL;
}

static void judge(struct check *c, const struct rule *rule)
{
	const struct policy *p = c->policy;
	const struct need *need = unmet(p, rule);

	if (!need || rule->waived[WAIVER_kernel])
		return;
	diag_report(c->diags, rule->span, DIAG_kernel_cannot,
		    "a kernel %u.%u, which the policy is for, cannot enforce this rule: %s",
		    p->kernel_major, p->kernel_minor, need->why);
	diag_help(c->diags, "say 'kernel >= %u.%u' in the policy block, or write 'waive kernel "
			    "\"why\"' at the end of the rule",
		  need->until >> 8, need->until & 0xff);
}

void needs_check(struct check *c)
{
	for (size_t i = 0; i < c->rules.n; i++)
		judge(c, &c->rules.at[i]);
}

void needs_warn_waived(struct check *c)
{
	for (size_t i = 0; i < c->rules.n; i++) {
		const struct rule *rule = &c->rules.at[i];

		if (rule->waived[WAIVER_kernel] && !unmet(c->policy, rule))
			diag_report(c->diags, rule->span, DIAG_unused_waiver,
				    "every kernel that the policy is for enforces this rule, "
				    "so that 'waive kernel' waives nothing");
	}
}
