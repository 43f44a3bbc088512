/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lint says of random policies, against the reference evaluator: the rules it
 * finds useless are left out, one by one and together, and no verdict may change; and
 * the example of every row is named by exactly the rules of that row. Seeds are fixed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "bpf-templates/decide_host.h"
#include "compiler/assure/lint.h"
#include "compiler/assure/match.h"
#include "compiler/assure/redundant.h"
#include "grammar/grammar.h"
#include "tests/unit/random.h"

struct text {
	char *at;
	size_t n, room;
};

static __attribute__((format(printf, 2, 3))) void put(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	t->n += (size_t)vsnprintf(t->at + t->n, t->room - t->n, fmt, args);
	va_end(args);
	assert_true(t->n < t->room);
}

/* ---- random policies: few names, so that rules meet ---- */

static const char *const objects[] = {
	"tree \"/\"", "tree \"/a\"", "tree \"/a/b\"", "\"/a\"", "\"/a/b\"", "\"/a/x.pem\"",
	"\"/a/*\"", "\"/a/*.pem\"", "\"/a/**\"", "\"/a/**/*.pem\"", "\"**/x.pem\"", "\"/?\"",
	"\"/a/b/*\"", "\"**/??*\"", "\"**\"", "\"/a/.?\"", "\"/b/*.p?m\"", "\"/\"",
};
static const char *const subjects[] = {
	"uid 0", "uid 1", "uid 0-3", "gid 1", "gid 1 and gid 2", "uid 0 and uid 1",
	"not uid 0", "uid 0 and gid 1", "exe \"/a\"", "exe tree \"/a\"",
	"exe \"/a\" and exe \"/b\"", "exe tree \"/a\" and not exe \"/a/*\"",
	"not exe \"**\" and not gid 0", "cgroup \"/a\"", "cgroup \"/a\" and cgroup \"/a/b\"",
	"cgroup \"/a/b\" and not cgroup \"/a\"", "uid 0 and not uid 0-3 or gid 3",
	"not uid { }", "uid { }", "not gid 0-4294967294", "gid 1 and not gid 0-4", "not uid 0-4294967294",
};
static const char *const addresses[] = {
	"anywhere", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "0.0.0.0", "::", "::/0", "::1",
	"::ffff:10.1.0.0/112", "127.0.0.1", "64:ff9b::/96", "fd00::/8", "2002::/16",
	"9.0.0.0-10.1.2.3", "0.0.0.0/0",
};
static const char *const ports[] = {
	"", "", " port tcp/80", " port 80", " port tcp/0-100", " port { udp/0-65535, tcp/5 }",
	" port icmp", " port proto 99",
};

static void put_policy(struct text *t, uint32_t rules)
{
	static const char *const file_ops[] = { "read", "write", "read, write", "exec" };
	static const char *const few[] = { "10.1.2.3", "fd00::/8", "10.1.0.0/16" };
	static const char *const net_ops[] = { "connect", "bind", "send, connect, bind",
					       "listen", "bind, listen" };

	t->n = 0;
	put(t, "policy random { seq 1 kernel >= 6.1 %s }\n", rnd(6) ? "" : "mode audit");
	for (uint32_t i = 0; i < rules; i++) {
		bool net = rnd(2);

		put(t, "%s %s %s ", rnd(3) ? "deny" : "audit",
		    net ? PICK(net_ops) : PICK(file_ops), net ? "to" : "on");
		if (net) {
			put(t, "%s", PICK(addresses));
			if (rnd(3) == 0)
				put(t, ", %s", PICK(addresses));
			put(t, "%s", PICK(ports));
		} else {
			put(t, "%s", PICK(objects));
			if (rnd(3) == 0)
				put(t, ", %s", PICK(objects));
		}
		if (!net && rnd(4) == 0)
			put(t, " except on %s", PICK(objects));
		if (net && rnd(4) == 0)
			put(t, " except to %s", PICK(few));
		if (!net && rnd(5) == 0)
			put(t, " host");
		if (rnd(3) == 0)
			put(t, " for %s", PICK(subjects));
		if (rnd(5) == 0)
			put(t, " except for %s", PICK(subjects));
		put(t, "\n");
	}
}

struct compiled {
	struct arena *arena;
	struct diags *diags;
	const struct policy *policy;
	const struct image *image;
};

static void compile(const struct text *t, struct compiled *out)
{
	struct sources *sources;
	const struct ast *ast;

	out->arena = arena_new();
	sources = ARENA_NEW(out->arena, struct sources);
	sources->arena = out->arena;
	VEC_PUSH(out->arena, &sources->list, (struct source){ "random.nbp", t->at, t->n });
	out->diags = diags_new(out->arena, sources);
	ast = grammar_parse(out->arena, sources, 0, out->diags);
	out->policy = ast ? policy_check(out->arena, ast, sources, out->diags) : NULL;
	out->image = out->policy ? policy_lower(out->arena, out->policy, out->diags) : NULL;
	if (!out->image) {
		diags_print(out->diags, stderr);
		fail_msg("the random policy does not compile:\n%s", t->at);
	}
}

/* ---- requests ---- */

struct random_request {
	struct request r;
	char path[64], exe[64], cgroup[64];
	uint32_t gids[2];
};

static void random_path(char out[64])
{
	static const char *const names[] = { "a", "b", "x.pem", ".pem", ".x", "..x", "z", "long",
					     "x.pxm" };
	uint32_t n = rnd(4);

	strcpy(out, n ? "" : "/");
	for (uint32_t i = 0; i < n; i++) {
		strcat(out, "/");
		strcat(out, PICK(names));
	}
}

static void random_request(struct random_request *q, bool known)
{
	static const uint8_t v4[][4] = { { 10, 1, 2, 3 }, { 10, 1, 9, 9 }, { 10, 9, 9, 9 },
					 { 127, 0, 0, 1 }, { 0, 0, 0, 0 },  { 9, 9, 9, 9 },
					 { 8, 8, 8, 8 } };
	static const uint8_t v6[][12] = { { 0 }, { [10] = 0xff, [11] = 0xff }, { 0xfd },
					  { 0, 0x64, 0xff, 0x9b }, { 0x20, 2, 10, 1, 2, 3 } };
	static const uint8_t protocols[] = { 1, 6, 17, 99, 132 };
	static const uint16_t some_ports[] = { 0, 5, 80, 99, 443 };

	memset(q, 0, sizeof *q);
	q->r.op = rnd(NB_OP_COUNT);
	q->r.guest = rnd(3) == 0;
	random_path(q->path);
	random_path(q->exe);
	random_path(q->cgroup);
	q->r.path = q->path;
	q->r.exe = (known || rnd(4)) && q->exe[1] ? q->exe : known ? "/z" : NULL;
	q->r.cgroup = known || rnd(4) ? q->cgroup : NULL;
	q->r.uid_known = known || rnd(4);
	q->r.uid = rnd(5);
	q->r.gid_known = known || rnd(4);
	q->r.gids = q->gids;
	q->r.n_gids = 1 + rnd(2);
	q->gids[0] = rnd(4);
	q->gids[1] = rnd(4);
	q->r.v6 = rnd(2);
	if (q->r.v6) {
		memcpy(q->r.addr, v6[rnd(5)], 12);
		if (rnd(3))
			memcpy(q->r.addr + 12, v4[rnd(7)], 4);
		else
			q->r.addr[15] = (uint8_t)rnd(2);
	} else {
		memcpy(q->r.addr, v4[rnd(7)], 4);
	}
	q->r.protocol = protocols[rnd(5)];
	q->r.port = protocol_has_ports(q->r.protocol) ? some_ports[rnd(5)] : 0;
}

/* ---- leaving rules out ---- */

/* The policy without one rule, or without all that were found. */
static struct policy without(const struct compiled *c, const struct judged *found, uint32_t one)
{
	struct policy p = *c->policy;
	struct rule *rules = ARENA_ARRAY(c->arena, struct rule, p.n_rules);

	p.n_rules = 0;
	for (uint32_t i = 0; i < c->policy->n_rules; i++) {
		const struct rule *rule = &c->policy->rules[i];

		if (one ? rule->number != one : !found[rule->number].finding)
			rules[p.n_rules++] = *rule;
	}
	p.rules = rules;
	return p;
}

static void expect_same(const struct text *t, const struct compiled *c, const struct policy *less,
			uint32_t one, bool known)
{
	for (uint32_t i = 0; i < 1000; i++) {
		struct random_request q;
		enum nb_verdict with, now;

		random_request(&q, known);
		with = policy_evaluate(c->policy, &q.r).verdict;
		now = policy_evaluate(less, &q.r).verdict;
		if (with != now)
			fail_msg("%s\nwithout rule %u op %u on %s by %s is %u, not %u", t->at, one,
				 q.r.op, q.path, q.exe, now, with);
	}
}

static void what_is_found_can_be_left_out(void **state)
{
	static char room[65536];
	struct text t = { .at = room, .room = sizeof room };
	uint32_t found_of[FINDING_REDUNDANT + 1] = { 0 };

	(void)state;
	for (uint32_t n = 0; n < 400; n++) {
		const struct judged *found;
		struct compiled c;
		struct policy less;
		bool nobody = false;

		seed = n + 1;
		put_policy(&t, 2 + rnd(n % 8 ? 8 : 30));
		compile(&t, &c);
		found = rules_judge(c.arena, c.policy, c.image, reach_read(c.arena, c.image));
		for (uint32_t rule = 1; rule <= c.policy->n_rules; rule++) {
			enum finding finding = found[rule].finding;

			found_of[finding]++;
			nobody |= finding == FINDING_NO_SUBJECT;
			if (!finding || finding == FINDING_REDUNDANT)
				continue;
			less = without(&c, found, rule);
			expect_same(&t, &c, &less, rule, finding == FINDING_NO_SUBJECT);
		}
		for (uint32_t rule = 1; rule <= c.policy->n_rules; rule++) {
			if (found[rule].finding != FINDING_REDUNDANT)
				continue;
			less = without(&c, found, rule);
			expect_same(&t, &c, &less, rule, false);
		}
		less = without(&c, found, 0);
		expect_same(&t, &c, &less, 0, nobody);
		arena_free(c.arena);
	}
	/* all kinds do occur */
	assert_true(found_of[FINDING_NONE] > 500);
	assert_true(found_of[FINDING_REDUNDANT] > 200);
	assert_true(found_of[FINDING_NO_SUBJECT] > 20);
	assert_true(found_of[FINDING_NO_OBJECT] > 5);
}

/* ---- examples ---- */

static uint32_t pairs; /* examples that have two rows */

static bool row_has(const struct image *image, uint32_t row, uint32_t rule)
{
	const uint8_t *rows = image->maps[NB_IMAGE_ROWS].at;
	const struct nb_row *r = (const struct nb_row *)(rows + image->params.rows_off) + row;
	const struct nb_entry *e =
		(const struct nb_entry *)(rows + image->params.entries_off) + r->first;

	for (uint32_t i = 0; i < r->count; i++)
		if (e[i].rule == rule)
			return true;
	return false;
}

#define LOCAL (1u << NB_OP_BIND | 1u << NB_OP_LISTEN)
/* The other row of the example, whose rows the image must agree about. */
static uint32_t other_row(const struct compiled *c, uint32_t row, const struct request *example)
{
	const struct blob *maps = c->image->maps;
	struct nb_host_images host = { .paths = maps[NB_IMAGE_PATHS].at,
				       .rows = maps[NB_IMAGE_ROWS].at };
	uint32_t rows[2];

	if (!example->path)
		return 0;
	assert_true(nb_host_file_rows(&host, example->guest, example->path, rows));
	pairs += rows[0] && rows[1];
	if (rows[0] != row && rows[1] != row)
		fail_msg("row %u: its example %s has rows %u and %u", row, example->path, rows[0],
			 rows[1]);
	return rows[rows[0] == row];
}

static void expect_rules(const struct text *t, const struct compiled *c, uint32_t row,
			 uint32_t ops, const struct request *example)
{
	uint32_t other = other_row(c, row, example);

	for (uint32_t i = 0; i < c->policy->n_rules; i++) {
		const struct rule *rule = &c->policy->rules[i];
		struct request r = *example;
		bool has = row_has(c->image, row, rule->number) ||
			   row_has(c->image, other, rule->number),
		     twofold;

		if (!(rule->ops & ops))
			continue;
		r.op = (enum nb_op)__builtin_ctz(rule->ops & ops);
		/* such addresses are judged as IPv4 too, in another row */
		twofold = !r.path && r.v6 && (r.addr[0] == 0x20 || r.addr[1] == 0x64);
		if (twofold ? has && !rule_names(rule, &r) : has != rule_names(rule, &r))
			fail_msg("%s\nrow %u has rule %u: %d, its example %s %02x%02x..%02x %u/%u does not",
				 t->at, row, rule->number, has, r.path ? r.path : "", r.addr[0],
				 r.addr[1], r.addr[15], r.protocol, r.port);
	}
}

static void examples_lead_to_their_rows(void **state)
{
	static char room[65536];
	struct text t = { .at = room, .room = sizeof room };
	uint32_t rows = 0, examples = 0;

	(void)state;
	for (uint32_t n = 0; n < 400; n++) {
		struct compiled c;
		struct reach *reach;

		seed = n + 1000;
		put_policy(&t, 2 + rnd(8));
		compile(&t, &c);
		reach = reach_read(c.arena, c.image);
		for (uint32_t row = 1; row < c.image->params.rows; row++) {
			struct request r = { 0 };
			uint32_t ops = reach_ops(reach, row);

			rows += ops != 0;
			if (!ops || !reach_example(reach, row, &r))
				continue;
			examples++;
			if (!r.path && !(ops & 1u << NB_OP_CONNECT))
				ops &= LOCAL; /* at every local address */
			else if (!r.path)
				ops &= ~LOCAL; /* 64:ff9b:: may stand for 0.0.0.0 */
			expect_rules(&t, &c, row, ops, &r);
		}
		arena_free(c.arena);
	}
	assert_true(rows > 1000 && pairs > 100);
	assert_true(examples > rows * 9 / 10);
}

/* ---- size ---- */

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void large_policies_take_no_time(void **state)
{
	struct text t = { .room = 16u << 20 };
	struct compiled c;
	double begin;

	(void)state;
	t.at = malloc(t.room);
	put(&t, "policy large { seq 1 kernel >= 6.1 }\n");
	for (uint32_t i = 0; i < 100000; i++) {
		if (i % 10 == 0)
			put(&t, "deny read on tree \"/srv/%u/%u\" for uid %u\n", i % 97, i, i % 50);
		else if (i % 10 == 1)
			put(&t, "deny write on \"/srv/%u/**/*.e%u\"\n", i % 97, i % 40);
		else
			put(&t, "deny read on \"/srv/%u/%u/file%u\"\n", i % 97, i / 10 * 10, i);
	}
	compile(&t, &c);
	begin = seconds();
	assert_true(policy_lint(c.arena, c.image, c.diags));
	printf("[          ] 100,000 rules: %.3f s\n", seconds() - begin);
	/* far above what it takes, for slow machines and sanitizers */
	assert_true(seconds() - begin < 5);
	arena_free(c.arena);
	free(t.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_found_can_be_left_out),
		cmocka_unit_test(examples_lead_to_their_rows),
		cmocka_unit_test(large_policies_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
