/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw and packet sockets, IP options, routing headers, fragments: packets whose
 * headers say something else than the call did. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include "net.h"

#define EXPERIMENT 253 /* a protocol that nobody speaks */

static int raw(int family, int protocol)
{
	return sock(family, SOCK_RAW, protocol);
}

void try_raw4(void) { say(raw(AF_INET, EXPERIMENT), CLOSED4, 0); }
void try_raw6(void) { say(raw(AF_INET6, EXPERIMENT), CLOSED6, 0); }

void try_raw_connect(void)
{
	int s = raw(AF_INET, EXPERIMENT);

	dial(s, CLOSED4, 0);
	tell(s);
}

void try_raw_icmp(void)
{
	struct where w = where(CLOSED4, 0);
	uint8_t echo[8] = { 8 };

	step((int)sendto(raw(AF_INET, IPPROTO_ICMP), echo, 8, 0, &w.any, w.len));
}

void try_raw_before(void)
{
	int s = raw(AF_INET, EXPERIMENT);

	await_policy();
	say(s, CLOSED4, 0);
}

/* ---- headers made by hand ---- */

struct packet {
	uint8_t bytes[1400];
	size_t len;
};

static void put(struct packet *p, const void *bytes, size_t n)
{
	memcpy(p->bytes + p->len, bytes, n);
	p->len += n;
}

/* options: a multiple of 4 bytes. frag: in units of 8 bytes, with flags. */
static struct packet header4(const char *to, uint8_t protocol, const void *options, size_t n,
			     uint16_t frag)
{
	struct iphdr ip = { .version = 4, .ihl = (5 + n / 4) & 15, .ttl = 64,
			    .protocol = protocol, .frag_off = htons(frag) };
	struct packet p = { .len = 0 };

	ip.saddr = where(OPEN4, 0).v4.sin_addr.s_addr;
	ip.daddr = where(to, 0).v4.sin_addr.s_addr;
	put(&p, &ip, sizeof ip);
	put(&p, options, n);
	return p;
}

static void emit4(struct packet *p, const char *call)
{
	struct where w = where(call, 0);
	int s = raw(AF_INET, IPPROTO_RAW);

	((struct iphdr *)p->bytes)->tot_len = htons((uint16_t)p->len);
	step((int)sendto(s, p->bytes, p->len, 0, &w.any, w.len));
}

static const struct udphdr to_port = { .uh_dport = 0x611e /* 7777 */, .uh_ulen = 0x0c00 };

void try_raw_header(void)
{
	struct packet p = header4(CLOSED4, EXPERIMENT, "", 0, 0);
	struct where w = where(OPEN4, 0);
	int s = raw(AF_INET, EXPERIMENT);

	set(s, IPPROTO_IP, IP_HDRINCL, 1);
	((struct iphdr *)p.bytes)->tot_len = htons((uint16_t)p.len);
	step((int)sendto(s, p.bytes, p.len, 0, &w.any, w.len));
}

void try_raw_ipproto_raw(void)
{
	struct packet p = header4(CLOSED4, EXPERIMENT, "", 0, 0);

	emit4(&p, CLOSED4);
}

void try_raw_udp_port(void)
{
	struct where w = where(PORTED4, 0);
	uint8_t data[12] = { 0 };

	memcpy(data, &to_port, sizeof to_port);
	step((int)sendto(raw(AF_INET, IPPROTO_UDP), data, sizeof data, 0, &w.any, w.len));
}

void try_raw_fragment(void)
{
	struct packet p = header4(PORTED4, IPPROTO_UDP, "", 0, 2);

	put(&p, "12345678", 8);
	emit4(&p, PORTED4);
}

void try_raw_short(void)
{
	struct packet p = header4(PORTED4, IPPROTO_UDP, "", 0, IP_MF);

	put(&p, "1", 1);
	emit4(&p, PORTED4);
}

void try_raw_options_port(void)
{
	uint8_t nothing[40] = { [0 ... 39] = 1 };
	struct packet p = header4(PORTED4, IPPROTO_UDP, nothing, 40, 0);

	put(&p, &to_port, sizeof to_port);
	put(&p, "1234", 4);
	emit4(&p, PORTED4);
}

static struct packet header6(const char *to, uint8_t next)
{
	struct ipv6hdr ip = { .version = 6, .nexthdr = next, .hop_limit = 64 };
	struct packet p = { .len = 0 };

	ip.saddr = where(OPEN6, 0).v6.sin6_addr;
	ip.daddr = where(to, 0).v6.sin6_addr;
	put(&p, &ip, sizeof ip);
	return p;
}

static void emit6(struct packet *p, const char *call)
{
	struct where w = where(call, 0);
	int s = raw(AF_INET6, IPPROTO_RAW);

	((struct ipv6hdr *)p->bytes)->payload_len = htons((uint16_t)(p->len - 40));
	step((int)sendto(s, p->bytes, p->len, 0, &w.any, w.len));
}

void try_raw6_header(void)
{
	struct packet p = header6(CLOSED6, EXPERIMENT);

	put(&p, "12345678", 8);
	emit6(&p, CLOSED6);
}

/* n destination option headers, then UDP */
static void chain(int n)
{
	uint8_t options[8] = { IPPROTO_DSTOPTS, 0, 1, 4 };
	struct packet p = header6(PORTED6, IPPROTO_DSTOPTS);

	for (int i = 0; i < n; i++) {
		options[0] = i == n - 1 ? IPPROTO_UDP : IPPROTO_DSTOPTS;
		put(&p, options, 8);
	}
	put(&p, &to_port, sizeof to_port);
	put(&p, "1234", 4);
	emit6(&p, PORTED6);
}

void try_raw6_chain(void) { chain(3); }
void try_raw6_long_chain(void) { chain(20); }

void try_raw6_fragment(void)
{
	uint8_t fragment[8] = { IPPROTO_UDP, 0, 0, 16, 1, 2, 3, 4 };
	struct packet p = header6(PORTED6, IPPROTO_FRAGMENT);

	put(&p, fragment, 8);
	put(&p, "12345678", 8);
	emit6(&p, PORTED6);
}

void try_udp6_hop_options(void)
{
	uint8_t options[8] = { 0, 0, 1, 4 };
	int s = sock(AF_INET6, SOCK_DGRAM, 0);

	step(setsockopt(s, IPPROTO_IPV6, IPV6_HOPOPTS, options, sizeof options));
	say(s, PORTED6, PORTED);
}

/* ---- routes in the packet ---- */

/* In the option of a call the first address is the next hop, and the kernel puts the
 * named one last. */
static void route_option(uint8_t out[8], uint8_t type)
{
	uint8_t option[8] = { 1, type, 7, 4 };
	struct in_addr via = where(CLOSED4, 0).v4.sin_addr;

	memcpy(option + 4, &via, 4);
	memcpy(out, option, 8);
}

static int routed(int type, uint8_t kind)
{
	uint8_t option[8];
	int s = sock(AF_INET, type, 0);

	route_option(option, kind);
	step(setsockopt(s, IPPROTO_IP, IP_OPTIONS, option, sizeof option));
	return s;
}

void try_lsrr(void) { say(routed(SOCK_DGRAM, 0x83), OPEN4, LISTENING); }
void try_ssrr(void) { say(routed(SOCK_DGRAM, 0x89), CLOSED4, LISTENING); }

void try_lsrr_tcp(void)
{
	struct where w = where(OPEN4, LISTENING);
	int s = routed(SOCK_STREAM | SOCK_NONBLOCK, 0x83);

	if (connect(s, &w.any, w.len) && errno != EINPROGRESS)
		step(-1);
}

void try_lsrr_cmsg(void)
{
	char room[CMSG_SPACE(8)] = { 0 };
	struct where w = where(OPEN4, LISTENING);
	struct iovec part = { "x", 1 };
	struct msghdr m = { .msg_name = &w.any, .msg_namelen = w.len, .msg_iov = &part,
			    .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_RETOPTS;
	c->cmsg_len = CMSG_LEN(8);
	route_option(CMSG_DATA(c), 0x83);
	step((int)sendmsg(sock(AF_INET, SOCK_DGRAM, 0), &m, 0));
}

void try_lsrr_final(void)
{
	uint8_t option[8];
	struct packet p;

	route_option(option, 0x83);
	p = header4(OPEN4, IPPROTO_UDP, option, 8, 0);
	put(&p, &to_port, sizeof to_port);
	emit4(&p, OPEN4);
}

/* type, segments left 1, one address: the final one is said in the call. */
static void routing(uint8_t type)
{
	uint8_t header[24] = { 0, 2, type, type == 4 ? 0 : 1 };
	struct in6_addr via = where(CLOSED6, 0).v6.sin6_addr;
	int s = sock(AF_INET6, SOCK_DGRAM, 0);

	memcpy(header + 8, &via, 16);
	try_option(s, IPPROTO_IPV6, IPV6_RTHDR, header, sizeof header,
		   "this kernel refuses that routing header");
	say(s, OPEN6, LISTENING);
}

void try_routing2(void) { routing(2); }

/* Two segments: the kernel puts the first that is left into the header. */
void try_routing4(void)
{
	uint8_t header[40] = { 0, 4, 4, 1, 1 };
	struct in6_addr via = where(CLOSED6, 0).v6.sin6_addr;
	int s = sock(AF_INET6, SOCK_DGRAM, 0);

	memcpy(header + 24, &via, 16);
	try_option(s, IPPROTO_IPV6, IPV6_RTHDR, header, sizeof header,
		   "this kernel refuses that routing header");
	say(s, OPEN6, LISTENING);
}

void try_routing_raw(void)
{
	uint8_t header[8] = { IPPROTO_UDP, 2, 0, 1 };
	struct packet p = header6(OPEN6, IPPROTO_ROUTING);
	struct in6_addr via = where(CLOSED6, 0).v6.sin6_addr;

	put(&p, header, 8);
	put(&p, &via, 16);
	put(&p, &to_port, sizeof to_port);
	put(&p, "1234", 4);
	emit6(&p, OPEN6);
}

/* ---- packet sockets ---- */

static void emit_frame(int s, size_t skip)
{
	struct sockaddr_ll lo = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
				  .sll_ifindex = (int)if_nametoindex("lo"), .sll_halen = 6 };
	struct packet ip = header4(CLOSED4, EXPERIMENT, "", 0, 0), p = { .len = 0 };
	struct ethhdr ether = { .h_proto = htons(ETH_P_IP) };

	((struct iphdr *)ip.bytes)->tot_len = htons((uint16_t)ip.len);
	put(&p, &ether, sizeof ether);
	put(&p, ip.bytes, ip.len);
	step((int)sendto(s, p.bytes + skip, p.len - skip, 0, (struct sockaddr *)&lo, sizeof lo));
}

static void frame(int type, size_t skip)
{
	emit_frame(sock(AF_PACKET, type, htons(ETH_P_IP)), skip);
}

void try_packet_raw(void) { frame(SOCK_RAW, 0); }
void try_packet_cooked(void) { frame(SOCK_DGRAM, sizeof(struct ethhdr)); }

void try_packet_before(void)
{
	int s = sock(AF_PACKET, SOCK_RAW, htons(ETH_P_IP));

	await_policy();
	emit_frame(s, 0);
}
