/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * (rule, request) → does it match, by plain comparison: components one by one,
 * addresses as byte strings, subjects as three-valued logic. No table is built
 * and nothing is remembered; speed is the business of the image.
 */
#include <string.h>
#include "compiler/assure/match.h"

/* ---- paths ---- */

enum { PARTS_MAX = 2100 }; /* more than 4,096 bytes can say */

/* The next component of *rest; false at its end. */
static bool component(const char **rest, struct bytes *out)
{
	*rest += strspn(*rest, "/");
	out->at = *rest;
	out->len = (uint32_t)strcspn(*rest, "/");
	*rest += out->len;
	return out->len > 0;
}

static bool same(struct bytes a, struct bytes b)
{
	return a.len == b.len && !memcmp(a.at, b.at, a.len);
}

/* On a mismatch only the last '*' has to take one byte more: an earlier one
 * could not reach anything that the last one cannot. */
bool glob_matches(const uint16_t *g, uint32_t len, struct bytes name)
{
	uint32_t i = 0, j = 0, star = len, from = 0;

	while (j < name.len) {
		if (i < len && g[i] == GLOB_ANY) {
			star = i++;
			from = j;
		} else if (i < len && glob_takes(&g[i], (uint8_t)name.at[j])) {
			i += glob_width(&g[i]);
			j++;
		} else if (star < len) {
			i = star + 1;
			j = ++from;
		} else {
			return false;
		}
	}
	while (i < len && g[i] == GLOB_ANY)
		i++;
	return i == len;
}

/* used[i]: the first i parts took what was read so far. A tree may go on for ever
 * once all are used. */
static bool parts_match(const struct path_pattern *p, const char *path)
{
	bool used[PARTS_MAX + 1] = {true}, whole = false;
	uint32_t n = p->n_parts;
	struct bytes c;

	if (n > PARTS_MAX)
		return false;
	while (!whole && component(&path, &c)) {
		for (uint32_t i = 0; i < n; i++) /* '**' takes nothing */
			used[i + 1] |= used[i] && p->parts[i].any_depth;
		for (uint32_t i = n; i; i--) {
			const struct path_part *part = &p->parts[i - 1];

			/* '**' takes the component and stays */
			used[i] = part->any_depth
					  ? used[i]
					  : used[i - 1] && glob_matches(part->glob, part->len, c);
		}
		used[0] = false;
		whole = p->tree && used[n];
	}
	return used[n];
}

bool path_matches(const struct path_pattern *p, const char *path)
{
	struct bytes c, next;

	for (uint32_t i = 0; i < p->dirs; i++)
		if (!component(&path, &c) || !same(c, p->dir[i]))
			return false;
	if (p->shape == PATH_TREE)
		return true;
	if (p->shape == PATH_GENERAL)
		return parts_match(p, path);
	if (!component(&path, &c))
		return p->shape == PATH_LITERAL;
	while (p->shape == PATH_GLOB_BELOW && component(&path, &next))
		c = next;
	return p->shape != PATH_LITERAL && !component(&path, &next) &&
	       glob_matches(p->glob, p->glob_len, c);
}

/* ---- subjects ---- */

static enum truth truth(bool yes)
{
	return yes ? TRUTH_YES : TRUTH_NO;
}

static bool any_path(const struct atom *a, const char *path)
{
	for (uint32_t i = 0; i < a->n_paths; i++)
		if (path_matches(&a->paths[i], path))
			return true;
	return false;
}

static bool any_id(const struct atom *a, uint32_t id)
{
	for (uint32_t i = 0; i < a->n_ids; i++)
		if (a->ids[i].lo <= id && id <= a->ids[i].hi)
			return true;
	return false;
}

enum truth atom_truth(const struct atom *a, const struct request *r)
{
	switch (a->dim) {
	case NB_DIM_EXE:
		return r->exe ? truth(any_path(a, r->exe)) : TRUTH_UNKNOWN;
	case NB_DIM_CGROUP:
		return r->cgroup ? truth(any_path(a, r->cgroup)) : TRUTH_UNKNOWN;
	case NB_DIM_UID:
		return r->uid_known ? truth(any_id(a, r->uid)) : TRUTH_UNKNOWN;
	case NB_DIM_GID:
		for (uint32_t i = 0; r->gid_known && i < r->n_gids; i++)
			if (any_id(a, r->gids[i]))
				return TRUTH_YES;
		return r->gid_known ? TRUTH_NO : TRUTH_UNKNOWN;
	}
	return TRUTH_UNKNOWN;
}

enum truth subject_truth(const struct subject *s, const struct request *r)
{
	enum truth left, right;

	switch (s->kind) {
	case SUBJECT_ANYONE:
		return TRUTH_YES;
	case SUBJECT_ATOM:
		return atom_truth(s->atom, r);
	case SUBJECT_NOT:
		return (enum truth)(TRUTH_YES - subject_truth(s->left, r));
	case SUBJECT_AND:
		left = subject_truth(s->left, r);
		right = subject_truth(s->right, r);
		return left < right ? left : right;
	case SUBJECT_OR:
		left = subject_truth(s->left, r);
		right = subject_truth(s->right, r);
		return left > right ? left : right;
	}
	return TRUTH_UNKNOWN;
}

/* ---- addresses and ports ---- */

static const uint8_t zero[16];

static struct view view4(enum view_why why, const uint8_t addr[4])
{
	struct view v = {.why = why};

	memcpy(v.addr, addr, 4);
	return v;
}

/* To bind, and where a socket listens, 0.0.0.0 and :: are every local address. */
static bool is_local(enum nb_op op)
{
	return op == NB_OP_BIND || op == NB_OP_LISTEN;
}

/* As a peer: loopback. */
static struct view zero4(enum nb_op op)
{
	if (is_local(op))
		return view4(VIEW_ANY, zero);
	return view4(VIEW_LOOPBACK, (const uint8_t[4]){127, 0, 0, 1});
}

size_t request_views(const struct request *r, struct view out[VIEWS_MAX])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};
	static const uint8_t six_to_four[2] = {0x20, 0x02};
	const uint8_t *a = r->addr;

	if (!r->v6) {
		out[0] = memcmp(a, zero, 4) ? view4(VIEW_PLAIN, a) : zero4(r->op);
		return 1;
	}
	if (!memcmp(a, mapped, 12)) {
		out[0] = memcmp(a + 12, zero, 4) ? view4(VIEW_MAPPED, a + 12)
						 : zero4(r->op);
		return 1;
	}
	out[0] = (struct view){.v6 = true};
	memcpy(out[0].addr, a, 16);
	if (!memcmp(a, zero, 16)) {
		if (is_local(r->op)) {
			out[0].why = VIEW_ANY;
			out[1] = zero4(r->op);
			return 2;
		}
		out[0].why = VIEW_LOOPBACK;
		out[0].addr[15] = 1;
	} else if (!memcmp(a, nat64, 12)) {
		out[1] = view4(VIEW_NAT64, a + 12);
		return 2;
	} else if (!memcmp(a, six_to_four, 2)) {
		out[1] = view4(VIEW_6TO4, a + 2);
		return 2;
	}
	return 1;
}

/* An allow speaks of a bind to every address only if it has every one. */
static bool whole_family(const struct rule *rule, bool v6)
{
	for (uint32_t i = 0; i < rule->n_addrs; i++) {
		const struct addr_range *a = &rule->addrs[i];
		bool whole = a->v6 == v6;

		for (int k = 0; k < (v6 ? 16 : 4); k++)
			whole &= a->lo[k] == 0 && a->hi[k] == 0xff;
		if (whole)
			return true;
	}
	return false;
}

static bool in_range(const struct addr_range *range, const struct view *v)
{
	if (range->v6 != v->v6)
		return false;
	return v->why == VIEW_ANY || (memcmp(range->lo, v->addr, 16) <= 0 &&
				      memcmp(v->addr, range->hi, 16) <= 0);
}

bool protocol_has_ports(uint8_t protocol)
{
	switch (protocol) {
#define PROTOCOL(name, number, has_ports) \
	case number:                      \
		return has_ports;
#include "compiler/check/protocols.def"
#undef PROTOCOL
	}
	return false;
}

/* ---- rules ---- */

const struct path_pattern *rule_exception(const struct rule *rule, const struct request *r)
{
	for (uint32_t i = 0; i < rule->n_except; i++)
		if (path_matches(&rule->except[i], r->path))
			return &rule->except[i];
	return NULL;
}

const struct path_pattern *rule_path(const struct rule *rule, const struct request *r)
{
	if ((rule->host && r->guest) || rule_exception(rule, r))
		return NULL;
	for (uint32_t i = 0; i < rule->n_paths; i++)
		if (path_matches(&rule->paths[i], r->path))
			return &rule->paths[i];
	return NULL;
}

const struct addr_range *rule_range(const struct rule *rule, const struct request *r,
				    struct view *view)
{
	struct view views[VIEWS_MAX];
	size_t n = request_views(r, views);

	for (size_t v = 0; v < n && rule->effect == EFFECT_ALLOW; v++)
		if (views[v].why == VIEW_ANY && !whole_family(rule, views[v].v6))
			return NULL;
	for (uint32_t i = 0; i < rule->n_addrs; i++)
		for (size_t v = 0; v < n; v++)
			if (in_range(&rule->addrs[i], &views[v])) {
				*view = views[v];
				return &rule->addrs[i];
			}
	return NULL;
}

/* To listen without a port yet: the kernel will choose any, so that one denied is
 * enough, and an allow must have them all. */
static bool box_meets(const struct port_box *b, const struct rule *rule)
{
	return rule->effect != EFFECT_ALLOW || (b->port_lo <= 1 && b->port_hi == UINT16_MAX);
}

const struct port_box *rule_box(const struct rule *rule, const struct request *r)
{
	uint16_t port = protocol_has_ports(r->protocol) ? r->port : 0;
	bool unsettled = r->op == NB_OP_LISTEN && !port;

	for (uint32_t i = 0; i < rule->n_ports; i++) {
		const struct port_box *b = &rule->ports[i];

		if (b->proto_lo <= r->protocol && r->protocol <= b->proto_hi &&
		    (unsettled ? box_meets(b, rule) : b->port_lo <= port && port <= b->port_hi))
			return b;
	}
	return NULL;
}

const struct socket_kind *rule_socket(const struct rule *rule, const struct request *r)
{
	for (uint32_t i = 0; i < rule->n_sockets; i++)
		if (rule->sockets[i].family == r->socket.family &&
		    (!rule->sockets[i].type || rule->sockets[i].type == r->socket.type))
			return &rule->sockets[i];
	return NULL;
}

bool rule_names(const struct rule *rule, const struct request *r)
{
	struct view view;

	if (!rule_is_asked(rule, r))
		return false;
	if (rule->kind == OBJECT_FILES)
		return rule_path(rule, r);
	if (r->op == NB_OP_SOCKET)
		return rule_socket(rule, r);
	return rule_range(rule, r, &view) && rule_box(rule, r);
}

bool rule_matches(const struct rule *rule, const struct request *r)
{
	return rule_names(rule, r) && subject_truth(rule->who, r) != TRUTH_NO;
}
