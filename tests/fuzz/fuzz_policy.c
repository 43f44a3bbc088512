/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text up to the first NUL → scanner, parser, checker, lowering. When it compiles, the
 * bytes behind the NUL become requests near what the policy names, and the map
 * images and the reference evaluator must give the same verdict by the same rule.
 */
#include <string.h>
#include "bpf-templates/decide_host.h"
#include "compiler/assure/explain.h"
#include "compiler/lower/image.h"
#include "grammar/grammar.h"
#include "runtime/meta.h"
#include "tests/fuzz/target.h"
#include "tests/unit/host_subject.h"

#define REQUESTS_MAX 200
#define PATH_ROOM 2000

struct asked {
	struct request r;
	char path[PATH_ROOM], exe[PATH_ROOM], cgroup[PATH_ROOM];
	uint32_t gids[4];
};

struct run {
	const struct policy *policy;
	const struct image *image;
	struct nb_host_images host;
	VEC(const struct path_pattern *) patterns;
	VEC(uint32_t) ids; /* ends of ranges of uids and gids */
	VEC(const struct addr_range *) addrs;
	VEC(const struct port_box *) ports;
};

/* ---- what the policy names ---- */

static void collect_atoms(struct arena *a, struct run *run)
{
	for (int dim = 0; dim < 4; dim++) {
		for (uint32_t i = 0; i < run->policy->n_atoms[dim]; i++) {
			const struct atom *atom = run->policy->atoms[dim][i];

			for (uint32_t k = 0; k < atom->n_paths && k < 64; k++)
				VEC_PUSH(a, &run->patterns, &atom->paths[k]);
			for (uint32_t k = 0; k < atom->n_ids && k < 64; k++) {
				VEC_PUSH(a, &run->ids, atom->ids[k].lo);
				VEC_PUSH(a, &run->ids, atom->ids[k].hi);
			}
		}
	}
}

static void collect(struct arena *a, struct run *run)
{
	for (uint32_t i = 0; i < run->policy->n_rules; i++) {
		const struct rule *rule = &run->policy->rules[i];

		for (uint32_t k = 0; k < rule->n_paths && k < 64; k++)
			VEC_PUSH(a, &run->patterns, &rule->paths[k]);
		for (uint32_t k = 0; k < rule->n_addrs && k < 64; k++)
			VEC_PUSH(a, &run->addrs, &rule->addrs[k]);
		for (uint32_t k = 0; k < rule->n_ports && k < 64; k++)
			VEC_PUSH(a, &run->ports, &rule->ports[k]);
	}
	collect_atoms(a, run);
}

/* ---- requests ---- */

/* A name on disk is any bytes but NUL and '/', 1 to 255 of them. */
static void add_byte(char *name, size_t *n, uint32_t byte)
{
	if (*n < 255)
		name[(*n)++] = (char)(byte && byte != '/' ? byte : 'a');
}

static void add_glob(const uint16_t *glob, uint32_t len, struct feed *f, char *name, size_t *n)
{
	for (uint32_t i = 0; i < len; i += glob_width(&glob[i])) {
		if (glob[i] < 256)
			add_byte(name, n, glob[i]);
		else if (glob[i] == GLOB_ONE)
			add_byte(name, n, feed_byte(f));
		else if (glob[i] == GLOB_SET)
			add_byte(name, n, (glob[i + 2] >> 8) + feed_below(f, 3));
		for (uint32_t k = glob[i] == GLOB_ANY ? feed_below(f, 5) : 0; k; k--)
			add_byte(name, n, feed_byte(f));
	}
}

static void add_component(char *path, size_t *at, const char *name, size_t n)
{
	if (!n || *at + n + 2 > PATH_ROOM)
		return;
	path[(*at)++] = '/';
	memcpy(path + *at, name, n);
	*at += n;
}

static void add_any(const struct run *run, struct feed *f, char *path, size_t *at)
{
	const struct path_pattern *p = NULL;
	uint32_t kind = feed_byte(f);
	char name[256];
	size_t n = 0;

	if (run->patterns.n && kind < 200)
		p = run->patterns.at[feed_below(f, (uint32_t)run->patterns.n)];
	if (p && p->glob_len && kind & 1) {
		add_glob(p->glob, p->glob_len, f, name, &n);
	} else if (p && p->n_parts && kind & 1) {
		const struct path_part *part = &p->parts[feed_below(f, p->n_parts)];

		if (!part->any_depth)
			add_glob(part->glob, part->len, f, name, &n);
	} else if (p && p->dirs) {
		const struct bytes *dir = &p->dir[feed_below(f, p->dirs)];

		for (uint32_t i = 0; i < dir->len; i++)
			add_byte(name, &n, (uint8_t)dir->at[i]);
	}
	if (kind % 7 == 0 || !n)
		for (uint32_t k = 1 + feed_below(f, 10); k; k--)
			add_byte(name, &n, feed_byte(f));
	add_component(path, at, name, n);
}

static void make_path(const struct run *run, struct feed *f, char *path)
{
	uint32_t kind = feed_byte(f), more = kind >> 1 & 3;
	size_t at = 0;

	if (kind & 1 && run->patterns.n) {
		const struct path_pattern *p =
			run->patterns.at[feed_below(f, (uint32_t)run->patterns.n)];

		for (uint32_t i = 0; i < p->dirs; i++)
			add_component(path, &at, p->dir[i].at, p->dir[i].len);
	}
	while (more--)
		add_any(run, f, path, &at);
	if (!at)
		path[at++] = '/';
	path[at] = '\0';
}

static uint32_t make_id(const struct run *run, struct feed *f)
{
	uint32_t kind = feed_byte(f);

	if (kind < 200 && run->ids.n)
		return run->ids.at[feed_below(f, (uint32_t)run->ids.n)] + kind % 3 - 1;
	return kind << 24 | feed_byte(f) << 8 | feed_byte(f);
}

/* One more or less than an end of a range is where mistakes are. */
static void nudge(uint8_t *addr, size_t n, uint32_t by)
{
	uint32_t carry = by % 3;

	if (carry == 2) {
		while (n-- && !addr[n]--)
			;
		return;
	}
	while (n-- && carry)
		carry = !++addr[n];
}

static void make_address(const struct run *run, struct feed *f, struct request *r)
{
	static const uint8_t prefixes[][12] = {
		{ [10] = 0xff, [11] = 0xff }, { 0, 0x64, 0xff, 0x9b }, { 0x20, 0x02 }, { 0 },
	};
	uint32_t kind = feed_byte(f), wrap = feed_below(f, 16);
	uint8_t v4[4];

	r->v6 = kind & 1;
	if (kind < 200 && run->addrs.n) {
		const struct addr_range *range =
			run->addrs.at[feed_below(f, (uint32_t)run->addrs.n)];

		r->v6 = range->v6;
		memcpy(r->addr, kind & 2 ? range->lo : range->hi, 16);
		nudge(r->addr, r->v6 ? 16 : 4, kind >> 2);
	} else if (kind < 250) {
		for (uint32_t i = 0; i < (r->v6 ? 16u : 4u); i++)
			r->addr[i] = (uint8_t)feed_byte(f);
	}
	if (r->v6 || wrap > 4)
		return;
	r->v6 = wrap < 4;
	memcpy(v4, r->addr, 4);
	if (wrap < 4)
		memcpy(r->addr, prefixes[wrap], 12);
	if (wrap < 4)
		memcpy(r->addr + (wrap == 2 ? 2 : 12), v4, 4);
}

static bool has_ports(uint8_t protocol)
{
	static const uint8_t with[] = { 6, 17, 33, 132, 136 };

	return memchr(with, protocol, sizeof with);
}

static void make_port(const struct run *run, struct feed *f, struct request *r)
{
	static const uint8_t protocols[] = { 6, 17, 132, 1, 255, 33, 136, 0 };
	uint32_t kind = feed_byte(f);

	r->protocol = protocols[kind & 7];
	r->port = (uint16_t)(kind << 8 | feed_byte(f));
	if (kind < 200 && run->ports.n) {
		const struct port_box *box =
			run->ports.at[feed_below(f, (uint32_t)run->ports.n)];

		r->protocol = kind & 1 ? box->proto_lo : box->proto_hi;
		r->port = (uint16_t)((kind & 2 ? box->port_lo : box->port_hi) + (kind >> 2) % 3 - 1);
	}
	if (!has_ports(r->protocol))
		r->port = 0;
}

static void make_request(const struct run *run, struct feed *f, struct asked *q)
{
	uint32_t known = feed_byte(f);

	q->r = (struct request){ .op = feed_below(f, NB_OP_COUNT) };
	make_path(run, f, q->path);
	make_path(run, f, q->exe);
	make_path(run, f, q->cgroup);
	q->r.path = q->path;
	q->r.exe = known & 1 && q->exe[1] ? q->exe : NULL;
	q->r.cgroup = known & 2 ? q->cgroup : NULL;
	q->r.uid_known = known & 4;
	q->r.uid = make_id(run, f);
	q->r.gid_known = known & 8;
	q->r.n_gids = known >> 4 & 3;
	for (uint32_t i = 0; i < q->r.n_gids; i++)
		q->gids[i] = make_id(run, f);
	q->r.gids = q->gids;
	make_address(run, f, &q->r);
	make_port(run, f, &q->r);
	q->r.socket.family = (uint16_t)feed_below(f, 46);
	q->r.socket.type = (uint8_t)(1 + feed_below(f, 10));
}

/* ---- both answers ---- */

static struct nb_host_decision ask_images(const struct run *run, const struct request *r)
{
	const struct nb_params *p = &run->image->params;
	struct nb_host_subject s = host_subject(run->host.paths, p, r);

	if (!((r->op < NB_OP_CONNECT ? p->file_ops : p->net_ops) & 1u << r->op))
		return (struct nb_host_decision){ NB_ALLOW, 0 };
	if (r->op < NB_OP_CONNECT)
		return nb_host_file(&run->host, &s, r->op, r->path);
	if (r->op == NB_OP_SOCKET)
		return nb_host_socket(&run->host, &s, r->socket.family, r->socket.type);
	return nb_host_net(&run->host, &s, r->op, r->v6 ? 6 : 4, r->addr, r->protocol, r->port);
}

static void compare(const struct run *run, const struct request *r)
{
	struct nb_host_decision got = ask_images(run, r);
	struct verdict want = policy_evaluate(run->policy, r);
	uint32_t rule = want.rule ? want.rule->number : 0;

	policy_explain(run->policy, r, fuzz_sink());
	if (got.verdict == want.verdict && got.rule == rule)
		return;
	fprintf(stderr, "images: verdict %u by rule %u; meaning: verdict %u by rule %u\n",
		got.verdict, got.rule, want.verdict, rule);
	policy_explain(run->policy, r, stderr);
	abort();
}

/* What the compiler writes the loader must read. */
static void read_meta(const struct run *run)
{
	const struct blob *blob = &run->image->maps[NB_IMAGE_META];
	struct meta CLEANUP_META meta = { 0 };
	struct error err;

	FUZZ_REQUIRE(!meta_parse(blob->at, blob->len, &meta, &err));
	FUZZ_REQUIRE(meta.n_rules == run->policy->n_rules && meta.seq == run->policy->seq);
}

static void ask(struct arena *a, struct run *run, struct feed f)
{
	static struct asked asked;
	const struct blob *maps = run->image->maps;

	run->host = (struct nb_host_images){ maps[NB_IMAGE_PATHS].at, maps[NB_IMAGE_NET4].at,
					     maps[NB_IMAGE_NET6].at, maps[NB_IMAGE_ROWS].at };
	collect(a, run);
	for (uint32_t i = 0; f.n && i < REQUESTS_MAX; i++) {
		make_request(run, &f, &asked);
		compare(run, &asked.r);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena *a = arena_new();
	struct sources sources = { .arena = a };
	struct diags *diags = diags_new(a, &sources);
	const uint8_t *nul = len ? memchr(at, 0, len) : NULL;
	size_t text = nul ? (size_t)(nul - at) : len;
	struct feed rest = { at + text + 1, nul ? len - text - 1 : 0 };
	struct run run = { 0 };
	const struct ast *ast;

	VEC_PUSH(a, &sources.list,
		 (struct source){ "fuzz.nbp", arena_strndup(a, (const char *)at, text), text });
	ast = grammar_parse(a, &sources, 0, diags);
	FUZZ_REQUIRE(!ast == diags_failed(diags));
	if (ast) {
		ast_dump(ast, fuzz_sink());
		run.policy = policy_check(a, ast, &sources, diags);
		FUZZ_REQUIRE(!run.policy == diags_failed(diags));
	}
	if (run.policy) {
		policy_dump(run.policy, fuzz_sink());
		run.image = policy_lower(a, run.policy, diags);
		FUZZ_REQUIRE(!run.image == diags_failed(diags));
	}
	diags_print(diags, fuzz_sink());
	if (run.image) {
		image_dump(run.image, fuzz_sink());
		read_meta(&run);
		ask(a, &run, rest);
	}
	arena_free(a);
	return 0;
}
