/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Nearly every packet has a plain header, and an address that is what it looks like: it
 * is judged in place. What can be told without the table is asked before it, the port
 * behind it where rules leave it open. any: there are defaults, so that no packet is
 * nobody's. What is not settled so is for a function, so that the fast ways keep few
 * registers; one number says all that it has to know.
 */
#ifndef NB_PLAIN_H
#define NB_PLAIN_H

#include "headers.h"
#include "socket.h"

#define NOT_PLAIN (~0u) /* as a class of a broken image, which is to be met once more */
#define NOBODYS(any) ((any) ? NB_MAX_CLASS + 1 : 0)
#define SKIP(named) (!any && !(named))

/* Does the label tell that none of the rules binds the socket's maker? */
static __always_inline u32 is_free(const struct nb_sock *label)
{
	return label && !(label->may[0] & ((u64)P(label_high) << 32 | P(label_low)));
}

/* The label before anything is looked up, where that costs more than to ask. */
static __always_inline struct nb_sock *label_at_once(struct __sk_buff *skb, u32 is_slow)
{
	struct bpf_sock *sk;

	if (!NB_HAS_TASK || !P(label_dims) || !is_slow)
		return 0;
	sk = skb->sk;
	return sk ? bpf_sk_storage_get(&nb_socks, sk, 0, 0) : 0;
}

/* Is that the last peer of which the table said that it is nobody's? A table never changes;
 * a new label has zero there, of which nothing is ever remembered. */
static __always_inline u32 is_nobodys_again(u64 last, u64 peer, u32 any)
{
	return !any && peer && last == peer;
}

static __always_inline u32 plain4(struct __sk_buff *skb, const u8 *ip, u32 leaves, u32 any)
{
	u32 addr = word_at(ip + (leaves ? 16 : 12)), class;
	struct nb_sock *label;

	if (ip[0] != 0x45)
		return NOT_PLAIN;
	if (SKIP(is_named4(addr)))
		return NOBODYS(any);
	if (SOME_KEYS_ONLY && SKIP(is_named_key(plain_key(ip[9], ip + 20))) &&
	    !(*(const u16 *)(const void *)(ip + 6) & NOT_FIRST))
		return NOBODYS(any);
	label = label_at_once(skb, P(net4_kind) == NB_NET_RANGES);
	if (is_free(label) || (label && is_nobodys_again(label->nobodys4, addr, any)))
		return NOBODYS(any);
	class = class4(addr);
	if (SKIP(class)) {
		if (label)
			label->nobodys4 = addr;
		return NOBODYS(any);
	}
	return *(const u16 *)(const void *)(ip + 6) & NOT_FIRST ? NOT_PLAIN : class;
}

/* The class is that of the upper half. */
static __always_inline u32 plain6(struct __sk_buff *skb, const u8 *ip, u32 leaves, u32 any)
{
	u64 high = __builtin_bswap64(long_at(ip + (leaves ? 24 : 8)));
	u32 kind = ip[6], key, upper = high >> 32, class;
	struct nb_sock *label;

	/* most are of these two, which clang should not count among the others below */
	if (kind == IPPROTO_UDP || kind == IPPROTO_TCP) {
		key = NB_CELL_KEY(kind, bpf_ntohs(*(const u16 *)(const void *)(ip + 42)));
	} else {
		barrier_value(kind);
		if (is_extension(kind))
			return NOT_PLAIN;
		key = plain_key(kind, ip + 40);
	}
	barrier_value(upper); /* numbers of 32 bits are shorter in code */
	if (carries(upper))
		return NOT_PLAIN;
	if (SKIP(is_named6(upper)) || (SOME_KEYS_ONLY && SKIP(is_named_key(key))))
		return NOBODYS(any);
	label = label_at_once(skb, P(net6_kind) != NB_NET_NONE);
	if (is_free(label) || (label && is_nobodys_again(label->nobodys6, high, any)))
		return NOBODYS(any);
	class = upper_class(high);
	if (label && SKIP(class))
		label->nobodys6 = high;
	return class;
}

static __always_inline u32 plain_class(struct __sk_buff *skb, u32 leaves, u32 any)
{
	const u8 *ip = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;

	if (skb->protocol == ETH_P_IP_BE)
		return ip + 24 > end ? NOT_PLAIN : plain4(skb, ip, leaves, any);
	return ip + 44 > end ? NOT_PLAIN : plain6(skb, ip, leaves, any);
}

#endif
