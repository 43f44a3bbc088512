/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address, prefix or range → inclusive range. IPv4-mapped IPv6 (::ffff:0:0/96) is
 * IPv4: the kernel's programs see such a connection as the IPv4 one that it is.
 * Only the canonical dotted form is IPv4: 010.1 is eight to one, ten to another.
 */
#include <arpa/inet.h>
#include <string.h>
#include "compiler/check/check.h"

struct address {
	bool v6;
	uint8_t bytes[16];
};

static bool is_mapped(const uint8_t bytes[16])
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

	return !memcmp(bytes, prefix, sizeof prefix);
}

/* As written, mapped addresses not yet rewritten. */
static bool read_one(const char *s, size_t len, struct address *out)
{
	struct address a = {0};
	bool brackets = len > 2 && s[0] == '[' && s[len - 1] == ']';
	char copy[INET6_ADDRSTRLEN];

	if (brackets) {
		s++;
		len -= 2;
	}
	if (len >= sizeof copy)
		return false;
	memcpy(copy, s, len);
	copy[len] = '\0';
	a.v6 = brackets || memchr(copy, ':', len);
	if (inet_pton(a.v6 ? AF_INET6 : AF_INET, copy, a.bytes) != 1)
		return false;
	*out = a;
	return true;
}

static struct address unmap(struct address a)
{
	struct address v4 = {0};

	if (!a.v6 || !is_mapped(a.bytes))
		return a;
	memcpy(v4.bytes, a.bytes + 12, 4);
	return v4;
}

static bool report(struct diags *d, struct span span, const char *text)
{
	const char *colon = strchr(text, ':');

	if (text[0] == '/') {
		diag_report(d, span, DIAG_unquoted_path,
			    "expected an address, saw the path %s", text);
		return false;
	}
	diag_report(d, span, DIAG_bad_address, "'%s' is not an address", text);
	if (colon && colon == strrchr(text, ':') && strchr(text, '.'))
		diag_help(d, "the port is written apart: to %.*s port tcp/%s",
			  (int)(colon - text), text, colon + 1);
	else if (strspn(text, "0123456789./-") == strlen(text))
		diag_help(
			d,
			"an IPv4 address has four numbers from 0 to 255 without leading "
			"zeros: 10.0.0.1, 10.0.0.0/8 or 10.0.0.1-10.0.0.9");
	else
		diag_help(
			d,
			"write 10.0.0.1, 10.0.0.0/8, 10.0.0.1-10.0.0.9 or the same with "
			"IPv6; names of hosts are not looked up");
	return false;
}

static void print_address(const struct address *a, char out[INET6_ADDRSTRLEN])
{
	inet_ntop(a->v6 ? AF_INET6 : AF_INET, a->bytes, out, INET6_ADDRSTRLEN);
}

/* The last of a prefix's addresses; clears in *a what is behind the prefix. */
static struct address cut(struct address *a, unsigned bits)
{
	struct address last = *a;

	for (unsigned i = bits; i < (a->v6 ? 128u : 32u); i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		a->bytes[i / 8] &= (uint8_t)~bit;
		last.bytes[i / 8] |= bit;
	}
	return last;
}

static bool read_prefix(struct diags *d, struct span span, const char *text,
			const char *slash, struct address *lo, struct address *hi)
{
	struct address written, first;
	char network[INET6_ADDRSTRLEN], host[INET6_ADDRSTRLEN];
	const char *end;
	uint64_t bits;

	if (!read_one(text, (size_t)(slash - text), &written))
		return report(d, span, text);
	end = number_read(slash + 1, written.v6 ? 128 : 32, &bits);
	if (!end || *end) {
		diag_report(d, span, DIAG_bad_address,
			    "expected a prefix length from 0 to %d, saw '%s'",
			    written.v6 ? 128 : 32, slash + 1);
		return false;
	}
	first = written;
	*hi = cut(&first, (unsigned)bits);
	if (memcmp(first.bytes, written.bytes, sizeof first.bytes)) {
		print_address(&first, network);
		print_address(&written, host);
		diag_report(d, span, DIAG_host_bits,
			    "'%s' has bits set behind its first %u", text,
			    (unsigned)bits);
		diag_help(d, "write %s/%u for the network, or %s for that one address",
			  network, (unsigned)bits, host);
		return false;
	}
	*lo = first;
	return true;
}

static bool read_range(struct diags *d, struct span span, const char *text,
		       const char *dash, struct address *lo, struct address *hi)
{
	if (!read_one(text, (size_t)(dash - text), lo) ||
	    !read_one(dash + 1, strlen(dash + 1), hi))
		return report(d, span, text);
	*lo = unmap(*lo);
	*hi = unmap(*hi);
	if (lo->v6 != hi->v6) {
		diag_report(
			d, span, DIAG_bad_range,
			"a range has two addresses of one family, '%s' has one of each",
			text);
		return false;
	}
	if (memcmp(lo->bytes, hi->bytes, sizeof lo->bytes) > 0) {
		diag_report(d, span, DIAG_bad_range,
			    "the range '%s' ends before it begins", text);
		return false;
	}
	return true;
}

bool address_read(struct diags *d, struct span span, const char *text,
		  struct addr_range *out)
{
	const char *slash = strchr(text, '/'), *dash = strchr(text, '-');
	struct address lo, hi;

	if (dash) {
		if (!read_range(d, span, text, dash, &lo, &hi))
			return false;
	} else if (slash) {
		if (!read_prefix(d, span, text, slash, &lo, &hi))
			return false;
		/* a prefix that is not wholly inside the mapped block is IPv6 */
		if (is_mapped(lo.bytes) && is_mapped(hi.bytes)) {
			lo = unmap(lo);
			hi = unmap(hi);
		}
	} else {
		if (!read_one(text, strlen(text), &lo))
			return report(d, span, text);
		hi = lo = unmap(lo);
	}
	*out = (struct addr_range){.span = span, .v6 = lo.v6};
	memcpy(out->lo, lo.bytes, sizeof out->lo);
	memcpy(out->hi, hi.bytes, sizeof out->hi);
	return true;
}
