/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The images against the meaning: random policies are compiled, and random requests
 * are put both to the map images, through the decision functions that the kernel
 * programs are made of, and to the reference evaluator. Verdict and rule must agree.
 * Seeds are fixed; a failure prints the policy and the request.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "compiler/assure/contain.h"
#include "compiler/assure/evaluate.h"
#include "compiler/assure/move.h"
#include "tests/unit/image_fixture.h"

static struct nb_host_decision ask_images(const struct compiled *c, const struct request *r)
{
	const struct nb_params *p = &c->image->params;
	struct nb_host_subject s = subject_of(c, r);

	if (r->again)
		return nb_host_again(&c->host, &s, r->op, r->path);
	if (r->op < NB_OP_CONNECT)
		return p->file_ops & 1u << r->op ? nb_host_file(&c->host, &s, r->op, r->path)
						 : (struct nb_host_decision){ NB_ALLOW, 0 };
	if (!(p->net_ops & 1u << r->op))
		return (struct nb_host_decision){ NB_ALLOW, 0 };
	if (r->op == NB_OP_SOCKET)
		return nb_host_socket(&c->host, &s, r->socket.family, r->socket.type);
	return nb_host_net(&c->host, &s, r->op, r->v6 ? 6 : 4, r->addr, r->protocol, r->port);
}

static uint64_t decided;

static void compare(const struct text *t, const struct compiled *c, const struct request *r)
{
	struct nb_host_decision got = ask_images(c, r);
	struct verdict want = policy_evaluate(c->policy, r);
	uint32_t rule = want.rule ? want.rule->number : 0;

	decided += want.verdict != NB_ALLOW;
	if (got.verdict == want.verdict && got.rule == rule)
		return;
	fprintf(stderr, "%s\nop %u again %d path %s exe %s cgroup %s uid %d gids %d addr %02x%02x%02x%02x..%02x%02x%02x%02x v6 %d proto %u port %u\n",
		t->at, r->op, r->again, r->path, r->exe ? r->exe : "?", r->cgroup ? r->cgroup : "?",
		r->uid_known ? (int)r->uid : -1, r->gid_known ? (int)r->gids[0] : -1, r->addr[0],
		r->addr[1], r->addr[2], r->addr[3], r->addr[12], r->addr[13], r->addr[14],
		r->addr[15], r->v6, r->protocol, r->port);
	fail_msg("images: verdict %u by rule %u; meaning: verdict %u by rule %u", got.verdict,
		 got.rule, want.verdict, rule);
}

static void images_mean_what_the_policy_says(void **state)
{
	static struct text text;
	static struct random_request request;

	(void)state;
	decided = 0;
	for (uint32_t p = 0; p < 300; p++) {
		struct compiled c;

		seed = p + 1;
		put_policy(&text, 1 + rnd(p % 10 ? 12 : 50));
		compile(&text, &c);
		for (uint32_t i = 0; i < 1000; i++) {
			random_request(&request);
			compare(&text, &c, &request.r);
		}
		arena_free(c.arena);
	}
	/* the requests do meet rules */
	assert_true(decided > 300 * 1000 / 20);
}

/* ---- moves of directories without directories ---- */

/* The worst that the meaning says of any file that may be in the directory. */
static enum nb_verdict worst_of_files(const struct compiled *c, const struct request *who,
				      const char *from, const char *to)
{
	static const char *const more[] = { "q.pem", "id_1", "eight8", "b.kay", "c", "zz", "ax" };
	static const enum nb_op making[] = { NB_OP_CREATE, NB_OP_MKNOD, NB_OP_SYMLINK, NB_OP_PLACE };
	enum nb_verdict worst = NB_ALLOW, one;
	struct request r = *who;
	char old[1300], new[1300];

	for (uint32_t i = 0; i < 2 * sizeof names / sizeof *names + sizeof more / sizeof *more; i++) {
		const uint32_t n = sizeof names / sizeof *names;
		const char *name = i < 2 * n ? names[i / 2] : more[i - 2 * n];

		snprintf(old, sizeof old, "%s/%s%s", from, name, i < 2 * n && i % 2 ? "z" : "");
		snprintf(new, sizeof new, "%s/%s%s", to, name, i < 2 * n && i % 2 ? "z" : "");
		r.path = old;
		one = policy_contain(c->arena, c->policy, &r, new).verdict;
		worst = one > worst ? one : worst;
		r.op = NB_OP_RENAME;
		one = policy_evaluate(c->policy, &r).verdict;
		worst = one > worst ? one : worst;
		for (uint32_t k = 0; k < sizeof making / sizeof *making; k++) {
			r.op = making[k];
			r.path = new;
			one = policy_evaluate(c->policy, &r).verdict;
			worst = one > worst ? one : worst;
		}
	}
	return worst < NB_WOULD_DENY ? NB_ALLOW : worst;
}

/* Some of the operations become those on names. */
static void put_name_operations(struct text *t)
{
	static const char *const words[][2] = {
		{ "exec ", "create, rename " }, { "exec ", "bind, mknod, exec " },
		{ "default deny read, write", "default deny read, write, create, rename" },
		{ "allow write, read", "allow create, read, rename" },
	};
	struct text from;

	for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
		const char *at, *rest;

		from = *t;
		t->n = 0;
		for (rest = from.at; (at = strstr(rest, words[w][0])); rest = at + strlen(words[w][0]))
			put(t, "%.*s%s", (int)(at - rest), rest, words[w][w > 1 || rnd(2)]);
		put(t, "%s", rest);
	}
}

static void moves_lose_nothing_that_files_may_not(void **state)
{
	static struct text text;
	static struct random_request request;
	uint64_t changed = 0, free_to = 0, passed = 0;
	char from[1200], to[1200];

	(void)state;
	for (uint32_t p = 0; p < 400; p++) {
		struct compiled c;

		seed = p + 5000;
		put_policy(&text, 1 + rnd(6));
		put_name_operations(&text);
		compile(&text, &c);
		for (uint32_t i = 0; i < 60; i++) {
			struct nb_host_decision got;
			struct nb_host_subject s;
			enum nb_verdict want;

			random_request(&request);
			request.r.guest = false;
			s = subject_of(&c, &request.r);
			random_path(from, sizeof from);
			strcpy(to, from);
			if (rnd(2))
				random_path(to, sizeof to);
			else
				strcat(to, "z");
			if (!from[1] || !to[1]) /* nobody moves / */
				continue;
			got = nb_host_leaf(&c.host, &s, from, to);
			want = worst_of_files(&c, &request.r, from, to);
			changed += got.rule != 0;
			free_to += want == NB_ALLOW;
			passed += want == NB_ALLOW && got.verdict < NB_WOULD_DENY;
			if (got.verdict >= want)
				continue;
			fprintf(stderr, "%s\nfrom %s to %s exe %s uid %d\n", text.at, from, to,
				request.r.exe ? request.r.exe : "?",
				request.r.uid_known ? (int)request.r.uid : -1);
			fail_msg("the directory may move (%u), a file that may be in it not (%u)",
				 got.verdict, want);
		}
		arena_free(c.arena);
	}
	print_message("%lu refused, %lu free to move, %lu of them may\n", changed, free_to, passed);
	/* some are refused, and of those that could be allowed nearly all are */
	assert_true(changed > 200);
	assert_true(passed * 100 > free_to * 85);
}

/* ---- the same, as tests of a policy ask for it ---- */

static uint32_t state_below(const struct compiled *c, const char *path)
{
	struct nb_host_place at = nb_host_root(&c->host);
	char name[300];

	while (*(path += strspn(path, "/"))) {
		size_t n = strcspn(path, "/");

		snprintf(name, sizeof name, "%.*s", (int)n, path);
		at = nb_host_step(&c->host, at, name);
		path += n;
	}
	return at.state;
}

struct tally {
	uint64_t free_places, free_leaves, too_strict, too_free;
};

/* Of what the directory holds only: its own names are asked elsewhere. */
static void compare_move(const struct text *t, const struct compiled *c, const struct request *r,
			 const char *to, struct tally *tally)
{
	struct nb_host_subject s = subject_of(c, r);
	bool same = state_below(c, r->path) == state_below(c, to);
	enum nb_verdict leaf = same ? NB_ALLOW : nb_host_leaf(&c->host, &s, r->path, to).verdict;
	struct policy newer = *c->policy;
	struct move m;

	newer.kernel_major = 6;
	assert_true(policy_move(c->arena, &newer, r, MOVE_TREE, to, &m));
	if (m.verdict.verdict == NB_DENY && m.why < MOVE_BELOW)
		return;
	if (m.verdict.verdict != NB_DENY && !same && c->image->params.file_enforce) {
		fprintf(stderr, "%s\nfrom %s to %s\n", t->at, r->path, to);
		fail_msg("the programs tell two places apart, the meaning does not");
	}
	tally->free_places += same;
	tally->too_strict += same && m.verdict.verdict == NB_DENY;
	assert_true(policy_move(c->arena, &newer, r, MOVE_DIRECTORY, to, &m));
	if (leaf < NB_WOULD_DENY)
		leaf = NB_ALLOW;
	tally->free_leaves += !same && leaf == NB_ALLOW;
	if (m.verdict.verdict == NB_DENY && leaf != NB_DENY && !same) {
		fprintf(stderr, "%s\nfrom %s to %s: %s lost as %s\n", t->at, r->path, to,
			m.asked.path, m.lost);
		fail_msg("the programs let a directory pass that the meaning does not");
	}
	tally->too_free += m.verdict.verdict != NB_DENY && leaf == NB_DENY;
}

static void tests_know_what_directories_may(void **state)
{
	static struct text text;
	static struct random_request request;
	struct tally t = { 0 };
	char from[1200], to[1200];

	(void)state;
	for (uint32_t p = 0; p < 200; p++) {
		struct compiled c;

		seed = p + 9000;
		put_policy(&text, 1 + rnd(6));
		if (p % 2)
			put_name_operations(&text);
		compile(&text, &c);
		for (uint32_t i = 0; i < 60; i++) {
			random_request(&request);
			request.r.guest = false;
			random_path(from, sizeof from);
			random_path(to, sizeof to);
			if (rnd(2))
				snprintf(to, sizeof to, "%.1100sz", from);
			if (!from[1] || !to[1])
				continue;
			request.r.path = from;
			compare_move(&text, &c, &request.r, to, &t);
		}
		arena_free(c.arena);
	}
	print_message("%lu places alike, %lu of them refused; %lu leaves free; %lu allowed in vain\n",
		      t.free_places, t.too_strict, t.free_leaves, t.too_free);
	assert_true(t.free_places > 1000 && t.free_leaves > 200);
	assert_true(t.too_strict * 20 < t.free_places);
	assert_true(t.too_free * 10 < t.free_leaves);
}

static void moves_that_are_exact(void **state)
{
	static const struct {
		const char *from, *to;
		enum nb_verdict verdict;
	} cases[] = {
		/* a package's directory, with a secret that it brings and a suffix for all */
		{ "/opt/tool.new", "/opt/tool", NB_ALLOW },
		{ "/opt/tool/private.new", "/opt/tool/private", NB_ALLOW },
		{ "/opt/tool/private", "/opt/tool/public", NB_DENY },
		{ "/opt/tool", "/opt/tool.old", NB_DENY },
		{ "/opt/x", "/certs/x", NB_DENY }, /* its *.pem are free there */
		{ "/certs/x", "/opt/x", NB_ALLOW },
		/* names that may be made and taken away */
		{ "/p/d", "/q/e", NB_ALLOW },
		{ "/p/d", "/q/d", NB_DENY },
		{ "/p/d", "/opt/d", NB_DENY },
		{ "/q/d", "/p/d", NB_DENY },
		/* suffixes that a directory has beside those of all */
		{ "/x", "/certs.of.5", NB_ALLOW },
		{ "/certs.of.5", "/x", NB_ALLOW }, /* what it loses does not bind uid 0 */
		{ "/certs.of.all", "/x", NB_DENY },
		{ "/certs.of.5", "/certs.of.all", NB_ALLOW },
		{ "/certs.of.all/x", "/certs.of.all.2", NB_ALLOW },
	};
	static struct text text;
	struct nb_host_subject s = { .uid_known = 1, .gids_known = 1 };
	struct compiled c;

	(void)state;
	text.n = 0;
	put(&text, "policy moves { seq 1 }\n"
		   "deny read on \"/opt/**/*.pem\"\n"
		   "deny read on \"/opt/tool/secret\", tree \"/opt/tool/private\"\n"
		   "deny write on \"**/*.key\", \"**/*.crt\"\n"
		   "deny write, read on \"/certs.of.5/**/*.key\" for uid 5\n"
		   "deny read on \"/certs.of.all/**/*.key\"\n"
		   "deny read on \"/certs.of.all.2/**/*.key\"\n"
		   "subject s = uid 0\nscope s {\ndefault deny create, rename\n"
		   "allow create, rename on tree \"/opt/tool.new\", tree \"/opt/tool\", tree \"/opt/x\", tree \"/certs\", tree \"/p\",\n"
		   "tree \"/x\", tree \"/certs.of.5\", tree \"/certs.of.all\", tree \"/certs.of.all.2\"\n"
		   "allow rename, create on tree \"/q\" except on \"/q/d/x\"\n}\n");
	compile(&text, &c);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (nb_host_leaf(&c.host, &s, cases[i].from, cases[i].to).verdict != cases[i].verdict)
			fail_msg("%s to %s", cases[i].from, cases[i].to);
	arena_free(c.arena);
}

/* Names are compared, not only hashed: among so many some share the filter's bit, the
 * bucket and the tag of the one that is named. */
static void no_name_passes_for_another(void **state)
{
	static struct text text;
	struct nb_host_subject s = { .uid_known = 1, .gids_known = 1 };
	struct compiled c;
	char path[64];

	(void)state;
	text.n = 0;
	put(&text, "policy names { seq 1 }\ndeny read on \"/d/the-secret\", \"/d/other.one\"\n");
	compile(&text, &c);
	assert_int_equal(nb_host_file(&c.host, &s, NB_OP_READ, "/d/the-secret").verdict, NB_DENY);
	for (uint32_t i = 0; i < 400000; i++) {
		snprintf(path, sizeof path, "/d/%s%u", i & 1 ? "name-of-some-length-" : "n", i);
		assert_int_equal(nb_host_file(&c.host, &s, NB_OP_READ, path).verdict, NB_ALLOW);
	}
	arena_free(c.arena);
}

/* Name by name as the scan for hard links goes: it enters no directory without rules
 * below, and never leaves out one that has some. */
static void steps_lead_where_paths_do(void **state)
{
	static struct text text;
	struct nb_host_place at;
	struct compiled c;

	(void)state;
	text.n = 0;
	put(&text, "policy steps { seq 1 }\ndeny read on \"/a/b/c\", \"/d/**/*.key\"\n"
		   "deny delete on \"/a/b/e\"\n");
	compile(&text, &c);
	at = nb_host_root(&c.host);
	assert_true(at.state);
	assert_int_equal(nb_host_step(&c.host, at, "x").state, 0);
	assert_int_equal(nb_host_step(&c.host, at, "").state, 0);
	at = nb_host_step(&c.host, nb_host_step(&c.host, at, "a"), "b");
	assert_true(at.state);
	assert_true(nb_host_place_ops(&c.host, nb_host_step(&c.host, at, "c")) & NB_MARKED_OPS);
	assert_int_equal(nb_host_step(&c.host, at, "c").state, 0);
	assert_false(nb_host_place_ops(&c.host, nb_host_step(&c.host, at, "e")) & NB_MARKED_OPS);
	assert_int_equal(nb_host_place_ops(&c.host, nb_host_step(&c.host, at, "f")), 0);
	at = nb_host_step(&c.host, nb_host_root(&c.host), "d");
	for (int i = 0; i < 50; i++)
		at = nb_host_step(&c.host, at, "deep");
	assert_true(at.state);
	assert_true(nb_host_place_ops(&c.host, nb_host_step(&c.host, at, "x.key")));
	assert_int_equal(nb_host_place_ops(&c.host, nb_host_step(&c.host, at, "x.pub")), 0);
	arena_free(c.arena);
}

/* An image that lies about its offsets is denied, never read out of bounds. */
static void broken_images_deny(void **state)
{
	static struct text text;
	struct compiled c;
	uint8_t *rows, *paths;
	struct nb_host_subject s = { .uid_known = 1, .gids_known = 1 };

	(void)state;
	text.n = 0;
	put(&text, "policy broken { seq 1 }\ndeny read on tree \"/a\"\ndeny read on \"/b/*\"\n");
	compile(&text, &c);
	rows = malloc(c.image->maps[NB_IMAGE_ROWS].len);
	memcpy(rows, c.host.rows, c.image->maps[NB_IMAGE_ROWS].len);
	paths = malloc(c.image->maps[NB_IMAGE_PATHS].len);
	memcpy(paths, c.host.paths, c.image->maps[NB_IMAGE_PATHS].len);
	struct nb_host_images host = { .paths = paths, .rows = rows };
	struct nb_params *p = (struct nb_params *)rows;
	assert_int_equal(nb_host_file(&host, &s, NB_OP_READ, "/a/x").verdict, NB_DENY);
	assert_int_equal(nb_host_file(&host, &s, NB_OP_READ, "/c").verdict, NB_ALLOW);
	p->states_off = p->paths_bytes - 4;
	assert_int_equal(nb_host_file(&host, &s, NB_OP_READ, "/c/d").verdict, NB_DENY);
	memcpy(rows, c.host.rows, sizeof *p);
	p->rows_off = p->rows_bytes;
	assert_int_equal(nb_host_file(&host, &s, NB_OP_READ, "/a/x").verdict, NB_DENY);
	memcpy(rows, c.host.rows, sizeof *p);
	p->entries_off = UINT32_MAX - 8;
	assert_int_equal(nb_host_file(&host, &s, NB_OP_READ, "/a/x").verdict, NB_DENY);
	free(rows);
	free(paths);
	arena_free(c.arena);
}

/* Of a program in a container nobody knows more than that it has the name: so it is, and it
 * is not, whom rules mean. */
static void labels_do_not_trust_names_of_containers(void **state)
{
	static struct text text;
	struct nb_host_subject s = { .uid_known = 1, .gids_known = 1 };
	u64 may[NB_SOCK_WORDS], must[NB_SOCK_WORDS];
	struct compiled c;

	(void)state;
	text.n = 0;
	put(&text, "policy labels { seq 1 }\ndeny connect to 10.0.0.1 for exe \"/a\"\n"
		   "deny connect to 10.0.0.1 for not exe \"/a\"\n");
	compile(&text, &c);
	assert_int_equal(c.image->params.net_subjects, 3); /* with anyone */
	s.exe_row = nb_host_exe_row(c.host.paths, &c.image->params, "/a");
	for (s.exe_foreign = 0; s.exe_foreign < 2; s.exe_foreign++) {
		nb_host_subject_bits(&c.host, &s, may, must);
		assert_int_equal(may[0], s.exe_foreign ? 7 : 3);
		assert_int_equal(must[0], s.exe_foreign ? 1 : 3);
	}
	s.exe_row = nb_host_exe_row(c.host.paths, &c.image->params, "/b");
	for (s.exe_foreign = 0; s.exe_foreign < 2; s.exe_foreign++) {
		nb_host_subject_bits(&c.host, &s, may, must);
		assert_int_equal(may[0], 5);
		assert_int_equal(must[0], 5);
	}
	arena_free(c.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_mean_what_the_policy_says),
		cmocka_unit_test(moves_lose_nothing_that_files_may_not),
		cmocka_unit_test(tests_know_what_directories_may),
		cmocka_unit_test(moves_that_are_exact),
		cmocka_unit_test(no_name_passes_for_another),
		cmocka_unit_test(steps_lead_where_paths_do),
		cmocka_unit_test(broken_images_deny),
		cmocka_unit_test(labels_do_not_trust_names_of_containers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
