/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of images: text to images, random requests, and the subject that an image is
 * asked for. The includer has cmocka's headers. */
#pragma once
#include <string.h>
#include "bpf-templates/decide_host.h"
#include "compiler/assure/evaluate.h"
#include "compiler/lower/image.h"
#include "grammar/grammar.h"
#include "tests/unit/host_subject.h"
#include "tests/unit/random_policy.h"

struct compiled {
	struct arena *arena;
	const struct policy *policy;
	const struct image *image;
	struct nb_host_images host;
};

static void compile(struct text *t, struct compiled *out)
{
	struct sources *sources;
	struct diags *diags;
	const struct ast *ast;

	out->arena = arena_new();
	sources = ARENA_NEW(out->arena, struct sources);
	sources->arena = out->arena;
	VEC_PUSH(out->arena, &sources->list, (struct source){ "random.nbp", t->at, t->n });
	diags = diags_new(out->arena, sources);
	ast = grammar_parse(out->arena, sources, 0, diags);
	out->policy = ast ? policy_check(out->arena, ast, sources, diags) : NULL;
	out->image = out->policy ? policy_lower(out->arena, out->policy, diags) : NULL;
	if (!out->image) {
		diags_print(diags, stderr);
		fail_msg("the random policy does not compile:\n%s", t->at);
	}
	const struct blob *maps = out->image->maps;
	out->host = (struct nb_host_images){ maps[NB_IMAGE_PATHS].at, maps[NB_IMAGE_NET4].at,
					     maps[NB_IMAGE_NET6].at, maps[NB_IMAGE_ROWS].at };
}

struct random_request {
	struct request r;
	char path[1200], exe[1200], cgroup[1200];
	uint32_t gids[3];
};

static void random_path(char *out, size_t room)
{
	struct text t = { .n = 0 };
	uint32_t n = rnd(5);

	for (uint32_t i = 0; i < n; i++)
		put(&t, "/%s%s", PICK(names), rnd(8) ? "" : "z");
	assert_true(t.n < room);
	strcpy(out, n ? t.at : "/");
}

static void random_address(struct request *r)
{
	static const uint8_t prefixes[][12] = {
		{ 0 },
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff },
		{ 0, 0x64, 0xff, 0x9b },
		{ 0x20, 0x02, 10, 0, 0, 0 },
		{ 0xfd },
	};
	uint8_t v4[4] = { 10, 0, (uint8_t)(rnd(4) * 63), (uint8_t)rnd(256) };

	if (rnd(3) == 0)
		memcpy(v4, (uint8_t[]){ 127, 0, 0, (uint8_t)rnd(4) }, 4);
	if (rnd(6) == 0)
		memset(v4, 0, 4);
	memset(r->addr, 0, 16);
	r->v6 = rnd(2);
	if (!r->v6) {
		memcpy(r->addr, v4, 4);
		return;
	}
	memcpy(r->addr, prefixes[rnd(5)], 12);
	if (r->addr[0] == 0x20)
		r->addr[4] = (uint8_t)rnd(4);
	if (rnd(2))
		memcpy(r->addr + 12, v4, 4);
	else
		r->addr[15] = (uint8_t)rnd(16);
}

static inline void random_request(struct random_request *q)
{
	static const uint8_t protocols[] = { 6, 17, 132, 1, 255 };
	static const uint16_t families[] = { 1, 2, 10, 16, 17, 38 };

	memset(q, 0, sizeof *q);
	q->r.op = rnd(NB_OP_COUNT);
	random_path(q->path, sizeof q->path);
	random_path(q->exe, sizeof q->exe);
	random_path(q->cgroup, sizeof q->cgroup);
	q->r.again = NB_AGAIN_OPS >> q->r.op & 1 && rnd(2);
	q->r.guest = rnd(3) == 0;
	q->r.path = q->path;
	q->r.exe = rnd(4) && q->exe[1] ? q->exe : NULL;
	q->r.cgroup = rnd(4) ? q->cgroup : NULL;
	q->r.uid_known = rnd(4);
	q->r.uid = rnd(25);
	q->r.gid_known = rnd(4);
	q->r.n_gids = 1 + rnd(3);
	for (uint32_t i = 0; i < 3; i++)
		q->gids[i] = rnd(25);
	q->r.gids = q->gids;
	random_address(&q->r);
	q->r.protocol = protocols[rnd(5)];
	q->r.socket.family = families[rnd(6)];
	q->r.socket.type = 1 + rnd(5);
	q->r.port = rnd(6) == 0 ? 0 : q->r.protocol == 6 || q->r.protocol == 17 || q->r.protocol == 132 ?
		(uint16_t)rnd(320) : 0;
}

static inline struct nb_host_subject subject_of(const struct compiled *c, const struct request *r)
{
	return host_subject(c->host.paths, &c->image->params, r);
}
