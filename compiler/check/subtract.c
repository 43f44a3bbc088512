/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is excepted is taken out of addresses and ports here, so that nothing behind
 * the checker knows of it. Paths cannot be: they keep both lists (policy.h), and are
 * only looked at.
 */
#include <stdlib.h>
#include <string.h>
#include "compiler/check/check.h"

/* ---- addresses: ranges sorted by family and start, in one sweep ---- */

static int by_start(const void *left, const void *right)
{
	const struct addr_range *a = left, *b = right;

	if (a->v6 != b->v6)
		return a->v6 - b->v6;
	return memcmp(a->lo, b->lo, sizeof a->lo);
}

static struct addr_range *sorted(struct arena *arena, const struct addr_range *from, size_t n)
{
	struct addr_range *out = ARENA_ARRAY(arena, struct addr_range, n + 1);

	if (n) {
		memcpy(out, from, n * sizeof *out);
		qsort(out, n, sizeof *out, by_start);
	}
	return out;
}

/* a + 1, or a - 1 with step 0xff in every byte; the caller knows that there is one. */
static void next(const struct addr_range *r, const uint8_t a[16], uint8_t out[16])
{
	memcpy(out, a, 16);
	for (int i = r->v6 ? 15 : 3; i >= 0 && !++out[i]; i--)
		;
}

static void previous(const struct addr_range *r, const uint8_t a[16], uint8_t out[16])
{
	memcpy(out, a, 16);
	for (int i = r->v6 ? 15 : 3; i >= 0 && !out[i]--; i--)
		;
}

/* Disjoint ranges that do not touch, so that the sweep looks at each hole once. */
static size_t merge(struct addr_range *list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct addr_range *last = kept ? &list[kept - 1] : NULL;

		if (last && last->v6 == list[i].v6 && memcmp(list[i].lo, last->hi, 16) <= 0) {
			if (memcmp(list[i].hi, last->hi, 16) > 0)
				memcpy(last->hi, list[i].hi, 16);
		} else {
			list[kept++] = list[i];
		}
	}
	return kept;
}

/* The first hole that does not end before the range begins. */
static size_t first_hole(const struct addr_range *holes, size_t n, const struct addr_range *r)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct addr_range *h = &holes[mid];

		if (h->v6 != r->v6 ? h->v6 < r->v6 : memcmp(h->hi, r->lo, 16) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool addresses_subtract(struct check *c, struct rule *rule, const struct operand *except)
{
	struct addr_range *holes = sorted(c->arena, except->addrs.at, except->addrs.n);
	struct addr_range *whole = sorted(c->arena, rule->addrs, rule->n_addrs);
	size_t n = merge(holes, except->addrs.n), n_whole = merge(whole, rule->n_addrs);
	VEC(struct addr_range) out = {0};
	bool any = false;

	for (size_t i = 0; i < n_whole; i++) {
		struct addr_range rest = whole[i];
		bool left = true;

		for (size_t h = first_hole(holes, n, &rest);
		     left && h < n && holes[h].v6 == rest.v6 &&
		     memcmp(holes[h].lo, rest.hi, 16) <= 0;
		     h++) {
			any = true;
			if (memcmp(holes[h].lo, rest.lo, 16) > 0) {
				struct addr_range piece = rest;

				previous(&rest, holes[h].lo, piece.hi);
				VEC_PUSH(c->arena, &out, piece);
			}
			left = memcmp(holes[h].hi, rest.hi, 16) < 0;
			if (left)
				next(&rest, holes[h].hi, rest.lo);
		}
		if (left)
			VEC_PUSH(c->arena, &out, rest);
	}
	rule->addrs = out.at;
	rule->n_addrs = (uint32_t)out.n;
	return any;
}

/* ---- ports: a box minus a box is at most four boxes ---- */

typedef VEC(struct port_box) boxes;

static void add_if(struct check *c, boxes *out, struct port_box b, int proto_lo, int proto_hi,
		   int port_lo, int port_hi)
{
	if (proto_lo > proto_hi || port_lo > port_hi)
		return;
	b.proto_lo = (uint8_t)proto_lo;
	b.proto_hi = (uint8_t)proto_hi;
	b.port_lo = (uint16_t)port_lo;
	b.port_hi = (uint16_t)port_hi;
	VEC_PUSH(c->arena, out, b);
}

/* False if they do not meet. */
static bool cut(struct check *c, const struct port_box *b, const struct port_box *hole,
		boxes *out)
{
	int lo = b->proto_lo > hole->proto_lo ? b->proto_lo : hole->proto_lo;
	int hi = b->proto_hi < hole->proto_hi ? b->proto_hi : hole->proto_hi;

	if (lo > hi || b->port_lo > hole->port_hi || hole->port_lo > b->port_hi) {
		VEC_PUSH(c->arena, out, *b);
		return false;
	}
	add_if(c, out, *b, b->proto_lo, lo - 1, b->port_lo, b->port_hi);
	add_if(c, out, *b, lo, hi, b->port_lo, hole->port_lo - 1);
	add_if(c, out, *b, lo, hi, hole->port_hi + 1, b->port_hi);
	add_if(c, out, *b, hi + 1, b->proto_hi, b->port_lo, b->port_hi);
	return true;
}

bool ports_subtract(struct check *c, struct rule *rule, const struct operand *except,
		    struct span place)
{
	enum { STEPS_MAX = 1 << 22 };
	boxes now = {0}, then;
	size_t steps = 0;
	bool any = false;

	for (uint32_t i = 0; i < rule->n_ports; i++)
		VEC_PUSH(c->arena, &now, rule->ports[i]);
	for (size_t h = 0; h < except->ports.n; h++) {
		then = (boxes){0};
		steps += now.n + 1;
		if (steps > STEPS_MAX) {
			diag_report(c->diags, place, DIAG_too_many_values,
				    "there are too many ports here to except them one by one");
			diag_help(c->diags, "write neighbouring ports as a range");
			return false;
		}
		for (size_t i = 0; i < now.n; i++)
			any |= cut(c, &now.at[i], &except->ports.at[h], &then);
		now = then;
	}
	rule->ports = now.at;
	rule->n_ports = (uint32_t)now.n;
	if (any || !except->ports.n)
		return true;
	diag_report(c->diags, place, DIAG_useless_exception,
		    "the rule names none of these ports, so that excepting them does nothing");
	return true;
}

/* ---- paths ---- */

/* Whether their literal beginnings part, so that no path matches both. */
static bool are_apart(const struct path_pattern *a, const struct path_pattern *b)
{
	if ((a->shape == PATH_LITERAL && b->dirs > a->dirs) ||
	    (b->shape == PATH_LITERAL && a->dirs > b->dirs))
		return true;
	for (uint32_t i = 0; i < a->dirs && i < b->dirs; i++)
		if (a->dir[i].len != b->dir[i].len ||
		    memcmp(a->dir[i].at, b->dir[i].at, a->dir[i].len))
			return true;
	return false;
}

/* Of a long list nothing is said: it is a set with other uses. */
void paths_warn_apart(struct check *c, const struct rule *rule)
{
	enum { COMPARED_MAX = 10000 };

	if ((uint64_t)rule->n_paths * rule->n_except > COMPARED_MAX)
		return;
	for (uint32_t i = 0; i < rule->n_except; i++) {
		uint32_t k = 0;

		while (k < rule->n_paths && are_apart(&rule->except[i], &rule->paths[k]))
			k++;
		if (k == rule->n_paths && k)
			diag_report(c->diags, rule->except[i].span, DIAG_useless_exception,
				    "the rule names nothing of this, so that excepting it "
				    "does nothing");
	}
}
