/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of addresses, in each of their shapes: random prefixes and ranges that nest and
 * overlap, up to the ends of the address spaces, are asked at every place where anything
 * changes and one beside it; the answer must be the evaluator's. And an image that is
 * changed in any way that matters must not pass the check of images.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "bpf-templates/decide_host.h"
#include "compiler/assure/evaluate.h"
#include "compiler/assure/net_check.h"
#include "compiler/lower/image.h"
#include "grammar/grammar.h"
#include "tests/unit/random.h"

static char text[4 << 20];
static size_t length;

static __attribute__((format(printf, 1, 2))) void put(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	length += (size_t)vsnprintf(text + length, sizeof text - length, fmt, args);
	va_end(args);
	assert_true(length < sizeof text);
}

struct compiled {
	struct arena *arena;
	const struct policy *policy;
	struct image image;
};

static struct compiled compile(void)
{
	struct compiled c = { .arena = arena_new() };
	struct sources *sources = ARENA_NEW(c.arena, struct sources);
	const struct image *image;
	struct diags *diags;
	const struct ast *ast;

	sources->arena = c.arena;
	VEC_PUSH(c.arena, &sources->list, (struct source){ "tables.nbp", text, length });
	diags = diags_new(c.arena, sources);
	ast = grammar_parse(c.arena, sources, 0, diags);
	c.policy = ast ? policy_check(c.arena, ast, sources, diags) : NULL;
	image = c.policy ? policy_lower(c.arena, c.policy, diags) : NULL;
	if (!image) {
		diags_print(diags, stderr);
		fail_msg("does not compile");
	}
	c.image = *image;
	return c;
}

/* ---- addresses: spread of bits at the top, so that they meet each other ---- */

static void put_v4(uint32_t a)
{
	put("%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

static void put_range4(uint32_t crowd)
{
	static const char *const ends4[] = { "255.255.255.255", "255.255.255.254/31", "0.0.0.0" };
	uint32_t bits = 33 - (uint32_t)rnd(rnd(3) ? 12 : 33), lo, hi;

	if (rnd(60) == 0) {
		put("%s", PICK(ends4));
		return;
	}
	bits = bits > 32 ? 32 : bits;
	lo = rnd(crowd) * 0x9e3779b9u ^ (rnd(4) ? 0 : rnd(0x7fffffff));
	hi = bits ? lo & 0xffffffffu << (32 - bits) : 0;
	if (rnd(4)) {
		put_v4(hi);
		put("/%u", bits);
		return;
	}
	hi = lo + rnd(1u << rnd(20));
	put_v4(lo < hi ? lo : hi);
	put("-");
	put_v4(lo < hi ? hi : lo);
}

static void put_v6(const uint16_t w[8])
{
	for (int i = 0; i < 8; i++)
		put(i ? ":%x" : "%x", w[i]);
}

static void put_range6(uint32_t crowd)
{
	static const uint32_t lengths[] = { 32, 33, 48, 48, 47, 63, 64, 64, 64, 65, 96, 127, 128 };
	uint32_t bits = lengths[rnd(sizeof lengths / sizeof *lengths)];
	uint16_t w[8] = { 0x2001, (uint16_t)rnd(crowd), (uint16_t)rnd(4), (uint16_t)rnd(6),
			  (uint16_t)rnd(2), 0, 0, (uint16_t)rnd(5) };

	if (rnd(60) == 0) {
		put("%s", rnd(2) ? "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" :
			  rnd(2) ? "ffff:ffff:ffff:ffff::/64" : "8000::/1");
		return;
	}
	if (rnd(4)) {
		for (uint32_t i = bits; i < 128; i++)
			w[i / 16] &= (uint16_t)~(0x8000 >> i % 16);
		put_v6(w);
		put("/%u", bits);
		return;
	}
	put_v6(w);
	put("-");
	w[3 + rnd(5)] |= 0xff00;
	w[2] |= (uint16_t)(rnd(2) ? 0 : 8);
	put_v6(w);
}

static void put_policy(uint32_t rules, uint32_t each, uint32_t crowd)
{
	length = 0;
	put("policy tables { seq 1 kernel >= 6.1 }\n");
	for (uint32_t r = 0; r < rules; r++) {
		put("deny connect to {");
		for (uint32_t i = 0; i < each; i++) {
			put(i ? ", " : " ");
			if (rnd(2))
				put_range4(crowd);
			else
				put_range6(crowd);
		}
		put(" }%s\n", rnd(3) ? "" : " port tcp/10-20, udp");
	}
}

/* ---- every place where something changes ---- */

static void ask(const struct compiled *c, bool v6, const uint8_t addr[16])
{
	const struct blob *maps = c->image.maps;
	const struct nb_host_images host = { maps[NB_IMAGE_PATHS].at, maps[NB_IMAGE_NET4].at,
					     maps[NB_IMAGE_NET6].at, maps[NB_IMAGE_ROWS].at };
	const struct nb_host_subject s = { .uid_known = 1, .gids_known = 1 };
	struct request r = { .op = NB_OP_CONNECT, .v6 = v6, .protocol = 6,
			     .port = rnd(2) ? 15 : 443, .uid_known = 1, .gid_known = 1 };
	struct nb_host_decision got;
	struct verdict want;

	memcpy(r.addr, addr, 16);
	got = nb_host_net(&host, &s, r.op, v6 ? 6 : 4, addr, 6, r.port);
	want = policy_evaluate(c->policy, &r);
	if (got.verdict != want.verdict || got.rule != (want.rule ? want.rule->number : 0))
		fail_msg("v6 %d %02x%02x:%02x%02x..%02x%02x port %u: %u by %u, not %u by %u of\n%.2000s",
			 v6, addr[0], addr[1], addr[2], addr[3], addr[14], addr[15], r.port,
			 got.verdict, got.rule, want.verdict,
			 want.rule ? want.rule->number : 0, text);
}

static void step(uint8_t *addr, int bytes, int by)
{
	for (int i = bytes - 1; i >= 0; i--) {
		addr[i] = (uint8_t)(addr[i] + by);
		if (addr[i] != (by > 0 ? 0 : 0xff))
			return;
	}
}

static void ask_everywhere(const struct compiled *c)
{
	for (uint32_t r = 0; r < c->policy->n_rules; r++)
		for (uint32_t i = 0; i < c->policy->rules[r].n_addrs; i++) {
			const struct addr_range *a = &c->policy->rules[r].addrs[i];
			uint8_t beside[16];

			ask(c, a->v6, a->lo);
			ask(c, a->v6, a->hi);
			memcpy(beside, a->lo, 16);
			step(beside, a->v6 ? 16 : 4, -1);
			ask(c, a->v6, beside);
			memcpy(beside, a->hi, 16);
			step(beside, a->v6 ? 16 : 4, 1);
			ask(c, a->v6, beside);
		}
}

static void every_shape_means_what_the_policy_says(void **state)
{
	uint32_t shapes[NB_NET_SLOTS + 1] = { 0 }, deep = 0, levels = 0;

	(void)state;
	for (uint32_t p = 0; p < 60; p += ONE_OF) {
		struct compiled c;

		seed = p + 1;
		put_policy(1 + rnd(8), 1 + rnd(p % 4 > 1 ? 300 : 12), p % 2 ? 6 : 60000);
		c = compile();
		assert_null(net_check(&c.image));
		ask_everywhere(&c);
		shapes[c.image.params.net4_kind]++;
		shapes[c.image.params.net6_kind]++;
		deep += c.image.params.net6_spans > 0;
		if (c.image.params.net6_kind == NB_NET_TREE && c.image.params.net6_levels > levels)
			levels = c.image.params.net6_levels;
		arena_free(c.arena);
	}
	assert_true(shapes[NB_NET_SORTED] && shapes[NB_NET_TRIE]);
	assert_true(shapes[NB_NET_TREE] && shapes[NB_NET_SLOTS]);
	assert_true(deep && levels > 1);
}

static void put_rules(uint32_t rules, uint32_t each, void (*put_one)(uint32_t r, uint32_t i))
{
	length = 0;
	put("policy tables { seq 1 kernel >= 6.1 }\n");
	for (uint32_t r = 0; r < rules; r++) {
		put("deny connect to {");
		for (uint32_t i = 0; i < each; i++) {
			put(i ? ", " : " ");
			put_one(r, i);
		}
		put(" }\n");
	}
}

static void ask_some(const struct compiled *c)
{
	for (uint32_t i = 0; i < 1000; i++) {
		const struct rule *rule = &c->policy->rules[rnd(c->policy->n_rules)];
		const struct addr_range *a = &rule->addrs[rnd(rule->n_addrs)];
		uint8_t addr[16];

		memcpy(addr, rnd(2) ? a->lo : a->hi, 16);
		step(addr, a->v6 ? 16 : 4, (int)rnd(3) - 1);
		ask(c, a->v6, addr);
	}
}

static void put_far_and_near4(uint32_t r, uint32_t i)
{
	if (i < 2)
		put("%s", r || !i ? "255.255.255.255" : "0.0.0.0-0.255.255.255");
	else
		put_v4(i % 10 ? rnd(0x7fffffff) * 2 + rnd(2) : 0x0a000000 + r * 7 + i * 3);
}

static void put_near4(uint32_t r, uint32_t i)
{
	put_v4(0x0a000000 + r + i * 37 + rnd(30));
}

static void put_far4(uint32_t r, uint32_t i) { put_v4((r + i * 2) * 0x9e3779b9u); }

struct many {
	uint32_t rules, each;
	void (*put_one)(uint32_t, uint32_t);
	enum { PLAIN, LEVELS = 1, MIXED = 2, DEEP = 4 } has;
};

/* So many that only ranges or slots hold them: lines of a few pieces, trees of lines,
 * classes that heads tell and others. */
static void try_many(const struct many *m, uint32_t first_seed, bool v6)
{
	for (; m->rules; m++) {
		const struct nb_params *p;
		struct compiled c;

		seed = first_seed++;
		put_rules(m->rules, m->each, m->put_one);
		c = compile();
		p = &c.image.params;
		assert_int_equal(v6 ? p->net6_kind : p->net4_kind,
				 v6 ? NB_NET_SLOTS : NB_NET_RANGES);
		assert_int_equal(((v6 ? p->net6_levels : p->net4_levels) ? LEVELS : 0) |
				 ((v6 ? p->net6_classes_off : p->net4_classes_off) ? MIXED : 0) |
				 (v6 && p->net6_spans ? DEEP : 0), m->has);
		assert_null(net_check(&c.image));
		ask_some(&c);
		arena_free(c.arena);
	}
}

static void ranges_mean_what_the_policy_says(void **state)
{
	static const struct many cases[] = { { 3, 20000, put_far_and_near4, LEVELS | MIXED },
					     { 1, 30000, put_near4, LEVELS },
					     { 1, 30000, put_far4, PLAIN }, { 0, 0, NULL, PLAIN } };

	(void)state;
	try_many(cases, 4, false);
}

static void put_crowd6(uint32_t r, uint32_t i)
{
	static const char *const ends6[] = { "ffff:ffff:ffff:ffff::/64", "::/1", "8000::/2" };

	if (i < 3)
		put("%s", ends6[r ? 0 : i]);
	else if (i % 7)
		put("2001:db8:%x:%x::/64", rnd(0xffff) >> rnd(16), i * 3 + r);
	else
		put("%x:%x:%x::%x", 0x2000 + rnd(0xc00), rnd(0xffff), i, i % 2);
}

/* Several lists to a line, no two alike. */
static void put_hosts6(uint32_t r, uint32_t i) { put("2001:db8:7:%x::%x", i * 2 + r, i); }

static void put_one_crowd6(uint32_t r, uint32_t i)
{
	put("2001:db8:%x:%x::/64", i >> 14, (i * 2 + r) & 0x7fff);
}

static void put_even6(uint32_t r, uint32_t i)
{
	put("%x:%x::/32", 0x2000 + i % 0x1000, r + i * 2);
}

static void slots_mean_what_the_policy_says(void **state)
{
	static const struct many cases[] = { { 3, 8000, put_crowd6, LEVELS | MIXED | DEEP },
					     { 1, 8000, put_hosts6, LEVELS | DEEP },
					     { 1, 20000, put_one_crowd6, LEVELS },
					     { 1, 20000, put_even6, PLAIN }, { 0, 0, NULL, PLAIN } };

	(void)state;
	try_many(cases, 14, true);
}

static uint8_t *own_copy(struct blob *map)
{
	return (uint8_t *)(map->at = memcpy(malloc(map->len), map->at, map->len));
}

/* The check must see each single change of a class, of a place, of a link. */
static void broken_tables_do_not_pass(void **state)
{
	uint32_t tried = 0, passed = 0;

	(void)state;
	for (uint32_t p = 0; p < 30; p += ONE_OF) {
		struct compiled c;
		enum nb_image which = p % 2 ? NB_IMAGE_NET4 : NB_IMAGE_NET6;
		uint8_t *copy, old;
		size_t len, at;

		seed = p + 77;
		if (p < 24)
			put_policy(4, 1 + rnd(p % 4 < 2 ? 10 : 200), p % 2 ? 6 : 60000);
		else
			put_rules(2, p % 2 ? 10000 : 300, p % 2 ? put_near4 : put_crowd6);
		c = compile();
		len = c.image.maps[which].len;
		if (!len) {
			arena_free(c.arena);
			continue;
		}
		copy = own_copy(&c.image.maps[which]);
		assert_null(net_check(&c.image));
		for (uint32_t i = 0; i < 30; i++) {
			at = rnd((uint32_t)len);
			old = copy[at];
			copy[at] ^= (uint8_t)(1 << rnd(8));
			tried++;
			if (!net_check(&c.image)) {
				/* then it is of no consequence: nothing may be decided by it */
				passed++;
				if (p < 24)
					ask_everywhere(&c);
				else
					ask_some(&c);
			}
			copy[at] = old;
		}
		free(copy);
		arena_free(c.arena);
	}
	assert_true(tried > 400 / ONE_OF && passed < tried / 2);
}

/* ---- numbers of one line, whose order lookups take for granted ---- */

/* Where the number i of a line is: the word, and its lowest bit. */
static uint64_t *place4(uint64_t *line, uint32_t i, uint32_t *shift)
{
	*shift = (i % 5 == 4 ? i / 5 : i % 5) * 16;
	return i % 5 == 4 ? line + 1 : line + 2 + i / 5;
}

static uint64_t *place6(uint64_t *line, uint32_t i, uint32_t *shift)
{
	uint32_t at = i % 4 == 3 ? 9 + i / 4 : i / 4 * 3 + i % 4;

	*shift = at % 2 * 32;
	return line + 2 + at / 2;
}

struct numbers {
	uint64_t *(*place)(uint64_t *line, uint32_t i, uint32_t *shift);
	uint32_t n;
	uint64_t mask;
	uint64_t left; /* where there is none any more */
	uint64_t early[3], late[3]; /* wrong as the last one, and as one of the first three */
};
/* of IPv4 such as are counted at every address */
static const struct numbers of4 = { place4, NB_RANGES_STARTS, 0xffff, 0,
				    { 0x8000, 0xffff, 0x8001 }, { 0x8000, 0xffff, 0x8001 } };
static const struct numbers of6 = { place6, NB_SLOTS_STARTS, ~0u, ~0u,
				    { 0, 1, 2 }, { ~0u, ~1u, ~2u } };

static uint64_t get(const struct numbers *f, uint64_t *line, uint32_t i)
{
	uint32_t shift;
	const uint64_t *word = f->place(line, i, &shift);

	return *word >> shift & f->mask;
}

static void set(const struct numbers *f, uint64_t *line, uint32_t i, uint64_t number)
{
	uint32_t shift;
	uint64_t *word = f->place(line, i, &shift);

	*word = (*word & ~(f->mask << shift)) | number << shift;
}

/* Read one by one the numbers are the same; a lookup that finds a later one counts the hole. */
static void make_hole(const struct numbers *f, uint64_t *line)
{
	for (uint32_t i = f->n - 1; i > 2; i--)
		set(f, line, i, get(f, line, i - 1));
	set(f, line, 2, f->left);
}

/* In lines that have room for one more number, and some. */
static void break_lines(struct compiled *c, const struct numbers *f, uint8_t *at, size_t bytes)
{
	uint32_t tried = 0;

	for (size_t off = 0; off < bytes && tried < 4; off += NB_LINE_WORDS * 8) {
		uint64_t *line = (uint64_t *)(at + off), before[NB_LINE_WORDS];

		if (get(f, line, 5) == f->left || get(f, line, f->n - 1) != f->left)
			continue;
		memcpy(before, line, sizeof before);
		make_hole(f, line);
		assert_non_null(net_check(&c->image));
		memcpy(line, before, sizeof before);
		for (uint32_t i = 0; i < 6; i++) {
			set(f, line, i < 3 ? f->n - 1 : i - 3,
			    i < 3 ? f->early[i] : f->late[i - 3]);
			assert_non_null(net_check(&c->image));
			memcpy(line, before, sizeof before);
		}
		tried++;
	}
	assert_int_equal(tried, 4);
	assert_null(net_check(&c->image));
}

static void lines_that_lookups_miscount_do_not_pass(void **state)
{
	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		enum nb_image which = v6 ? NB_IMAGE_NET6 : NB_IMAGE_NET4;
		const struct nb_params *p;
		struct compiled c;
		uint8_t *copy;
		size_t first;

		put_rules(1, v6 ? 2000 : 30000, v6 ? put_even6 : put_near4);
		c = compile();
		p = &c.image.params;
		assert_int_equal(v6 ? p->net6_kind : p->net4_kind,
				 v6 ? NB_NET_SLOTS : NB_NET_RANGES);
		assert_int_equal(v6 ? p->net6_classes_off : p->net4_classes_off, 0);
		copy = own_copy(&c.image.maps[which]);
		first = v6 ? p->net6_leaves_off : NB_RANGES_LINES;
		break_lines(&c, v6 ? &of6 : &of4, copy + first, c.image.maps[which].len - first - 16);
		free(copy);
		arena_free(c.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_means_what_the_policy_says),
		cmocka_unit_test(ranges_mean_what_the_policy_says),
		cmocka_unit_test(slots_mean_what_the_policy_says),
		cmocka_unit_test(broken_tables_do_not_pass),
		cmocka_unit_test(lines_that_lookups_miscount_do_not_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
