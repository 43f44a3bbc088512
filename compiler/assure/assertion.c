/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assertion → does it hold: for every object it names, or one that stands for
 * others (witness.h), and every kind of subject (kinds.h) that it means, the
 * rules are asked. Exact, or refused as too large; never guessed.
 */
#include <arpa/inet.h>
#include <string.h>
#include "compiler/assure/kinds.h"
#include "compiler/assure/match.h"
#include "compiler/assure/peers.h"
#include "compiler/assure/prove.h"
#include "compiler/assure/reasons.h"
#include "compiler/assure/witness.h"
#include "compiler/base/table.h"

enum { STEPS_MAX = 1 << 24 }; /* a pattern or a subject compared is a step */

struct decision {
	struct arena *arena;
	const struct policy *policy;
	const struct assertion *assertion;
	struct diags *diags;
	size_t steps;                   /* left */
	bool meant;                     /* there is somebody whom it is about */
	struct table *seen;             /* lists of rules that were asked */
	VEC(const struct rule *) rules; /* all but audits that name operation and object */
};

/* ---- what is said when it fails ---- */

static bool too_large(struct decision *d)
{
	diag_report(d->diags, d->assertion->asked.span, DIAG_assertion_too_large,
		    "there are too many cases to decide this");
	diag_help(d->diags, "up to %d kinds of subjects and %d patterns are told apart; "
			    "assert less at once", KINDS_MAX, WITNESS_PATTERNS_MAX);
	return false;
}

static const char *gids_text(struct arena *a, const struct request *r)
{
	const char *text = "";

	for (uint32_t i = 0; i < r->n_gids; i++)
		text = arena_printf(a, "%s%s%u", text, i ? ", " : "", r->gids[i]);
	return r->n_gids > 1 ? arena_printf(a, "{ %s }", text) : text;
}

static const char *who_text(struct arena *a, const struct request *r)
{
	const char *text = "";

	if (r->exe)
		text = arena_printf(a, " exe \"%s\"", r->exe);
	if (r->cgroup)
		text = arena_printf(a, "%s cgroup \"%s\"", text, r->cgroup);
	if (r->uid_known)
		text = arena_printf(a, "%s uid %u", text, r->uid);
	if (r->gid_known)
		text = arena_printf(a, "%s gid %s", text, gids_text(a, r));
	return *text ? text : " everybody";
}

static const char *object_text(struct arena *a, const struct request *r)
{
	char addr[INET6_ADDRSTRLEN];

	if (r->path)
		return arena_printf(a, "\"%s\"", r->path);
	if (r->op == NB_OP_SOCKET)
		return socket_text(a, &r->socket);
	inet_ntop(r->v6 ? AF_INET6 : AF_INET, r->addr, addr, sizeof addr);
	switch (r->protocol) {
#define PROTOCOL(name, number, has_ports)                                             \
	case number:                                                                  \
		return has_ports ? arena_printf(a, "%s " #name "/%u", addr, r->port)  \
				 : arena_printf(a, "%s " #name, addr);
#include "compiler/check/protocols.def"
#undef PROTOCOL
	}
	return arena_printf(a, "%s proto %u", addr, r->protocol);
}

static bool counterexample(struct decision *d, const struct request *r,
			   const struct rule *denied_by)
{
	diag_report(d->diags, d->assertion->asked.span, DIAG_assertion_failed,
		    "this does not hold:%s may %s%s%s %s%s", who_text(d->arena, r),
		    denied_by ? "not " : "", r->again ? "go on to " : "", op_words[r->op], r->path || r->op == NB_OP_SOCKET ? "" : "to ",
		    object_text(d->arena, r));
	if (denied_by)
		diag_note(d->diags, denied_by->span, "this rule denies it");
	else if (d->rules.n)
		diag_note(d->diags, d->rules.at[0]->span,
			  "%s the object, but not this subject",
			  d->rules.n > 1 ? "this and other rules name" : "this rule names");
	else
		diag_help(d->diags, "no rule denies '%s' there", op_words[r->op]);
	return false;
}

/* ---- one object ---- */

static bool is_allowed(const struct decision *d, uint32_t scope, const struct request *r)
{
	for (size_t i = 0; i < d->rules.n; i++) {
		const struct rule *rule = d->rules.at[i];

		if (rule->effect == EFFECT_ALLOW && rule->scope == scope &&
		    subject_truth(rule->who, r) == TRUTH_YES)
			return true;
	}
	return false;
}

static const struct rule *denies(const struct decision *d, const struct request *r)
{
	for (size_t i = 0; i < d->rules.n; i++) {
		const struct rule *rule = d->rules.at[i];

		if (rule->effect == EFFECT_ALLOW || rule->audit ||
		    subject_truth(rule->who, r) == TRUTH_NO)
			continue;
		if (rule->effect == EFFECT_DENY || !is_allowed(d, rule->scope, r))
			return rule;
	}
	return NULL;
}

/* What may decide about the operation on the object. A default names them all; a
 * rule that only logs, while the policy enforces, decides nothing. */
static bool concerns(const struct rule *rule, const struct request *r)
{
	if (rule->audit)
		return false;
	if (rule->effect == EFFECT_DEFAULT)
		return rule_is_asked(rule, r);
	return rule->effect != EFFECT_AUDIT && rule_names(rule, r);
}

static bool holds_for(struct decision *d, const struct request *r)
{
	const struct rule *rule;

	if (subject_truth(d->assertion->asked.who, r) != TRUTH_YES)
		return true;
	d->meant = true;
	rule = denies(d, r);
	if (d->assertion->always ? !rule : rule != NULL)
		return true;
	return counterexample(d, r, rule);
}

static bool each_subject(struct decision *d, const struct kinds *k, struct request r)
{
	for (size_t e = 0; e < k->facts[NB_DIM_EXE].n; e++)
		for (size_t c = 0; c < k->facts[NB_DIM_CGROUP].n; c++)
			for (size_t u = 0; u < k->facts[NB_DIM_UID].n; u++)
				for (size_t g = 0; g < k->facts[NB_DIM_GID].n; g++) {
					const struct facts *gid =
						&k->facts[NB_DIM_GID].at[g];

					r.exe = k->facts[NB_DIM_EXE].at[e].exe;
					r.cgroup = k->facts[NB_DIM_CGROUP].at[c].cgroup;
					r.uid_known =
						k->facts[NB_DIM_UID].at[u].uid_known;
					r.uid = k->facts[NB_DIM_UID].at[u].uid;
					r.gid_known = gid->gid_known;
					r.gids = gid->gids;
					r.n_gids = gid->n_gids;
					if (!holds_for(d, &r))
						return false;
				}
	return true;
}

/* Whether an object to which the same rules apply was decided already. */
static bool is_decided(struct decision *d)
{
	size_t bytes = (d->rules.n + 1) * sizeof(const struct rule *);
	const struct rule **key = ARENA_ARRAY(d->arena, const struct rule *,
					      d->rules.n + 1);
	void **slot;

	for (size_t i = 0; i < d->rules.n; i++)
		key[i] = d->rules.at[i];
	slot = table_at(d->seen, key, bytes);
	if (*slot)
		return true;
	*slot = key;
	return false;
}

static bool take_steps(struct decision *d, size_t n)
{
	bool enough = d->steps >= n;

	d->steps -= enough ? n : d->steps;
	return enough;
}

/* For everybody, by the rules in d->rules. */
static bool decide_listed(struct decision *d, const struct request *r)
{
	struct kinds *k;
	size_t all = 1;

	if (is_decided(d))
		return true;
	k = kinds_new(d->arena);
	kinds_add(k, d->assertion->asked.who);
	for (size_t i = 0; i < d->rules.n; i++)
		kinds_add(k, d->rules.at[i]->who);
	if (!kinds_find(k))
		return too_large(d);
	for (int dim = 0; dim < 4; dim++)
		all *= k->facts[dim].n;
	if (!take_steps(d, all * (d->rules.n + 1)))
		return too_large(d);
	return each_subject(d, k, *r);
}

static bool decide_file(struct decision *d, const struct request *r)
{
	const struct policy *p = d->policy;

	d->rules.n = 0;
	for (uint32_t i = 0; i < p->n_rules; i++) {
		if (!take_steps(d, p->rules[i].n_paths + 1))
			return too_large(d);
		if (concerns(&p->rules[i], r))
			VEC_PUSH(d->arena, &d->rules, &p->rules[i]);
	}
	return decide_listed(d, r);
}

/* kind->rules name the address. */
static bool decide_peer(struct decision *d, const struct peer_kind *kind,
			const struct request *r)
{
	d->rules.n = 0;
	if (!take_steps(d, kind->n_rules + 1))
		return too_large(d);
	for (uint32_t i = 0; i < kind->n_rules; i++)
		if (kind->rules[i]->effect == EFFECT_DEFAULT || rule_box(kind->rules[i], r))
			VEC_PUSH(d->arena, &d->rules, kind->rules[i]);
	return decide_listed(d, r);
}

/* ---- all objects ---- */

/* Whether some path may match both: their literal beginnings do not part. */
static bool may_meet(const struct path_pattern *a, const struct path_pattern *b)
{
	for (uint32_t i = 0; i < a->dirs && i < b->dirs; i++)
		if (a->dir[i].len != b->dir[i].len ||
		    memcmp(a->dir[i].at, b->dir[i].at, a->dir[i].len))
			return false;
	return true;
}

static bool may_meet_any(const struct rule *asked, const struct path_pattern *p)
{
	for (uint32_t i = 0; i < asked->n_paths; i++)
		if (may_meet(&asked->paths[i], p))
			return true;
	return false;
}

/* The patterns that can tell one file from another here; NULL = too many. */
static const struct path_list *witnesses(struct decision *d, enum nb_op op)
{
	const struct rule *asked = &d->assertion->asked;
	struct pattern_list patterns = {0};

	for (uint32_t i = 0; i < asked->n_paths; i++)
		VEC_PUSH(d->arena, &patterns.at, &asked->paths[i]);
	for (uint32_t i = 0; i < asked->n_except; i++)
		VEC_PUSH(d->arena, &patterns.at, &asked->except[i]);
	for (uint32_t i = 0; i < d->policy->n_rules; i++) {
		const struct rule *rule = &d->policy->rules[i];

		if (rule->effect == EFFECT_AUDIT || !(rule->ops >> op & 1))
			continue;
		for (uint32_t j = 0; j < rule->n_paths; j++) {
			if (!take_steps(d, asked->n_paths))
				return NULL;
			if (may_meet_any(asked, &rule->paths[j]))
				VEC_PUSH(d->arena, &patterns.at, &rule->paths[j]);
		}
		for (uint32_t j = 0; j < rule->n_except; j++)
			VEC_PUSH(d->arena, &patterns.at, &rule->except[j]);
	}
	return witness_paths(d->arena, &patterns);
}

static const char *literal(struct arena *a, const struct path_pattern *p)
{
	const char *path = "";

	for (uint32_t i = 0; i < p->dirs; i++)
		path = arena_printf(a, "%s/%.*s", path, (int)p->dir[i].len, p->dir[i].at);
	return *path ? path : "/";
}

static bool is_literal(const struct rule *asked)
{
	if (asked->n_except)
		return false;
	for (uint32_t i = 0; i < asked->n_paths; i++)
		if (asked->paths[i].shape != PATH_LITERAL)
			return false;
	return true;
}

/* "/" is a directory, whatever pattern meets it. */
static bool each_file_of(struct decision *d, enum nb_op op, bool guest)
{
	const struct rule *asked = &d->assertion->asked;
	const struct path_list *list;
	struct request r = {.op = op, .guest = guest,
			    .again = asked->revalidate && NB_AGAIN_OPS >> op & 1};

	if (is_literal(asked)) {
		for (uint32_t i = 0; i < asked->n_paths; i++) {
			r.path = literal(d->arena, &asked->paths[i]);
			if (!decide_file(d, &r))
				return false;
		}
		return true;
	}
	list = witnesses(d, op);
	if (!list)
		return too_large(d);
	for (size_t i = 0; i < list->paths.n; i++) {
		r.path = list->paths.at[i];
		if (!take_steps(d, asked->n_paths))
			return too_large(d);
		if (!r.path[1] || !rule_path(asked, &r))
			continue;
		if (!decide_file(d, &r))
			return false;
	}
	return true;
}

/* What the host mounted, and what it did not where some rule tells them apart. */
static bool each_file(struct decision *d, enum nb_op op)
{
	bool told_apart = false;

	for (uint32_t i = 0; i < d->policy->n_rules; i++)
		told_apart |= d->policy->rules[i].host;
	return each_file_of(d, op, false) &&
	       (!told_apart || d->assertion->asked.host || each_file_of(d, op, true));
}

static bool each_peer(struct decision *d, enum nb_op op)
{
	const struct rule *asked = &d->assertion->asked;
	struct request r = {.op = op};
	peer_kinds kinds = {0};
	peer_ports ports = {0};

	if (!peers_find(d->arena, d->policy, asked, op, &d->steps, &kinds))
		return too_large(d);
	for (size_t i = 0; i < kinds.n; i++) {
		ports.n = 0;
		if (!ports_find(d->arena, asked, &kinds.at[i], &d->steps, &ports))
			return too_large(d);
		r.v6 = kinds.at[i].v6;
		memcpy(r.addr, kinds.at[i].addr, sizeof r.addr);
		for (size_t j = 0; j < ports.n; j++) {
			r.protocol = ports.at[j].protocol;
			r.port = ports.at[j].port;
			if (!decide_peer(d, &kinds.at[i], &r))
				return false;
		}
	}
	return true;
}

/* One of each type, and one that no rule has a name for. */
static bool each_socket(struct decision *d)
{
	enum { TYPES = 11 };
	const struct rule *asked = &d->assertion->asked;
	struct request r = {.op = NB_OP_SOCKET};

	for (uint32_t i = 0; i < asked->n_sockets; i++)
		for (uint8_t type = 1; type < TYPES; type++) {
			r.socket = asked->sockets[i];
			if (r.socket.type && r.socket.type != type)
				continue;
			r.socket.type = type;
			d->rules.n = 0;
			if (!take_steps(d, d->policy->n_rules + 1))
				return too_large(d);
			for (uint32_t k = 0; k < d->policy->n_rules; k++)
				if (concerns(&d->policy->rules[k], &r))
					VEC_PUSH(d->arena, &d->rules, &d->policy->rules[k]);
			if (!decide_listed(d, &r))
				return false;
		}
	return true;
}

bool assertion_prove(struct arena *a, const struct policy *p,
		     const struct assertion *assertion, struct diags *diags)
{
	const struct rule *asked = &assertion->asked;
	struct decision d = {.arena = a,
			     .policy = p,
			     .assertion = assertion,
			     .diags = diags,
			     .steps = STEPS_MAX};

	for (uint32_t op = 0; op < NB_OP_COUNT; op++) {
		d.seen = table_new(a);
		if (!(asked->ops >> op & 1))
			continue;
		if (asked->kind == OBJECT_FILES ? !each_file(&d, (enum nb_op)op)
		    : op == NB_OP_SOCKET	? !each_socket(&d)
						: !each_peer(&d, (enum nb_op)op))
			return false;
	}
	if (d.meant)
		return true;
	diag_report(diags, asked->span, DIAG_assertion_empty,
		    "this is about nobody: nobody can be what its subject says");
	return false;
}
