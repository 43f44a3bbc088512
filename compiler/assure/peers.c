/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sweeps over the ends of all ranges, those of IPv4 once more inside of the blocks
 * whose addresses carry one. Between two ends the same rules name every address, so
 * the first stands for all, and of places with the same rules the first for the rest.
 */
#include "compiler/assure/peers.h"
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include "compiler/assure/match.h"
#include "compiler/base/table.h"

/* Where a rule begins to name addresses, or names none any more. NULL: a place to look
 * at without a rule. */
struct end {
	uint8_t addr[16];
	bool leaves;
	const struct rule *rule;
};

struct sweep {
	struct arena *arena;
	enum nb_op op;
	VEC(const struct rule *) rules; /* that deny or allow the operation, in source order */
	bool v6;
	uint8_t lo[16], hi[16]; /* of the range asked about */
	VEC(struct end) ends;
	VEC(const struct rule *) named; /* one for each range that is open here */
	struct table *seen;
	size_t *steps;
	peer_kinds *out;
};

static bool take(size_t *steps, size_t n)
{
	if (*steps < n)
		return false;
	*steps -= n;
	return true;
}

/* False when it was the last address of all. */
static bool successor(uint8_t *addr, uint32_t bytes)
{
	while (bytes--)
		if (++addr[bytes])
			return true;
	return false;
}

static void add_end(struct sweep *s, const uint8_t addr[16], const struct rule *rule,
		    bool leaves)
{
	struct end end = {.leaves = leaves, .rule = rule};

	memcpy(end.addr, addr, 16);
	if (memcmp(addr, s->lo, 16) < 0)
		memcpy(end.addr, s->lo, 16);
	if (memcmp(addr, s->hi, 16) <= 0)
		VEC_PUSH(s->arena, &s->ends, end);
}

static void add_range(struct sweep *s, const uint8_t lo[16], const uint8_t hi[16],
		      const struct rule *rule)
{
	uint8_t behind[16];

	if (memcmp(hi, s->lo, 16) < 0 || memcmp(lo, s->hi, 16) > 0)
		return;
	add_end(s, lo, rule, false);
	memcpy(behind, hi, 16);
	if (successor(behind, s->v6 ? 16 : 4))
		add_end(s, behind, rule, true);
}

/* The IPv4 range as it stands in addresses that begin with the bytes of `block`. */
static void add_carried(struct sweep *s, const char *block, uint32_t bytes,
			const struct addr_range *range, const struct rule *rule)
{
	uint8_t lo[16] = {0}, hi[16];

	memset(hi, 0xff, 16);
	memcpy(lo, block, bytes);
	memcpy(hi, block, bytes);
	memcpy(lo + bytes, range->lo, 4);
	memcpy(hi + bytes, range->hi, 4);
	add_range(s, lo, hi, rule);
}

static void add_rule(struct sweep *s, const struct rule *rule)
{
	for (uint32_t i = 0; i < rule->n_addrs; i++) {
		const struct addr_range *range = &rule->addrs[i];

		if (range->v6 == s->v6) {
			add_range(s, range->lo, range->hi, rule);
		} else if (s->v6) {
			add_carried(s, "\0\x64\xff\x9b\0\0\0\0\0\0\0\0", 12, range, rule);
			add_carried(s, "\x20\x02", 2, range, rule);
		}
	}
}

static int by_address(const void *a, const void *b)
{
	return memcmp(((const struct end *)a)->addr, ((const struct end *)b)->addr, 16);
}

static int by_source_order(const void *a, const void *b)
{
	const struct rule *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

static bool is_mapped(const struct sweep *s, const uint8_t addr[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return s->v6 && !memcmp(addr, mapped, 12);
}

static bool add_kind(struct sweep *s, const uint8_t addr[16], const struct rule **rules,
		     uint32_t n)
{
	struct peer_kind kind = {.v6 = s->v6, .rules = rules, .n_rules = n};
	void **slot = table_at(s->seen, rules, (n + 1) * sizeof *rules);

	if (*slot)
		return true;
	*slot = rules;
	memcpy(kind.addr, addr, 16);
	VEC_PUSH(s->arena, s->out, kind);
	return true;
}

/* The rules that are open, each once, in source order. */
static bool look(struct sweep *s, const uint8_t addr[16])
{
	const struct rule **rules;
	uint32_t n = 0;

	if (is_mapped(s, addr)) /* is IPv4, which ranges around it do not mean */
		return true;
	if (!take(s->steps, s->named.n + 1))
		return false;
	rules = ARENA_ARRAY(s->arena, const struct rule *, s->named.n + 1);
	for (size_t i = 0; i < s->named.n; i++)
		rules[i] = s->named.at[i];
	qsort(rules, s->named.n, sizeof *rules, by_source_order);
	for (size_t i = 0; i < s->named.n; i++)
		if (!n || rules[n - 1] != rules[i])
			rules[n++] = rules[i];
	for (size_t i = n; i <= s->named.n; i++)
		rules[i] = NULL; /* the key of the table reads one more */
	return add_kind(s, addr, rules, n);
}

static bool leave(struct sweep *s, const struct rule *rule)
{
	for (size_t i = s->named.n; i--;)
		if (s->named.at[i] == rule) {
			if (!take(s->steps, s->named.n - i))
				return false;
			s->named.at[i] = s->named.at[--s->named.n];
			return true;
		}
	return true;
}

static bool sweep(struct sweep *s)
{
	for (size_t i = 0; i < s->ends.n; i++) {
		const struct end *end = &s->ends.at[i];

		if (end->leaves && !leave(s, end->rule))
			return false;
		if (!end->leaves && end->rule)
			VEC_PUSH(s->arena, &s->named, end->rule);
		if (i + 1 < s->ends.n && !by_address(end, end + 1))
			continue;
		if (!look(s, end->addr))
			return false;
	}
	return true;
}

/* 0.0.0.0 and :: mean other addresses: they are asked about for themselves. */
static bool find_zero(struct sweep *s)
{
	struct request r = {.op = s->op, .v6 = s->v6};
	const struct rule **rules = ARENA_ARRAY(s->arena, const struct rule *, s->rules.n + 1);
	struct view view;
	uint32_t n = 0;

	for (size_t i = 0; i < s->rules.n; i++) {
		const struct rule *rule = s->rules.at[i];

		if (!take(s->steps, rule->n_addrs + 1))
			return false;
		if (rule->effect == EFFECT_DEFAULT || rule_range(rule, &r, &view))
			rules[n++] = rule;
	}
	return add_kind(s, r.addr, rules, n);
}

static bool find_in_range(struct sweep *s, const struct addr_range *range)
{
	static const uint8_t zero[16], after_mapped[16] = {[9] = 1};

	s->v6 = range->v6;
	s->ends.n = s->named.n = 0;
	memcpy(s->lo, range->lo, 16);
	memcpy(s->hi, range->hi, 16);
	if (!memcmp(s->lo, zero, 16)) {
		if (!find_zero(s))
			return false;
		if (!memcmp(s->hi, zero, 16))
			return true;
		successor(s->lo, s->v6 ? 16 : 4);
	}
	add_end(s, s->lo, NULL, false);
	if (s->v6 && memcmp(s->lo, after_mapped, 16) < 0)
		add_end(s, after_mapped, NULL, false);
	for (size_t i = 0; i < s->rules.n; i++) {
		const struct rule *rule = s->rules.at[i];

		if (!take(s->steps, rule->n_addrs + 1))
			return false;
		add_rule(s, rule);
		if (rule->effect == EFFECT_DEFAULT) /* names them all */
			VEC_PUSH(s->arena, &s->named, rule);
	}
	qsort(s->ends.at, s->ends.n, sizeof *s->ends.at, by_address);
	return sweep(s);
}

bool peers_find(struct arena *arena, const struct policy *p, const struct rule *asked,
		enum nb_op op, size_t *steps, peer_kinds *out)
{
	struct sweep s = {.arena = arena,
			  .op = op,
			  .seen = table_new(arena),
			  .steps = steps,
			  .out = out};

	for (uint32_t i = 0; i < p->n_rules; i++)
		if (p->rules[i].effect != EFFECT_AUDIT && p->rules[i].ops >> op & 1)
			VEC_PUSH(arena, &s.rules, &p->rules[i]);
	for (uint32_t i = 0; i < asked->n_addrs; i++)
		if (!find_in_range(&s, &asked->addrs[i]))
			return false;
	return true;
}

/* ---- protocols and ports ---- */

typedef VEC(uint32_t) points;

static int by_value(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Ascending, each once. */
static void put_in_order(points *list)
{
	size_t n = 0;

	qsort(list->at, list->n, sizeof *list->at, by_value);
	for (size_t i = 0; i < list->n; i++)
		if (!n || list->at[n - 1] != list->at[i])
			list->at[n++] = list->at[i];
	list->n = n;
}

static void add_point(struct arena *arena, points *list, uint32_t at, uint32_t lo, uint32_t hi)
{
	if (lo <= at && at <= hi)
		VEC_PUSH(arena, list, at);
}

static void box_points(struct arena *arena, const struct port_box *box,
		       const struct rule *rule, points *protocols, points *ports)
{
	for (uint32_t i = 0; i < rule->n_ports; i++) {
		const struct port_box *b = &rule->ports[i];

		add_point(arena, protocols, b->proto_lo, box->proto_lo, box->proto_hi);
		add_point(arena, protocols, b->proto_hi + 1u, box->proto_lo, box->proto_hi);
		add_point(arena, ports, b->port_lo, box->port_lo, box->port_hi);
		add_point(arena, ports, b->port_hi + 1u, box->port_lo, box->port_hi);
	}
}

static bool find_in_box(struct arena *arena, const struct port_box *box,
			const struct peer_kind *kind, size_t *steps, peer_ports *out)
{
	points protocols = {0}, ports = {0};

	VEC_PUSH(arena, &protocols, box->proto_lo);
	VEC_PUSH(arena, &ports, box->port_lo);
	for (uint32_t n = box->proto_lo; n <= box->proto_hi; n++)
		if (n && protocol_has_ports((uint8_t)n) != protocol_has_ports((uint8_t)(n - 1)))
			add_point(arena, &protocols, n, box->proto_lo, box->proto_hi);
	for (uint32_t i = 0; i < kind->n_rules; i++) {
		if (!take(steps, kind->rules[i]->n_ports + 1))
			return false;
		if (kind->rules[i]->ops >> NB_OP_LISTEN & 1) /* where 0 is not a port */
			add_point(arena, &ports, 1, box->port_lo, box->port_hi);
		box_points(arena, box, kind->rules[i], &protocols, &ports);
	}
	put_in_order(&protocols);
	put_in_order(&ports);
	/* examples are easier to read with the best known one */
	for (size_t i = 0; i < protocols.n; i++)
		if (protocols.at[i] == IPPROTO_TCP) {
			protocols.at[i] = protocols.at[0];
			protocols.at[0] = IPPROTO_TCP;
		}
	for (size_t i = 0; i < protocols.n; i++) {
		uint8_t protocol = (uint8_t)protocols.at[i];
		bool many = protocol_has_ports(protocol);

		for (size_t k = 0; k < (many ? ports.n : 1); k++) {
			struct peer_port one = {protocol, many ? (uint16_t)ports.at[k] : 0};

			if (!take(steps, 1))
				return false;
			/* what has no ports is in a box that begins at port 0 */
			if (many || !box->port_lo)
				VEC_PUSH(arena, out, one);
		}
	}
	return true;
}

bool ports_find(struct arena *arena, const struct rule *asked, const struct peer_kind *kind,
		size_t *steps, peer_ports *out)
{
	for (uint32_t i = 0; i < asked->n_ports; i++)
		if (!find_in_box(arena, &asked->ports[i], kind, steps, out))
			return false;
	return true;
}
