/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * (policy, old name, new name, who) → verdict. What may lie in a directory is asked name by
 * name, of names that stand for all others (witness.h). A name that a pattern spells out
 * counts as kept only by what every other name there has, since the programs know no more.
 */
#include <string.h>
#include "compiler/assure/contain.h"
#include "compiler/assure/move.h"
#include "compiler/assure/witness.h"

enum { STEPS_MAX = 1 << 24 }; /* a rule asked of a name is a step */

struct moving {
	struct arena *arena;
	const struct policy *policy;
	const struct request *who;
	const char *to;
	struct move *out;
};

static bool keep_worst(struct move *out, struct verdict v, enum move_why why,
		       const struct request *asked, const char *lost)
{
	if (v.verdict <= out->verdict.verdict)
		return out->verdict.verdict == NB_DENY;
	out->verdict = v;
	out->why = why;
	out->asked = *asked;
	out->lost = lost;
	return v.verdict == NB_DENY;
}

/* True: it is denied, and nothing can be worse. */
static bool ask(struct moving *m, enum nb_op op, const char *path, enum move_why why)
{
	struct request r = *m->who;
	struct verdict v;

	r.op = op;
	r.path = path;
	v = policy_evaluate(m->policy, &r);
	if (why == MOVE_BELOW && v.verdict < NB_WOULD_DENY) /* of what is not there nothing is told */
		return false;
	return keep_worst(m->out, v, why, &r, NULL);
}

static bool contain(struct moving *m, const char *path, const char *to, enum move_why why)
{
	struct request r = *m->who;

	r.path = path;
	return keep_worst(m->out, policy_contain(m->arena, m->policy, &r, to), why, &r, to);
}

/* ---- what is in a directory ---- */

/* All paths of rules on files, exceptions too, each list with a number of its own. */
static uint32_t *patterns_of(struct moving *m, struct pattern_list *all)
{
	const struct policy *p = m->policy;
	VEC(uint32_t) owner = {0};

	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct rule *rule = &p->rules[i];

		if (rule->kind != OBJECT_FILES || (rule->host && m->who->guest))
			continue;
		for (uint32_t k = 0; k < rule->n_paths + rule->n_except; k++) {
			bool except = k >= rule->n_paths;

			VEC_PUSH(m->arena, &all->at,
				 except ? &rule->except[k - rule->n_paths] : &rule->paths[k]);
			VEC_PUSH(m->arena, &owner, 2 * i + except);
		}
	}
	return owner.at;
}

static const char *in(struct moving *m, const char *dir, struct bytes name)
{
	return arena_printf(m->arena, "%s/%.*s", dir, (int)name.len, name.at);
}

static bool ask_name(struct moving *m, const char *old, const char *new)
{
	static const enum nb_op making[] = {NB_OP_CREATE, NB_OP_MKNOD, NB_OP_SYMLINK, NB_OP_PLACE};

	if (ask(m, NB_OP_RENAME, old, MOVE_BELOW))
		return true;
	for (size_t i = 0; i < sizeof making / sizeof *making; i++)
		if (ask(m, making[i], new, MOVE_BELOW))
			return true;
	return contain(m, old, new, MOVE_BELOW);
}

/* A name that is spelled out at the old place must have its rules under each other one at
 * the new, one at the new place no more allowed than each other one has at the old. */
static bool ask_spelled(struct moving *m, struct bytes name, uint8_t where, struct bytes other)
{
	struct request r = *m->who;
	const char *lost = in(m, m->to, other);

	r.path = in(m, r.path, name);
	if (where & 1 &&
	    keep_worst(m->out, contain_denials(m->arena, m->policy, &r, lost), MOVE_BELOW, &r, lost))
		return true;
	r.path = in(m, m->who->path, other);
	lost = in(m, m->to, name);
	return where & 2 &&
	       keep_worst(m->out, contain_defaults(m->policy, &r, lost), MOVE_BELOW, &r, lost);
}

/* False: too many cases. */
static bool ask_names(struct moving *m, const struct names_in *names)
{
	const struct bytes *name = names->names.at.at;
	size_t n = names->names.at.n, spelled = names->spelled;

	if ((n * 7 + spelled * (n - spelled) * 2) * (m->policy->n_rules + 1) > STEPS_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (ask_name(m, in(m, m->who->path, name[i]), in(m, m->to, name[i])))
			return true;
		for (size_t k = spelled; i < spelled && k < n; k++)
			if (ask_spelled(m, name[i], names->where[i], name[k]))
				return true;
	}
	return true;
}

static bool some_rule_denies(const struct policy *p)
{
	for (uint32_t i = 0; i < p->n_rules && !p->audit_only; i++)
		if (p->rules[i].kind == OBJECT_FILES && !p->rules[i].audit &&
		    (p->rules[i].effect == EFFECT_DENY || p->rules[i].effect == EFFECT_DEFAULT))
			return true;
	return false;
}

static bool ask_directory(struct moving *m, bool tree)
{
	const char *dirs[2] = {m->who->path, m->to};
	bool old = m->policy->kernel_major < 5 ||
		   (m->policy->kernel_major == 5 && m->policy->kernel_minor < 17);
	struct pattern_list patterns = {0};
	uint32_t *owner = patterns_of(m, &patterns);
	struct names_in names;

	if (!patterns.at.n || !strcmp(dirs[0], dirs[1]) || !some_rule_denies(m->policy))
		return true;
	if (!witness_names_in(m->arena, &patterns, owner, dirs, &names))
		return false;
	if (names.alike)
		return true;
	m->out->apart = &m->policy->rules[names.apart / 2];
	if (!old && !ask_names(m, &names))
		return false;
	if ((old || tree) && m->out->verdict.verdict != NB_DENY)
		keep_worst(m->out, (struct verdict){NB_DENY, NULL},
			   old ? MOVE_OLD_KERNEL : MOVE_PLACES, m->who, NULL);
	return true;
}

bool policy_move(struct arena *a, const struct policy *p, const struct request *from,
		 enum move_kind kind, const char *to, struct move *out)
{
	struct moving m = {a, p, from, to, out};

	*out = (struct move){.asked = *from};
	if (ask(&m, kind == MOVE_LINK ? NB_OP_LINK : NB_OP_RENAME, from->path, MOVE_ASKED) ||
	    ask(&m, kind < MOVE_DIRECTORY ? NB_OP_CREATE : NB_OP_MKDIR, to, MOVE_ASKED) ||
	    contain(&m, from->path, to, MOVE_CONTAINED) || kind < MOVE_DIRECTORY)
		return true;
	return ask_directory(&m, kind == MOVE_TREE);
}
