/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * (policy, request) → the facts of an explanation, for programs. Keys are never renamed
 * nor taken away within a schema; what does not apply is null or an empty list, so that
 * every key is always there.
 */
#include <arpa/inet.h>
#include <string.h>
#include "compiler/assure/explain.h"
#include "compiler/assure/match.h"
#include "compiler/base/json.h"

#define SCHEMA "netbpf-explain/1"

/* ---- values ---- */

static void text(FILE *out, const char *key, const char *value)
{
	fprintf(out, "\"%s\":", key);
	if (value)
		json_string(out, value, strlen(value));
	else
		fputs("null", out);
}

static void next(FILE *out, const char *key, const char *value)
{
	fputc(',', out);
	text(out, key, value);
}

static void number(FILE *out, const char *key, bool known, uint32_t value)
{
	fprintf(out, known ? ",\"%s\":%u" : ",\"%s\":null", key, value);
}

/* A rule, or null. */
static void rule(FILE *out, const char *key, const struct rule *r)
{
	if (key)
		fprintf(out, ",\"%s\":", key);
	if (!r) {
		fputs("null", out);
		return;
	}
	fprintf(out, "{\"number\":%u", r->number);
	next(out, "name", r->name);
	next(out, "source", r->source);
	number(out, "line", true, r->line);
	next(out, "text", r->text);
	next(out, "owner", r->owner);
	next(out, "ticket", r->ticket);
	fputc('}', out);
}

/* ---- the request ---- */

static void network(const struct request *r, FILE *out)
{
	char addr[INET6_ADDRSTRLEN], protocol[8];
	const char *name = NULL;

	if (r->path || r->op == NB_OP_SOCKET) {
		fputs(",\"address\":null,\"protocol\":null,\"port\":null", out);
		return;
	}
	next(out, "address", inet_ntop(r->v6 ? AF_INET6 : AF_INET, r->addr, addr, sizeof addr));
	switch (r->protocol) {
#define PROTOCOL(word, number, has_ports) \
	case number:                      \
		name = #word;             \
		break;
#include "compiler/check/protocols.def"
#undef PROTOCOL
	}
	snprintf(protocol, sizeof protocol, "%u", r->protocol);
	next(out, "protocol", name ? name : protocol);
	number(out, "port", protocol_has_ports(r->protocol), r->port);
}

static void asker(const struct request *r, FILE *out)
{
	next(out, "exe", r->exe);
	next(out, "cgroup", r->cgroup);
	number(out, "uid", r->uid_known, r->uid);
	if (!r->gid_known) {
		fputs(",\"gids\":null", out);
		return;
	}
	fputs(",\"gids\":[", out);
	for (uint32_t i = 0; i < r->n_gids; i++)
		fprintf(out, "%s%u", i ? "," : "", r->gids[i]);
	fputc(']', out);
}

static void request(const struct request *r, enum move_kind kind, const char *to, FILE *out)
{
	char socket[32] = "", *at = socket;
	const char *family = socket_word(r->socket.family, false);
	const char *type = socket_word(r->socket.type, true);

	text(out, "operation", !to ? op_words[r->op] : kind == MOVE_LINK ? "link" : "rename");
	next(out, "path", r->path);
	next(out, "to", to);
	next(out, "object", !to ? NULL : kind == MOVE_TREE ? "tree"
					 : kind == MOVE_DIRECTORY ? "directory" : "file");
	fprintf(out, ",\"revalidate\":%s", r->again ? "true" : "false");
	if (r->op == NB_OP_SOCKET && !to) {
		at += family ? snprintf(at, 16, "%s", family)
			     : snprintf(at, 16, "%u", r->socket.family);
		if (type)
			snprintf(at, 16, "/%s", type);
	}
	next(out, "socket", *socket ? socket : NULL);
	network(r, out);
	asker(r, out);
}

/* ---- reasons ---- */

static const char *const truth_words[] = {
	[TRUTH_NO] = "no",
	[TRUTH_UNKNOWN] = "unknown",
	[TRUTH_YES] = "yes",
};

/* What of the object the rule names, and whether it means the subject. */
static void matched(const struct policy *p, const struct rule *by, const struct request *r,
		    FILE *out)
{
	const struct path_pattern *pattern = NULL;
	const struct source *s;

	if (by && by->effect != EFFECT_DEFAULT && by->kind == OBJECT_FILES && r->path)
		pattern = rule_path(by, r);
	next(out, "pattern", pattern ? pattern->text : NULL);
	if (pattern && pattern->span.start < pattern->span.end) {
		s = &p->sources->list.at[pattern->span.source];
		next(out, "pattern_source", s->name);
		number(out, "pattern_line", true, source_place(s, pattern->span.start).line);
	} else {
		fputs(",\"pattern_source\":null,\"pattern_line\":null", out);
	}
	next(out, "subject", by ? truth_words[subject_truth(by->who, r)] : NULL);
}

/* Rules other than the one that decided which name the object: those that mean the
 * subject, or may, or those that do not. */
static void others(const struct policy *p, const struct request *r, const struct rule *decided,
		   bool met, const char *key, FILE *out)
{
	bool first = true;

	fprintf(out, ",\"%s\":[", key);
	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct rule *one = &p->rules[i];

		if (one == decided || !rule_names(one, r) ||
		    (subject_truth(one->who, r) != TRUTH_NO) != met)
			continue;
		if (!first)
			fputc(',', out);
		first = false;
		rule(out, NULL, one);
	}
	fputc(']', out);
}

static void excepting(const struct policy *p, const struct request *r, FILE *out)
{
	bool first = true;

	fputs(",\"excepting\":[", out);
	for (uint32_t i = 0; r->path && i < p->n_rules; i++) {
		struct rule whole = p->rules[i];

		whole.n_except = 0;
		if (!rule_exception(&p->rules[i], r) || !rule_names(&whole, r))
			continue;
		if (!first)
			fputc(',', out);
		first = false;
		rule(out, NULL, &p->rules[i]);
	}
	fputc(']', out);
}

/* ---- all of it ---- */

static const char *const verdicts[] = {
	[NB_ALLOW] = "allow",
	[NB_AUDIT] = "audit",
	[NB_WOULD_DENY] = "would-deny",
	[NB_DENY] = "deny",
};

static const char *const whys[] = {
	[MOVE_ASKED] = "rule",
	[MOVE_CONTAINED] = "containment",
	[MOVE_BELOW] = "containment-below",
	[MOVE_PLACES] = "directory",
	[MOVE_OLD_KERNEL] = "directory-old-kernel",
};

void policy_explain_json(const struct policy *p, const struct request *r, enum move_kind kind,
			 const char *to, const struct move *m, FILE *out)
{
	struct verdict v = m ? m->verdict : policy_evaluate(p, r);
	const struct request *asked = m ? &m->asked : r;
	enum move_why why = m ? m->why : MOVE_ASKED;
	bool denied = v.verdict == NB_DENY;

	fputs("{\"schema\":\"" SCHEMA "\",\"request\":{", out);
	request(r, kind, to, out);
	fputc('}', out);
	next(out, "verdict", verdicts[v.verdict]);
	next(out, "because", v.verdict == NB_ALLOW ? NULL : whys[why]);
	/* a packet is dropped, and so gives none */
	next(out, "error", !denied || !asked->path ? NULL : why == MOVE_ASKED ? "EPERM" : "EXDEV");
	rule(out, "rule", v.rule);
	matched(p, v.rule, asked, out);
	next(out, "about", m && v.verdict != NB_ALLOW ? asked->path : NULL);
	next(out, "lost_as", m ? m->lost : NULL);
	rule(out, "apart", m && denied && !v.rule ? m->apart : NULL);
	others(p, r, v.rule, true, "also_matching", out);
	others(p, r, v.rule, false, "other_subjects", out);
	excepting(p, r, out);
	fputs("}\n", out);
}
