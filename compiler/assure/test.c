/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions → verdicts of the evaluator, compared with what was expected. */
#include "compiler/assure/move.h"
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

/* False: there are too many cases. */
static bool ask(struct arena *a, const struct policy *p, const struct question *q,
		struct move *out)
{
	static const enum move_kind kinds[] = {
		[QUESTION_RENAME] = MOVE_FILE,
		[QUESTION_LINK] = MOVE_LINK,
		[QUESTION_DIRECTORY] = MOVE_DIRECTORY,
		[QUESTION_TREE] = MOVE_TREE,
	};
	struct request r = request_of(q);

	if (q->kind != QUESTION_OPERATION)
		return policy_move(a, p, &r, kinds[q->kind], q->new_path, out);
	*out = (struct move){.verdict = policy_evaluate(p, &r), .asked = r};
	return true;
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

static bool too_large(const struct question *q, struct diags *diags)
{
	diag_report(diags, q->span, DIAG_assertion_too_large,
		    "%s: there are too many names to decide this", q->text);
	diag_help(diags, "what may lie in the directory is asked of each rule; ask of one "
			 "below which fewer rules lie");
	return false;
}

/* What decided, where no rule's verdict says it. */
static void note_why(const struct move *m, const struct policy *p, struct diags *diags)
{
	if (m->verdict.rule)
		diag_note(diags, m->verdict.rule->span, "this rule decided");
	if (m->why == MOVE_BELOW)
		diag_help(diags, m->lost ? "a file in the directory, such as %s, would lose it (EXDEV)"
					 : "it is asked of %s, which the directory may hold (EXDEV)",
			  m->asked.path);
	if (m->verdict.verdict != NB_DENY || m->verdict.rule)
		return;
	diag_note(diags, m->apart->span, "below the two names this rule does not hold alike");
	if (m->why == MOVE_OLD_KERNEL)
		diag_help(diags, "kernels before 5.17 then refuse every directory (EXDEV), and this "
				 "policy is for kernel >= %u.%u", p->kernel_major, p->kernel_minor);
	else
		diag_help(diags, "a directory with directories in it is then refused (EXDEV), on "
				 "which mv copies; one without is asked for by a '/' behind its name");
}

static bool answer(struct arena *a, const struct policy *p, const struct question *q,
		   struct diags *diags)
{
	const struct rule *wanted = q->rule ? &p->rules[q->rule - 1] : NULL;
	struct move m;

	if (!ask(a, p, q, &m))
		return too_large(q, diags);
	if (seen_of(m.verdict.verdict) == q->expected && (!wanted || wanted == m.verdict.rule))
		return true;
	diag_report(diags, q->span, DIAG_test_failed, "%s: expected %s, saw %s", q->text,
		    words(a, q->expected, wanted),
		    words(a, seen_of(m.verdict.verdict), m.verdict.rule));
	note_why(&m, p, diags);
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
