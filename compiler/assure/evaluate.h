/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The meaning of a checked policy, computed the slow and obvious way: every rule
 * is asked in source order. Shares no code with compiler/lower; the tests compare
 * the two, and `netbpfc explain` speaks from this one.
 */
#pragma once
#include "compiler/check/policy.h"

struct request {
	enum nb_op op;
	/* subject; exe and cgroup are absolute paths, NULL = unknown */
	const char *exe;
	const char *cgroup;
	bool uid_known, gid_known;
	uint32_t uid;
	const uint32_t *gids; /* primary and supplementary */
	uint32_t n_gids;
	/* files */
	const char *path; /* canonical name, absolute */
	bool again; /* it is open already: READ, WRITE and LIST only */
	bool guest; /* on a filesystem that the host never mounted */
	/* network: as the system call was given it; normalised by the evaluator */
	bool v6;
	uint8_t addr[16]; /* network byte order */
	uint8_t protocol; /* IPPROTO_* */
	uint16_t port;
	struct socket_kind socket; /* SOCKET only: what is being made */
};

struct verdict {
	enum nb_verdict verdict;
	const struct rule *rule; /* the one that decided; NULL with NB_ALLOW */
};

/* Whether the rule is asked of this at all: of open files only some are. An `allow`
 * takes back what is denied, whenever that is. */
static inline bool rule_is_asked(const struct rule *rule, const struct request *r)
{
	return rule->ops >> r->op & 1 &&
	       (!r->again || rule->revalidate || rule->effect == EFFECT_ALLOW);
}

/* Whether an `allow` of the scope speaks for the request. */
bool scope_allows(const struct policy *, uint32_t scope, const struct request *);
struct verdict policy_evaluate(const struct policy *, const struct request *);
