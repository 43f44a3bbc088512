/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers, ids, strings and port operands: one word of text → one value. */
#include <string.h>
#include "compiler/base/spell.h"
#include "compiler/check/check.h"

static const struct protocol {
	const char *name;
	uint8_t number;
	bool has_ports;
} protocols[] = {
#define PROTOCOL(name, number, has_ports) {#name, number, has_ports},
#include "compiler/check/protocols.def"
#undef PROTOCOL
};
enum { PROTOCOLS = sizeof protocols / sizeof *protocols };

const char *number_read(const char *s, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (*s < '0' || *s > '9' || (s[0] == '0' && s[1] >= '0' && s[1] <= '9'))
		return NULL;
	for (; *s >= '0' && *s <= '9'; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		if (value > (max - digit) / 10)
			return NULL;
		value = value * 10 + digit;
	}
	*out = value;
	return s;
}

/* A or A-B, the whole of s. */
static bool read_span_of_numbers(const char *s, uint64_t max, uint64_t *lo, uint64_t *hi)
{
	s = number_read(s, max, lo);
	if (!s)
		return false;
	*hi = *lo;
	if (*s == '-')
		s = number_read(s + 1, max, hi);
	return s && !*s;
}

static bool ascends(struct diags *d, struct span span, const char *text, uint64_t lo,
		    uint64_t hi)
{
	if (lo <= hi)
		return true;
	diag_report(d, span, DIAG_bad_range, "the range '%s' ends before it begins",
		    text);
	diag_help(d, "write %llu-%llu", (unsigned long long)hi, (unsigned long long)lo);
	return false;
}

/* 4294967295 is "no change" to the kernel, never anybody's id. */
bool id_read(struct diags *d, struct span span, const char *word, const char *text,
	     struct id_range *out)
{
	uint64_t lo, hi;

	if (!read_span_of_numbers(text, 4294967294u, &lo, &hi)) {
		diag_report(d, span, DIAG_bad_id, "expected a %s, saw '%s'", word, text);
		diag_help(
			d,
			"write a number or a range of numbers up to 4294967294; names of "
			"users and groups are not looked up");
		return false;
	}
	if (!ascends(d, span, text, lo, hi))
		return false;
	*out = (struct id_range){(uint32_t)lo, (uint32_t)hi};
	return true;
}

static const struct protocol *find_protocol(const char *name, size_t len)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (!strncmp(protocols[i].name, name, len) && !protocols[i].name[len])
			return &protocols[i];
	return NULL;
}

static struct port_box box_of(uint8_t proto, uint64_t lo, uint64_t hi)
{
	return (struct port_box){.proto_lo = proto,
				 .proto_hi = proto,
				 .port_lo = (uint16_t)lo,
				 .port_hi = (uint16_t)hi};
}

bool protocol_named(const char *name, struct port_box *out)
{
	const struct protocol *p = find_protocol(name, strlen(name));

	if (p)
		*out = box_of(p->number, 0, 65535);
	return p;
}

bool protocol_carries_ports(uint8_t number)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (protocols[i].number == number)
			return protocols[i].has_ports;
	return false;
}

bool protocol_read(struct diags *d, struct span span, const char *text,
		   struct port_box *out)
{
	uint64_t number;
	const char *end = number_read(text, 255, &number);

	if (!end || *end) {
		diag_report(d, span, DIAG_bad_protocol,
			    "expected the number of a protocol, 0 to 255, saw '%s'",
			    text);
		return false;
	}
	*out = box_of((uint8_t)number, 0, 65535);
	out->span = span;
	return true;
}

static void report_protocol(struct diags *d, struct span span, const char *name)
{
	const char *best = NULL;
	unsigned least = SPELL_FAR;

	diag_report(d, span, DIAG_bad_protocol, "'%s' is not the name of a protocol",
		    name);
	for (size_t i = 0; i < PROTOCOLS; i++) {
		unsigned steps = spell_distance(name, protocols[i].name);

		if (protocols[i].has_ports && steps < least) {
			least = steps;
			best = protocols[i].name;
		}
	}
	if (best)
		diag_help(d, "did you mean '%s'?", best);
	else
		diag_help(d, "protocols with ports are tcp, udp, dccp, sctp and udplite");
}

/* The protocol of "tcp/80"; its port is behind the slash. */
static const struct protocol *read_protocol(struct diags *d, struct span span,
					    const char *text, const char *slash)
{
	size_t len = (size_t)(slash - text);
	const struct protocol *p = find_protocol(text, len);
	char name[24];

	if (p && p->has_ports)
		return p;
	span.end = span.start + (uint32_t)len;
	if (p) {
		diag_report(d, span, DIAG_no_ports, "%s has no ports", p->name);
		diag_help(d, "'port %s' alone means all of it", p->name);
		return NULL;
	}
	if (len >= sizeof name)
		len = sizeof name - 1;
	memcpy(name, text, len);
	name[len] = '\0';
	report_protocol(d, span, name);
	return NULL;
}

uint32_t port_read(struct diags *d, struct span span, const char *text,
		   struct port_box out[PORT_BOXES_MAX])
{
	const char *slash = strchr(text, '/');
	const struct protocol *only = NULL;
	uint64_t lo, hi;
	uint32_t n = 0;

	if (slash && !(only = read_protocol(d, span, text, slash)))
		return 0;
	if (!read_span_of_numbers(slash ? slash + 1 : text, 65535, &lo, &hi)) {
		diag_report(d, span, DIAG_bad_port, "expected a port, saw '%s'", text);
		diag_help(d, "write 80, tcp/80 or tcp/8000-8999; ports are 0 to 65535");
		return 0;
	}
	if (!ascends(d, span, text, lo, hi))
		return 0;
	for (size_t i = 0; i < PROTOCOLS; i++) {
		if (!protocols[i].has_ports || (only && only != &protocols[i]))
			continue;
		out[n] = box_of(protocols[i].number, lo, hi);
		out[n++].span = span;
	}
	return n;
}

const char *string_read(struct arena *a, struct diags *d, struct span span,
			const char *text)
{
	char *value = arena_strndup(a, text, strlen(text));
	size_t n = 0;

	for (size_t i = 0; text[i]; i++) {
		if (text[i] == '\\' && text[i + 1] != '"' && text[i + 1] != '\\') {
			span.start += (uint32_t)i + 1;
			span.end = span.start + 2;
			diag_report(d, span, DIAG_bad_escape,
				    "'\\' here stands only before '\"' and '\\'");
			return NULL;
		}
		i += text[i] == '\\';
		value[n++] = text[i];
	}
	value[n] = '\0';
	return value;
}
