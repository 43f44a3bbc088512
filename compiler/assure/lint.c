/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings → diagnostics. What is found is decided in redundant.c and lockout.c. */
#include <arpa/inet.h>
#include <string.h>
#include "compiler/assure/advice.h"
#include "compiler/assure/lint.h"
#include "compiler/assure/lockout.h"
#include "compiler/assure/match.h"
#include "compiler/assure/overlap.h"
#include "compiler/assure/redundant.h"
#include "compiler/assure/ways.h"
#include "compiler/base/table.h"

enum {
	EXAMPLES_MAX = 100, /* more reports than are printed */
	NOTES_MAX = 3,
};

struct lint {
	struct arena *arena;
	const struct policy *policy;
	const struct image *image;
	struct diags *diags;
	struct reach *reach;
	uint32_t examples;
	struct table *looked_at; /* spans of patterns */
};

/* "rule 2 'secrets-stay'" */
static const char *rule_word(struct lint *l, uint32_t number)
{
	const char *name = l->policy->rules[number - 1].name;

	return name ? arena_printf(l->arena, "%u '%s'", number, name)
		    : arena_printf(l->arena, "%u", number);
}

static const char *rule_list(struct lint *l, const struct judged *found)
{
	const char *first = rule_word(l, found->by[0]);

	if (found->n_by == 1)
		return arena_printf(l->arena, "rule %s", first);
	if (found->n_by == 2)
		return arena_printf(l->arena, "rules %s and %s", first,
				    rule_word(l, found->by[1]));
	return arena_printf(l->arena, "rule %s and %u others", first, found->n_by - 1);
}

static const char *verb(const struct lint *l, const struct judged *found)
{
	bool denies = false, logs = false;

	for (uint32_t i = 0; i < found->n_by; i++) {
		enum effect effect = l->policy->rules[found->by[i] - 1].effect;

		denies |= effect == EFFECT_DENY;
		logs |= effect == EFFECT_AUDIT;
	}
	return denies && logs ? "denied or logged" : denies ? "denied" : "logged";
}

/* ", for example /srv/x", or nothing. */
static const char *example(struct lint *l, const struct judged *found)
{
	char addr[INET6_ADDRSTRLEN];
	struct request r = { 0 };
	const char *protocol = NULL;

	if (l->examples++ >= EXAMPLES_MAX || !reach_example(l->reach, found->row, &r))
		return "";
	if (r.path)
		return arena_printf(l->arena, ", for example %s%s", r.path,
				    r.guest ? " in a container" : "");
	if (r.op == NB_OP_SOCKET)
		return arena_printf(l->arena, ", for example %s", socket_text(l->arena, &r.socket));
	switch (r.protocol) {
#define PROTOCOL(name, number, has_ports) \
	case number:                      \
		protocol = #name;         \
		break;
#include "compiler/check/protocols.def"
#undef PROTOCOL
	}
	inet_ntop(r.v6 ? AF_INET6 : AF_INET, r.addr, addr, sizeof addr);
	if (!protocol)
		return arena_printf(l->arena, ", for example %s protocol %u", addr, r.protocol);
	if (!protocol_has_ports(r.protocol))
		return arena_printf(l->arena, ", for example %s %s", addr, protocol);
	return arena_printf(l->arena, ", for example %s %s/%u", addr, protocol, r.port);
}

static void report_redundant(struct lint *l, const struct rule *rule,
			     const struct judged *found)
{
	diag_report(l->diags, rule->span, DIAG_redundant_rule,
		    "every object of this rule is %s by %s already%s", verb(l, found),
		    rule_list(l, found), example(l, found));
	for (uint32_t i = 0; i < found->n_by && i < NOTES_MAX; i++)
		diag_note(l->diags, l->policy->rules[found->by[i] - 1].span, "rule %s is here",
			  rule_word(l, found->by[i]));
	diag_help(l->diags, "without this rule no verdict would change");
}

static void report_rule(struct lint *l, const struct rule *rule, const struct judged *found)
{
	switch (found->finding) {
	case FINDING_NONE:
		return;
	case FINDING_NO_OBJECT:
		diag_report(l->diags, rule->span, DIAG_never_matches,
			    "no object leads to this rule, so that it does nothing");
		return;
	case FINDING_NO_SUBJECT:
		diag_report(l->diags, rule->span, DIAG_never_true,
			    "the subject of this rule is true of nobody");
		diag_help(l->diags, "it asks for one uid, executable or cgroup to be two, or for "
				    "what it excludes");
		return;
	case FINDING_REDUNDANT:
		if (!rule->repeated) /* said when it was checked */
			report_redundant(l, rule, found);
		return;
	}
}

/* ---- names that look like patterns ---- */

static bool looks_wild(const struct path_pattern *p)
{
	for (uint32_t i = 0; i < p->dirs; i++)
		if (memchr(p->dir[i].at, '*', p->dir[i].len) ||
		    memchr(p->dir[i].at, '?', p->dir[i].len))
			return true;
	return false;
}

static void look_at(struct lint *l, const struct path_pattern *p)
{
	void **seen;

	if (!looks_wild(p))
		return;
	seen = table_at(l->looked_at, &p->span, sizeof p->span);
	if (*seen)
		return;
	*seen = l;
	diag_report(l->diags, p->span, DIAG_literal_wildcard,
		    "'\\*' and '\\?' are these very characters: this names files whose names "
		    "have them");
	diag_help(l->diags, "for a pattern leave out the '\\'");
}

static void look_at_all(struct lint *l, const struct path_pattern *paths, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		look_at(l, &paths[i]);
}

static void look_at_names(struct lint *l)
{
	const struct policy *p = l->policy;

	l->looked_at = table_new(l->arena);
	for (uint32_t i = 0; i < p->n_rules; i++)
		look_at_all(l, p->rules[i].paths, p->rules[i].n_paths);
	for (uint32_t a = 0; a < p->n_atoms[NB_DIM_EXE]; a++)
		look_at_all(l, p->atoms[NB_DIM_EXE][a]->paths, p->atoms[NB_DIM_EXE][a]->n_paths);
}

/* Of rows that have all rules that hold for their objects. */
static void look_at_rows(struct lint *l)
{
	const struct judged *found = rules_judge(l->arena, l->policy, l->image, l->reach);

	for (uint32_t i = 0; i < l->policy->n_rules; i++)
		report_rule(l, &l->policy->rules[i], &found[i + 1]);
	overlap_report(l->arena, l->image, l->reach, l->diags);
}

bool policy_lint(struct arena *arena, const struct image *image, struct diags *diags)
{
	struct lint l = {
		.arena = arena,
		.policy = image->policy,
		.image = image,
		.diags = diags,
		.reach = reach_read(arena, image),
	};

	if (!image->merged)
		look_at_rows(&l);
	look_at_names(&l);
	advice_report(arena, image->policy, diags);
	ways_report(image->policy, diags);
	lockout_report(arena, image->policy, diags);
	return !diags_failed(diags);
}
