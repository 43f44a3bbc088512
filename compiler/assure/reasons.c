/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * (rule, request) → lines of text. Asks match.h the same questions as the
 * evaluator does and words the answers; it decides nothing itself.
 */
#include <arpa/inet.h>
#include <string.h>
#include "compiler/base/quote.h"
#include "compiler/assure/match.h"
#include "compiler/assure/reasons.h"

/* ---- single values ---- */

static void text(FILE *out, const char *s)
{
	quote_text(out, s, strlen(s));
}

static void print_addr(FILE *out, bool v6, const uint8_t addr[16])
{
	char s[INET6_ADDRSTRLEN];

	fputs(inet_ntop(v6 ? AF_INET6 : AF_INET, addr, s, sizeof s) ? s : "?", out);
}

/* Bits in front that lo and hi share, if lo goes on with zeros and hi with ones:
 * then the range is a prefix. -1 if it is none. */
static int prefix_of(const struct addr_range *r)
{
	int bits = r->v6 ? 128 : 32, same = 0;

#define BIT(a, i) ((a)[(i) / 8] >> (7 - (i) % 8) & 1)
	while (same < bits && BIT(r->lo, same) == BIT(r->hi, same))
		same++;
	for (int i = same; i < bits; i++)
		if (BIT(r->lo, i) || !BIT(r->hi, i))
			return -1;
#undef BIT
	return same;
}

static void print_range(FILE *out, const struct addr_range *r)
{
	int prefix = prefix_of(r);

	print_addr(out, r->v6, r->lo);
	if (prefix < 0) {
		fputc('-', out);
		print_addr(out, r->v6, r->hi);
	} else if (prefix < (r->v6 ? 128 : 32)) {
		fprintf(out, "/%d", prefix);
	}
}

static void print_protocol(FILE *out, uint8_t protocol)
{
	switch (protocol) {
#define PROTOCOL(name, number, has_ports) \
	case number:                      \
		fputs(#name, out);        \
		return;
#include "compiler/check/protocols.def"
#undef PROTOCOL
	}
	fprintf(out, "protocol %u", protocol);
}

static void print_port(FILE *out, const struct request *r)
{
	print_protocol(out, r->protocol);
	if (protocol_has_ports(r->protocol))
		fprintf(out, "/%u", r->port);
}

static void print_place(FILE *out, const struct policy *p, struct span span)
{
	const struct source *s;

	if (span.start == span.end || span.source >= p->sources->list.n)
		return;
	s = &p->sources->list.at[span.source];
	fputs(" (", out);
	text(out, s->name);
	fprintf(out, ":%u)", source_place(s, span.start).line);
}

static void print_pattern(FILE *out, const struct path_pattern *p)
{
	fputs(p->shape == PATH_TREE || p->tree ? "tree \"" : "\"", out);
	text(out, p->text);
	fputc('"', out);
}

/* ---- the object ---- */

static const char *const view_words[] = {
	[VIEW_PLAIN] = "",
	[VIEW_MAPPED] = " (IPv4-mapped, so IPv4 on the wire)",
	[VIEW_LOOPBACK] = " (where a peer of all zeros leads: loopback)",
	[VIEW_ANY] = " (every local address of the family)",
	[VIEW_NAT64] = " (the IPv4 address inside a NAT64 address)",
	[VIEW_6TO4] = " (the IPv4 address inside a 6to4 address)",
};

static void file_reason(const struct policy *p, const struct rule *rule,
			const struct request *r, FILE *out)
{
	const struct path_pattern *pattern = rule_path(rule, r);

	fputs("  path     ", out);
	text(out, r->path);
	fputs(" matches ", out);
	print_pattern(out, pattern);
	print_place(out, p, pattern->span);
	fputc('\n', out);
}

static void net_reason(const struct policy *p, const struct rule *rule,
		       const struct request *r, FILE *out)
{
	struct view view;
	const struct addr_range *range = rule_range(rule, r, &view);
	const struct port_box *box = rule_box(rule, r);

	fputs("  address  ", out);
	print_addr(out, view.v6, view.addr);
	fprintf(out, "%s %s ", view_words[view.why],
		view.why == VIEW_ANY ? "meets" : "is in");
	print_range(out, range);
	print_place(out, p, range->span);
	fputs("\n  port     ", out);
	print_port(out, r);
	if (box->proto_lo == 0 && box->proto_hi == 255 && box->port_hi == 65535) {
		fputs(": the rule names no port\n", out);
		return;
	}
	fputs(r->op == NB_OP_LISTEN && !r->port ? ", for which the kernel chooses, may be in "
						: " is in ",
	      out);
	if (box->proto_lo == box->proto_hi)
		print_protocol(out, box->proto_lo);
	else
		fprintf(out, "protocols %u-%u", box->proto_lo, box->proto_hi);
	if (box->port_lo == box->port_hi)
		fprintf(out, "/%u", box->port_lo);
	else if (box->port_lo || box->port_hi != 65535)
		fprintf(out, "/%u-%u", box->port_lo, box->port_hi);
	print_place(out, p, box->span);
	fputc('\n', out);
}

/* ---- the subject ---- */

static const char *const dim_words[] = {
	[NB_DIM_EXE] = "exe",
	[NB_DIM_UID] = "uid",
	[NB_DIM_GID] = "gid",
	[NB_DIM_CGROUP] = "cgroup",
};

#define SHOWN_MAX 4 /* members of a set that are spelled out */

static void print_set(FILE *out, const struct atom *a)
{
	uint32_t n = a->n_paths + a->n_ids, shown = n < SHOWN_MAX ? n : SHOWN_MAX;

	fputs(n == 1 ? "" : "{ ", out);
	for (uint32_t i = 0; i < shown; i++) {
		fputs(i ? ", " : "", out);
		if (a->n_paths)
			print_pattern(out, &a->paths[i]);
		else if (a->ids[i].lo == a->ids[i].hi)
			fprintf(out, "%u", a->ids[i].lo);
		else
			fprintf(out, "%u-%u", a->ids[i].lo, a->ids[i].hi);
	}
	if (n > shown)
		fprintf(out, ", and %u more", n - shown);
	fputs(n == 1 ? "" : " }", out);
}

static void print_fact(FILE *out, enum nb_dim dim, const struct request *r)
{
	switch (dim) {
	case NB_DIM_EXE:
		text(out, r->exe);
		break;
	case NB_DIM_CGROUP:
		text(out, r->cgroup);
		break;
	case NB_DIM_UID:
		fprintf(out, "%u", r->uid);
		break;
	case NB_DIM_GID:
		for (uint32_t i = 0; i < r->n_gids; i++)
			fprintf(out, "%s%u", i ? "," : "", r->gids[i]);
		break;
	}
}

static void atom_reason(const struct atom *a, bool negated, const struct request *r,
			FILE *out)
{
	enum truth t = atom_truth(a, r);

	fprintf(out, "    %s%-7s", negated ? "not " : "", dim_words[a->dim]);
	if (t == TRUTH_UNKNOWN) {
		fputs("unknown, asked for ", out);
	} else {
		print_fact(out, a->dim, r);
		fputs(t == TRUTH_YES ? " is in " : " is not in ", out);
	}
	print_set(out, a);
	fputc('\n', out);
}

static void each_atom(const struct subject *s, bool negated, const struct request *r,
		      FILE *out)
{
	if (s->kind == SUBJECT_NOT)
		negated = !negated;
	if (s->kind == SUBJECT_ATOM)
		atom_reason(s->atom, negated, r, out);
	if (s->left)
		each_atom(s->left, negated, r, out);
	if (s->right)
		each_atom(s->right, negated, r, out);
}

static const char *const truth_words[] = {
	[TRUTH_NO] = "not meant by the rule",
	[TRUTH_UNKNOWN] = "may be meant by the rule: what is unknown never weakens one",
	[TRUTH_YES] = "meant by the rule",
};

/* ---- all of it ---- */

static const char *const waivers[WAIVER_COUNT] = {
#define WAIVER(name, text) [WAIVER_##name] = #name,
#include "compiler/check/waivers.def"
#undef WAIVER
};

static void print_socket(FILE *out, const struct socket_kind *kind)
{
	const char *family = socket_word(kind->family, false);
	const char *type = socket_word(kind->type, true);

	if (family)
		fputs(family, out);
	else
		fprintf(out, "%u", kind->family);
	if (type)
		fprintf(out, "/%s", type);
}

static void socket_reason(const struct policy *p, const struct rule *rule,
			  const struct request *r, FILE *out)
{
	(void)p;
	fputs("  object   is ", out);
	print_socket(out, rule_socket(rule, r));
	fputc('\n', out);
}

void request_print(const struct request *r, FILE *out)
{
	fprintf(out, "%s%s ", r->again ? "revalidate " : "", op_words[r->op]);
	if (r->op == NB_OP_SOCKET) {
		print_socket(out, &r->socket);
		return;
	}
	if (r->path) {
		text(out, r->path);
		return;
	}
	print_addr(out, r->v6, r->addr);
	fputc(' ', out);
	print_port(out, r);
}

void reasons_print(const struct policy *p, const struct rule *rule,
		   const struct request *r, FILE *out)
{
	if (rule->effect == EFFECT_DEFAULT)
		fputs("  object   every one: nothing in this scope allows it\n", out);
	else
		(rule->kind == OBJECT_FILES   ? file_reason
		 : r->op == NB_OP_SOCKET ? socket_reason
					 : net_reason)(p, rule, r, out);
	if (rule->spares)
		fputs("  spares   tcp connections that were established before the policy\n", out);
	for (int i = 0; i < WAIVER_COUNT; i++) {
		if (!rule->waived[i])
			continue;
		fprintf(out, "  waived   %s: ", waivers[i]);
		text(out, rule->waived[i]);
		fputc('\n', out);
	}
	if (rule->who->kind == SUBJECT_ANYONE) {
		fputs("  subject  everyone\n", out);
		return;
	}
	fprintf(out, "  subject  %s\n", truth_words[subject_truth(rule->who, r)]);
	each_atom(rule->who, false, r, out);
}
