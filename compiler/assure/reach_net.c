/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NET4, NET6 and cells → the rows that addresses lead to. IPv6 addresses that are
 * always normalised to another one (::, IPv4-mapped) lead nowhere; binding to :: and
 * 0.0.0.0, or listening there, has classes of its own, and so have kinds of sockets. 0.0.0.0 is met all the same, inside 64:ff9b::.
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

/* The example that is good for more operations stays. */
static void meet_row(struct reach *r, uint32_t row, uint32_t ops, const struct class_origin *o)
{
	if (r->rows[row].met == MET_NEVER || (r->row_ops[row] | ops) != r->row_ops[row])
		r->rows[row] = *o;
	r->row_ops[row] |= ops;
}

#define LISTEN (1u << NB_OP_LISTEN)

/* The key of a cell, and what may be asked with it: who listens without a port meets a
 * cell of his own, and none by port 0. */
static bool cell_key(const struct nb_params *p, uint32_t start, uint32_t end, uint32_t *key,
		     uint32_t *ops)
{
	uint32_t last = end < NB_CELL_ANY_PORT(0) ? end : NB_CELL_ANY_PORT(0);

	if (find_key(start, last, key)) {
		if (*key & 0xffff || !(p->net_ops & LISTEN) ||
		    !protocol_has_ports((uint8_t)(*key >> 16)))
			return true;
		if (*key + 1 < last)
			++*key;
		else
			*ops &= ~LISTEN;
		return true;
	}
	*ops &= LISTEN;
	start = start < NB_CELL_ANY_PORT(0) ? NB_CELL_ANY_PORT(0) : start;
	if (!*ops || !(p->net_ops & LISTEN) || start >= end)
		return false;
	*key = start & 0xff0000;
	if (*key < NB_CELL_KEY(6, 0) && end > NB_CELL_ANY_PORT(6))
		*key = NB_CELL_KEY(6, 0);
	return true;
}

static void meet_class(struct reach *r, uint32_t class, uint32_t ops, bool v6,
		       const uint8_t addr[16])
{
	const struct nb_params *p = &r->image->params;
	const uint8_t *rows = r->image->maps[NB_IMAGE_ROWS].at;
	const struct nb_span *span = (const struct nb_span *)(rows + p->classes_off) + class;
	const struct nb_cell *cell = (const struct nb_cell *)(rows + p->cells_off) + span->first;

	for (uint32_t i = 0; i < span->count; i++) {
		uint32_t end = i + 1 < span->count ? cell[i + 1].start : NB_CELL_END, with = ops;
		struct class_origin o = { .met = MET_ADDRESS, .v6 = v6 };

		if (!cell_key(p, cell[i].start, end, &o.what, &with))
			continue;
		memcpy(o.addr, addr, 16);
		meet_row(r, cell[i].row, with, &o);
	}
}

static void meet_sockets(struct reach *r)
{
	const struct nb_params *p = &r->image->params;
	const uint8_t *rows = r->image->maps[NB_IMAGE_ROWS].at;
	const struct nb_span *span =
		(const struct nb_span *)(rows + p->classes_off) + p->sockets_class;
	const struct nb_cell *cell = (const struct nb_cell *)(rows + p->cells_off) + span->first;

	for (uint32_t i = 0; i < span->count; i++) {
		struct class_origin o = { .met = MET_SOCKET, .what = cell[i].start };

		meet_row(r, cell[i].row, 1u << NB_OP_SOCKET, &o);
	}
}

/* The first class-giving address of a piece stands for it. */
static const char *meet_piece(void *to, piece_address first, piece_address last, uint32_t class)
{
	const piece_address mapped = (piece_address)0xffff << 32;
	const piece_address nat64 = (piece_address)0x0064ff9b << 96;
	const struct family *f = to;
	bool v6 = f->v6;
	uint8_t addr[16] = { 0 };

	if (f->classes[class])
		return NULL;
	if (v6 && first >> 32 == mapped >> 32)
		first = (mapped | UINT32_MAX) + 1;
	if (!first)
		first = 1;
	if (first > last) {
		if (v6)
			return NULL; /* of :: or IPv4-mapped addresses alone */
		first = nat64; /* of 0.0.0.0 alone */
		v6 = true;
	}
	f->classes[class] = true;
	for (int i = v6 ? 15 : 3; i >= 0; i--, first >>= 8)
		addr[i] = (uint8_t)first;
	meet_class(f->reach, class, NET_OPS & ~(1u << NB_OP_SOCKET), v6, addr);
	return NULL;
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
		meet_class(r, p->any4_class, 1u << NB_OP_BIND | LISTEN, false, zero);
	if (p->net4_bytes || p->net6_bytes)
		meet_class(r, p->any6_class, 1u << NB_OP_BIND | LISTEN, true, zero);
	if (p->sockets_class)
		meet_sockets(r);
}
