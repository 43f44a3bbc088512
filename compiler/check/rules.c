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
	if (rule->ops >> NB_OP_SOCKET & 1) {
		if (rule->ops == 1u << NB_OP_SOCKET && kind == OBJECT_ON)
			return true;
		diag_report(c->diags, s->object.span, DIAG_wrong_object,
			    "'socket' is done on kinds of sockets, in a rule of its own");
		diag_help(c->diags, "write deny socket on packet, raw");
		return false;
	}
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

/* icmp is IPv4's, icmp6 IPv6's: a rule with one and addresses of the other only. */
static void warn_family(struct check *c, const struct rule *rule)
{
	bool v4 = false, v6 = false;

	for (uint32_t i = 0; i < rule->n_addrs; i++) {
		v4 |= !rule->addrs[i].v6;
		v6 |= rule->addrs[i].v6;
	}
	for (uint32_t i = 0; i < rule->n_ports && v4 != v6; i++) {
		const struct port_box *b = &rule->ports[i];

		if (b->proto_lo == b->proto_hi &&
		    b->proto_lo == (v4 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
			diag_report(c->diags, b->span, DIAG_wrong_family,
				    "this protocol is IPv%d's, and all addresses of the rule "
				    "are IPv%d", v4 ? 6 : 4, v4 ? 4 : 6);
	}
}

/* Addresses and ports that are excepted, each for itself: a rule is about the
 * addresses that are left, and there about the ports that are left. */
static bool take_out(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	const struct ast_clause *to = clause_of(s, CLAUSE_EXCEPT_TO),
				*port = clause_of(s, CLAUSE_EXCEPT_PORT);
	const struct operand *addrs = to ? operand_expand(c, to->list, AST_NET) : NULL;
	const struct operand *ports = port ? operand_expand(c, port->list, AST_PORTS) : NULL;
	bool empty = !rule->n_addrs || !rule->n_ports; /* and that was warned about */

	if ((to && !addrs) || (port && !ports))
		return false;
	if (to && !addresses_subtract(c, rule, addrs) && addrs->addrs.n)
		diag_report(c->diags, to->list->span, DIAG_useless_exception,
			    "the rule names none of these addresses, so that excepting them "
			    "does nothing");
	if (port && !ports_subtract(c, rule, ports, port->list->span))
		return false;
	warn_family(c, rule);
	if (!empty && !(rule->n_addrs && rule->n_ports))
		diag_report(c->diags, s->object.span, DIAG_nothing_left,
			    "the exceptions leave nothing of this rule");
	return true;
}

static bool read_net(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	static const struct port_box all = {.proto_hi = 255, .port_hi = 65535};
	bool from = s->object.kind == OBJECT_FROM, good;
	const struct ast_clause *port = clause_of(s, from ? CLAUSE_ON_PORT : CLAUSE_PORT);
	const struct ast_clause *wrong = clause_of(s, from ? CLAUSE_PORT : CLAUSE_ON_PORT);

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
		return (!port || read_port_list(c, port->list, rule)) && good &&
		       take_out(c, s, rule);
	}
	good = read_port_list(c, s->object.list, rule) && read_all_addrs(c, s, rule);
	if (!port)
		return good && take_out(c, s, rule);
	diag_report(c->diags, port->span, DIAG_repeated_clause,
		    "the ports are given already");
	diag_note(c->diags, s->object.span, "they are here");
	return false;
}

static bool read_sockets(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	static const enum ast_clause_kind wrong[] = {CLAUSE_PORT, CLAUSE_ON_PORT, CLAUSE_EXCEPT_TO,
						     CLAUSE_EXCEPT_PORT};
	bool good = sockets_read(c, s->object.list, rule);

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const struct ast_clause *clause = clause_of(s, wrong[i]);

		if (!clause)
			continue;
		diag_report(c->diags, clause->span, DIAG_wrong_object,
			    "a socket that is being made has no addresses and ports yet");
		good = false;
	}
	return good;
}

static bool read_files(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	const struct operand *o = operand_expand(c, s->object.list, AST_PATHS);
	const struct ast_clause *port = clause_of(s, CLAUSE_PORT),
				*except = clause_of(s, CLAUSE_EXCEPT_ON);
	const struct operand *out = except ? operand_expand(c, except->list, AST_PATHS) : NULL;

	if (!port)
		port = clause_of(s, CLAUSE_ON_PORT);
	if (port)
		diag_report(c->diags, port->span, DIAG_wrong_object,
			    "'%s' is about files, which have no ports",
			    s->list->items.at[0].text);
	if (!o || port || (except && !out))
		return false;
	rule->paths = o->paths.at;
	rule->n_paths = (uint32_t)o->paths.n;
	if (!except)
		return true;
	rule->except = out->paths.at;
	rule->n_except = (uint32_t)out->paths.n;
	paths_warn_apart(c, rule);
	return true;
}

static bool read_name(struct check *c, const struct ast_statement *s, struct rule *rule)
{
	const struct ast_clause *as = clause_of(s, CLAUSE_AS), **slot;

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

/* A waiver is read by whoever reads the rule, on the host as well: as it was written. */
static const char *with_waivers(struct check *c, const char *text,
				const struct ast_statement *s)
{
	for (size_t i = 0; i < s->clauses.n; i++)
		if (s->clauses.at[i].kind == CLAUSE_WAIVE)
			text = arena_printf(c->arena, "%s waive %s \"%s\"", text,
					    s->clauses.at[i].name, s->clauses.at[i].reason);
	return text;
}

static void add_rule(struct check *c, const struct ast_statement *s, struct rule *rule,
		     const char *text)
{
	rule->text = with_waivers(c, with_name(c, text, rule->name), s);
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

	bool good = clauses_fit(c, s) & read_name(c, s, &rule) & clauses_read(c, s, &rule);

	/* "default deny connect" means peers: whoever means sockets in files names a path */
	if (ops_read(c, s->list, OBJECT_NET, &rule) && clauses_fit_ops(c, s, &rule) &&
	    fits_default(c, s) && who && good && clauses_spare(c, s, &rule))
		add_rule(c, s, &rule, rule_text(c->arena, s, &rule));
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
	const struct ast_clause *who = clause_of(s, CLAUSE_FOR);
	const struct ast_clause *except = clause_of(s, CLAUSE_EXCEPT_FOR);
	struct rule rule = {
		.span = s->span,
		.source = c->sources->list.at[s->span.source].name,
		.line = s->line,
		.effect = effects[s->kind],
		.scope = s->scope ? c->scopes : 0,
	};
	bool good = clauses_fit(c, s) & read_name(c, s, &rule) & clauses_read(c, s, &rule);

	if (ops_read(c, s->list, object_kind(s), &rule) && fits_preposition(c, s, &rule) &
							  clauses_fit_object(c, s, rule.kind))
		good &= clauses_fit_ops(c, s, &rule) &
			(rule.kind == OBJECT_FILES	  ? read_files(c, s, &rule)
			 : rule.ops == 1u << NB_OP_SOCKET ? read_sockets(c, s, &rule)
							  : read_net(c, s, &rule));
	else
		good = false;
	good = good && clauses_spare(c, s, &rule);
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
	add_rule(c, s, &rule, text);
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
