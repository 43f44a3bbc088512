/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions → verdicts of the evaluator, compared with what was expected. */
#include "compiler/assure/contain.h"
#include "compiler/assure/prove.h"

static struct request request_of(const struct question *q)
{
	struct request r = {.op = q->op,
			    .exe = q->who->exe,
			    .cgroup = q->who->cgroup,
			    .uid_known = q->who->uid_known,
			    .gid_known = q->who->gid_known,
			    .uid = q->who->uid,
			    .gids = q->who->gids,
			    .n_gids = q->who->n_gids,
			    .again = q->again,
			    .path = q->path,
			    .guest = q->who->guest,
			    .v6 = q->v6,
			    .protocol = q->protocol,
			    .socket = q->socket,
			    .port = q->port};

	for (int i = 0; i < 16; i++)
		r.addr[i] = q->addr[i];
	return r;
}

/* The strictest of the parts, the first of equal ones: the old name loses its file, the
 * new one comes to be, and what protected the file must go on protecting it. */
static struct verdict ask_move(struct arena *a, const struct policy *p,
			       const struct question *q)
{
	struct request from = request_of(q), to = request_of(q);
	struct verdict parts[3], *strictest = parts;

	from.op = q->kind == QUESTION_LINK ? NB_OP_LINK : NB_OP_RENAME;
	to.op = NB_OP_CREATE;
	to.path = q->new_path;
	parts[0] = policy_evaluate(p, &from);
	parts[1] = policy_evaluate(p, &to);
	parts[2] = policy_contain(a, p, &from, q->new_path);
	for (int i = 1; i < 3; i++)
		if (parts[i].verdict > strictest->verdict)
			strictest = &parts[i];
	return *strictest;
}

static struct verdict ask(struct arena *a, const struct policy *p,
			  const struct question *q)
{
	struct request r = request_of(q);

	if (q->kind != QUESTION_OPERATION)
		return ask_move(a, p, q);
	return policy_evaluate(p, &r);
}

/* A rule in mode audit logs and denies nothing. */
static enum expected seen_of(enum nb_verdict verdict)
{
	return verdict == NB_ALLOW  ? EXPECT_ALLOW
	       : verdict == NB_DENY ? EXPECT_DENY
				    : EXPECT_AUDIT;
}

static const char *words(struct arena *a, enum expected verdict, const struct rule *rule)
{
	static const char *const verdicts[] = {
		[EXPECT_ALLOW] = "allow",
		[EXPECT_DENY] = "deny",
		[EXPECT_AUDIT] = "audit",
	};

	if (!rule)
		return verdicts[verdict];
	return arena_printf(a, "%s by rule %u%s%s%s", verdicts[verdict], rule->number,
			    rule->name ? " '" : "", rule->name ? rule->name : "",
			    rule->name ? "'" : "");
}

static bool answer(struct arena *a, const struct policy *p, const struct question *q,
		   struct diags *diags)
{
	const struct rule *wanted = q->rule ? &p->rules[q->rule - 1] : NULL;
	struct verdict v;

	v = ask(a, p, q);
	if (seen_of(v.verdict) == q->expected && (!wanted || wanted == v.rule))
		return true;
	diag_report(diags, q->span, DIAG_test_failed, "%s: expected %s, saw %s", q->text,
		    words(a, q->expected, wanted), words(a, seen_of(v.verdict), v.rule));
	if (v.rule)
		diag_note(diags, v.rule->span, "this rule decided");
	return false;
}

bool test_prove(struct arena *a, const struct policy *p, const struct test *t,
		struct diags *diags)
{
	struct policy enforced = *p;
	bool good = true;

	enforced.audit_only = false;
	for (uint32_t i = 0; i < t->n_questions; i++)
		good &= answer(a, &enforced, &t->questions[i], diags);
	return good;
}
