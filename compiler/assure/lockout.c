/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a host must go on doing, asked of the reference evaluator: one list of objects,
 * one of those who need them. Trees are asked at a few names that stand for the rest.
 */
#include <arpa/inet.h>
#include <string.h>
#include "compiler/assure/evaluate.h"
#include "compiler/assure/lockout.h"
#include "compiler/assure/match.h"
#include "compiler/assure/reasons.h"

/* As systemd places them. All are root; somebody is for the network only. One that is
 * installed in either of two places is denied what both are denied. */
enum role { INIT, SSHD, LOGIN, SHELL, LOADER, SOMEBODY, ROLES };
static const struct {
	const char *exe, *cgroup;
	uint32_t id;
	const char *or_exe;
} roles[ROLES] = {
	[INIT] = { "/usr/lib/systemd/systemd", "/init.scope", 0 },
	[SSHD] = { "/usr/sbin/sshd", "/system.slice/ssh.service", 0 },
	[LOGIN] = { "/usr/bin/login", "/system.slice/system-getty.slice/getty@tty1.service", 0 },
	[SHELL] = { "/usr/bin/bash", "/user.slice/user-0.slice/session-1.scope", 0 },
	[LOADER] = { "/usr/sbin/netbpf-load", "/user.slice/user-0.slice/session-1.scope", 0,
		     "/usr/local/sbin/netbpf-load" },
	[SOMEBODY] = { "/usr/bin/bash", "/user.slice/user-1000.slice/session-2.scope", 1000 },
};

#define ROLE(r) (1u << (r))
#define SESSIONS (ROLE(SSHD) | ROLE(LOGIN))
#define STARTERS (SESSIONS | ROLE(INIT) | ROLE(SHELL))
#define EVERY_ROLE (STARTERS | ROLE(LOADER))
#define R (1u << NB_OP_READ)
#define W (1u << NB_OP_WRITE)
#define X (1u << NB_OP_EXEC)

#define NO_PROGRAM "no program could be started that is not static"
#define NO_BOOT "the host could not boot, nor its init be updated"
#define NO_SHELL "nobody could log in to repair anything"
#define NO_UNINSTALL "this policy could not be removed or replaced"
#define NO_LOGIN "root could not log in"

static const struct {
	const char *path;
	uint32_t ops, roles;
	const char *reason;
} needs[] = {
	{ "/lib64/ld-linux-x86-64.so.2", R | X, EVERY_ROLE, NO_PROGRAM },
	{ "/usr/lib64/ld-linux-x86-64.so.2", R | X, EVERY_ROLE, NO_PROGRAM },
	{ "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", R | X, EVERY_ROLE, NO_PROGRAM },
	{ "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", R | X, EVERY_ROLE, NO_PROGRAM },
	{ "/sbin/init", R | X, ROLE(INIT), NO_BOOT },
	{ "/usr/sbin/init", R | X, ROLE(INIT), NO_BOOT },
	{ "/lib/systemd/systemd", R | X, ROLE(INIT), NO_BOOT },
	{ "/usr/lib/systemd/systemd", R | X, ROLE(INIT), NO_BOOT },
	{ "/bin/sh", R | X, STARTERS, NO_SHELL },
	{ "/usr/bin/sh", R | X, STARTERS, NO_SHELL },
	{ "/bin/dash", R | X, STARTERS, NO_SHELL },
	{ "/usr/bin/dash", R | X, STARTERS, NO_SHELL },
	{ "/bin/bash", R | X, STARTERS, NO_SHELL },
	{ "/usr/bin/bash", R | X, STARTERS, NO_SHELL },
	{ "/usr/sbin/netbpf-load", R | X, ROLE(SHELL), NO_UNINSTALL },
	{ "/usr/local/sbin/netbpf-load", R | X, ROLE(SHELL), NO_UNINSTALL },
	{ "/sys/fs/bpf/netbpf", W, ROLE(LOADER), NO_UNINSTALL },
	{ "/sys/fs/bpf/netbpf/gen-0-1/nb_file_open", W, ROLE(LOADER), NO_UNINSTALL },
	{ "/etc/passwd", R, SESSIONS, NO_LOGIN },
	{ "/etc/nsswitch.conf", R, SESSIONS, NO_LOGIN },
	{ "/etc/pam.d/sshd", R, ROLE(SSHD), NO_LOGIN },
	{ "/etc/pam.d/login", R, ROLE(LOGIN), NO_LOGIN },
	{ "/etc/pam.d/common-auth", R, SESSIONS, NO_LOGIN },
	{ "/etc/pam.d/system-auth", R, SESSIONS, NO_LOGIN },
};

/* Nothing of this may be left for `no network at all`. */
static const struct {
	enum nb_op op;
	const char *what;
} net_needs[] = {
	{ NB_OP_CONNECT, "connect to" },
	{ NB_OP_BIND, "bind" },
};
static const char *const peers[] = {
	"127.0.0.1", "127.0.0.53", "10.0.0.1",	   "192.168.1.1", "172.16.0.1", "8.8.8.8",
	"::1",	     "fe80::1",	   "2a00:1450::1", "fd00::1",
};
static const struct {
	uint8_t protocol;
	uint16_t port;
} services[] = { { 6, 22 }, { 6, 443 }, { 17, 53 }, { 17, 123 }, { 6, 40000 }, { 6, 0 } };

static struct request request_of(enum nb_op op, enum role role)
{
	return (struct request){
		.op = op,
		.exe = roles[role].exe,
		.cgroup = roles[role].cgroup,
		.uid_known = true,
		.uid = roles[role].id,
		.gid_known = true,
		.gids = &roles[role].id,
		.n_gids = 1,
	};
}

static bool rule_denies(const struct policy *all, const struct rule *rule, enum role role,
			const struct request *r)
{
	struct request other = *r;
	struct policy one = *all;

	one.rules = rule;
	one.n_rules = 1;
	if (roles[role].or_exe)
		other.exe = roles[role].or_exe;
	return policy_evaluate(&one, r).verdict == NB_DENY &&
	       policy_evaluate(&one, &other).verdict == NB_DENY;
}

/* ---- files: each rule on its own, since each alone is enough ---- */

/* The first need that the rule denies to somebody, as a request; *more counts the
 * other objects. Index into needs, or -1. */
static int denied_need(const struct policy *policy, const struct rule *rule,
		       struct request *first, uint32_t *more)
{
	int found = -1;

	*more = 0;
	for (size_t n = 0; n < sizeof needs / sizeof *needs; n++) {
		struct request r = { .path = needs[n].path };
		bool denied = false;

		if (!(needs[n].ops & rule->ops) || !rule_path(rule, &r))
			continue;
		for (uint32_t op = 0; !denied && op < NB_OP_COUNT; op++) {
			if (!(needs[n].ops & rule->ops & 1u << op))
				continue;
			for (uint32_t role = 0; !denied && role < ROLES; role++) {
				if (!(needs[n].roles & 1u << role))
					continue;
				r = request_of((enum nb_op)op, (enum role)role);
				r.path = needs[n].path;
				denied = rule_denies(policy, rule, (enum role)role, &r);
			}
		}
		if (!denied)
			continue;
		*more += found >= 0;
		if (found < 0) {
			*first = r;
			found = (int)n;
		}
	}
	return found;
}

static void help_waive(struct diags *diags)
{
	diag_help(diags, "add an exception, such as 'except for uid 0', or write 'waive "
			 "lockout \"why\"' at the end of the rule");
}

static void report_unused(const struct rule *rule, struct diags *diags)
{
	diag_report(diags, rule->span, DIAG_unused_waiver,
		    "this rule locks nobody out, so that 'waive lockout' waives nothing");
}

static void judge_files(const struct policy *policy, const struct rule *rule,
			struct diags *diags)
{
	struct request r;
	uint32_t more;
	int need = denied_need(policy, rule, &r, &more);

	if (rule->waived[WAIVER_lockout] && need < 0)
		report_unused(rule, diags);
	if (rule->waived[WAIVER_lockout] || need < 0)
		return;
	diag_report(diags, rule->span, DIAG_lockout,
		    "this rule denies %s of %s to root running '%s': %s",
		    op_words[r.op], r.path, r.exe, needs[need].reason);
	if (more)
		diag_help(diags, "it denies %u more object%s that a host cannot do without",
			  more, more == 1 ? "" : "s");
	help_waive(diags);
}

/* ---- network: rules together, since only all addresses are enough ---- */

static struct request net_request(enum nb_op op, enum role role, size_t peer, size_t service)
{
	struct request r = request_of(op, role);

	r.v6 = strchr(peers[peer], ':');
	inet_pton(r.v6 ? AF_INET6 : AF_INET, peers[peer], r.addr);
	r.protocol = services[service].protocol;
	r.port = services[service].port;
	return r;
}

/* Whether the policy leaves nothing of the operation; marks the rules that matter. */
static bool denies_all(const struct policy *policy, enum nb_op op, bool *marked)
{
	for (size_t role = 0; role < ROLES; role++)
		for (size_t peer = 0; peer < sizeof peers / sizeof *peers; peer++)
			for (size_t s = 0; s < sizeof services / sizeof *services; s++) {
				struct request r = net_request(op, (enum role)role, peer, s);
				struct verdict v = policy_evaluate(policy, &r);

				if (v.verdict != NB_DENY)
					return false;
				marked[v.rule->number] = true;
			}
	return true;
}

static void report_net(const struct policy *policy, size_t need, const bool *marked,
		       struct diags *diags)
{
	const struct rule *first = NULL;
	uint32_t notes = 0;

	for (uint32_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rules[i];

		if (!marked[rule->number])
			continue;
		if (first && notes++ < 3)
			diag_note(diags, rule->span, "together with this rule");
		if (first)
			continue;
		first = rule;
		diag_report(diags, rule->span, DIAG_lockout,
			    "nobody, root included, could %s any address, not even "
			    "127.0.0.1: the host could not be reached or managed",
			    net_needs[need].what);
	}
	help_waive(diags);
}

/* The rules without, or with, those that are waived. */
static struct policy denying(struct arena *arena, const struct policy *policy, bool waived)
{
	struct policy some = *policy;
	struct rule *rules = ARENA_ARRAY(arena, struct rule, policy->n_rules);

	some.n_rules = 0;
	for (uint32_t i = 0; i < policy->n_rules; i++)
		if (policy->rules[i].effect == EFFECT_DENY &&
		    policy->rules[i].kind == OBJECT_NET &&
		    (waived || !policy->rules[i].waived[WAIVER_lockout]))
			rules[some.n_rules++] = policy->rules[i];
	some.rules = rules;
	return some;
}

static void judge_net(struct arena *arena, const struct policy *policy, struct diags *diags)
{
	struct policy strict = denying(arena, policy, false), all = denying(arena, policy, true);
	bool *used = ARENA_ARRAY(arena, bool, (size_t)policy->n_rules + 1);

	for (size_t n = 0; n < sizeof net_needs / sizeof *net_needs; n++) {
		bool *marked = ARENA_ARRAY(arena, bool, (size_t)policy->n_rules + 1);

		if (denies_all(&strict, net_needs[n].op, marked))
			report_net(&strict, n, marked, diags);
		/* a waiver is of use if the rule takes part, whoever is asked first */
		if (all.n_rules > strict.n_rules && denies_all(&all, net_needs[n].op, marked))
			for (uint32_t i = 0; i < all.n_rules; i++)
				used[all.rules[i].number] |=
					all.rules[i].ops >> net_needs[n].op & 1;
	}
	for (uint32_t i = 0; i < all.n_rules; i++)
		if (all.rules[i].waived[WAIVER_lockout] && !used[all.rules[i].number])
			report_unused(&all.rules[i], diags);
}

void lockout_report(struct arena *arena, const struct policy *policy, struct diags *diags)
{
	/* a policy that only logs locks nobody out, and is tried out just because */
	if (policy->audit_only)
		return;
	for (uint32_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rules[i];

		if (rule->effect == EFFECT_DENY && rule->kind == OBJECT_FILES)
			judge_files(policy, rule, diags);
		else if (rule->effect != EFFECT_DENY && rule->waived[WAIVER_lockout])
			report_unused(rule, diags);
	}
	judge_net(arena, policy, diags);
}
