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
#include "bpf-templates/decide_host.h"
#include "compiler/assure/contain.h"
#include "compiler/assure/evaluate.h"
#include "compiler/lower/image.h"
#include "grammar/grammar.h"
#include "tests/unit/random_policy.h"

/* ---- requests ---- */

struct compiled {
	struct arena *arena;
	const struct policy *policy;
	const struct image *image;
	struct nb_host_images host;
};

static void compile(struct text *t, struct compiled *out)
{
	struct sources *sources;
	struct diags *diags;
	const struct ast *ast;

	out->arena = arena_new();
	sources = ARENA_NEW(out->arena, struct sources);
	sources->arena = out->arena;
	VEC_PUSH(out->arena, &sources->list, (struct source){ "random.nbp", t->at, t->n });
	diags = diags_new(out->arena, sources);
	ast = grammar_parse(out->arena, sources, 0, diags);
	out->policy = ast ? policy_check(out->arena, ast, sources, diags) : NULL;
	out->image = out->policy ? policy_lower(out->arena, out->policy, diags) : NULL;
	if (!out->image) {
		diags_print(diags, stderr);
		fail_msg("the random policy does not compile:\n%s", t->at);
	}
	const struct blob *maps = out->image->maps;
	out->host = (struct nb_host_images){ maps[NB_IMAGE_PATHS].at, maps[NB_IMAGE_NET4].at,
					     maps[NB_IMAGE_NET6].at, maps[NB_IMAGE_ROWS].at };
}

struct random_request {
	struct request r;
	char path[1200], exe[1200], cgroup[1200];
	uint32_t gids[3];
};

static void random_path(char *out, size_t room)
{
	struct text t = { .n = 0 };
	uint32_t n = rnd(5);

	for (uint32_t i = 0; i < n; i++)
		put(&t, "/%s%s", PICK(names), rnd(8) ? "" : "z");
	assert_true(t.n < room);
	strcpy(out, n ? t.at : "/");
}

static void random_address(struct request *r)
{
	static const uint8_t prefixes[][12] = {
		{ 0 },
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff },
		{ 0, 0x64, 0xff, 0x9b },
		{ 0x20, 0x02, 10, 0, 0, 0 },
		{ 0xfd },
	};
	uint8_t v4[4] = { 10, 0, (uint8_t)(rnd(4) * 63), (uint8_t)rnd(256) };

	if (rnd(3) == 0)
		memcpy(v4, (uint8_t[]){ 127, 0, 0, (uint8_t)rnd(4) }, 4);
	if (rnd(6) == 0)
		memset(v4, 0, 4);
	memset(r->addr, 0, 16);
	r->v6 = rnd(2);
	if (!r->v6) {
		memcpy(r->addr, v4, 4);
		return;
	}
	memcpy(r->addr, prefixes[rnd(5)], 12);
	if (r->addr[0] == 0x20)
		r->addr[4] = (uint8_t)rnd(4);
	if (rnd(2))
		memcpy(r->addr + 12, v4, 4);
	else
		r->addr[15] = (uint8_t)rnd(16);
}

static void random_request(struct random_request *q)
{
	static const uint8_t protocols[] = { 6, 17, 132, 1, 255 };
	static const uint16_t families[] = { 1, 2, 10, 16, 17, 38 };

	memset(q, 0, sizeof *q);
	q->r.op = rnd(NB_OP_COUNT);
	random_path(q->path, sizeof q->path);
	random_path(q->exe, sizeof q->exe);
	random_path(q->cgroup, sizeof q->cgroup);
	q->r.again = NB_AGAIN_OPS >> q->r.op & 1 && rnd(2);
	q->r.guest = rnd(3) == 0;
	q->r.path = q->path;
	q->r.exe = rnd(4) && q->exe[1] ? q->exe : NULL;
	q->r.cgroup = rnd(4) ? q->cgroup : NULL;
	q->r.uid_known = rnd(4);
	q->r.uid = rnd(25);
	q->r.gid_known = rnd(4);
	q->r.n_gids = 1 + rnd(3);
	for (uint32_t i = 0; i < 3; i++)
		q->gids[i] = rnd(25);
	q->r.gids = q->gids;
	random_address(&q->r);
	q->r.protocol = protocols[rnd(5)];
	q->r.socket.family = families[rnd(6)];
	q->r.socket.type = 1 + rnd(5);
	q->r.port = rnd(6) == 0 ? 0 : q->r.protocol == 6 || q->r.protocol == 17 || q->r.protocol == 132 ?
		(uint16_t)rnd(320) : 0;
}

static struct nb_host_subject subject_of(const struct compiled *c, const struct request *r)
{
	const struct nb_params *p = &c->image->params;
	struct nb_host_subject s = {
		.uid_known = r->uid_known,
		.uid = r->uid,
		.gids_known = r->gid_known,
		.gids = r->gids,
		.n_gids = r->n_gids,
		.guest = r->guest,
	};

	s.exe_row = r->exe && p->exe_start ? nb_host_exe_row(c->host.paths, p, r->exe) : 0;
	s.cgroup_row = r->cgroup && p->cgroup_start ?
		nb_host_cgroup_row(c->host.paths, p, r->cgroup) : 0;
	return s;
}

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
	assert_true(passed * 100 > free_to * 90);
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
	};
	static struct text text;
	struct nb_host_subject s = { .uid_known = 1, .gids_known = 1 };
	struct compiled c;

	(void)state;
	text.n = 0;
	put(&text, "policy moves { seq 1 }\n"
		   "deny read on \"/opt/**/*.pem\"\n"
		   "deny read on \"/opt/tool/secret\", tree \"/opt/tool/private\"\n"
		   "subject s = uid 0\nscope s {\ndefault deny create, rename\n"
		   "allow create, rename on tree \"/opt/tool.new\", tree \"/opt/tool\", tree \"/opt/x\", tree \"/certs\", tree \"/p\"\n"
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
				fail_msg("%s\nop %u path %s: verdict %u by rule %u, in small letters %u by %u",
					 text.at, request.r.op, request.path, got.verdict, got.rule,
					 want.verdict, want.rule ? want.rule->number : 0);
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
	assert_true(nb_host_row_ops(&c.host, nb_host_step(&c.host, at, "c").row) & NB_MARKED_OPS);
	assert_int_equal(nb_host_step(&c.host, at, "c").state, 0);
	assert_false(nb_host_row_ops(&c.host, nb_host_step(&c.host, at, "e").row) & NB_MARKED_OPS);
	assert_int_equal(nb_host_row_ops(&c.host, nb_host_step(&c.host, at, "f").row), 0);
	at = nb_host_step(&c.host, nb_host_root(&c.host), "d");
	for (int i = 0; i < 50; i++)
		at = nb_host_step(&c.host, at, "deep");
	assert_true(at.state);
	assert_true(nb_host_row_ops(&c.host, nb_host_step(&c.host, at, "x.key").row));
	assert_int_equal(nb_host_row_ops(&c.host, nb_host_step(&c.host, at, "x.pub").row), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_mean_what_the_policy_says),
		cmocka_unit_test(moves_lose_nothing_that_files_may_not),
		cmocka_unit_test(moves_that_are_exact),
		cmocka_unit_test(no_name_passes_for_another),
		cmocka_unit_test(every_spelling_is_met),
		cmocka_unit_test(odd_spellings_are_denied),
		cmocka_unit_test(steps_lead_where_paths_do),
		cmocka_unit_test(broken_images_deny),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
