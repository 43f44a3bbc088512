/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* From an address, protocol and port to rows, and to a verdict. Part of decide.h. */
#ifndef NB_DECIDE_PEER_H
#define NB_DECIDE_PEER_H

#include "decide_net.h"
#include "decide_row.h"

/*
 * Does any rule name the address, the protocol and port? Policies name few, so that for
 * most a compare in code is all; where they name all, it is not even that.
 */
NB_INLINE u32 is_named4(u32 addr_be)
{
	return __builtin_bswap32(addr_be) - P(hull4_first) <= P(hull4_more);
}

NB_INLINE u32 is_named6(u32 upper)
{
	return upper - P(hull6_first) <= P(hull6_more);
}

/* The largest gap between them says most, and is left out: that from a port of TCP to one
 * of UDP has all other ports of both. */
#define SOME_KEYS_ONLY (P(hull_keys) != ~0u || P(hull_gaps))
NB_INLINE u32 is_named_key(u32 key)
{
	return key - P(hull_key) <= P(hull_keys) && key - P(hull_gap) >= P(hull_gaps);
}

/* Number of the cell of (address class, protocol and port); ~0 when the image is broken. */
NB_INLINE u32 cell_number(u32 class, u32 key)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_span *span;
	const struct nb_cell *cell;
	u32 first, low = 0, count;

	span = image_at(rows, P(classes_off) + (u64)class * sizeof(*span), sizeof(*span),
			P(rows_bytes));
	if (!span)
		return ~0u;
	first = span->first;
	count = span->count;
	/* the last cell that starts at or below key; cell 0 starts at 0 */
	for (u32 step = 1u << P(cell_steps); step >>= 1;) {
		if (low + step >= count)
			continue;
		cell = image_at(rows, P(cells_off) + (u64)(first + low + step) * sizeof(*cell),
				sizeof(*cell), P(rows_bytes));
		if (!cell)
			return ~0u;
		if (cell->start <= key)
			low += step;
	}
	return first + low;
}

NB_INLINE u32 cell_row(u32 class, u32 key)
{
	const struct nb_cell *cell;
	u64 number = cell_number(class, key);

	cell = image_at(IMAGE_OF(nb_rows), P(cells_off) + number * sizeof(*cell), sizeof(*cell),
			P(rows_bytes));
	return cell ? cell->row : ~0u;
}

/*
 * An address is normalised first, to what the kernel will really speak to:
 * ::ffff:a.b.c.d is IPv4; 0.0.0.0 and :: as a target are the socket's own address
 * or loopback; NAT64 and 6to4 addresses are both what they are and what they
 * carry. Binding to 0.0.0.0 or ::, and listening there, takes every local address,
 * so it meets every rule that has one.
 */
struct peer {
	u32 addr[4]; /* network byte order; IPv4 in the first */
	u32 key;     /* NB_CELL_KEY */
	u32 op;
};

#define LOOPBACK4 __builtin_bswap32(0x7f000001)
#define PREFIX_MAPPED __builtin_bswap32(0x0000ffff) /* third word of ::ffff:0:0/96 */
#define PREFIX_NAT64 __builtin_bswap32(0x0064ff9b)
#define PREFIX_6TO4 __builtin_bswap32(0x20020000)
#define MASK_6TO4 __builtin_bswap32(0xffff0000)
/* Is it NAT64 or 6to4, by its first word? One compare tells nearly all others apart. */
NB_INLINE u32 carries(u32 upper)
{
	return upper <= 0x2002ffff && (upper == 0x0064ff9b || upper >> 16 == 0x2002);
}

/* Row of a class for the peer; 0 = no rule, ~0 = a broken image. Inlined, as is all
 * down to the row: from a program to the comparison of a cgroup's name are eight
 * frames, the most that the verifier takes. */
NB_INLINE u32 class_row(u32 class, const struct peer *peer)
{
	if (!class)
		return 0;
	return class == ~0u ? ~0u : cell_row(class, peer->key);
}

/* other: row of a second view of the address, 0 if it has none. */
NB_INLINE u64 peer_decide(const struct peer *peer, u32 row, u32 other)
{
	u64 decision = DECISION(NB_ALLOW, 0), second;
	u32 ops = 1u << peer->op;

	if (row == ~0u || other == ~0u)
		return DECISION(NB_DENY, 0);
	if (row)
		decision = nb_row_decide(row, ops, 1);
	if (other) {
		second = nb_row_decide(other, ops, 1);
		/* a denial wins; among equals the first rule in source order */
		if (DECISION_VERDICT(second) > DECISION_VERDICT(decision) ||
		    (DECISION_VERDICT(second) == DECISION_VERDICT(decision) &&
		     DECISION_RULE(second) < DECISION_RULE(decision)))
			decision = second;
	}
	return with_defaults(decision, row, other, ops, 1);
}

/* The key of a local port: who listens without one gets any. */
NB_INLINE u32 local_key(u32 op, u32 protocol, u32 port)
{
	return op == NB_OP_LISTEN && !port ? NB_CELL_ANY_PORT(protocol)
					   : NB_CELL_KEY(protocol, port);
}

/* May a socket of this kind be made? */
NB_INLINE u64 socket_decide(u32 family, u32 type)
{
	struct peer kind = { .key = NB_SOCKET_KEY(family, type), .op = NB_OP_SOCKET };

	return peer_decide(&kind, class_row(P(sockets_class), &kind), 0);
}

NB_INLINE u32 peer_is_zero(const struct peer *peer)
{
	return !(peer->addr[0] | peer->addr[1] | peer->addr[2] | peer->addr[3]);
}

/* source_be: the socket's own address, 0 if it has none. */
NB_INLINE u64 peer_decide4(struct peer *peer, u32 source_be)
{
	if (!peer->addr[0]) {
		if (peer->op == NB_OP_BIND)
			return peer_decide(peer, class_row(P(any4_class), peer), 0);
		peer->addr[0] = source_be ? source_be : LOOPBACK4;
	}
	return peer_decide(peer, class_row(class4(peer->addr[0]), peer), 0);
}

/* mapped_source: the socket is bound to an IPv4 address; source_be is which, and what
 * ::ffff:0.0.0.0 means then, while :: is loopback. */
NB_INLINE u64 peer_decide6(struct peer *peer, u32 mapped_source, u32 source_be)
{
	u32 class = 0, inner = 0;

	if (peer_is_zero(peer)) {
		if (peer->op == NB_OP_BIND)
			return peer_decide(peer, class_row(P(any6_class), peer), 0);
		if (mapped_source) {
			peer->addr[2] = PREFIX_MAPPED;
			peer->addr[3] = LOOPBACK4; /* whichever it is bound to */
		} else {
			peer->addr[3] = __builtin_bswap32(1);
		}
	}
	if (!peer->addr[0] && !peer->addr[1] && peer->addr[2] == PREFIX_MAPPED) {
		inner = peer->addr[3];
		if (!inner && peer->op == NB_OP_BIND)
			return peer_decide(peer, class_row(P(any4_class), peer), 0);
		if (!inner)
			inner = peer->addr[3] = source_be ? source_be : LOOPBACK4;
		class = class4(inner);
		return peer_decide(peer, class_row(class, peer), 0);
	}
	class = class6(peer->addr);
	if (peer->addr[0] == PREFIX_NAT64 && !peer->addr[1] && !peer->addr[2])
		inner = class4(peer->addr[3]);
	else if ((peer->addr[0] & MASK_6TO4) == PREFIX_6TO4)
		inner = class4(peer->addr[1] << 16 | peer->addr[0] >> 16); /* little-endian */
	return peer_decide(peer, class_row(class, peer), class_row(inner, peer));
}

/*
 * A local address in the form of IPv6, as two halves of network byte order: the row of
 * it, or of the one that it carries. A function of its own, so that the verifier judges
 * it once, for sockets of both families.
 */
NB_GLOBAL u32 nb_local_row(u64 upper, u64 lower, u32 key, u32 carried)
{
	u32 addr[4] = { upper, upper >> 32, lower, lower >> 32 }, class = 0;

	if (carried) {
		if (addr[0] == PREFIX_NAT64 && !addr[1] && !addr[2])
			class = class4(addr[3]);
		else if ((addr[0] & MASK_6TO4) == PREFIX_6TO4)
			class = class4(addr[1] << 16 | addr[0] >> 16); /* little-endian */
	} else if (!(upper | lower)) {
		class = P(any6_class);
	} else if (!upper && addr[2] == PREFIX_MAPPED) {
		class = addr[3] ? class4(addr[3]) : P(any4_class);
	} else {
		class = class6(addr);
	}
	if (!class)
		return 0;
	return class == ~0u ? ~0u : cell_row(class, key);
}

NB_INLINE u64 local_decide(const struct peer *peer)
{
	u64 upper = peer->addr[0] | (u64)peer->addr[1] << 32;
	u64 lower = peer->addr[2] | (u64)peer->addr[3] << 32;

	return peer_decide(peer, nb_local_row(upper, lower, peer->key, 0),
			   nb_local_row(upper, lower, peer->key, 1));
}

#endif
