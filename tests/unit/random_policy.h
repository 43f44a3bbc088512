/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of random policies with every construct of rules and few names, so that rules
 * meet. The includer has cmocka's headers. */
#pragma once
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "tests/unit/patterns.h"

struct text {
	char at[65536];
	size_t n;
};

static __attribute__((format(printf, 2, 3))) void put(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	t->n += (size_t)vsnprintf(t->at + t->n, sizeof t->at - t->n, fmt, args);
	va_end(args);
	assert_true(t->n < sizeof t->at);
}

static void put_directory(struct text *t)
{
	for (uint32_t i = rnd(4); i; i--)
		put(t, "/%s", PICK(names));
}

static void put_pattern(struct text *t)
{
	t->n += random_pattern(t->at + t->n, sizeof t->at - t->n);
	assert_true(t->n < sizeof t->at);
}

static void put_subject(struct text *t, uint32_t depth)
{
	uint32_t kind = rnd(depth ? 7 : 4), first;

	switch (kind) {
	case 0:
		put(t, "exe ");
		put_pattern(t);
		return;
	case 1:
		first = rnd(20);
		put(t, "uid { %u, %u-%u }", rnd(20), first, first + rnd(5));
		return;
	case 2:
		put(t, "gid %u", rnd(20));
		return;
	case 3:
		put(t, "cgroup \"/%s", PICK(names));
		put_directory(t);
		put(t, "\"");
		return;
	case 4:
		put(t, "not (");
		put_subject(t, depth - 1);
		put(t, ")");
		return;
	default:
		put(t, "(");
		put_subject(t, depth - 1);
		put(t, kind == 5 ? " and " : " or ");
		put_subject(t, depth - 1);
		put(t, ")");
	}
}

static void put_address(struct text *t)
{
	switch (rnd(6)) {
	case 0:
		put(t, "10.0.%u.0/%u", rnd(4) * 64, 18 + rnd(1));
		return;
	case 1:
		put(t, "127.0.0.%u", rnd(4));
		return;
	case 2:
		put(t, "10.0.%u.%u-10.1.%u.%u", rnd(3), rnd(256), rnd(3), rnd(256));
		return;
	case 3:
		put(t, "2002:0a00:%x00::/40", rnd(3));
		return;
	case 4:
		put(t, "fd00::%x-fd00::%x", rnd(8), 8 + rnd(8));
		return;
	default:
		put(t, "::%u", rnd(3));
	}
}

static void put_port(struct text *t)
{
	static const char *const protocols[] = { "tcp", "udp", "sctp" };
	uint32_t low = rnd(200);

	if (rnd(3) == 0)
		put(t, "%u", low);
	else
		put(t, "%s/%u-%u", PICK(protocols), low, low + rnd(100));
}

static void put_net_object(struct text *t)
{
	if (rnd(5) == 0) {
		put(t, "to anywhere");
	} else {
		put(t, "to ");
		put_address(t);
		for (uint32_t i = rnd(3); i; i--) {
			put(t, ", ");
			put_address(t);
		}
	}
	if (rnd(2)) {
		put(t, " port ");
		put_port(t);
		for (uint32_t i = rnd(3); i; i--) {
			put(t, ", ");
			put_port(t);
		}
	}
}

static void put_exceptions(struct text *t, bool net)
{
	if (net && rnd(4) == 0) {
		put(t, " except to ");
		put_address(t);
		put(t, ", ");
		put_address(t);
	}
	if (net && rnd(4) == 0) {
		put(t, " except port ");
		put_port(t);
		put(t, ", ");
		put_port(t);
	}
	if (!net && rnd(3) == 0) {
		put(t, " except on ");
		put_pattern(t);
		for (uint32_t i = rnd(3); i; i--) {
			put(t, ", ");
			put_pattern(t);
		}
	}
	if (!net && rnd(4) == 0)
		put(t, " host");
}

static void put_net_rule(struct text *t)
{
	static const char *const ops[] = { "connect", "send", "bind", "connect, send",
					   "connect, bind", "bind, send, connect",
					   "listen", "listen, bind" };

	static const char *const effects[] = { "deny", "deny", "audit" };
	const char *effect = PICK(effects);

	put(t, "%s %s ", effect, PICK(ops));
	put_net_object(t);
	put_exceptions(t, true);
	if (*effect == 'd' && rnd(4) == 0)
		put(t, " mode audit");
}

static void put_socket_object(struct text *t)
{
	static const char *const kinds[] = { "packet", "inet", "inet/stream", "raw", "unix/dgram",
					     "inet6/raw", "38", "packet/raw", "netlink" };

	put(t, "on %s", PICK(kinds));
	for (uint32_t i = rnd(3); i; i--)
		put(t, ", %s", PICK(kinds));
}

static void put_socket_rule(struct text *t)
{
	put(t, "%s socket ", rnd(3) ? "deny" : "audit");
	put_socket_object(t);
}

static void put_file_object(struct text *t)
{
	put(t, "on ");
	put_pattern(t);
	for (uint32_t i = rnd(3); i; i--) {
		put(t, ", ");
		put_pattern(t);
	}
}

static void put_file_rule(struct text *t)
{
	static const char *const ops[] = { "read", "write", "exec", "read, write",
					   "read, write, exec" };

	static const char *const effects[] = { "deny", "deny", "audit" };
	const char *effect = PICK(effects), *op = PICK(ops);

	put(t, "%s %s ", effect, op);
	put_file_object(t);
	put_exceptions(t, false);
	if (*effect == 'd' && rnd(4) == 0)
		put(t, " mode audit");
	if (*effect == 'd' && rnd(4) == 0)
		put(t, " pinned");
	if (strcmp(op, "exec") && rnd(3) == 0)
		put(t, " revalidate");
}

static void put_clauses(struct text *t)
{
	if (rnd(3) == 0) {
		put(t, " for ");
		put_subject(t, 2);
	}
	if (rnd(4) == 0) {
		put(t, " except for ");
		put_subject(t, 1);
	}
	put(t, "\n");
}

static void put_scope(struct text *t, uint32_t number)
{
	put(t, "subject s%u = ", number);
	put_subject(t, 2);
	put(t, "\nscope s%u {\n", number);
	if (rnd(2))
		put(t, "default deny read, write%s\n", rnd(3) ? "" : " mode audit");
	else
		put(t, "default deny connect, bind\ndefault deny read, write%s\n",
		    rnd(2) ? "" : " revalidate");
	for (uint32_t i = rnd(5); i; i--) {
		put(t, "allow %s ", rnd(2) ? "read" : "write, read");
		put_file_object(t);
		put_exceptions(t, false);
		put_clauses(t);
	}
	put(t, "}\nscope s%u {\ndefault deny connect, send, bind, listen\n", number);
	for (uint32_t i = rnd(6); i; i--) {
		put(t, "allow %s ", rnd(2) ? "connect, bind, listen" : "send, bind");
		put_net_object(t);
		put_exceptions(t, true);
		put_clauses(t);
	}
	if (rnd(3) == 0) {
		put(t, "default deny socket\nallow socket ");
		put_socket_object(t);
		put_clauses(t);
	}
	put(t, "}\n");
}

static inline void put_policy(struct text *t, uint32_t rules)
{
	t->n = 0;
	put(t, "policy random { seq 1 kernel >= 6.1 %s }\n", rnd(6) ? "" : "mode audit");
	for (uint32_t i = 0; i < rules; i++) {
		if (rnd(6) == 0)
			put_socket_rule(t);
		else if (rnd(2))
			put_net_rule(t);
		else
			put_file_rule(t);
		put_clauses(t);
	}
	if (rnd(2) == 0)
		for (uint32_t i = 0; i <= rnd(3); i++)
			put_scope(t, i);
}
