/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assertions, witnesses and containment: what the prover concludes from a few
 * chosen facts, against trying everything in worlds that are small enough for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "compiler/assure/contain.h"
#include "compiler/assure/match.h"
#include "compiler/assure/prove.h"
#include "compiler/assure/witness.h"
#include "compiler/lower/subjects.h"
#include "tests/unit/prove_fixture.h"

/* ---- witnesses ---- */

static const char *const components[] = {"a", "b", "ab", "ba", "aa", "*", "a*", "*b", "?",
					 "?b", "*a*", ".?", "??"};
enum { COMPONENTS = sizeof components / sizeof *components, LITERALS = 5 };

static struct path_pattern random_pattern(void)
{
	uint32_t shape = any(4), dirs = any(3);
	const char *text = "";
	struct path_pattern p;

	for (uint32_t i = 0; i < dirs; i++)
		text = arena_printf(arena, "%s/%s", text, components[any(LITERALS)]);
	if (shape == PATH_GLOB_BELOW)
		text = arena_printf(arena, "%s/**", text);
	text = arena_printf(arena, "%s/%s", text,
			    components[shape >= PATH_GLOB ? LITERALS + any(COMPONENTS - LITERALS)
							  : any(LITERALS)]);
	assert_true(path_read(arena, diags, (struct span){0}, text, shape == PATH_TREE, &p));
	return p;
}

static uint32_t matched(const struct path_pattern *p, uint32_t n, const char *path)
{
	uint32_t which = 0;

	for (uint32_t i = 0; i < n; i++)
		which |= (uint32_t)path_matches(&p[i], path) << i;
	return which;
}

/* Every path of up to four components of up to three letters of "abc". */
static void find_all(const struct path_pattern *p, uint32_t n, char *path, size_t len,
		     int depth, bool seen[256])
{
	if (len)
		seen[matched(p, n, path)] = true;
	if (depth == 4)
		return;
	for (uint32_t i = 0; i < 3 + 9 + 27; i++) {
		size_t at = len;

		path[at++] = '/';
		if (i >= 12)
			path[at++] = (char)('a' + (i - 12) / 9);
		if (i >= 3)
			path[at++] = (char)('a' + (i >= 12 ? (i - 12) / 3 % 3 : (i - 3) / 3));
		path[at++] = (char)('a' + i % 3);
		path[at] = '\0';
		/* deeper ones differ from this only by what trees and '**' see */
		if (depth < 2 || any(40) == 0)
			find_all(p, n, path, at, depth + 1, seen);
		else
			seen[matched(p, n, path)] = true;
	}
	path[len] = '\0';
}

static void witnesses_match_every_set_that_a_path_can(void **state)
{
	(void)state;
	compile("policy t { seq 1 }");
	for (int round = 0; round < 60; round++) {
		struct path_pattern p[6];
		struct pattern_list list = {0};
		const struct path_list *found;
		bool possible[256] = {0}, seen[256] = {0};
		char path[64] = "";
		uint32_t n = 1 + any(6);

		for (uint32_t i = 0; i < n; i++) {
			p[i] = random_pattern();
			VEC_PUSH(arena, &list.at, &p[i]);
		}
		find_all(p, n, path, 0, 0, possible);
		found = witness_paths(arena, &list);
		assert_non_null(found);
		for (size_t i = 0; i < found->paths.n; i++) {
			const char *w = found->paths.at[i];

			assert_null(strstr(w, "/./"));
			assert_null(strstr(w, "/../"));
			assert_string_not_equal(strrchr(w, '/'), "/.");
			assert_string_not_equal(strrchr(w, '/'), "/..");
			seen[matched(p, n, w)] = true;
		}
		for (int i = 0; i < 256; i++)
			if (possible[i] && !seen[i])
				fail_msg("round %d: no witness matches the set %x", round, i);
	}
}

static void witnesses_are_refused_when_there_are_too_many(void **state)
{
	struct pattern_list list = {0};
	struct path_pattern p;

	(void)state;
	compile("policy t { seq 1 }");
	assert_true(path_read(arena, diags, (struct span){0}, "/a", false, &p));
	for (int i = 0; i <= WITNESS_PATTERNS_MAX; i++)
		VEC_PUSH(arena, &list.at, &p);
	assert_null(witness_paths(arena, &list));
	list.at.n = 0;
	for (int i = 0; i < 24; i++) { /* one bit of memory each: 2^24 states */
		struct path_pattern *glob = ARENA_NEW(arena, struct path_pattern);
		const char *text = arena_printf(arena, "/*%c*%c*", 'a' + i, 'b' + i);

		assert_true(path_read(arena, diags, (struct span){0}, text, false, glob));
		VEC_PUSH(arena, &list.at, glob);
	}
	assert_null(witness_paths(arena, &list));
}

/* ---- assertions ---- */

static const char *const subjects[] = {
	"uid 0", "uid 1-2", "uid { 2, 4 }", "gid 1", "gid { 1, 2 }", "gid 0", "gid 3",
	"exe \"/p/a\"", "exe tree \"/p\"", "exe \"/p/a*\"", "exe \"/p/*b\"",
	"cgroup \"/w\"", "cgroup \"/w/x\"",
};

static uint32_t pool = sizeof subjects / sizeof *subjects; /* of them in use */

static const char *random_subject(int depth)
{
	switch (depth ? any(4) : 0) {
	case 1:
		return arena_printf(arena, "(%s and %s)", random_subject(depth - 1),
				    random_subject(depth - 1));
	case 2:
		return arena_printf(arena, "(%s or %s)", random_subject(depth - 1),
				    random_subject(depth - 1));
	case 3:
		return arena_printf(arena, "not %s", random_subject(depth - 1));
	default:
		return subjects[any(pool)];
	}
}

/* Whether anybody in the world is meant, and whether all who are agree. */
static bool holds_in_world(const struct policy *p, bool *meant)
{
	static const char *const exes[] = {"/q", "/p", "/p/a", "/p/ac", "/p/b", "/p/ab",
					   "/p/c", "/p/c/b"};
	static const char *const cgroups[] = {"/", "/w", "/w/x", "/w/y"};
	static const char *const paths[] = {"/f/a", "/f/b", "/f/ab", "/f/ax", "/f", "/f/a/b", "/g"};
	const struct assertion *a = &p->assertions[0];
	bool good = true;

	*meant = false;
	for (uint32_t i = 0; i < 8 * 4 * 6 * 15 * 7; i++) {
		uint32_t gids[4], set = 1 + i / (8 * 4 * 6) % 15;
		struct request r = {.op = NB_OP_READ,
				    .exe = exes[i % 8],
				    .cgroup = cgroups[i / 8 % 4],
				    .uid_known = true,
				    .uid = i / 32 % 6,
				    .gid_known = true,
				    .gids = gids,
				    .path = paths[i / (8 * 4 * 6 * 15)]};

		for (uint32_t g = 0; g < 4; g++)
			if (set >> g & 1)
				gids[r.n_gids++] = g;
		if (!rule_matches(&a->asked, &r))
			continue;
		*meant = true;
		good &= (policy_evaluate(p, &r).verdict == NB_DENY) == !a->always;
	}
	return good;
}

static void assertions_agree_with_trying_everything(void **state)
{
	static const char *const objects[] = {"\"/f/a\"", "tree \"/f\"", "\"/f/a*\"",
					      "\"/f/*b\"", "\"/f/**\"", "\"/g\""};
	int held = 0, empty = 0, failed = 0;

	(void)state;
	for (int round = 0; round < 300; round++) {
		const char *text = "policy t { seq 1 }\n";
		bool meant, good, proved;
		const struct policy *p;

		for (uint32_t i = any(4); i < 4; i++)
			text = arena_printf(arena, "%sdeny %s on %s for %s\n", text,
					    any(5) ? "read" : "write",
					    objects[any(6)], random_subject(2));
		text = arena_printf(arena, "%sassert %s read on %s for %s\n", text,
				    any(2) ? "never" : "always", objects[any(6)],
				    random_subject(2));
		p = compile(text);
		good = holds_in_world(p, &meant);
		proved = assertion_prove(arena, p, &p->assertions[0], diags);
		if (proved != (good && meant))
			diags_print(diags, stderr);
		if (proved != (good && meant))
			fail_msg("proved %d, but it is %d (somebody meant: %d):\n%s",
				 proved, good, meant, text);
		held += proved;
		empty += !meant;
		failed += meant && !good;
	}
	assert_true(held > 20);
	assert_true(empty > 0);
	assert_true(failed > 20);
}

static void unknown_facts_never_break_a_never(void **state)
{
	const struct policy *p = compile(
		"policy t { seq 1 }\n"
		"deny read on \"/f\" except for uid 0 and exe \"/x\"\n"
		"assert never read on \"/f\" for not uid 0\n");
	struct request r = {.op = NB_OP_READ, .path = "/f"};

	(void)state;
	assert_true(assertion_prove(arena, p, &p->assertions[0], diags));
	assert_int_equal(policy_evaluate(p, &r).verdict, NB_DENY);
	r.exe = "/x";
	assert_int_equal(policy_evaluate(p, &r).verdict, NB_DENY);
}

static void assertions_change_no_atom_of_an_image(void **state)
{
	const struct policy *p = compile("policy t { seq 1 }\n"
					 "deny read on \"/f\" for uid 7\n"
					 "assert never read on \"/f\" for uid 7 and gid 5\n");

	(void)state;
	assert_int_equal(p->n_atoms[NB_DIM_UID], 1);
	assert_int_equal(p->n_atoms[NB_DIM_GID], 0);
	assert_int_equal(p->assertions[0].asked.who->right->atom->ids->lo, 5);
	assert_true(assertion_prove(arena, p, &p->assertions[0], diags));
}

/* ---- containment ---- */

static void assert_move(const struct policy *p, uint32_t uid, const char *from,
			const char *to, uint32_t rule)
{
	struct request r = {.uid_known = true, .uid = uid, .path = from};
	struct verdict v = policy_contain(arena, p, &r, to);

	assert_int_equal(v.verdict, rule ? NB_DENY : NB_ALLOW);
	assert_ptr_equal(v.rule, rule ? &p->rules[rule - 1] : NULL);
}

static void a_name_keeps_what_binds(void **state)
{
	const struct policy *p = compile(
		"policy t { seq 1 }\n"
		"deny read, write on tree \"/a\" except for uid 0\n"     /* 1 */
		"deny read on tree \"/same\" except for uid 0\n"         /* 2 */
		"deny write on tree \"/same\"\n"                         /* 3 */
		"deny read, write on tree \"/others\" for uid 5\n"       /* 4 */
		"deny read on tree \"/half\" except for uid 0\n"         /* 5 */
		"audit read on tree \"/logged\"\n"                       /* 6 */
		"deny connect to anywhere\n");                           /* 7 */
	struct request unknown = {.path = "/a/f"};

	(void)state;
	assert_move(p, 1, "/a/f", "/free", 1);
	assert_move(p, 0, "/a/f", "/free", 0);
	assert_move(p, 1, "/a/f", "/a/g", 0);
	assert_move(p, 1, "/a/f", "/same/f", 0); /* by two rules together */
	assert_move(p, 1, "/a/f", "/others/f", 1);
	assert_move(p, 5, "/a/f", "/others/f", 1); /* another expression is not looked into */
	assert_move(p, 1, "/a/f", "/half/f", 1); /* write would be lost */
	assert_move(p, 1, "/half/f", "/a/f", 0);
	assert_move(p, 1, "/same/f", "/a/f", 3); /* everyone is more than all but root */
	assert_move(p, 1, "/logged/f", "/free", 0);
	assert_move(p, 1, "/free", "/a/f", 0);
	assert_int_equal(policy_contain(arena, p, &unknown, "/free").verdict, NB_DENY);
}

static void a_name_keeps_what_scopes_deny(void **state)
{
	const struct policy *p = compile(
		"policy t { seq 1 }\n"
		"subject s = uid 5\n"
		"scope s {\n"
		"default deny read, write\n"                               /* 1 */
		"allow read, write on tree \"/own\"\n"
		"allow read on tree \"/share\"\n"
		"allow write on \"/mine\" for gid 7\n"
		"}\n"
		"deny read on \"/own/secret\" for uid 5\n");             /* 5 */

	(void)state;
	assert_move(p, 5, "/else", "/own/f", 1);
	assert_move(p, 4, "/else", "/own/f", 0);
	assert_move(p, 5, "/share/f", "/own/f", 1); /* write would be won */
	assert_move(p, 5, "/own/f", "/share/f", 0);
	assert_move(p, 5, "/own/f", "/own/g", 0);
	assert_move(p, 5, "/else", "/mine", 0); /* whose groups are not known is not allowed */
	assert_move(p, 5, "/own/secret", "/own/f", 5);
}

static void expressions_are_alike_by_their_alternatives(void **state)
{
	static const struct {
		const char *a, *b;
		bool alike;
	} cases[] = {
		{"uid 0", "uid 0", true},
		{"uid 0", "uid 1", false},
		{"uid 0", "not uid 0", false},
		{"uid 0", "gid 0", false},
		{"not (uid 0 or gid 5)", "not gid 5 and not uid 0", true},
		{"not (uid 0 and gid 5)", "not uid 0 or not gid 5", true},
		{"uid 0 and gid 5", "gid 5 and uid 0 and uid 0", true},
		{"uid 0 or gid 5", "gid 5 or uid 0", false},
		{"uid 1 and (uid 0 or gid 5)", "uid 1 and uid 0 or uid 1 and gid 5", true},
		{"not not uid 0", "uid 0", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct policy *p = compile(arena_printf(
			arena,
			"policy t { seq 1 }\ndeny read on \"/a\" for %s\n"
			"deny write on \"/a\" for %s\n",
			cases[i].a, cases[i].b));

		assert_int_equal(subjects_alike(arena, p->rules[0].who, p->rules[1].who),
				 cases[i].alike);
	}
}

/* What the evaluator calls the same expression, the image gives one number. */
static void expressions_are_alike_where_the_image_says_so(void **state)
{
	int alike = 0;

	(void)state;
	pool = 2;
	for (int round = 0; round < 2000; round++) {
		const struct policy *p = compile(arena_printf(
			arena,
			"policy t { seq 1 }\ndeny read on \"/a\" for %s\n"
			"deny write on \"/a\" for %s\n",
			random_subject(2), random_subject(2)));
		struct subjects *numbers = subjects_new(arena);
		bool same = subjects_add(numbers, p->rules[0].who) ==
			    subjects_add(numbers, p->rules[1].who);

		assert_int_equal(subjects_alike(arena, p->rules[0].who, p->rules[1].who),
				 same);
		alike += same;
	}
	pool = sizeof subjects / sizeof *subjects;
	assert_true(alike > 20);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(witnesses_match_every_set_that_a_path_can),
		TEST(witnesses_are_refused_when_there_are_too_many),
		TEST(assertions_agree_with_trying_everything),
		TEST(unknown_facts_never_break_a_never),
		TEST(assertions_change_no_atom_of_an_image),
		TEST(a_name_keeps_what_binds),
		TEST(a_name_keeps_what_scopes_deny),
		TEST(expressions_are_alike_by_their_alternatives),
		TEST(expressions_are_alike_where_the_image_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
