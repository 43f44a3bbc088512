/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NET4, NET6 and cells → the rows that addresses lead to. IPv6 addresses that are
 * always normalised to another one (::, IPv4-mapped) lead nowhere; binding to :: and
 * 0.0.0.0 has classes of its own. 0.0.0.0 is met all the same, inside 64:ff9b::.
 */
#include <string.h>
#include "compiler/assure/match.h"
#include "compiler/assure/reach_parts.h"

struct trie {
	struct reach *reach;
	const uint16_t *words;
	bool v6;
	bool *seen; /* blocks: equal parts of the trie are one block */
	bool *classes;
	uint8_t addr[16];
};

/* A key of [start, end) that some packet has: what people know first. */
static bool find_key(uint32_t start, uint32_t end, uint32_t *key)
{
	static const uint32_t known[] = { NB_CELL_KEY(6, 80), NB_CELL_KEY(6, 22),
					  NB_CELL_KEY(17, 53) };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i] >= start && known[i] < end) {
			*key = known[i];
			return true;
		}
	for (uint32_t protocol = start >> 16; protocol <= 255; protocol++) {
		*key = NB_CELL_KEY(protocol, 0);
		if (*key < start && protocol_has_ports((uint8_t)protocol))
			*key = start;
		if (*key >= start)
			return *key < end;
	}
	return false;
}

static void meet_class(struct reach *r, uint32_t class, uint32_t ops, bool v6,
		       const uint8_t addr[16])
{
	const struct nb_params *p = &r->image->params;
	const uint8_t *rows = r->image->maps[NB_IMAGE_ROWS].at;
	const struct nb_span *span = (const struct nb_span *)(rows + p->classes_off) + class;
	const struct nb_cell *cell = (const struct nb_cell *)(rows + p->cells_off) + span->first;

	for (uint32_t i = 0; i < span->count; i++) {
		uint32_t end = i + 1 < span->count ? cell[i + 1].start : NB_CELL_KEY(256, 0);
		struct class_origin o = { .met = MET_ADDRESS, .v6 = v6 };

		if (!find_key(cell[i].start, end, &o.what))
			continue;
		memcpy(o.addr, addr, 16);
		r->row_ops[cell[i].row] |= ops;
		if (r->rows[cell[i].row].met == MET_NEVER)
			r->rows[cell[i].row] = o;
	}
}

static bool is_zero(const uint8_t *addr, uint32_t n)
{
	static const uint8_t zero[16];

	return !memcmp(addr, zero, n);
}

static bool begins_mapped(const struct trie *t, uint32_t bytes)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return t->v6 && !memcmp(t->addr, mapped, bytes < 12 ? bytes : 12);
}

/* bytes: how many of the address are fixed. Depth is at most 15. */
static void visit(struct trie *t, uint16_t entry, uint32_t bytes)
{
	static const uint8_t nat64[16] = { 0x00, 0x64, 0xff, 0x9b };
	uint32_t all = t->v6 ? 16 : 4;
	uint8_t example[16];

	if (bytes >= 12 && begins_mapped(t, bytes))
		return;
	if (entry & NB_LEAF) {
		uint32_t class = entry & ~NB_LEAF;

		bool zero = bytes == all && is_zero(t->addr, all);

		if (t->classes[class] || (zero && t->v6))
			return;
		t->classes[class] = true;
		memcpy(example, zero ? nat64 : t->addr, 16);
		if (is_zero(example, 16))
			example[all - 1] = 1;
		meet_class(t->reach, class, NET_OPS, t->v6 || zero, example);
		return;
	}
	if (!is_zero(t->addr, bytes) && !begins_mapped(t, bytes)) {
		if (t->seen[entry])
			return;
		t->seen[entry] = true;
	}
	for (uint32_t i = 0; i < NB_TRIE_BLOCK; i++) {
		t->addr[bytes] = (uint8_t)i;
		visit(t, t->words[NB_TRIE_ROOT + (size_t)entry * NB_TRIE_BLOCK + i], bytes + 1);
	}
	t->addr[bytes] = 0;
}

static void visit_family(struct reach *r, bool v6, bool *classes)
{
	const struct blob *map = &r->image->maps[v6 ? NB_IMAGE_NET6 : NB_IMAGE_NET4];
	struct trie t = { .reach = r, .words = (const uint16_t *)map->at, .v6 = v6,
			  .classes = classes };

	if (!map->len)
		return;
	t.seen = ARENA_ARRAY(r->arena, bool, NB_LEAF);
	for (uint32_t i = 0; i < NB_TRIE_ROOT; i++) {
		t.addr[0] = (uint8_t)(i >> 8);
		t.addr[1] = (uint8_t)i;
		visit(&t, t.words[i], 2);
	}
}

void reach_addresses(struct reach *r)
{
	static const uint8_t zero[16];
	const struct nb_params *p = &r->image->params;
	bool *classes = ARENA_ARRAY(r->arena, bool, (size_t)p->classes + 1);

	visit_family(r, false, classes);
	visit_family(r, true, classes);
	if (p->net4_bytes)
		meet_class(r, p->any4_class, 1u << NB_OP_BIND, false, zero);
	if (p->net4_bytes || p->net6_bytes)
		meet_class(r, p->any6_class, 1u << NB_OP_BIND, true, zero);
}
