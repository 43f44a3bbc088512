/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * feed 4|6 N   N different prefixes on standard output, the same ones each time
 *
 * A third is like a routing table: allocations of providers, announced whole and in
 * parts, so that prefixes nest; most are /24, or /48 and /32. The rest is like block
 * lists: single hosts (IPv6: their /64, some /128) that crowd in some networks. Not in order.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 addr; /* IPv4 in the upper 32 bits */

struct share {
	unsigned percent, bits;
};

static const struct share routes4[] = { { 56, 24 }, { 10, 23 }, { 12, 22 }, { 6, 21 }, { 5, 20 },
					{ 4, 19 },  { 3, 18 },	{ 1, 17 },  { 2, 16 }, { 1, 15 } };
static const struct share blocks4[] = { { 92, 32 }, { 5, 24 }, { 1, 31 }, { 1, 29 }, { 1, 22 } };
static const struct share routes6[] = { { 47, 48 }, { 13, 32 }, { 9, 44 }, { 9, 40 }, { 6, 36 },
					{ 5, 33 },  { 4, 46 },	{ 3, 29 }, { 2, 47 }, { 2, 28 } };
static const struct share blocks6[] = { { 60, 64 }, { 22, 48 }, { 8, 56 }, { 6, 128 }, { 4, 32 } };
/* where addresses of the Internet are */
static const uint16_t regions6[] = { 0x2001, 0x2400, 0x2401, 0x2402, 0x2403, 0x2404, 0x2405,
				     0x2406, 0x2407, 0x2408, 0x2409, 0x240e, 0x2600, 0x2602,
				     0x2603, 0x2604, 0x2605, 0x2606, 0x2607, 0x2620, 0x2800,
				     0x2801, 0x2803, 0x2804, 0x2806, 0x2a00, 0x2a01, 0x2a02,
				     0x2a03, 0x2a04, 0x2a05, 0x2a06, 0x2a07, 0x2a09, 0x2a0a,
				     0x2a0b, 0x2a0c, 0x2a0d, 0x2a0e, 0x2a0f, 0x2a10, 0x2a12,
				     0x2a13, 0x2c0f };

static uint64_t seed = 88172645463325252u;

static uint64_t rnd(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed * 0x2545f4914f6cdd1du >> 11) % below;
}

static addr rnd128(void)
{
	return (addr)(rnd(1ull << 32) << 32 | rnd(1ull << 32)) << 64 |
	       (rnd(1ull << 32) << 32 | rnd(1ull << 32));
}

static addr mask(unsigned bits)
{
	return bits ? ~(addr)0 << (128 - bits) : 0;
}

static unsigned choose(const struct share *shares)
{
	int left = (int)rnd(100);

	while ((left -= (int)shares->percent) >= 0)
		shares++;
	return shares->bits;
}

/* An address below the parent: small numbers first, as people assign them. */
static addr below(addr parent, unsigned bits, unsigned want, int v6)
{
	addr part = rnd128() & ~mask(bits);

	if (v6 && rnd(4) && want > bits + 8) /* most use little of what they have */
		part &= ~mask(bits + 1 + (unsigned)rnd(want - bits - 4));
	return (parent & mask(bits)) | part;
}

static addr provider(int v6, unsigned *bits)
{
	if (v6) {
		*bits = rnd(3) ? 32 : 29;
		return ((addr)regions6[rnd(sizeof regions6 / sizeof *regions6)] << 112 |
			rnd128() >> 16) & mask(*bits);
	}
	*bits = 12 + (unsigned)rnd(8);
	return ((addr)(1 + rnd(223)) << 120 | rnd128() >> 8) & mask(*bits);
}

static void print(addr a, unsigned bits, int v6)
{
	unsigned char bytes[16];
	char text[INET6_ADDRSTRLEN];

	for (int i = 0; i < 16; i++)
		bytes[i] = (unsigned char)(a >> (120 - 8 * i));
	fputs(inet_ntop(v6 ? AF_INET6 : AF_INET, bytes, text, sizeof text), stdout);
	if (bits != (v6 ? 128u : 32u))
		printf("/%u", bits);
	putchar('\n');
}

int main(int argc, char **argv)
{
	int v6 = argc == 3 && !strcmp(argv[1], "6");
	size_t n = argc == 3 ? strtoul(argv[2], NULL, 10) : 0, slots = 64, homes;
	struct home {
		addr at;
		unsigned bits;
	} *provide, *crowd;
	struct home *seen;

	if (!n)
		return 2;
	while (slots < 2 * n)
		slots *= 2;
	homes = n / (v6 ? 8 : 24) + 8;
	seen = calloc(slots, sizeof *seen);
	provide = calloc(homes, sizeof *provide);
	crowd = calloc(homes, sizeof *crowd);
	if (!seen || !provide || !crowd)
		return 3;
	for (size_t i = 0; i < homes; i++) {
		provide[i].at = provider(v6, &provide[i].bits);
		crowd[i].at = below(provider(v6, &crowd[i].bits), crowd[i].bits, 48, v6);
		crowd[i].bits = v6 ? 40 : 20;
	}
	while (n) {
		int route = rnd(3) == 0;
		unsigned bits = route ? choose(v6 ? routes6 : routes4) :
					choose(v6 ? blocks6 : blocks4);
		const struct home *home = &(route ? provide : crowd)[rnd(homes)];
		addr a = below(home->at, home->bits < bits ? home->bits : bits, bits, v6) &
			 mask(bits);
		size_t slot = ((uint64_t)(a >> 96) * 0x9e3779b97f4a7c15u ^
			       (uint64_t)(a >> 64) * 0xc2b2ae3d27d4eb4fu ^
			       (uint64_t)a * 0xff51afd7ed558ccdu ^ bits * 0x9fb21c651e98df25u) >> 24;

		while (seen[slot & (slots - 1)].bits &&
		       (seen[slot & (slots - 1)].at != a || seen[slot & (slots - 1)].bits != bits))
			slot++;
		if (seen[slot & (slots - 1)].bits)
			continue;
		seen[slot & (slots - 1)] = (struct home){ a, bits };
		print(a, bits, v6);
		n--;
	}
	return 0;
}
