/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy as text: a block for the policy, the atoms, each rule. */
#include <arpa/inet.h>
#include <string.h>
#include "compiler/check/check.h"

static const char *const dims[] = {
	[NB_DIM_EXE] = "exe",
	[NB_DIM_UID] = "uid",
	[NB_DIM_GID] = "gid",
	[NB_DIM_CGROUP] = "cgroup",
};

/* Bytes that are part of the pattern, so that \, * and controls are unmistakable. */
static void dump_byte(uint32_t byte, const char *special, FILE *out)
{
	if (byte < 0x20 || byte == 0x7f)
		fprintf(out, "\\x%02x", byte);
	else
		fprintf(out, strchr(special, (int)byte) ? "\\%c" : "%c", byte);
}

static void dump_set(const uint16_t *set, FILE *out)
{
	putc('[', out);
	for (uint32_t i = 0; i < set[1]; i++) {
		dump_byte(set[2 + i] >> 8, "]\\-", out);
		if (set[2 + i] >> 8 == (set[2 + i] & 255))
			continue;
		putc('-', out);
		if ((set[2 + i] & 255) > 0x7f)
			fputs("\\xff", out);
		else
			dump_byte(set[2 + i] & 255, "]\\-", out);
	}
	putc(']', out);
}

static void dump_glob(const uint16_t *glob, uint32_t len, FILE *out)
{
	putc('/', out);
	for (uint32_t i = 0; i < len; i += glob_width(&glob[i])) {
		if (glob[i] == GLOB_ANY || glob[i] == GLOB_ONE)
			putc(glob[i] == GLOB_ANY ? '*' : '?', out);
		else if (glob[i] == GLOB_SET)
			dump_set(&glob[i], out);
		else
			dump_byte(glob[i], "*?\\", out);
	}
}

static void dump_path(const struct path_pattern *p, FILE *out)
{
	static const char *const shapes[] = {
		[PATH_LITERAL] = "literal",
		[PATH_TREE] = "tree",
		[PATH_GLOB] = "glob",
		[PATH_GLOB_BELOW] = "below",
		[PATH_GENERAL] = "general",
	};

	fprintf(out, "%s%s ", shapes[p->shape], p->tree ? " tree" : "");
	for (uint32_t i = 0; i < p->dirs; i++) {
		putc('/', out);
		for (uint32_t j = 0; j < p->dir[i].len; j++)
			dump_byte((unsigned char)p->dir[i].at[j], "*?\\", out);
	}
	if (p->shape == PATH_GLOB_BELOW)
		fputs("/**", out);
	if (p->glob_len || (!p->dirs && !p->n_parts))
		dump_glob(p->glob, p->glob_len, out);
	for (uint32_t i = 0; i < p->n_parts; i++) {
		if (p->parts[i].any_depth)
			fputs("/**", out);
		else
			dump_glob(p->parts[i].glob, p->parts[i].len, out);
	}
	putc('\n', out);
}

static void dump_addr(const struct addr_range *r, FILE *out)
{
	char lo[INET6_ADDRSTRLEN], hi[INET6_ADDRSTRLEN];
	int family = r->v6 ? AF_INET6 : AF_INET;

	inet_ntop(family, r->lo, lo, sizeof lo);
	inet_ntop(family, r->hi, hi, sizeof hi);
	fprintf(out, "  addr %s - %s\n", lo, hi);
}

static void dump_box(const struct port_box *b, FILE *out)
{
	fputs("  port proto ", out);
	if (b->proto_lo == b->proto_hi)
		fprintf(out, "%u", b->proto_lo);
	else
		fprintf(out, "%u-%u", b->proto_lo, b->proto_hi);
	fprintf(out, " port %u-%u\n", b->port_lo, b->port_hi);
}

static void dump_atom(const struct atom *atom, FILE *out)
{
	fprintf(out, "atom %s %u\n", dims[atom->dim], atom->index);
	for (uint32_t i = 0; i < atom->n_paths; i++) {
		fputs("  ", out);
		dump_path(&atom->paths[i], out);
	}
	for (uint32_t i = 0; i < atom->n_ids; i++)
		fprintf(out, "  %u-%u\n", atom->ids[i].lo, atom->ids[i].hi);
}

/* Depth is bounded by subjects.c. */
static void dump_subject(const struct subject *s, FILE *out)
{
	switch (s->kind) {
	case SUBJECT_ANYONE:
		fputs("anyone", out);
		return;
	case SUBJECT_ATOM:
		fprintf(out, "%s %u", dims[s->atom->dim], s->atom->index);
		return;
	case SUBJECT_NOT:
		fputs("not ", out);
		dump_subject(s->left, out);
		return;
	case SUBJECT_AND:
	case SUBJECT_OR:
		putc('(', out);
		dump_subject(s->left, out);
		fputs(s->kind == SUBJECT_AND ? " and " : " or ", out);
		dump_subject(s->right, out);
		putc(')', out);
		return;
	}
}

static void dump_owner(const struct rule *r, FILE *out)
{
	if (r->owner)
		fprintf(out, "  owner %s\n", r->owner);
	if (r->ticket)
		fprintf(out, "  ticket %s\n", r->ticket);
	if (r->expires)
		fprintf(out, "  expires %lld\n", (long long)r->expires);
}

static void dump_rule(const struct rule *r, FILE *out)
{
	static const char *const effects[] = {
		[EFFECT_DENY] = "deny",
		[EFFECT_AUDIT] = "audit",
		[EFFECT_ALLOW] = "allow",
		[EFFECT_DEFAULT] = "default deny",
	};
	uint32_t ops = r->ops;
	const char *word;

	fprintf(out, "rule %u %s:%u%s%s\n  text %s\n  %s", r->number, r->source, r->line,
		r->name ? " as " : "", r->name ? r->name : "", r->text,
		effects[r->effect]);
	fputs(r->audit ? " mode audit" : "", out);
	fputs(r->spares ? " except established" : "", out);
	fputs(r->pinned ? " pinned" : "", out);
	fputs(r->revalidate ? " revalidate" : "", out);
	fputs(r->host ? " host" : "", out);
	if (r->scope)
		fprintf(out, " in scope %u", r->scope);
	while ((word = ops_next_word(&ops, r->kind)))
		fprintf(out, " %s", word);
	fputs("\n  who ", out);
	dump_subject(r->who, out);
	putc('\n', out);
	dump_owner(r, out);
	for (uint32_t i = 0; i < r->n_paths; i++) {
		fputs("  path ", out);
		dump_path(&r->paths[i], out);
	}
	for (uint32_t i = 0; i < r->n_except; i++) {
		fputs("  except path ", out);
		dump_path(&r->except[i], out);
	}
	for (uint32_t i = 0; i < r->n_addrs; i++)
		dump_addr(&r->addrs[i], out);
	for (uint32_t i = 0; i < r->n_ports; i++)
		dump_box(&r->ports[i], out);
	for (uint32_t i = 0; i < r->n_sockets; i++)
		fprintf(out, "  socket family %u type %u\n", r->sockets[i].family,
			r->sockets[i].type);
	for (int i = 0; i < WAIVER_COUNT; i++)
		if (r->waived[i])
			fprintf(out, "  waive %s %s\n", waiver_words[i], r->waived[i]);
}

void policy_dump(const struct policy *p, FILE *out)
{
	fprintf(out, "policy %s\n  seq %llu\n", p->name, (unsigned long long)p->seq);
	if (p->owner)
		fprintf(out, "  owner %s\n", p->owner);
	fprintf(out, "  kernel %u.%u\n  mode %s\n  created %lld\n  expires %lld\n",
		p->kernel_major, p->kernel_minor, p->audit_only ? "audit" : "enforce",
		(long long)p->created, (long long)p->expires);
	for (int dim = 0; dim < 4; dim++)
		for (uint32_t i = 0; i < p->n_atoms[dim]; i++)
			dump_atom(p->atoms[dim][i], out);
	for (uint32_t i = 0; i < p->n_rules; i++)
		dump_rule(&p->rules[i], out);
	expectations_dump(p, out);
}
