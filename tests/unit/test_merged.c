/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of one kind whose patterns would multiply: their states forget rules that cannot
 * decide, and must name the same rule as the meaning of the policy all the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/unit/image_fixture.h"

enum { TREES = 18 };

static const char *const whom[] = { "", " for uid 1", " except for uid 1", " for uid 1-2" };
static const char *const what[] = { "deny read", "deny read, write", "audit read", "deny write" };
static const char *const more[] = { "", " revalidate", " host" };

/* Few kinds of many rules, which differ in one thing or in several; before and behind them
 * what else there is: exceptions, suffixes, names that are spelled out, rules of the host. */
static void put_trees(struct text *t)
{
	const char *does[2], *to[2], *besides[] = { "", PICK(more) };
	uint32_t kinds = 1 + rnd(2);

	does[0] = does[1] = PICK(what);
	to[0] = to[1] = PICK(whom);
	if (!*besides[1] || rnd(2)) {
		does[1] = PICK(what);
		to[1] = PICK(whom);
	}
	put(t, "policy trees { seq 1 kernel >= 6.12 }\n");
	put(t, "%s on tree \"/n%u/*/n%u\", \"/n%u/*/**/*.key\"%s\n", does[0], rnd(TREES), rnd(TREES),
	    rnd(TREES), to[0]);
	put(t, "%s on tree \"**/n%u\"%s except on tree \"**/n%u/keep\"\n", does[0], rnd(TREES), to[0],
	    rnd(TREES));
	for (uint32_t i = 0; i < TREES; i++) {
		uint32_t kind = rnd(kinds);

		put(t, "%s on tree \"**/n%u\"%s%s\n", does[kind], rnd(12) ? i : rnd(TREES), to[kind],
		    besides[kind]);
	}
	put(t, "%s on \"**/*.key\", \"/n1/a\", \"**/n%u/x*\"\n", PICK(what), rnd(TREES));
	put(t, "%s on tree \"/n%u/b\"%s\n", does[0], rnd(TREES), to[0]);
}

static void random_place(char *at)
{
	static const char *const others[] = { "a", "b", "keep", "x.key", "xx" };

	for (uint32_t n = 1 + rnd(5); n; n--)
		at += rnd(2) ? sprintf(at, "/n%u", rnd(TREES)) : sprintf(at, "/%s", others[rnd(5)]);
}

static uint64_t compare(const struct text *t, const struct compiled *c)
{
	static struct random_request request;
	struct nb_host_subject s = { .uid_known = 1, .gids_known = 1 };
	struct nb_host_decision got;
	struct verdict want;

	memset(&request, 0, sizeof(request));
	request.r = (struct request){ .op = rnd(2) ? NB_OP_READ : NB_OP_WRITE,
				      .uid_known = true,
				      .gid_known = true,
				      .uid = rnd(4),
				      .guest = rnd(2),
				      .again = rnd(2),
				      .path = request.path };
	random_place(request.path);
	s.uid = request.r.uid;
	s.guest = request.r.guest;
	if (!(c->image->params.file_ops & 1u << request.r.op))
		return 0;
	want = policy_evaluate(c->policy, &request.r);
	got = request.r.again ? nb_host_again(&c->host, &s, request.r.op, request.path)
			      : nb_host_file(&c->host, &s, request.r.op, request.path);
	if (got.verdict != want.verdict || got.rule != (want.rule ? want.rule->number : 0))
		fail_msg("op %u path %s uid %u: verdict %u by rule %u, meant %u by %u\n%s", request.r.op,
			 request.path, s.uid, got.verdict, got.rule, want.verdict,
			 want.rule ? want.rule->number : 0, t->at);
	return want.rule != NULL;
}

static void merged_rules_name_the_first(void **state)
{
	static struct text text;
	uint64_t merged = 0, decided = 0;

	(void)state;
	for (uint32_t p = 0; p < 60; p++) {
		struct compiled c;

		seed = p + 1;
		text.n = 0;
		put_trees(&text);
		compile(&text, &c);
		merged += c.image->merged;
		for (uint32_t i = 0; i < 3000; i++)
			decided += compare(&text, &c);
		arena_free(c.arena);
	}
	printf("%lu policies of 60 merged, %lu requests decided\n", merged, decided);
	assert_true(merged == 60 && decided > 30000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(merged_rules_name_the_first) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
