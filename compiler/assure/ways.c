/* SPDX-License-Identifier: BSD-2-Clause */
/* Read from the policy alone; what somebody may really do is not known. */
#include "compiler/assure/ways.h"

/* ---- sorts of rules ---- */

static bool any(const struct rule *rule)
{
	(void)rule;
	return true;
}

static bool once(const struct rule *rule)
{
	return !rule->revalidate;
}

static bool again(const struct rule *rule)
{
	return rule->revalidate;
}

static bool replaceable(const struct rule *rule)
{
	return !(rule->ops & 1u << NB_OP_DELETE) || !(rule->ops & 1u << NB_OP_RENAME);
}

static bool linked(const struct rule *rule)
{
	return rule->effect == EFFECT_DENY && replaceable(rule);
}

/* Whether something mounted may lie in what it names. */
static bool of_trees(const struct rule *rule)
{
	for (uint32_t i = 0; i < rule->n_paths; i++)
		if (rule->paths[i].shape != PATH_LITERAL)
			return true;
	return false;
}

static bool by_default(const struct rule *rule)
{
	return rule->effect == EFFECT_DEFAULT;
}

static bool without_acl(const struct rule *rule)
{
	return !(rule->ops & 1u << NB_OP_ACL);
}

/* Whether the expression asks for that fact: wanted, or refused. */
static bool asks(const struct subject *s, enum nb_dim dim, bool negated)
{
	if (s->kind == SUBJECT_NOT)
		negated = !negated;
	return (s->kind == SUBJECT_ATOM && s->atom->dim == dim && !negated) ||
	       (s->left && asks(s->left, dim, negated)) ||
	       (s->right && asks(s->right, dim, negated));
}

static bool for_program(const struct rule *rule)
{
	return asks(rule->who, NB_DIM_EXE, false);
}

static bool but_program(const struct rule *rule)
{
	return asks(rule->who, NB_DIM_EXE, true);
}

static bool for_uid(const struct rule *rule)
{
	return asks(rule->who, NB_DIM_UID, false);
}

static bool for_somebody(const struct rule *rule)
{
	return rule->who->kind != SUBJECT_ANYONE;
}

/* ---- all of them ---- */

static const struct way {
	enum object_kind kind;
	uint32_t ops;
	bool (*meets)(const struct rule *);
	const char *words, *how;
} ways[] = {
#define WAY(kind, ops, meets, words, how) {OBJECT_##kind, ops, meets, words, how},
#include "compiler/assure/ways.def"
#undef WAY
};

/* The first rule that it gets past; NULL: none. */
static const struct rule *first_past(const struct way *way, const struct policy *p)
{
	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];

		if ((rule->effect == EFFECT_DENY || rule->effect == EFFECT_DEFAULT) &&
		    rule->kind == way->kind && rule->ops & way->ops && way->meets(rule))
			return rule;
	}
	return NULL;
}

void ways_report(const struct policy *p, struct diags *diags)
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		const struct rule *rule = first_past(&ways[i], p);

		if (!rule)
			continue;
		diag_report(diags, rule->span, DIAG_open_way, "a way past this rule stays open: %s",
			    ways[i].how);
		diag_help(diags, "docs/limits.md: %s", ways[i].words);
	}
}

unsigned ways_count(const struct policy *p)
{
	unsigned n = 0;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		n += first_past(&ways[i], p) != NULL;
	return n;
}
