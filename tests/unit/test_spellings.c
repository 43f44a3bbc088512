/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names where capital letters do not count: the images, asked as on such a filesystem,
 * against the meaning of the policy for small letters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/unit/image_fixture.h"

/* Where capital letters do not count, a name of the rules, which are all in small ones
 * here, stands for every spelling of it: the verdict is that of the path in small
 * letters, or what cannot be told is denied by no rule. */
static void every_spelling_is_met(void **state)
{
	static struct text text;
	static struct random_request request;
	uint64_t told = 0, denied = 0;

	(void)state;
	for (uint32_t p = 0; p < 500; p++) {
		struct compiled c;

		seed = p + 1;
		text.n = 0;
		put_policy(&text, 1 + rnd(3));
		compile(&text, &c);
		for (uint32_t i = 0; i < 1000; i++) {
			struct nb_host_decision got;
			struct nb_host_subject s = { .uid_known = 1, .gids_known = 1, .exe_row = 1,
						     .cgroup_row = 1 };
			struct verdict want;

			random_request(&request);
			request.r.op %= NB_OP_CONNECT;
			if (!(c.image->params.file_ops & 1u << request.r.op))
				continue;
			request.r.uid_known = request.r.gid_known = true;
			request.r.again = false;
			request.r.exe = request.r.cgroup = "/none";
			s.uid = request.r.uid;
			s.gids = request.gids;
			s.n_gids = request.r.n_gids;
			s.guest = request.r.guest;
			s.exe_row = c.image->params.exe_start ?
				nb_host_exe_row(c.host.paths, &c.image->params, "/none") : 0;
			s.cgroup_row = c.image->params.cgroup_start ?
				nb_host_cgroup_row(c.host.paths, &c.image->params, "/none") : 0;
			want = policy_evaluate(c.policy, &request.r);
			for (char *at = request.path; *at; at++)
				if (*at >= 'a' && *at <= 'z' && rnd(2))
					*at -= 'a' - 'A';
			got = nb_host_file_folded(&c.host, &s, request.r.op, request.path);
			if (got.verdict == NB_DENY && !got.rule)
				continue;
			told++;
			denied += got.verdict == NB_DENY;
			if (got.verdict != want.verdict ||
			    got.rule != (want.rule ? want.rule->number : 0))
				fail_msg("op %u path %s: verdict %u by rule %u, in small letters %u by %u\n%s",
					 request.r.op, request.path, got.verdict, got.rule, want.verdict,
					 want.rule ? want.rule->number : 0, text.at);
		}
		arena_free(c.arena);
	}
	assert_true(told > 30000 && denied > 3000);
}

static void ask_folded(const char *policy, const char *path, uint32_t verdict, uint32_t rule)
{
	static struct text text;
	struct nb_host_subject s = { .uid_known = 1, .gids_known = 1 };
	struct nb_host_decision got;
	struct compiled c;

	text.n = 0;
	put(&text, "policy fold { seq 1 }\n%s\n", policy);
	compile(&text, &c);
	got = nb_host_file_folded(&c.host, &s, NB_OP_READ, path);
	if (got.verdict != verdict || got.rule != rule)
		fail_msg("%s: %s: verdict %u by rule %u", policy, path, got.verdict, got.rule);
	arena_free(c.arena);
}

/* What cannot be told from plain letters is denied beside names, and only there. */
static void odd_spellings_are_denied(void **state)
{
	static const char one[] = "deny read on \"/d/secretfile.text\"";
	static const char *const odd[] = { "/d/SECRET~1.TEX", "/d/secretfile.text.", "/d/x ",
					   "/d/secretfile.text::$DATA", "/d/a;1",
					   "/d/secretf\xc4\xb1le.text", "/d/eightxxx.", "/d/eightx\\x" };
	static const char *const plain[] = { "/d/secretfile.tex", "/d/secretfile.texts", "/d/other",
					     "/e/SECRET~1.TEX", "/d/secretfile,text", "/d/[ecretfile.text" };

	(void)state;
	ask_folded(one, "/D/SecretFile.TEXT", NB_DENY, 1);
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		ask_folded(one, odd[i], NB_DENY, 0);
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		ask_folded(one, plain[i], NB_ALLOW, 0);
	/* two rules, one name: it is both files' */
	ask_folded("deny read on \"/d/a\"\ndeny write on \"/d/A\"", "/d/a", NB_DENY, 0);
	ask_folded("deny read on \"/d/a\"\ndeny write on \"/d/A\"", "/d/b", NB_ALLOW, 0);
	/* the name is not in small letters, so that its row was made without the pattern */
	ask_folded("deny write on \"/d/X.Pem\"\ndeny read on \"/d/*.pem\"", "/d/x.pem", NB_DENY, 0);
	ask_folded("deny read on \"/d/*.pem\"", "/d/X.PEM", NB_DENY, 1);
	/* a pattern in capital letters, and names with bytes that other spellings lack */
	ask_folded("deny read on \"/d/*.PEM\"", "/d/x.pem", NB_DENY, 0);
	ask_folded("deny read on \"/d/*.PEM\"", "/e/x.pem", NB_ALLOW, 0);
	ask_folded("deny read on \"/d/SECRET~1\"", "/d/secretfile", NB_DENY, 0);
	ask_folded("deny read on tree \"/d\"", "/d/x~1", NB_DENY, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_is_met),
		cmocka_unit_test(odd_spellings_are_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
