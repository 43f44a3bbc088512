/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules: operations, the object that they have, clauses. Everything that can be
 * wrong with a rule is looked for before it is given up, so that one run tells all.
 */
#include <netinet/in.h>
#include <string.h>
#include "compiler/check/check.h"

static bool refuse_object(struct check *c, const struct ast_statement *s, const char *why,
			  const char *example)
{
	diag_report(c->diags, s->object.span, DIAG_wrong_object, "'%s' %s",
		    s->list->items.at[0].text, why);
	diag_help(c->diags, "%s", example);
	return false;
}

#define OPS_IN (1u << NB_OP_RECEIVE | 1u << NB_OP_ACCEPT)

static bool fits_preposition(struct check *c, const struct ast_statement *s,
			     const struct rule *rule)
{
	enum ast_object_kind kind = s->object.kind;

	if (rule->kind == OBJECT_FILES && kind != OBJECT_ON)
		return refuse_object(c, s, "is done on paths", "write on \"/path\"");
	if (rule->kind == OBJECT_FILES)
		return true;
	if (kind == OBJECT_FROM && rule->ops & ~OPS_IN) {
		diag_report(c->diags, s->object.span, DIAG_wrong_object,
			    "of operations on the network only accept and receive are from "
			    "addresses");
		diag_help(c->diags, "write to 10.0.0.0/8 for the others, in a rule of their own");
		return false;
	}
	if (kind == OBJECT_TO && !(rule->ops & ~OPS_IN))
		return refuse_object(c, s, "is done from addresses",
				     "write from 10.0.0.0/8, or from anywhere on port tcp/22");
	if (kind == OBJECT_TO || kind == OBJECT_FROM)
		return true;
	if (rule->ops & ~(OPS_IN | 1u << NB_OP_BIND | 1u << NB_OP_LISTEN))
		return refuse_object(c, s, "is done to addresses",
				     "write to 10.0.0.0/8, or to anywhere port tcp/25");
	if (kind == OBJECT_ON)
		return refuse_object(c, s, "is done to addresses or on ports",
				     "write to 127.0.0.1, or on port tcp/80");
	return true;
}

/* What the object looks like, where the words would do for both. */
enum object_kind object_kind(const struct ast_statement *s)
{
	const struct ast_list *list = s->object.list;
	bool address = list->items.n && (list->items.at[0].kind == ITEM_LITERAL ||
					 list->items.at[0].kind == ITEM_ANYWHERE);

	return s->object.kind == OBJECT_ON && !address ? OBJECT_FILES : OBJECT_NET;
}

/* The one clause of that kind, or NULL. */
static const struct ast_clause *clause(const struct ast_statement *s,
				       enum ast_clause_kind kind)
{
	for (size_t i = 0; i < s->clauses.n; i++)
		if (s->clauses.at[i].kind == kind)
			return &s->clauses.at[i];
	return NULL;
}

static bool fit_clauses(struct check *c, const struct ast_statement *s)
{
	bool good = true;

	for (size_t i = 0; i < s->clauses.n; i++) {
		const struct ast_clause *this = &s->clauses.at[i],
					*first = clause(s, this->kind);

		if (this->kind == CLAUSE_EXCEPT_ON) {
			diag_report(c->diags, this->span, DIAG_not_supported,
				    "'except on' is not supported yet");
			good = false;
		} else if (this != first) {
			diag_report(c->diags, this->span, DIAG_repeated_clause,
				    "a rule has one such clause, this is another");
			diag_note(c->diags, first->span, "the first is here");
			good = false;
		}
	}
	return good;
}

static void set_addrs(struct rule *rule, const struct operand *o)
{
	rule->addrs = o->addrs.at;
	rule->n_addrs = (uint32_t)o->addrs.n;
}

static void set_ports(struct rule *rule, const struct operand *o)
{
	rule->ports = o->ports.at;
	rule->n_ports = (uint32_t)o->ports.n;
}

/* A port without a protocol means, to deny, every protocol that has ports; to allow,
 * tcp and udp: nobody who writes `allow 80` thinks of sctp. */
static void allow_common(struct check *c, struct rule *rule)
{
	VEC(struct port_box) kept = {0};

	for (uint32_t i = 0; i < rule->n_ports; i++) {
		const struct port_box *b = &rule->ports[i];
		uint32_t same = 0;

		for (uint32_t k = 0; k < rule->n_ports; k++)
			same += rule->ports[k].span.start == b->span.start &&
				rule->ports[k].span.source == b->span.source;
		if (same == 1 || b->proto_lo == IPPROTO_TCP || b->proto_lo == IPPROTO_UDP)
			VEC_PUSH(c->arena, &kept, *b);
	}
	rule->ports = kept.at;
	rule->n_ports = (uint32_t)kept.n;
}

static bool read_port_list(struct check *c, const struct ast_list *list,
			   struct rule *rule)
{
	const struct operand *o = operand_expand(c, list, AST_PORTS);

	if (!o)
		return false;
	set_ports(rule, o);
	if (rule->effect == EFFECT_ALLOW)
		allow_common(c, rule);
	return true;
}

static bool read_addrs(struct check *c, const struct ast_list *list, struct rule *rule)
{
	const struct operand *o = operand_expand(c, list, AST_NET);

	if (o)
		set_addrs(rule, o);
	return o;
}

/* `on port X`: on every address. */
static bool read_all_addrs(struct check *c, const struct ast_statement *s,
			   struct rule *rule)
{
	struct ast_list *list = ast_list_of(
		c->arena, ast_item(ITEM_ANYWHERE, s->object.span, "anywhere"));

	return read_addrs(c, list, rule);
}

static bool read_net(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	static const struct port_box all = {.proto_hi = 255, .port_hi = 65535};
	bool from = s->object.kind == OBJECT_FROM, good;
	const struct ast_clause *port = clause(s, from ? CLAUSE_ON_PORT : CLAUSE_PORT);
	const struct ast_clause *wrong = clause(s, from ? CLAUSE_PORT : CLAUSE_ON_PORT);

	rule->ports = &all;
	rule->n_ports = 1;
	if (wrong) {
		diag_report(c->diags, wrong->span, DIAG_wrong_object,
			    from ? "the port of the one who calls is any; rules have the host's own"
				 : "behind addresses that are gone to stands their port");
		diag_help(c->diags, from ? "write on port tcp/22" : "write port tcp/22");
		return false;
	}
	if (s->object.kind != OBJECT_ON_PORT) {
		good = read_addrs(c, s->object.list, rule);
		return (!port || read_port_list(c, port->list, rule)) && good;
	}
	good = read_port_list(c, s->object.list, rule) && read_all_addrs(c, s, rule);
	if (!port)
		return good;
	diag_report(c->diags, port->span, DIAG_repeated_clause,
		    "the ports are given already");
	diag_note(c->diags, s->object.span, "they are here");
	return false;
}

static bool read_files(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	const struct operand *o = operand_expand(c, s->object.list, AST_PATHS);
	const struct ast_clause *port = clause(s, CLAUSE_PORT);

	if (!port)
		port = clause(s, CLAUSE_ON_PORT);
	if (port)
		diag_report(c->diags, port->span, DIAG_wrong_object,
			    "'%s' is about files, which have no ports",
			    s->list->items.at[0].text);
	if (!o || port)
		return false;
	rule->paths = o->paths.at;
	rule->n_paths = (uint32_t)o->paths.n;
	return true;
}

static bool read_name(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	const struct ast_clause *as = clause(s, CLAUSE_AS), **slot;

	if (!as)
		return true;
	if (!name_fits(c, as->name_span, as->name))
		return false;
	rule->name = as->name;
	slot = (const struct ast_clause **)table_at(c->rule_names, as->name,
						    strlen(as->name));
	if (*slot) {
		diag_report(c->diags, as->name_span, DIAG_repeated_rule_name,
			    "another rule is named '%s' already", as->name);
		diag_note(c->diags, (*slot)->name_span, "the other rule is here");
		return false;
	}
	*slot = as;
	return true;
}

static bool read_text(struct check *c, const struct ast_clause *from, const char **out)
{
	const char *text;

	if (!from)
		return true;
	text = string_read(c->arena, c->diags, from->name_span, from->name);
	if (!text)
		return false;
	if (strlen(text) > OWNER_BYTES_MAX) {
		diag_report(c->diags, from->name_span, DIAG_name_too_long,
			    "an owner or a ticket has at most %d bytes", OWNER_BYTES_MAX);
		return false;
	}
	*out = text;
	return true;
}

/* Who answers for the rule, why it is there, and until when. */
static bool read_owner(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	const struct ast_clause *expires = clause(s, CLAUSE_EXPIRES);
	bool good = read_text(c, clause(s, CLAUSE_OWNER), &rule->owner) &
		    read_text(c, clause(s, CLAUSE_TICKET), &rule->ticket);

	if (!expires)
		return good;
	rule->expires_span = expires->name_span;
	if (!date_read(c->diags, expires->name_span, expires->name, &rule->expires))
		return false;
	rule->expires += DAY - 1;
	return good;
}

static bool read_waiver(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	const struct ast_clause *waive = clause(s, CLAUSE_WAIVE);
	const char *reason;

	if (!waive)
		return true;
	if (strcmp(waive->name, "lockout")) {
		diag_report(c->diags, waive->name_span, DIAG_bad_waiver,
			    "expected 'lockout', saw '%s'", waive->name);
		return false;
	}
	reason = string_read(c->arena, c->diags, waive->reason_span, waive->reason);
	if (!reason)
		return false;
	if (!reason[strspn(reason, " \t")]) {
		diag_report(c->diags, waive->reason_span, DIAG_bad_waiver,
			    "expected the reason for the waiver, saw an empty string");
		return false;
	}
	rule->waive_lockout = reason;
	return true;
}

static bool warn_repeated(struct check *c, const struct ast_statement *s,
			  const char *text)
{
	const struct ast_statement **slot;

	slot = (const struct ast_statement **)table_at(c->rule_texts, text, strlen(text));
	if (!*slot) {
		*slot = s;
		return false;
	}
	diag_report(c->diags, s->span, DIAG_repeated_rule, "this rule is written twice");
	diag_note(c->diags, (*slot)->span, "the other one is here");
	return true;
}

/* Cut at a character: the text is for people, the source has the whole. */
static const char *with_name(struct check *c, const char *text, const char *name)
{
	enum { SHOWN_MAX = 1000 };
	size_t len = strlen(text);
	const char *rest = len > SHOWN_MAX ? " ..." : "";

	if (len > SHOWN_MAX)
		for (len = SHOWN_MAX; (text[len] & 0xc0) == 0x80; len--)
			;
	return arena_printf(c->arena, "%.*s%s%s%s", (int)len, text, rest,
			    name ? " as " : "", name ? name : "");
}

static void add_rule(struct check *c, struct rule *rule, const char *text)
{
	rule->text = with_name(c, text, rule->name);
	rule->number = (uint32_t)c->rules.n + 1;
	VEC_PUSH(c->arena, &c->rules, *rule);
}

/* `any` is whatever the object has, and a default has none. */
static bool fits_default(struct check *c, const struct ast_statement *s)
{
	for (size_t i = 0; i < s->list->items.n; i++) {
		const struct ast_item *item = &s->list->items.at[i];

		if (strcmp(item->text, "any"))
			continue;
		diag_report(c->diags, item->span, DIAG_wrong_object,
			    "'any' is all that the object has, and a default has none");
		diag_help(c->diags, "name the operations: default deny connect, send");
		return false;
	}
	return true;
}

static void check_default(struct check *c, const struct ast_statement *s,
			  const struct subject *who)
{
	struct rule rule = {
		.span = s->span,
		.source = c->sources->list.at[s->span.source].name,
		.line = s->line,
		.effect = EFFECT_DEFAULT,
		.scope = c->scopes,
		.who = who,
	};

	/* "default deny connect" means peers: whoever means sockets in files names a path */
	if (ops_read(c, s->list, OBJECT_NET, &rule) && fits_default(c, s) && who)
		add_rule(c, &rule, rule_text(c->arena, s, &rule));
}

bool rule_read(struct check *c, const struct ast_statement *s, struct rule *out)
{
	static const enum effect effects[] = {
		[AST_DENY] = EFFECT_DENY,
		[AST_AUDIT] = EFFECT_AUDIT,
		[AST_ALLOW] = EFFECT_ALLOW,
		[AST_NEVER] = EFFECT_DENY, /* an assertion's is not asked for */
		[AST_ALWAYS] = EFFECT_DENY,
	};
	const struct ast_clause *who = clause(s, CLAUSE_FOR);
	const struct ast_clause *except = clause(s, CLAUSE_EXCEPT_FOR);
	struct rule rule = {
		.span = s->span,
		.source = c->sources->list.at[s->span.source].name,
		.line = s->line,
		.effect = effects[s->kind],
		.scope = s->scope ? c->scopes : 0,
	};
	bool good = fit_clauses(c, s) & read_name(c, s, &rule) & read_owner(c, s, &rule) &
		    read_waiver(c, s, &rule);

	if (ops_read(c, s->list, object_kind(s), &rule) &&
	    fits_preposition(c, s, &rule))
		good &= rule.kind == OBJECT_FILES ? read_files(c, s, &rule)
						  : read_net(c, s, &rule);
	else
		good = false;
	rule.who = subject_of_rule(c, who ? who->subject : NULL,
				   except ? except->subject : NULL);
	if (!good || !rule.who)
		return false;
	*out = rule;
	return true;
}

static void check_rule(struct check *c, const struct ast_statement *s)
{
	struct rule rule;
	const char *text;

	if (!rule_read(c, s, &rule))
		return;
	text = rule_text(c->arena, s, &rule);
	rule.repeated = warn_repeated(c, s, text);
	add_rule(c, &rule, text);
}

void policy_warn_expired(const struct policy *p, int64_t date, struct diags *diags)
{
	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];

		if (!rule->expires || rule->expires >= date)
			continue;
		diag_report(diags, rule->expires_span, DIAG_rule_expired,
			    "this rule expired before the date of the policy");
		diag_help(diags, "it goes on denying: remove it, or give it a later day");
	}
}

void rules_check(struct check *c)
{
	const struct subject *who = NULL; /* of the scope around */

	c->rule_names = table_new(c->arena);
	c->rule_texts = table_new(c->arena);
	for (size_t i = 0; i < c->ast->statements.n; i++) {
		const struct ast_statement *s = c->ast->statements.at[i];

		if (s->kind == AST_SCOPE) {
			c->scopes++;
			who = scope_check(c, s);
		} else if (s->kind == AST_DEFAULT) {
			check_default(c, s, who);
		} else if (s->kind == AST_DENY || s->kind == AST_AUDIT ||
			   s->kind == AST_ALLOW) {
			check_rule(c, s);
		}
	}
}
