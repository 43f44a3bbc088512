/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses that rules tell apart: of a rule's own ranges, and of what asks for
 * NAT64 and 6to4 addresses. Every address of a range is alike to one of those found.
 */
#pragma once
#include "compiler/check/policy.h"

struct peer_kind {
	bool v6;
	uint8_t addr[16];                   /* one of them, network byte order */
	const struct rule *const *rules;    /* that name its address, whatever its port */
	uint32_t n_rules;
};
typedef VEC(struct peer_kind) peer_kinds;

/*
 * For the operation on the addresses of `asked`: one of each kind, with the rules that
 * deny or allow, in source order, defaults among them. False when it takes more than
 * `steps`, from which what was done is taken.
 */
bool peers_find(struct arena *, const struct policy *, const struct rule *asked,
		enum nb_op, size_t *steps, peer_kinds *out);

struct peer_port {
	uint8_t protocol;
	uint16_t port;
};
typedef VEC(struct peer_port) peer_ports;

/* One of each kind of protocol and port in the boxes of `asked` that these rules tell
 * apart; steps as above. */
bool ports_find(struct arena *, const struct rule *asked, const struct peer_kind *,
		size_t *steps, peer_ports *out);
