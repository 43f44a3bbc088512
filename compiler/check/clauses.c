/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clauses of rules: which statement has which, each once, and what those mean that
 * are not about objects and subjects: words, waivers, owners. A clause that could do
 * nothing is an error, not silence.
 */
#include <netinet/in.h>
#include <string.h>
#include "compiler/base/spell.h"
#include "compiler/check/check.h"

#define IN(kind) (1u << AST_##kind)
#define RULES (IN(DENY) | IN(AUDIT) | IN(ALLOW) | IN(NEVER) | IN(ALWAYS))
#define AGAIN (IN(DENY) | IN(AUDIT) | IN(DEFAULT) | IN(NEVER) | IN(ALWAYS))
#define NAMED (IN(DENY) | IN(AUDIT) | IN(ALLOW) | IN(DEFAULT))

static const struct {
	const char *words;
	uint32_t in; /* statements, by IN() */
	enum { ABOUT_ANY, ABOUT_FILES, ABOUT_NET } about;
} table[] = {
	[CLAUSE_PORT] = {"port", RULES, ABOUT_ANY}, /* read_files says more */
	[CLAUSE_ON_PORT] = {"on port", RULES, ABOUT_ANY},
	[CLAUSE_FOR] = {"for", RULES, ABOUT_ANY},
	[CLAUSE_EXCEPT_FOR] = {"except for", RULES, ABOUT_ANY},
	[CLAUSE_EXCEPT_ON] = {"except on", RULES, ABOUT_FILES},
	[CLAUSE_EXCEPT_TO] = {"except to", RULES, ABOUT_NET},
	[CLAUSE_EXCEPT_PORT] = {"except port", RULES, ABOUT_NET},
	[CLAUSE_EXCEPT_ESTABLISHED] = {"except established", IN(DENY) | IN(DEFAULT), ABOUT_NET},
	[CLAUSE_PINNED] = {"pinned", IN(DENY), ABOUT_FILES},
	[CLAUSE_HOST] = {"host", RULES, ABOUT_FILES},
	[CLAUSE_REVALIDATE] = {"revalidate", AGAIN, ABOUT_FILES},
	[CLAUSE_AUDIT] = {"mode audit", IN(DENY) | IN(DEFAULT), ABOUT_ANY},
	[CLAUSE_AS] = {"as", NAMED, ABOUT_ANY},
	[CLAUSE_OWNER] = {"owner", NAMED, ABOUT_ANY},
	[CLAUSE_TICKET] = {"ticket", NAMED, ABOUT_ANY},
	[CLAUSE_EXPIRES] = {"expires", NAMED, ABOUT_ANY},
	[CLAUSE_WAIVE] = {"waive", NAMED, ABOUT_ANY},
};

const struct ast_clause *clause_of(const struct ast_statement *s, enum ast_clause_kind kind)
{
	for (size_t i = 0; i < s->clauses.n; i++)
		if (s->clauses.at[i].kind == kind)
			return &s->clauses.at[i];
	return NULL;
}

/* The first of the clauses that may stand once only together with this. */
static const struct ast_clause *first_alike(const struct ast_statement *s,
					    const struct ast_clause *this)
{
	for (size_t i = 0; i < s->clauses.n; i++) {
		const struct ast_clause *c = &s->clauses.at[i];

		if (c->kind == this->kind &&
		    (c->kind != CLAUSE_WAIVE || !strcmp(c->name, this->name)))
			return c;
	}
	return this;
}

static bool misplaced(struct check *c, const struct ast_clause *clause, const char *why)
{
	diag_report(c->diags, clause->span, DIAG_misplaced_clause, "'%s' %s",
		    table[clause->kind].words, why);
	return false;
}

static const char *why_not_in(enum ast_kind kind)
{
	return kind == AST_DEFAULT ? "has no meaning for a default, which is about every "
				     "object and the subject of its scope"
	       : kind == AST_AUDIT ? "has no meaning where nothing is denied: this rule only "
				     "logs"
				   : "has no meaning for what is allowed";
}

/* `to A except to B port P`: P of which? */
static bool is_ambiguous(struct check *c, const struct ast_statement *s, size_t i)
{
	const struct ast_clause *this = &s->clauses.at[i];

	if (!i || this->kind != CLAUSE_PORT || s->clauses.at[i - 1].kind != CLAUSE_EXCEPT_TO)
		return false;
	diag_report(c->diags, this->span, DIAG_ambiguous_port,
		    "'port' behind 'except to' reads as if it belonged to the exception");
	diag_help(c->diags, "write 'port' before 'except to': it is about the whole rule; to "
			    "except one port of one address, write two rules");
	return true;
}

bool clauses_fit(struct check *c, const struct ast_statement *s)
{
	bool good = true;

	for (size_t i = 0; i < s->clauses.n; i++) {
		const struct ast_clause *this = &s->clauses.at[i],
					*first = first_alike(s, this);

		if (this != first) {
			diag_report(c->diags, this->span, DIAG_repeated_clause,
				    "a rule has one such clause, this is another");
			diag_note(c->diags, first->span, "the first is here");
			good = false;
		} else if (s->kind != AST_NEVER && s->kind != AST_ALWAYS &&
			   !(table[this->kind].in & 1u << s->kind)) {
			good = misplaced(c, this, why_not_in(s->kind));
		} else if (is_ambiguous(c, s, i)) {
			good = false;
		}
	}
	return good;
}

bool clauses_fit_object(struct check *c, const struct ast_statement *s, enum object_kind kind)
{
	bool good = true;

	for (size_t i = 0; i < s->clauses.n; i++) {
		const struct ast_clause *this = &s->clauses.at[i];

		if (table[this->kind].about == ABOUT_FILES && kind != OBJECT_FILES)
			good = misplaced(c, this, "is about files, this rule is about the network");
		if (table[this->kind].about == ABOUT_NET && kind != OBJECT_NET)
			good = misplaced(c, this, "is about the network, this rule is about files");
	}
	return good;
}

/* All but these operations are judged each time that they are done. */
bool clauses_fit_ops(struct check *c, const struct ast_statement *s, const struct rule *rule)
{
	const struct ast_clause *again = clause_of(s, CLAUSE_REVALIDATE);

	if (!again || (rule->kind == OBJECT_FILES && rule->ops & NB_AGAIN_OPS))
		return true;
	misplaced(c, again, rule->kind == OBJECT_FILES
				    ? "has no meaning where no operation of the rule is judged "
				      "only when a file is opened"
				    : "is about files, this rule is about the network");
	if (rule->kind == OBJECT_FILES)
		diag_help(c->diags, "read, write and list are; the others are judged each time");
	return false;
}

/* Only what speaks TCP has connections that are there or not, and only connect and accept
 * make one. */
bool clauses_spare(struct check *c, const struct ast_statement *s, const struct rule *rule)
{
	const struct ast_clause *clause = clause_of(s, CLAUSE_EXCEPT_ESTABLISHED);
	bool tcp = rule->effect == EFFECT_DEFAULT;

	if (!clause)
		return true;
	if (!(rule->ops & (1u << NB_OP_CONNECT | 1u << NB_OP_ACCEPT)))
		return misplaced(c, clause, "is about connections, which only 'connect' and "
					    "'accept' make");
	for (uint32_t i = 0; i < rule->n_ports; i++)
		tcp |= rule->ports[i].proto_lo <= IPPROTO_TCP &&
		       rule->ports[i].proto_hi >= IPPROTO_TCP;
	return tcp || misplaced(c, clause, "is about connections of tcp, of which this rule "
					   "does not speak");
}

/* ---- owners ---- */

static bool read_text(struct check *c, const char *what, struct span span,
		      const char *written, const char **out)
{
	const char *text = string_read(c->arena, c->diags, span, written);

	if (!text)
		return false;
	if (strlen(text) > OWNER_BYTES_MAX) {
		diag_report(c->diags, span, DIAG_name_too_long, "%s has at most %d bytes", what,
			    OWNER_BYTES_MAX);
		return false;
	}
	*out = text;
	return true;
}

static bool read_owner_text(struct check *c, const struct ast_clause *from, const char **out)
{
	return !from || read_text(c, "an owner or a ticket", from->name_span, from->name, out);
}

/* Who answers for the rule, why it is there, and until when. */
static bool read_owner(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	const struct ast_clause *expires = clause_of(s, CLAUSE_EXPIRES);
	bool good = read_owner_text(c, clause_of(s, CLAUSE_OWNER), &rule->owner) &
		    read_owner_text(c, clause_of(s, CLAUSE_TICKET), &rule->ticket);

	if (!expires)
		return good;
	rule->expires_span = expires->name_span;
	if (!date_read(c->diags, expires->name_span, expires->name, &rule->expires))
		return false;
	rule->expires += DAY - 1;
	return good;
}

/* ---- waivers ---- */

const char *const waiver_words[WAIVER_COUNT] = {
#define WAIVER(name, text) [WAIVER_##name] = #name,
#include "compiler/check/waivers.def"
#undef WAIVER
};

static bool unknown_waiver(struct check *c, const struct ast_clause *waive)
{
	const char *best = NULL;
	unsigned least = SPELL_FAR;

	diag_report(c->diags, waive->name_span, DIAG_bad_waiver,
		    "expected 'lockout', 'kernel' or 'replace', saw '%s'", waive->name);
	if (!strcmp(waive->name, "overlay")) {
		diag_help(c->diags, "nothing is refused because of overlays, so that there is "
				    "nothing to waive: each layer is decided by its own name, and "
				    "the overlay by its own");
		return false;
	}
	for (int i = 0; i < WAIVER_COUNT; i++) {
		unsigned steps = spell_distance(waive->name, waiver_words[i]);

		if (steps < least) {
			least = steps;
			best = waiver_words[i];
		}
	}
	if (best)
		diag_help(c->diags, "did you mean '%s'?", best);
	return false;
}

static bool read_waiver(struct check *c, const struct ast_clause *waive, struct rule *rule)
{
	const char *reason;
	int which = 0;

	while (which < WAIVER_COUNT && strcmp(waive->name, waiver_words[which]))
		which++;
	if (which == WAIVER_COUNT)
		return unknown_waiver(c, waive);
	if (!read_text(c, "a reason", waive->reason_span, waive->reason, &reason))
		return false;
	if (!reason[strspn(reason, " \t")]) {
		diag_report(c->diags, waive->reason_span, DIAG_bad_waiver,
			    "expected the reason for the waiver, saw an empty string");
		return false;
	}
	rule->waived[which] = reason;
	return true;
}

static bool read_waivers(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	bool good = true;

	for (size_t i = 0; i < s->clauses.n; i++)
		if (s->clauses.at[i].kind == CLAUSE_WAIVE)
			good &= read_waiver(c, &s->clauses.at[i], rule);
	return good;
}

bool clauses_read(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	rule->audit = clause_of(s, CLAUSE_AUDIT);
	rule->pinned = clause_of(s, CLAUSE_PINNED);
	rule->spares = clause_of(s, CLAUSE_EXCEPT_ESTABLISHED);
	rule->host = clause_of(s, CLAUSE_HOST);
	rule->revalidate = clause_of(s, CLAUSE_REVALIDATE);
	return read_owner(c, s, rule) & read_waivers(c, s, rule);
}
