/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each entry is compared with its rule, each default with its statement, and what is told of
 * all of them with what they say. Of subjects: that those of one rule are the same
 * everywhere, that anyone is anyone, and that a label which settles something has a bit
 * for whoever is bound.
 */
#include "compiler/assure/net_entries.h"
#include <netinet/in.h>

struct told { /* found in entries and defaults, as the parameters should have it */
	uint64_t bound;     /* subjects, of the first 64 */
	bool unlisted;      /* one behind those is bound */
};

bool subject_may_be_nobody(const struct subject *s)
{
	if (s->kind == SUBJECT_ANYONE)
		return false;
	if (s->kind == SUBJECT_ATOM)
		return !s->atom->n_ids && !s->atom->n_paths;
	/* `not` of anyone is nobody, whatever it is then joined with */
	return (s->kind == SUBJECT_NOT && s->left->kind != SUBJECT_ATOM) ||
	       subject_may_be_nobody(s->left) || (s->right && subject_may_be_nobody(s->right));
}

static enum nb_verdict verdict_of(const struct policy *p, const struct rule *rule)
{
	if (rule->effect == EFFECT_ALLOW)
		return NB_ALLOW;
	if (rule->effect == EFFECT_AUDIT)
		return NB_AUDIT;
	return p->audit_only || rule->audit ? NB_WOULD_DENY : NB_DENY;
}

static bool is_same(const struct policy *p, const struct rule *rule, const struct nb_entry *e)
{
	uint8_t scope = rule->effect == EFFECT_ALLOW ? (uint8_t)rule->scope
			: rule->spares		     ? NB_SPARES
						     : 0;

	return e->ops == rule->ops && e->verdict == verdict_of(p, rule) && e->scope == scope &&
	       (e->subject == 0 || rule->who->kind != SUBJECT_ANYONE);
}

static void is_bound(struct told *told, uint32_t subject)
{
	if (subject < 64)
		told->bound |= 1ull << subject;
	else
		told->unlisted = true;
}

/* subject: by rule number, + 1, as the first entry of the rule has it. */
static const char *check_rows(const struct image *image, uint32_t *subject, struct told *told)
{
	const struct nb_params *p = &image->params;
	const struct policy *policy = image->policy;
	const uint8_t *rows = image->maps[NB_IMAGE_ROWS].at;
	const struct nb_row *row = (const struct nb_row *)(rows + p->rows_off);
	const struct nb_entry *entry = (const struct nb_entry *)(rows + p->entries_off);

	for (uint32_t i = 0; i < p->rows; i++) {
		uint32_t ops = 0;

		if (row[i].count > p->row_max || row[i].first + row[i].count > p->entries)
			return "a row with more entries than there are";
		for (uint32_t k = row[i].first; k < row[i].first + row[i].count; k++) {
			const struct nb_entry *e = &entry[k];
			const struct rule *rule;

			if (!e->rule || e->rule > policy->n_rules || e->subject >= p->subjects)
				return "an entry of no rule";
			rule = &policy->rules[e->rule - 1];
			ops |= e->verdict == NB_ALLOW ? 0 : e->ops;
			if (rule->kind != OBJECT_NET)
				continue;
			if (!is_same(policy, rule, e))
				return "an entry that does not say what its rule does";
			if (subject[e->rule] && subject[e->rule] != e->subject + 1u)
				return "a rule with two subjects";
			subject[e->rule] = e->subject + 1u;
			if (e->verdict != NB_ALLOW)
				is_bound(told, e->subject);
		}
		if ((row[i].ops & ops) != ops)
			return "a row that does not tell of all its operations";
	}
	return NULL;
}

/* In source order, each statement once; without an entry there is only who is nobody. */
static const char *check_defaults(const struct image *image, struct told *told)
{
	const struct nb_params *p = &image->params;
	const struct policy *policy = image->policy;
	const uint8_t *rows = image->maps[NB_IMAGE_ROWS].at;
	const struct nb_default *d = (const struct nb_default *)(rows + p->defaults_off);
	uint32_t at = 0;

	for (uint32_t r = 0; r < policy->n_rules; r++) {
		const struct rule *rule = &policy->rules[r];

		if (rule->effect != EFFECT_DEFAULT)
			continue;
		if (at == p->defaults || d[at].rule != rule->number) {
			if (!subject_may_be_nobody(rule->who))
				return "a default that is missing";
			continue;
		}
		if (rule->kind == OBJECT_NET) {
			if (d[at].ops != rule->ops || d[at].scope != rule->scope ||
			    d[at].verdict != verdict_of(policy, rule) ||
			    d[at].spares != rule->spares || d[at].subject >= p->subjects)
				return "a default that does not say what its statement does";
			is_bound(told, d[at].subject);
		}
		at++;
	}
	return at == p->defaults ? NULL : "a default of no statement";
}

#define OPS_OF_STREAMS (1u << NB_OP_CONNECT | 1u << NB_OP_ACCEPT)

static bool speaks_of_tcp(const struct rule *rule)
{
	bool tcp = rule->effect == EFFECT_DEFAULT;

	for (uint32_t i = 0; i < rule->n_ports; i++)
		tcp |= rule->ports[i].proto_lo <= IPPROTO_TCP &&
		       rule->ports[i].proto_hi >= IPPROTO_TCP;
	return tcp;
}

/* Operations of which programs are told that nobody need be asked. */
static const char *check_told(const struct image *image)
{
	const struct nb_params *p = &image->params;

	for (uint32_t r = 0; r < image->policy->n_rules; r++) {
		const struct rule *rule = &image->policy->rules[r];
		bool denies = rule->effect == EFFECT_DENY || rule->effect == EFFECT_DEFAULT;

		if (rule->kind != OBJECT_NET)
			continue;
		if ((rule->ops & ~p->net_ops && rule->effect != EFFECT_ALLOW) ||
		    (denies && rule->ops & ~p->net_denied) ||
		    (rule->effect == EFFECT_DEFAULT && rule->ops & ~p->net_defaults))
			return "an operation that programs are not told of";
		if (denies && verdict_of(image->policy, rule) == NB_DENY && !p->net_enforce)
			return "a policy that is said to log only";
		if (denies && !rule->spares && p->net_spares == 2 && rule->ops & OPS_OF_STREAMS &&
		    speaks_of_tcp(rule))
			return "a rule that is said to leave established connections alone";
	}
	return NULL;
}

/* A label says that nobody is bound whose bit it asks for; what it was made by must not
 * have changed in anything that those subjects ask. */
static const char *check_label(const struct image *image, const struct told *told)
{
	const struct nb_params *p = &image->params;
	const uint8_t *rows = image->maps[NB_IMAGE_ROWS].at;
	const struct nb_span *span = (const struct nb_span *)(rows + p->subjects_off);
	const struct nb_literal *literal = (const struct nb_literal *)(rows + p->literals_off);
	uint64_t asked = (uint64_t)p->label_high << 32 | p->label_low;

	if (!p->label_dims)
		return NULL;
	if (told->unlisted || told->bound & 1 || told->bound & ~asked)
		return "a label that is not asked for all who are bound";
	for (uint32_t i = 0; i < 64 && i < p->subjects; i++)
		for (uint32_t k = 0; told->bound >> i & 1 && k < span[i].count; k++) {
			uint32_t dim = literal[span[i].first + k].dim;

			if (dim == NB_DIM_GID || !(p->label_dims >> dim & 1))
				return "a label that does not tell what is asked";
		}
	return NULL;
}

const char *net_entries_check(const struct image *image)
{
	struct arena *room = arena_new();
	uint32_t *subject = ARENA_ARRAY(room, uint32_t, image->policy->n_rules + 1);
	struct told told = { 0 };
	const char *wrong = check_rows(image, subject, &told);

	if (!wrong)
		wrong = check_defaults(image, &told);
	if (!wrong)
		wrong = check_told(image);
	if (!wrong)
		wrong = check_label(image, &told);
	arena_free(room);
	return wrong;
}
