/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NET4, NET6 and cells → the rows that addresses lead to. IPv6 addresses that are
 * always normalised to another one (::, IPv4-mapped) lead nowhere; binding to :: and
 * 0.0.0.0 has classes of its own. 0.0.0.0 is met all the same, inside 64:ff9b::.
 */
#include <string.h>
#include "compiler/assure/match.h"
#include "compiler/assure/reach_parts.h"
#include "compiler/lower/pieces.h"

struct family {
	struct reach *reach;
	bool v6;
	bool *classes; /* met already */
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

/* The first class-giving address of a piece stands for it. */
static void meet_piece(void *to, piece_address first, piece_address last, uint32_t class)
{
	const piece_address mapped = (piece_address)0xffff << 32;
	const piece_address nat64 = (piece_address)0x0064ff9b << 96;
	const struct family *f = to;
	bool v6 = f->v6;
	uint8_t addr[16] = { 0 };

	if (f->classes[class])
		return;
	if (v6 && first >> 32 == mapped >> 32)
		first = (mapped | UINT32_MAX) + 1;
	if (!first)
		first = 1;
	if (first > last) {
		if (v6)
			return; /* of :: or IPv4-mapped addresses alone */
		first = nat64; /* of 0.0.0.0 alone */
		v6 = true;
	}
	f->classes[class] = true;
	for (int i = v6 ? 15 : 3; i >= 0; i--, first >>= 8)
		addr[i] = (uint8_t)first;
	meet_class(f->reach, class, NET_OPS, v6, addr);
}

static void visit_family(struct reach *r, bool v6, bool *classes)
{
	struct family f = { .reach = r, .v6 = v6, .classes = classes };

	if (r->image->maps[v6 ? NB_IMAGE_NET6 : NB_IMAGE_NET4].len)
		pieces_walk(r->image, v6, meet_piece, &f);
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
