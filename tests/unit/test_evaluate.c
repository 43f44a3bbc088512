/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reference evaluator against what the language promises, corner by corner,
 * on policies built by hand: nothing of the compiler is between the two.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <arpa/inet.h>
#include <cmocka.h>
#include "compiler/assure/match.h"

#define OPS(op) (1u << NB_OP_##op)

static struct arena *arena;

static int new_arena(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int free_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* ---- builders ---- */

/* For globs the last component of text is the glob. */
static struct path_pattern pattern(enum path_shape shape, const char *text)
{
	struct path_pattern p = {.shape = shape, .text = text};
	struct bytes *dir = ARENA_ARRAY(arena, struct bytes, 32);
	uint16_t *glob = ARENA_ARRAY(arena, uint16_t, 300);

	p.dir = dir;
	p.glob = glob;
	for (const char *at = text; *at;) {
		struct bytes c = {at + 1, (uint32_t)strcspn(at + 1, "/")};

		if (c.len)
			dir[p.dirs++] = c;
		at += 1 + c.len;
	}
	if (shape != PATH_GLOB && shape != PATH_GLOB_BELOW)
		return p;
	p.dirs--;
	for (uint32_t i = 0; i < dir[p.dirs].len; i++) {
		uint8_t c = (uint8_t)dir[p.dirs].at[i];

		glob[p.glob_len++] = c == '*' ? GLOB_ANY : c == '?' ? GLOB_ONE : c;
	}
	return p;
}

static struct subject anyone = {.kind = SUBJECT_ANYONE};

static struct subject *ids(enum nb_dim dim, uint32_t lo, uint32_t hi)
{
	struct subject *s = ARENA_NEW(arena, struct subject);
	struct atom *a = ARENA_NEW(arena, struct atom);
	struct id_range *range = ARENA_NEW(arena, struct id_range);

	*range = (struct id_range){lo, hi};
	*a = (struct atom){.dim = dim, .ids = range, .n_ids = 1};
	*s = (struct subject){.kind = SUBJECT_ATOM, .atom = a};
	return s;
}

static struct subject *named(enum nb_dim dim, enum path_shape shape, const char *text)
{
	struct subject *s = ARENA_NEW(arena, struct subject);
	struct atom *a = ARENA_NEW(arena, struct atom);
	struct path_pattern *p = ARENA_NEW(arena, struct path_pattern);

	*p = pattern(shape, text);
	*a = (struct atom){.dim = dim, .paths = p, .n_paths = 1};
	*s = (struct subject){.kind = SUBJECT_ATOM, .atom = a};
	return s;
}

static struct subject *join(enum subject_kind kind, const struct subject *left,
			    const struct subject *right)
{
	struct subject *s = ARENA_NEW(arena, struct subject);

	*s = (struct subject){.kind = kind, .left = left, .right = right};
	return s;
}

static struct subject *not(const struct subject *of)
{
	return join(SUBJECT_NOT, of, NULL);
}

static struct rule file_rule(enum effect effect, uint32_t ops, enum path_shape shape,
			     const char *text, const struct subject *who)
{
	struct path_pattern *p = ARENA_NEW(arena, struct path_pattern);

	*p = pattern(shape, text);
	return (struct rule){.effect = effect, .ops = ops, .who = who, .kind = OBJECT_FILES,
			     .paths = p, .n_paths = 1};
}

static const struct port_box every_port = {.proto_hi = 255, .port_hi = 65535};

static struct rule net_rule(uint32_t ops, const char *lo, const char *hi,
			    const struct port_box *box)
{
	struct addr_range *a = ARENA_NEW(arena, struct addr_range);

	a->v6 = strchr(lo, ':') != NULL;
	assert_int_equal(inet_pton(a->v6 ? AF_INET6 : AF_INET, lo, a->lo), 1);
	assert_int_equal(inet_pton(a->v6 ? AF_INET6 : AF_INET, hi, a->hi), 1);
	return (struct rule){.effect = EFFECT_DENY, .ops = ops, .who = &anyone,
			     .kind = OBJECT_NET, .addrs = a, .n_addrs = 1, .ports = box,
			     .n_ports = 1};
}

static struct request peer(enum nb_op op, const char *addr)
{
	struct request r = {.op = op, .v6 = strchr(addr, ':') != NULL, .protocol = 6,
			    .port = 80};

	assert_int_equal(inet_pton(r.v6 ? AF_INET6 : AF_INET, addr, r.addr), 1);
	return r;
}

/* ---- paths ---- */

static void paths_match_whole_components(void **state)
{
	static const struct {
		enum path_shape shape;
		const char *pattern, *path;
		bool yes;
	} cases[] = {
		{PATH_LITERAL, "/etc/shadow", "/etc/shadow", true},
		{PATH_LITERAL, "/etc/shadow", "/etc/shadow/x", false},
		{PATH_LITERAL, "/etc/shadow", "/etc/shadow2", false},
		{PATH_LITERAL, "/etc/shadow", "/etc/shado", false},
		{PATH_LITERAL, "/etc/shadow", "/etc", false},
		{PATH_LITERAL, "/", "/", true},
		{PATH_LITERAL, "/", "/a", false},
		{PATH_TREE, "/srv", "/srv", true},
		{PATH_TREE, "/srv", "/srv/a/b", true},
		{PATH_TREE, "/srv", "/srv2", false},
		{PATH_TREE, "/srv", "/", false},
		{PATH_TREE, "/", "/", true},
		{PATH_TREE, "/", "/a/b", true},
		{PATH_GLOB, "/etc/*", "/etc/passwd", true},
		{PATH_GLOB, "/etc/*", "/etc/.hidden", true},
		{PATH_GLOB, "/etc/*", "/etc", false},
		{PATH_GLOB, "/etc/*", "/etc/a/b", false},
		{PATH_GLOB, "/etc/*.pem", "/etc/.pem", true},
		{PATH_GLOB, "/etc/*.pem", "/etc/a.pem.pem", true},
		{PATH_GLOB, "/etc/*.pem", "/etc/a.pem.x", false},
		{PATH_GLOB, "/etc/a*b*c", "/etc/abbc", true},
		{PATH_GLOB, "/etc/a*b*c", "/etc/acb", false},
		{PATH_GLOB, "/etc/id_?", "/etc/id_x", true},
		{PATH_GLOB, "/etc/id_?", "/etc/id_", false},
		{PATH_GLOB, "/etc/id_?", "/etc/id_xy", false},
		{PATH_GLOB, "/etc/?", "/etc/\xc3\xa9", false},
		{PATH_GLOB, "/etc/??", "/etc/\xc3\xa9", true},
		{PATH_GLOB, "/*?", "/a", true},
		{PATH_GLOB_BELOW, "/srv/*.key", "/srv/a.key", true},
		{PATH_GLOB_BELOW, "/srv/*.key", "/srv/x/y/a.key", true},
		{PATH_GLOB_BELOW, "/srv/*.key", "/srv/a.key/x", false},
		{PATH_GLOB_BELOW, "/srv/*", "/srv", false},
		{PATH_GLOB_BELOW, "/srv/*.key", "/other/a.key", false},
		{PATH_GLOB_BELOW, "/.ssh", "/home/eve/.ssh", true},
		{PATH_GLOB_BELOW, "/.ssh", "/home/eve/.ssh/id", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct path_pattern p = pattern(cases[i].shape, cases[i].pattern);

		if (path_matches(&p, cases[i].path) != cases[i].yes)
			fail_msg("%s against %s", cases[i].pattern, cases[i].path);
	}
}

/* ---- addresses ---- */

static bool denied(const struct rule *rule, const struct request *r)
{
	struct policy p = {.rules = rule, .n_rules = 1};

	return policy_evaluate(&p, r).verdict == NB_DENY;
}

static void addresses_are_normalised(void **state)
{
	static const struct {
		const char *lo, *hi, *addr;
		enum nb_op op;
		bool yes;
	} cases[] = {
		{"10.0.0.0", "10.0.0.255", "10.0.0.0", NB_OP_CONNECT, true},
		{"10.0.0.0", "10.0.0.255", "10.0.0.255", NB_OP_CONNECT, true},
		{"10.0.0.0", "10.0.0.255", "10.0.1.0", NB_OP_CONNECT, false},
		{"10.0.0.0", "10.0.0.255", "9.255.255.255", NB_OP_CONNECT, false},
		{"10.0.0.1", "10.0.0.1", "::ffff:10.0.0.1", NB_OP_CONNECT, true},
		{"10.0.0.1", "10.0.0.1", "::10.0.0.1", NB_OP_CONNECT, false},
		{"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:10.0.0.1", NB_OP_CONNECT, false},
		{"a00::", "aff::", "10.0.0.1", NB_OP_CONNECT, false},
		{"127.0.0.1", "127.0.0.1", "0.0.0.0", NB_OP_CONNECT, true},
		{"127.0.0.1", "127.0.0.1", "0.0.0.0", NB_OP_SEND, true},
		{"127.0.0.1", "127.0.0.1", "::ffff:0.0.0.0", NB_OP_SEND, true},
		{"0.0.0.0", "0.0.0.0", "0.0.0.0", NB_OP_CONNECT, false},
		{"::1", "::1", "::", NB_OP_CONNECT, true},
		{"127.0.0.1", "127.0.0.1", "::", NB_OP_CONNECT, false},
		{"10.0.0.1", "10.0.0.1", "0.0.0.0", NB_OP_BIND, true},
		{"10.0.0.1", "10.0.0.1", "::ffff:0.0.0.0", NB_OP_BIND, true},
		{"fd00::1", "fd00::1", "0.0.0.0", NB_OP_BIND, false},
		{"fd00::1", "fd00::1", "::ffff:0.0.0.0", NB_OP_BIND, false},
		{"fd00::1", "fd00::1", "::", NB_OP_BIND, true},
		{"10.0.0.1", "10.0.0.1", "::", NB_OP_BIND, true},
		{"127.0.0.1", "127.0.0.1", "10.0.0.1", NB_OP_BIND, false},
		{"10.0.0.1", "10.0.0.1", "0.0.0.0", NB_OP_LISTEN, true},
		{"fd00::1", "fd00::1", "0.0.0.0", NB_OP_LISTEN, false},
		{"10.0.0.1", "10.0.0.1", "::", NB_OP_LISTEN, true},
		{"10.0.0.1", "10.0.0.1", "64:ff9b::10.0.0.1", NB_OP_CONNECT, true},
		{"64:ff9b::", "64:ff9b::ffff:ffff", "64:ff9b::10.0.0.1", NB_OP_CONNECT, true},
		{"10.0.0.1", "10.0.0.1", "64:ff9b::1:a00:1", NB_OP_CONNECT, false},
		{"10.0.0.1", "10.0.0.1", "2002:a00:1::7", NB_OP_SEND, true},
		{"2002::", "2002:ffff::", "2002:a00:1::7", NB_OP_SEND, true},
		{"127.0.0.1", "127.0.0.1", "64:ff9b::", NB_OP_CONNECT, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rule rule = net_rule(OPS(CONNECT) | OPS(SEND) | OPS(BIND) | OPS(LISTEN), cases[i].lo,
					    cases[i].hi, &every_port);
		struct request r = peer(cases[i].op, cases[i].addr);

		if (denied(&rule, &r) != cases[i].yes)
			fail_msg("%s-%s against %s", cases[i].lo, cases[i].hi, cases[i].addr);
	}
}

static void ports_are_boxes(void **state)
{
	static const struct {
		struct port_box box;
		uint8_t protocol;
		uint16_t port;
		bool yes;
	} cases[] = {
		{{.proto_lo = 6, .proto_hi = 6, .port_lo = 80, .port_hi = 90}, 6, 80, true},
		{{.proto_lo = 6, .proto_hi = 6, .port_lo = 80, .port_hi = 90}, 6, 90, true},
		{{.proto_lo = 6, .proto_hi = 6, .port_lo = 80, .port_hi = 90}, 6, 91, false},
		{{.proto_lo = 6, .proto_hi = 6, .port_lo = 80, .port_hi = 90}, 6, 79, false},
		{{.proto_lo = 6, .proto_hi = 6, .port_lo = 80, .port_hi = 90}, 17, 80, false},
		{{.proto_lo = 0, .proto_hi = 255, .port_lo = 0, .port_hi = 65535}, 47, 0, true},
		{{.proto_lo = 1, .proto_hi = 1, .port_lo = 0, .port_hi = 0}, 1, 777, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rule rule = net_rule(OPS(CONNECT), "10.0.0.1", "10.0.0.1", &cases[i].box);
		struct request r = peer(NB_OP_CONNECT, "10.0.0.1");

		r.protocol = cases[i].protocol;
		r.port = cases[i].port;
		assert_int_equal(denied(&rule, &r), cases[i].yes);
	}
}

/* ---- subjects ---- */

static void unknown_facts_never_weaken_a_rule(void **state)
{
	struct subject *root = ids(NB_DIM_UID, 0, 0);
	struct subject *nginx = named(NB_DIM_EXE, PATH_LITERAL, "/usr/sbin/nginx");
	struct request known = {.uid_known = true, .uid = 5, .exe = "/bin/sh"}, blank = {0};

	(void)state;
	assert_int_equal(subject_truth(root, &known), TRUTH_NO);
	assert_int_equal(subject_truth(not(root), &known), TRUTH_YES);
	assert_int_equal(subject_truth(root, &blank), TRUTH_UNKNOWN);
	assert_int_equal(subject_truth(not(root), &blank), TRUTH_UNKNOWN);
	assert_int_equal(subject_truth(not(not(root)), &known), TRUTH_NO);

	known.exe = NULL;
	assert_int_equal(subject_truth(join(SUBJECT_AND, nginx, root), &known), TRUTH_NO);
	assert_int_equal(subject_truth(join(SUBJECT_AND, nginx, not(root)), &known),
			 TRUTH_UNKNOWN);
	assert_int_equal(subject_truth(join(SUBJECT_OR, nginx, root), &known), TRUTH_UNKNOWN);
	assert_int_equal(subject_truth(join(SUBJECT_OR, nginx, not(root)), &known), TRUTH_YES);
	assert_int_equal(subject_truth(not(join(SUBJECT_AND, nginx, not(root))), &known),
			 TRUTH_UNKNOWN);
}

static void gid_is_any_of_the_groups(void **state)
{
	static const uint32_t gids[] = {33, 1005};
	struct subject *admins = ids(NB_DIM_GID, 1000, 1010);
	struct request r = {.gid_known = true, .gids = gids, .n_gids = 2};

	(void)state;
	assert_int_equal(subject_truth(admins, &r), TRUTH_YES);
	r.n_gids = 1;
	assert_int_equal(subject_truth(admins, &r), TRUTH_NO);
	r.n_gids = 0;
	assert_int_equal(subject_truth(admins, &r), TRUTH_NO);
	r.gid_known = false;
	assert_int_equal(subject_truth(admins, &r), TRUTH_UNKNOWN);
}

static void cgroup_includes_what_is_below(void **state)
{
	struct subject *web = named(NB_DIM_CGROUP, PATH_TREE, "/system.slice/web");
	struct request r = {.cgroup = "/system.slice/web"};

	(void)state;
	assert_int_equal(subject_truth(web, &r), TRUTH_YES);
	r.cgroup = "/system.slice/web/worker";
	assert_int_equal(subject_truth(web, &r), TRUTH_YES);
	r.cgroup = "/system.slice/web2";
	assert_int_equal(subject_truth(web, &r), TRUTH_NO);
	r.cgroup = "/";
	assert_int_equal(subject_truth(web, &r), TRUTH_NO);
}

/* xorshift64*, so that a failure can be repeated. */
static uint32_t pick(uint64_t *seed, uint32_t n)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (uint32_t)((*seed * 0x2545f4914f6cdd1dull) >> 33) % n;
}

static const struct subject *expression(uint64_t *seed, int depth)
{
	switch (pick(seed, depth ? 6 : 3)) {
	case 0:
		return ids(NB_DIM_UID, pick(seed, 3), 2);
	case 1:
		return ids(NB_DIM_GID, 1, 1 + pick(seed, 2));
	case 2:
		return named(NB_DIM_EXE, PATH_TREE, pick(seed, 2) ? "/a" : "/a/b");
	case 3:
		return not(expression(seed, depth - 1));
	case 4:
		return join(SUBJECT_AND, expression(seed, depth - 1), expression(seed, depth - 1));
	default:
		return join(SUBJECT_OR, expression(seed, depth - 1), expression(seed, depth - 1));
	}
}

/* Forgetting a fact may turn any answer into UNKNOWN, and nothing else. */
static void forgetting_only_leads_to_unknown(void **state)
{
	static const char *const exes[] = {"/a", "/a/b", "/c"};
	uint64_t seed = 0x9e3779b97f4a7c15ull;
	int unknowns = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const struct subject *s = expression(&seed, 4);
		uint32_t gid = pick(&seed, 3), forget = pick(&seed, 7) + 1;
		struct request r = {.exe = exes[pick(&seed, 3)], .uid_known = true,
				    .uid = pick(&seed, 3), .gid_known = true, .gids = &gid,
				    .n_gids = 1};
		enum truth known = subject_truth(s, &r), less;

		assert_int_not_equal(known, TRUTH_UNKNOWN);
		r.uid_known = !(forget & 1);
		r.gid_known = !(forget & 2);
		r.exe = forget & 4 ? NULL : r.exe;
		less = subject_truth(s, &r);
		assert_true(less == known || less == TRUTH_UNKNOWN);
		unknowns += less == TRUTH_UNKNOWN;
	}
	assert_true(unknowns > 1000);
}

/* ---- verdicts ---- */

static void first_matching_deny_decides(void **state)
{
	struct rule rules[] = {
		file_rule(EFFECT_AUDIT, OPS(READ), PATH_TREE, "/etc", &anyone),
		file_rule(EFFECT_DENY, OPS(WRITE), PATH_TREE, "/etc", &anyone),
		file_rule(EFFECT_DENY, OPS(READ), PATH_LITERAL, "/etc/shadow",
			  ids(NB_DIM_UID, 1, 9)),
		file_rule(EFFECT_DENY, OPS(READ), PATH_TREE, "/etc/shadow", &anyone),
	};
	struct policy p = {.rules = rules, .n_rules = 4};
	struct request r = {.op = NB_OP_READ, .path = "/etc/shadow", .uid_known = true};
	struct verdict v = policy_evaluate(&p, &r);

	(void)state;
	assert_int_equal(v.verdict, NB_DENY);
	assert_ptr_equal(v.rule, &rules[3]);
	r.uid = 5;
	assert_ptr_equal(policy_evaluate(&p, &r).rule, &rules[2]);
	r.uid_known = false;
	assert_ptr_equal(policy_evaluate(&p, &r).rule, &rules[2]);

	r.path = "/etc/passwd";
	v = policy_evaluate(&p, &r);
	assert_int_equal(v.verdict, NB_AUDIT);
	assert_ptr_equal(v.rule, &rules[0]);
	r.op = NB_OP_EXEC;
	v = policy_evaluate(&p, &r);
	assert_int_equal(v.verdict, NB_ALLOW);
	assert_null(v.rule);
}

static void audit_mode_turns_denials_into_records(void **state)
{
	struct rule rules[] = {
		file_rule(EFFECT_AUDIT, OPS(READ), PATH_TREE, "/etc", &anyone),
		file_rule(EFFECT_DENY, OPS(READ), PATH_LITERAL, "/etc/shadow", &anyone),
	};
	struct policy p = {.rules = rules, .n_rules = 2, .audit_only = true};
	struct request r = {.op = NB_OP_READ, .path = "/etc/shadow"};
	struct verdict v = policy_evaluate(&p, &r);

	(void)state;
	assert_int_equal(v.verdict, NB_WOULD_DENY);
	assert_ptr_equal(v.rule, &rules[1]);
	r.path = "/etc/passwd";
	assert_int_equal(policy_evaluate(&p, &r).verdict, NB_AUDIT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_match_whole_components),
		cmocka_unit_test(addresses_are_normalised),
		cmocka_unit_test(ports_are_boxes),
		cmocka_unit_test(unknown_facts_never_weaken_a_rule),
		cmocka_unit_test(gid_is_any_of_the_groups),
		cmocka_unit_test(cgroup_includes_what_is_below),
		cmocka_unit_test(forgetting_only_leads_to_unknown),
		cmocka_unit_test(first_matching_deny_decides),
		cmocka_unit_test(audit_mode_turns_denials_into_records),
	};

	return cmocka_run_group_tests(tests, new_arena, free_arena);
}
