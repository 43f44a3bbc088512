/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assertions about addresses and ports: what the prover concludes from one of each
 * kind, against trying everything where that is possible.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "compiler/assure/match.h"
#include "compiler/assure/prove.h"
#include "tests/unit/prove_fixture.h"

/* Every address that the ranges below can have, and ports on both sides of theirs. */
static bool holds_for_peers(const struct policy *p, bool *meant)
{
	static const char *const blocks[] = {"10.0.0.%u", "0.0.0.%u", "127.0.0.%u",
					     "64:ff9b::10.0.0.%u", "2002:a00:%u::",
					     "2002:a00:%u::1", "::%u", "255.255.255.24%u",
					     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff%u",
					     "64:ff9b::%u", "2002:0:%u::"};
	static const struct {
		uint8_t protocol;
		uint16_t port;
	} ports[] = {{6, 0}, {6, 79}, {6, 80}, {6, 81}, {6, 65535}, {17, 80}, {17, 53}, {132, 80}, {1, 0}, {0, 0}};
	const struct assertion *a = &p->assertions[0];
	bool good = true;

	*meant = false;
	for (uint32_t i = 0; i < 11 * 10 * 10 * 3; i++) {
		char text[64];
		struct request r = {.op = (enum nb_op)__builtin_ctz(a->asked.ops),
				    .uid_known = true,
				    .uid = i / 1100,
				    .protocol = ports[i / 110 % 10].protocol,
				    .port = ports[i / 110 % 10].port};

		snprintf(text, sizeof text, blocks[i % 11], i / 11 % 10);
		r.v6 = strchr(text, ':');
		assert_int_equal(inet_pton(r.v6 ? AF_INET6 : AF_INET, text, r.addr), 1);
		if (!rule_box(&a->asked, &r) || subject_truth(a->asked.who, &r) != TRUTH_YES)
			continue;
		/* asked about are the ranges' own addresses, not what they stand for */
		bool named = false;

		for (uint32_t k = 0; k < a->asked.n_addrs; k++)
			named |= a->asked.addrs[k].v6 == r.v6 &&
				 memcmp(a->asked.addrs[k].lo, r.addr, 16) <= 0 &&
				 memcmp(r.addr, a->asked.addrs[k].hi, 16) <= 0;
		if (!named)
			continue;
		*meant = true;
		good &= (policy_evaluate(p, &r).verdict == NB_DENY) == !a->always;
	}
	return good;
}

static const char *random_peers(void)
{
	static const char *const shapes[] = {
		"10.0.0.%u-10.0.0.%u", "0.0.0.%u-0.0.0.%u", "127.0.0.%u-127.0.0.%u",
		"64:ff9b::a00:%u-64:ff9b::a00:%u", "2002:a00:%u::-2002:a00:%u::",
		"::%u-::%u", "255.255.255.24%u-255.255.255.24%u",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff%u-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff%u"};
	static const char *const ports[] = {"", " port tcp/80", " port tcp/80-81", " port 80",
					    " port { udp/53, icmp }", " port tcp/81-65535",
					    " port proto 0"};
	uint32_t lo = any(10), hi = lo + any(10 - lo);
	const char *format = shapes[any(8)];
	char range[128];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(range, sizeof range, format, lo, hi);
#pragma GCC diagnostic pop
	return arena_printf(arena, "%s%s", range, ports[any(7)]);
}

static void assertions_about_peers_agree_with_trying_everything(void **state)
{
	static const char *const who[] = {"", " for uid 0", " for not uid 1", " for uid 2"};
	int held = 0, failed = 0;

	(void)state;
	for (int round = 0; round < 600; round++) {
		const char *op = any(4) ? "connect" : "bind", *text;
		bool meant, good, proved, scope = any(3) == 0;
		const struct policy *p;

		text = arena_printf(arena, "policy t { seq 1 }\nsubject s = uid 1\n");
		for (uint32_t i = any(4); i < 4; i++)
			text = arena_printf(arena, "%sdeny %s to %s%s\n", text, op,
					    random_peers(), who[any(4)]);
		if (scope)
			text = arena_printf(arena,
					    "%sscope s { default deny %s allow %s to %s }\n",
					    text, op, op, random_peers());
		text = arena_printf(arena, "%sassert %s %s to %s%s\n", text,
				    any(2) ? "never" : "always", op, random_peers(),
				    who[any(4)]);
		p = compile(text);
		good = holds_for_peers(p, &meant);
		proved = assertion_prove(arena, p, &p->assertions[0], diags);
		if (proved != good)
			diags_print(diags, stderr);
		if (proved != good)
			fail_msg("proved %d, but it is %d:\n%s", proved, good, text);
		held += proved && meant;
		failed += !good;
	}
	assert_true(held > 50);
	assert_true(failed > 50);
}

static void zero_is_asked_about_as_what_it_means(void **state)
{
	const struct policy *p = compile(
		"policy t { seq 1 }\n"
		"deny connect to { 0.0.0.0, 0.0.0.2, :: } port tcp/1\n"
		"deny connect to { 127.0.0.1, ::1 } port tcp/2\n"
		"assert always connect to { 0.0.0.0/31, :: } port tcp/1\n"
		"assert always connect to 0.0.0.0 port tcp/2\n"
		"assert always connect to ::/127 port tcp/2\n"
		"assert never connect to { 0.0.0.0, ::/127 } port tcp/2\n"
		"assert always connect to 0.0.0.0/30 port tcp/1\n");
	static const bool holds[] = {true, false, false, true, false};

	(void)state;
	for (uint32_t i = 0; i < p->n_assertions; i++)
		assert_int_equal(assertion_prove(arena, p, &p->assertions[i], diags), holds[i]);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(assertions_about_peers_agree_with_trying_everything),
		TEST(zero_is_asked_about_as_what_it_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
