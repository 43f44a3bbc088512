/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Headers of a packet → the peer, as far as they tell. What they do not tell (ports of
 * a fragment, a chain of extension headers that does not end) is said to be unknown;
 * source routes are a reason of their own, since the address that they hide is one too.
 */
#ifndef NB_HEADERS_H
#define NB_HEADERS_H

#include "decide.h"

#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_DCCP 33
#define IPPROTO_SCTP 132
#define IPPROTO_UDPLITE 136
#define ETH_P_IP_BE __builtin_bswap16(0x0800)
#define IPV4_OPTIONS 40
#define IPV6_CHAIN 8 /* extension headers; more are not read */
#define NOT_FIRST bpf_htons(0x1fff) /* offset of a fragment */
#define OPTION_END 0
#define OPTION_NOP 1
#define OPTION_LSRR 131
#define OPTION_SSRR 137
#define NEXT_HOP_OPTIONS 0
#define NEXT_ROUTING 43
#define NEXT_FRAGMENT 44
#define NEXT_AUTH 51
#define NEXT_DEST_OPTIONS 60

enum known { KNOWN_ADDRESS, KNOWN_PROTOCOL, KNOWN_ALL };

struct headers {
	u32 addr[4]; /* of the peer; network byte order, IPv4 in the first */
	u32 family;
	u32 protocol;
	u32 port; /* of the peer when it leaves, of the socket when it arrives */
	u32 known;
	u32 reason; /* not 0: denied whatever rules say, an enum nb_reason */
};

static __always_inline u32 has_ports(u32 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_UDPLITE || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_DCCP;
}

/* The destination port, at the same place in all that have one. */
static __always_inline void port_read(struct __sk_buff *skb, struct headers *h, u32 off)
{
	u16 port;

	h->known = KNOWN_ALL;
	if (!has_ports(h->protocol))
		return;
	if (bpf_skb_load_bytes(skb, off + 2, &port, 2))
		h->known = KNOWN_PROTOCOL;
	else
		h->port = bpf_ntohs(port);
}

/*
 * The loops below are global functions, so that the verifier judges each once and not
 * once more for every way that leads to it.
 */

/* A source route among the options up to `end`, or options that end amiss? */
NB_GLOBAL u32 nb_routed4(struct __sk_buff *skb, u32 end)
{
	u32 off = 20;
	u8 option[2];

	for (u32 i = 0; i < IPV4_OPTIONS && off < end; i++) {
		if (bpf_skb_load_bytes(skb, off, option, 1))
			return 1;
		if (option[0] == OPTION_END)
			return 0;
		if (option[0] == OPTION_LSRR || option[0] == OPTION_SSRR)
			return 1;
		if (option[0] == OPTION_NOP) {
			off++;
			continue;
		}
		if (bpf_skb_load_bytes(skb, off + 1, option + 1, 1) || option[1] < 2)
			return 1;
		off += option[1];
	}
	return 0;
}

static __always_inline void headers4(struct __sk_buff *skb, struct headers *h, u32 leaves)
{
	u8 ip[20];
	u32 len;

	if (bpf_skb_load_bytes(skb, 0, ip, sizeof(ip)) || ip[0] >> 4 != 4 || (ip[0] & 15) < 5) {
		h->reason = NB_REASON_HEADER;
		return;
	}
	len = (ip[0] & 15) * 4;
	h->protocol = ip[9];
	__builtin_memcpy(h->addr, ip + (leaves ? 16 : 12), 4);
	if (leaves && len > 20 && nb_routed4(skb, len))
		h->reason = NB_REASON_ROUTE;
	else if ((ip[6] & 0x1f) | ip[7]) /* a fragment, and not the first */
		h->known = has_ports(h->protocol) ? KNOWN_PROTOCOL : KNOWN_ALL;
	else
		port_read(skb, h, len);
}

#define CHAIN(protocol, off, known, reason)                                    \
	((u64)(protocol) | (u64)(off) << 8 | (u64)(known) << 32 | (u64)(reason) << 40)

static __always_inline u32 is_extension(u32 kind)
{
	return kind == NEXT_HOP_OPTIONS || kind == NEXT_ROUTING || kind == NEXT_FRAGMENT ||
	       kind == NEXT_AUTH || kind == NEXT_DEST_OPTIONS;
}

/* Where the chain of extension headers that begins with `kind` ends. */
NB_GLOBAL u64 nb_chain6(struct __sk_buff *skb, u32 kind, u32 leaves)
{
	u32 off = 40;
	u8 head[4];

	for (u32 i = 0; i < IPV6_CHAIN && is_extension(kind); i++) {
		u32 this = kind;

		if (bpf_skb_load_bytes(skb, off, head, sizeof(head)))
			return CHAIN(kind, off, KNOWN_ADDRESS, 0);
		if (kind == NEXT_ROUTING && leaves && head[3])
			return CHAIN(kind, off, KNOWN_ADDRESS, NB_REASON_ROUTE);
		kind = head[0];
		/* what follows the header of a later fragment is no header */
		if (this == NEXT_FRAGMENT && (head[2] | (head[3] & 0xf8)))
			return CHAIN(kind, off,
				     has_ports(kind) ? KNOWN_PROTOCOL : KNOWN_ADDRESS, 0);
		off += this == NEXT_FRAGMENT ? 8
		       : this == NEXT_AUTH   ? (head[1] + 2) * 4
					     : (head[1] + 1) * 8;
	}
	return CHAIN(kind, off, is_extension(kind) ? KNOWN_ADDRESS : KNOWN_ALL, 0);
}

static __always_inline void headers6(struct __sk_buff *skb, struct headers *h, u32 leaves)
{
	u8 ip[40];
	u32 off = sizeof(ip);
	u64 end;

	if (bpf_skb_load_bytes(skb, 0, ip, sizeof(ip)) || ip[0] >> 4 != 6) {
		h->reason = NB_REASON_HEADER;
		return;
	}
	h->protocol = ip[6];
	h->known = KNOWN_ALL;
	__builtin_memcpy(h->addr, ip + (leaves ? 24 : 8), 16);
	if (is_extension(h->protocol)) {
		end = nb_chain6(skb, h->protocol, leaves);
		h->protocol = end & 255;
		off = end >> 8 & 0xffffff;
		h->known = end >> 32 & 255;
		h->reason = end >> 40;
	}
	if (h->known == KNOWN_ALL)
		port_read(skb, h, off);
}

/* leaves: the peer is the destination, else the source. */
static __always_inline void headers_read(struct __sk_buff *skb, struct headers *h, u32 leaves)
{
	__builtin_memset(h, 0, sizeof(*h));
	h->known = KNOWN_ADDRESS;
	if (skb->protocol == ETH_P_IP_BE) {
		h->family = 4;
		headers4(skb, h, leaves);
	} else {
		h->family = 6;
		headers6(skb, h, leaves);
	}
}

/* Nothing in its header names further addresses. */
static __always_inline u32 is_plain(struct __sk_buff *skb)
{
	const u8 *ip = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;

	if (skb->protocol == ETH_P_IP_BE)
		return ip + 20 <= end && ip[0] == 0x45;
	return ip + 40 <= end && !is_extension(ip[6]);
}

/* Four bytes of a header in one load; programs are loaded where that may be anywhere. */
static __always_inline u32 word_at(const u8 *at)
{
	return *(const u32 *)(const void *)at;
}

static __always_inline u64 long_at(const u8 *at)
{
	return *(const u64 *)(const void *)at;
}

/* The protocol and port of a plain header, of which four bytes follow. */
static __always_inline u32 plain_key(u32 protocol, const u8 *behind)
{
	return NB_CELL_KEY(protocol, has_ports(protocol)
					     ? bpf_ntohs(*(const u16 *)(const void *)(behind + 2))
					     : 0);
}

#endif
