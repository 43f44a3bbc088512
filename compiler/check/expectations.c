/* SPDX-License-Identifier: BSD-2-Clause */
/* Assertions and tests as text, behind the rules of --dump=policy. */
#include <arpa/inet.h>
#include "compiler/check/check.h"

static void dump_facts(const struct facts *f, FILE *out)
{
	fputs("  as", out);
	if (f->exe)
		fprintf(out, " exe %s", f->exe);
	if (f->cgroup)
		fprintf(out, " cgroup %s", f->cgroup);
	if (f->uid_known)
		fprintf(out, " uid %u", f->uid);
	for (uint32_t i = 0; i < f->n_gids; i++)
		fprintf(out, " gid %u", f->gids[i]);
	fputs(f->guest ? " not host" : "", out);
	putc('\n', out);
}

static void dump_question(const struct question *q, FILE *out)
{
	static const char *const verdicts[] = {
		[EXPECT_ALLOW] = "allow",
		[EXPECT_DENY] = "deny",
		[EXPECT_AUDIT] = "audit",
	};
	static const char *const moves[] = {
		[QUESTION_RENAME] = "rename",
		[QUESTION_LINK] = "link",
		[QUESTION_DIRECTORY] = "rename directory",
		[QUESTION_TREE] = "rename tree",
	};
	char addr[INET6_ADDRSTRLEN];

	fputs(q->again ? "    revalidate " : "    ", out);
	if (q->kind != QUESTION_OPERATION) {
		fprintf(out, "%s %s to %s", moves[q->kind], q->path, q->new_path);
	} else if (q->op == NB_OP_SOCKET) {
		fprintf(out, "socket family %u type %u", q->socket.family, q->socket.type);
	} else if (q->path) {
		fprintf(out, "%s %s", op_words[q->op], q->path);
	} else {
		inet_ntop(q->v6 ? AF_INET6 : AF_INET, q->addr, addr, sizeof addr);
		fprintf(out, "%s %s proto %u port %u", op_words[q->op], addr, q->protocol,
			q->port);
	}
	fprintf(out, " => %s", verdicts[q->expected]);
	if (q->rule)
		fprintf(out, " by rule %u", q->rule);
	putc('\n', out);
}

void expectations_dump(const struct policy *p, FILE *out)
{
	const struct facts *who = NULL;

	for (uint32_t i = 0; i < p->n_assertions; i++) {
		const struct rule *asked = &p->assertions[i].asked;

		fprintf(out, "assertion %s:%u\n  text %s\n", asked->source, asked->line,
			asked->text);
	}
	for (uint32_t i = 0; i < p->n_tests; i++) {
		const struct test *t = &p->tests[i];

		fprintf(out, "test %u %s\n", t->line, t->title);
		for (uint32_t j = 0; j < t->n_questions; j++) {
			if (t->questions[j].who != who)
				dump_facts(t->questions[j].who, out);
			who = t->questions[j].who;
			dump_question(&t->questions[j], out);
		}
	}
}
