/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The decision functions: pure functions of map images, the same source in the
 * kernel programs and on the host (decide_host.c), where the loader classifies
 * running executables with them and the tests compare them with the reference
 * evaluator.
 *
 * Kernel side: functions that are not static take scalars only, so the verifier
 * judges each once and not at every call. Every offset is checked against the
 * image right before use, behind a barrier that keeps clang from proving the
 * check away; one that does not hold is NB_BROKEN, which callers deny.
 */
#ifndef NB_DECIDE_H
#define NB_DECIDE_H

#include "params.h"

#ifdef __bpf__
#include "maps.h"
#include "name.h"
/* weak: what is known of one definition may not change its callers; otherwise LLVM
 * passes nothing for an argument that it sees unused, which the verifier refuses */
#define NB_GLOBAL __attribute__((noinline, weak))
#define NB_INLINE static __always_inline
#define barrier_value(x) asm volatile("" : "+r"(x))
#define IMAGE_OF(map)                                                          \
	({                                                                     \
		u32 zero_ = 0;                                                 \
		(const u8 *)bpf_map_lookup_elem(&(map), &zero_);               \
	})
#else
#include <string.h>
#define NB_GLOBAL static __attribute__((noinline))
#define NB_INLINE static inline
#define barrier_value(x) (void)(x)
#define IMAGE_OF(map) (map##_host)
extern const u8 *nb_paths_host, *nb_net4_host, *nb_net6_host, *nb_rows_host;
#endif

#define NB_BROKEN (~0ull)

/* Eight bytes of a name. On the host a name is padded to eight by the caller. */
#ifndef __bpf__
NB_INLINE u64 name_word(u64 at)
{
	u64 word;
	memcpy(&word, (const void *)(uintptr_t)at, 8);
	return word;
}
#endif

/* NULL unless [off, off + size) lies in an image of `total` bytes. */
NB_INLINE const void *image_at(const u8 *image, u64 off, u32 size, u32 total)
{
	if (!image || total < size)
		return 0;
	barrier_value(off);
	if (off > total - size)
		return 0;
	return image + off;
}

NB_INLINE u64 hash_mix(u64 hash, u64 value)
{
	hash = (hash ^ value) * 0xff51afd7ed558ccdull;
	return hash ^ hash >> 32;
}

/* The last word of a name of len bytes: len mod 8 bytes, the rest zero. */
NB_INLINE u64 name_tail(u64 at, u32 len)
{
	u32 bits = (len & 7) * 8;
	if (!bits)
		return 0;
	return name_word(at) & ~(~0ull << bits);
}

/* Words of the name, the zero-padded last one (perhaps all zero) included: what
 * the pool of names holds, so equal words are equal names. */
NB_GLOBAL u64 nb_name_hash(u64 at, u32 len)
{
	u64 hash = len;
	for (u32 i = 0; i < 32 && len >= 8; i++) {
		hash = hash_mix(hash, name_word(at));
		at += 8;
		len -= 8;
	}
	return hash_mix(hash, name_tail(at, len));
}

/* The same; most names are short, and a call costs more than they do. */
NB_INLINE u64 name_hash(u64 at, u32 len)
{
	return len < 8 ? hash_mix(len, name_tail(at, len)) : nb_name_hash(at, len);
}

NB_GLOBAL u32 nb_name_equal(u64 at, u32 len, u32 name)
{
	const u8 *paths = IMAGE_OF(nb_paths);
	u64 off = P(names_off) + (u64)name * 8;
	const u64 *word;

	for (u32 i = 0; i < 32 && len >= 8; i++) {
		word = image_at(paths, off, 8, P(paths_bytes));
		if (!word || *word != name_word(at))
			return 0;
		at += 8;
		off += 8;
		len -= 8;
	}
	word = image_at(paths, off, 8, P(paths_bytes));
	return word && len < 8 && *word == name_tail(at, len);
}

#define EDGE_HIT (1ull << 63)
#define EDGE(to, row) (EDGE_HIT | (u64)(row) << 32 | (to))
#define EDGE_TO(edge) ((u32)(edge))
#define EDGE_ROW(edge) ((u32)((edge) >> 32) & 0x7fffffff)

/*
 * The edge of (from, name), 0 if there is none. For a glob context `name` is a
 * class and nothing is compared but the two numbers. At most two buckets, eight
 * slots: a bound that does not depend on the policy.
 */
NB_INLINE u64 edge_find(const u8 *paths, u32 from, u64 at, u32 len, u64 hash)
{
	const struct nb_edge *edge;
	u32 tag = NB_NAME_TAG(hash);

	hash = hash_mix(hash, from);
	for (u32 half = 0; half < 2; half++) {
		u64 bucket = (u64)(u32)(half ? hash >> 32 : hash) * P(buckets) >> 32;
		edge = image_at(paths, bucket * 64, 64, P(paths_bytes));
		if (!edge)
			return NB_BROKEN;
		for (u32 slot = 0; slot < NB_BUCKET_EDGES; slot++, edge++) {
			if (edge->from != from)
				continue;
			if (from & NB_GLOB) {
				if (edge->name == at)
					return EDGE(edge->to, edge->row);
				continue;
			}
			if ((edge->name & ~NB_NAME_OFFSET) == tag &&
			    nb_name_equal(at, len, edge->name & NB_NAME_OFFSET))
				return EDGE(edge->to, edge->row);
		}
	}
	return 0;
}

/* Row of a glob context for an accept class: EDGE, 0 or NB_BROKEN. */
NB_GLOBAL u64 nb_glob_edge(u32 context, u32 class)
{
	return edge_find(IMAGE_OF(nb_paths), context | NB_GLOB, class, 0, hash_mix(1, class));
}

/* Accept class of a name in the glob automaton, 0 = no glob matches. */
NB_GLOBAL u32 nb_glob_class(u64 at, u32 len)
{
	const u8 *paths = IMAGE_OF(nb_paths), *byte_class;
	u32 accepts = P(globs_off) + 256, state = 0;
	u32 nexts = accepts + ((P(glob_states) * 2 + 7) & ~7u);
	const u16 *cell;
	u64 word = 0;

	for (u32 i = 0; i < 256 && i < len; i++) {
		if ((i & 7) == 0) {
			word = name_word(at);
			at += 8;
		}
		byte_class = image_at(paths, P(globs_off) + (word & 255), 1, P(paths_bytes));
		if (!byte_class)
			return 0;
		word >>= 8;
		cell = image_at(paths, nexts + (u64)(state * P(glob_classes) + *byte_class) * 2,
				2, P(paths_bytes));
		if (!cell)
			return 0;
		state = *cell;
	}
	cell = image_at(paths, accepts + (u64)state * 2, 2, P(paths_bytes));
	return cell ? *cell : 0;
}

/* From a directory's state over one name: EDGE(state below, row of the object). */
NB_INLINE u64 step(u32 from, u64 at, u32 len, u64 hash)
{
	const u8 *paths = IMAGE_OF(nb_paths);
	const struct nb_state *state;
	u64 edge;
	u32 class, context, background, row;

	state = image_at(paths, P(states_off) + (u64)from * sizeof(*state), sizeof(*state),
			 P(paths_bytes));
	if (!state)
		return NB_BROKEN;
	context = state->context;
	background = state->background;
	row = state->row;
	if (state->filter & NB_FILTER_BIT(hash)) {
		edge = edge_find(paths, from, at, len, hash);
		if (edge)
			return edge;
	}
	if (P(glob_states) && context) {
		class = nb_glob_class(at, len);
		if (class) {
			edge = nb_glob_edge(context, class);
			if (edge == NB_BROKEN)
				return edge;
			if (edge)
				row = EDGE_ROW(edge);
		}
	}
	return EDGE(background, row);
}

NB_GLOBAL u64 nb_step(u32 from, u64 at, u32 len, u64 hash)
{
	return from ? step(from, at, len, hash) : EDGE(0, 0);
}

/* ---- addresses ---- */

NB_INLINE u32 trie_class(const u8 *image, u32 bytes, const u8 *addr, u32 len)
{
	u64 off = (u64)addr[0] << 8 | addr[1];
	const u16 *entry;

	for (u32 i = 2;; i++) {
		entry = image_at(image, off * 2, 2, bytes);
		if (!entry)
			return ~0u;
		if (*entry & NB_LEAF)
			return *entry & ~NB_LEAF;
		if (i >= len)
			return ~0u;
		off = NB_TRIE_ROOT + (u64)*entry * NB_TRIE_BLOCK + addr[i];
	}
}

/* Row of (address class, protocol and port); ~0 when the image is broken. */
NB_INLINE u32 cell_row(u32 class, u32 key)
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
	cell = image_at(rows, P(cells_off) + (u64)(first + low) * sizeof(*cell), sizeof(*cell),
			P(rows_bytes));
	return cell ? cell->row : ~0u;
}

/* ---- subjects ---- */

/* Is bit `atom` set in the row of words at off? 0, 1; 2 = the image is broken. */
NB_INLINE u32 atom_bit(u32 off, u32 words, u32 row, u32 atom)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const u64 *word = image_at(rows, off + ((u64)row * words + (atom >> 6)) * 8, 8,
				   P(rows_bytes));
	return word ? *word >> (atom & 63) & 1 : 2;
}

/* Index of the last of n ascending numbers that is <= id; the first is 0. */
NB_INLINE u32 id_class(u32 off, u32 n, u32 id)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const u32 *start;
	u32 low = 0;

	for (u32 step = 0x10000; step; step >>= 1) {
		if (low + step >= n)
			continue;
		start = image_at(rows, off + (u64)(low + step) * 4, 4, P(rows_bytes));
		if (start && *start <= id)
			low += step;
	}
	return low;
}

/* Truth of one literal about the subject: 0, 1, or 2 = unknown. Kernel: facts.h
 * asks the task. Host: the request under test. */
NB_GLOBAL u32 nb_fact(u32 dim, u32 atom, u32 net);

/*
 * Is the subject one that the expression names? What is unknown makes a literal true
 * when the question is whether it may be (must = 0), false when it is whether it
 * surely is. A broken image answers so that more is denied.
 */
NB_GLOBAL u32 nb_subject_is(u32 subject, u32 net, u32 must)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_span *span;
	const struct nb_literal *literal;
	u32 all = 1, fact;
	u64 first, count;

	span = image_at(rows, P(subjects_off) + (u64)subject * sizeof(*span), sizeof(*span),
			P(rows_bytes));
	if (!span)
		return !must;
	first = span->first;
	count = span->count;
	if (!count)
		return 1;
	for (u32 i = 0; i < P(literal_max) && i < count; i++) {
		literal = image_at(rows, P(literals_off) + (first + i) * sizeof(*literal),
				   sizeof(*literal), P(rows_bytes));
		if (!literal)
			return !must;
		if (all) {
			fact = nb_fact(literal->dim, literal->atom, net);
			/* 2, unknown, is neither 0 nor 1 */
			all = must ? fact == !literal->negated : fact != literal->negated;
		}
		if (literal->last) {
			if (all)
				return 1;
			all = 1;
		}
	}
	return 0;
}

/* ---- rows ---- */

#define DECISION(verdict, rule) ((u64)(rule) << 32 | (verdict))
#define DECISION_VERDICT(d) ((u32)(d))
#define DECISION_RULE(d) ((u32)((d) >> 32))

/*
 * Verdict of a row for the operations in `ops`: the first entry in source order
 * that denies, else the first that would deny, else the first that audits. A
 * broken image denies, rule 0.
 */
NB_GLOBAL u64 nb_row_decide(u32 row_number, u32 ops, u32 net)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_row *row;
	const struct nb_entry *entry;
	u64 soft = DECISION(NB_ALLOW, 0), first, count;

	row = image_at(rows, P(rows_off) + (u64)row_number * sizeof(*row), sizeof(*row),
		       P(rows_bytes));
	if (!row)
		return DECISION(NB_DENY, 0);
	if (!(row->ops & ops))
		return soft;
	first = row->first;
	count = row->count;
	for (u32 i = 0; i < P(row_max) && i < count; i++) {
		u32 deny, would, audit;

		entry = image_at(rows, P(entries_off) + (first + i) * sizeof(*entry),
				 sizeof(*entry), P(rows_bytes));
		if (!entry)
			return DECISION(NB_DENY, 0);
		deny = entry->deny & ops;
		would = entry->would & ops;
		audit = entry->audit & ops;
		if (!deny && DECISION_VERDICT(soft) >= (would ? NB_WOULD_DENY : NB_AUDIT))
			continue;
		if (!(deny | would | audit) || !nb_subject_is(entry->subject, net, 0))
			continue;
		if (deny)
			return DECISION(NB_DENY, entry->rule);
		soft = DECISION(would ? NB_WOULD_DENY : NB_AUDIT, entry->rule);
	}
	return soft;
}

/* Of the operations in ops, those that the row allows the subject in the scope. */
NB_GLOBAL u32 nb_row_allows(u32 row_number, u32 scope, u32 ops, u32 net)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_row *row;
	const struct nb_entry *entry;
	u32 allowed = 0;
	u64 first, count;

	row = image_at(rows, P(rows_off) + (u64)row_number * sizeof(*row), sizeof(*row),
		       P(rows_bytes));
	if (!row)
		return 0;
	first = row->first;
	count = row->count;
	for (u32 i = 0; i < P(row_max) && i < count; i++) {
		entry = image_at(rows, P(entries_off) + (first + i) * sizeof(*entry),
				 sizeof(*entry), P(rows_bytes));
		if (!entry)
			return 0;
		if (entry->scope == scope && (entry->allow & ops & ~allowed) &&
		    nb_subject_is(entry->subject, net, 1))
			allowed |= entry->allow & ops;
	}
	return allowed;
}

/*
 * What the defaults say of an object with these rows (0: none), two because one
 * address can have two views and is allowed when either is.
 */
NB_GLOBAL u64 nb_default_decide(u32 row, u32 other, u32 ops, u32 net)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_default *def;
	u64 soft = DECISION(NB_ALLOW, 0);
	u32 left;

	for (u32 i = 0; i < P(defaults); i++) {
		def = image_at(rows, P(defaults_off) + i * sizeof(*def), sizeof(*def),
			       P(rows_bytes));
		if (!def)
			return DECISION(NB_DENY, 0);
		left = (def->deny | def->would) & ops;
		if (!left || (!def->deny && DECISION_VERDICT(soft)) ||
		    !nb_subject_is(def->subject, net, 0))
			continue;
		left &= ~nb_row_allows(row, def->scope, left, net);
		if (left && other)
			left &= ~nb_row_allows(other, def->scope, left, net);
		if (!left)
			continue;
		if (def->deny)
			return DECISION(NB_DENY, def->rule);
		soft = DECISION(NB_WOULD_DENY, def->rule);
	}
	return soft;
}

/* A denial wins over what only logs, an explicit one over a default. */
NB_INLINE u64 with_defaults(u64 decision, u32 row, u32 other, u32 ops, u32 net)
{
	u64 more;

	if (!((net ? P(net_defaults) : P(file_defaults)) & ops) ||
	    DECISION_VERDICT(decision) == NB_DENY)
		return decision;
	more = nb_default_decide(row, other, ops, net);
	return DECISION_VERDICT(more) > DECISION_VERDICT(decision) ? more : decision;
}

/* ---- peers ---- */

/*
 * An address is normalised first, to what the kernel will really speak to:
 * ::ffff:a.b.c.d is IPv4; 0.0.0.0 and :: as a target are the socket's own address
 * or loopback; NAT64 and 6to4 addresses are both what they are and what they
 * carry. A bind to 0.0.0.0 or :: takes every local address, so it meets every rule
 * that has one.
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

NB_INLINE u32 class4(u32 addr_be)
{
	return P(net4_bytes) ? trie_class(IMAGE_OF(nb_net4), P(net4_bytes),
					  (const u8 *)&addr_be, 4)
			     : 0;
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

/* mapped_source: the socket is bound to an IPv4 address. */
NB_INLINE u64 peer_decide6(struct peer *peer, u32 mapped_source)
{
	u32 class = 0, inner = 0;

	if (peer_is_zero(peer)) {
		if (peer->op == NB_OP_BIND)
			return peer_decide(peer, class_row(P(any6_class), peer), 0);
		if (mapped_source)
			peer->addr[2] = PREFIX_MAPPED;
		else
			peer->addr[3] = __builtin_bswap32(1);
	}
	if (!peer->addr[0] && !peer->addr[1] && peer->addr[2] == PREFIX_MAPPED) {
		inner = peer->addr[3];
		class = !inner && peer->op == NB_OP_BIND ? P(any4_class) :
							    class4(inner ? inner : LOOPBACK4);
		return peer_decide(peer, class_row(class, peer), 0);
	}
	if (P(net6_bytes))
		class = trie_class(IMAGE_OF(nb_net6), P(net6_bytes), (const u8 *)peer->addr, 16);
	if (peer->addr[0] == PREFIX_NAT64 && !peer->addr[1] && !peer->addr[2])
		inner = class4(peer->addr[3]);
	else if ((peer->addr[0] & MASK_6TO4) == PREFIX_6TO4)
		inner = class4(peer->addr[1] << 16 | peer->addr[0] >> 16); /* little-endian */
	return peer_decide(peer, class_row(class, peer), class_row(inner, peer));
}

#endif
