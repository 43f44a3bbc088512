/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kinds of facts are those that decide assertions (kinds.h), and beside them, in each
 * dimension, that nothing is known: a rule binds whom it may mean, and what covers it
 * must bind them as well.
 */
#include "compiler/assure/cover.h"
#include <string.h>
#include "compiler/assure/kinds.h"
#include "compiler/assure/match.h"
#include "compiler/base/table.h"

enum {
	ASKED_MAX = 512,     /* questions that are worked out, and what they ask for */
	KINDS_ASKED = 8192,  /* kinds of one */
	PARTS_ASKED = 256,   /* nodes of its subjects */
	VALUES_ASKED = 64,   /* patterns; a few ids count as one */
	IDS_COUNTED = 16,
};

struct cover {
	struct arena *arena;
	struct table *known; /* answers */
	uint32_t asked;
};

struct answer {
	bool holds;
	uint64_t needed;
};

struct cover *cover_new(struct arena *arena)
{
	struct cover *c = ARENA_NEW(arena, struct cover);

	c->arena = arena;
	c->known = table_new(arena);
	return c;
}

static uint32_t parts_of(const struct subject *s, uint32_t *values)
{
	if (s->kind == SUBJECT_ATOM)
		*values += s->atom->n_paths + s->atom->n_ids / IDS_COUNTED;
	return 1 + (s->left ? parts_of(s->left, values) : 0) +
	       (s->right ? parts_of(s->right, values) : 0);
}

/* ---- one question ---- */

struct asking {
	const struct subject *narrow;
	const struct subject *const *wide;
	uint32_t n;
	VEC(uint64_t) binding; /* by kind that narrow binds: which of wide do */
};

/* False: narrow binds it, and nothing else does. */
static bool ask_kind(struct arena *a, struct asking *q, const struct request *r)
{
	uint64_t binding = 0;

	if (subject_truth(q->narrow, r) == TRUTH_NO)
		return true;
	for (uint32_t i = 0; i < q->n; i++)
		if (subject_truth(q->wide[i], r) != TRUTH_NO)
			binding |= (uint64_t)1 << i;
	VEC_PUSH(a, &q->binding, binding);
	return binding;
}

/* The facts of one dimension; beyond those of kinds.h, none. */
static struct facts facts_at(const struct kinds *k, int dim, size_t i)
{
	return i < k->facts[dim].n ? k->facts[dim].at[i] : (struct facts){0};
}

static bool ask_kinds(struct arena *a, struct asking *q, const struct kinds *k)
{
	size_t count[4], all = 1;

	for (int dim = 0; dim < 4; dim++) {
		count[dim] = k->facts[dim].n + (k->atoms[dim].n > 0);
		all *= count[dim];
	}
	if (all > KINDS_ASKED)
		return false;
	for (size_t i = 0; i < all; i++) {
		struct facts exe = facts_at(k, NB_DIM_EXE, i % count[NB_DIM_EXE]);
		size_t rest = i / count[NB_DIM_EXE];
		struct facts cgroup = facts_at(k, NB_DIM_CGROUP, rest % count[NB_DIM_CGROUP]);
		struct facts uid, gid;

		rest /= count[NB_DIM_CGROUP];
		uid = facts_at(k, NB_DIM_UID, rest % count[NB_DIM_UID]);
		gid = facts_at(k, NB_DIM_GID, rest / count[NB_DIM_UID]);
		if (!ask_kind(a, q,
			      &(struct request){.exe = exe.exe,
						.cgroup = cgroup.cgroup,
						.uid_known = uid.uid_known,
						.uid = uid.uid,
						.gid_known = gid.gid_known,
						.gids = gid.gids,
						.n_gids = gid.n_gids}))
			return false;
	}
	return true;
}

static uint64_t few(const struct asking *q)
{
	uint64_t needed = q->n == 64 ? ~(uint64_t)0 : ((uint64_t)1 << q->n) - 1;

	for (uint32_t i = q->n; i--;) {
		uint64_t without = needed & ~((uint64_t)1 << i);
		bool enough = true;

		for (size_t k = 0; enough && k < q->binding.n; k++)
			enough = q->binding.at[k] & without;
		if (enough)
			needed = without;
	}
	return needed;
}

static bool work_out(struct cover *c, struct asking *q, uint64_t *needed)
{
	struct kinds *k = kinds_new(c->arena);
	uint32_t values = 0, parts = parts_of(q->narrow, &values);

	for (uint32_t i = 0; i < q->n && parts <= PARTS_ASKED; i++)
		parts += parts_of(q->wide[i], &values);
	if (parts > PARTS_ASKED || values > VALUES_ASKED || c->asked + values >= ASKED_MAX)
		return false;
	c->asked += 1 + values;
	kinds_add(k, q->narrow);
	for (uint32_t i = 0; i < q->n; i++)
		kinds_add(k, q->wide[i]);
	if (!kinds_find(k) || !ask_kinds(c->arena, q, k))
		return false;
	*needed = few(q);
	return true;
}

bool cover_holds(struct cover *c, const struct subject *narrow,
		 const struct subject *const *wide, uint32_t n, uint64_t *needed)
{
	struct asking q = {.narrow = narrow, .wide = wide, .n = n};
	size_t bytes = (n + 1) * sizeof *wide;
	const struct subject **key;
	struct answer *answer;
	void **slot;

	if (!n || n > COVER_MAX)
		return false;
	key = ARENA_ARRAY(c->arena, const struct subject *, n + 1);
	key[0] = narrow;
	memcpy(key + 1, wide, n * sizeof *wide);
	slot = table_at(c->known, key, bytes);
	if (!*slot) {
		answer = ARENA_NEW(c->arena, struct answer);
		answer->holds = work_out(c, &q, &answer->needed);
		*slot = answer;
	}
	answer = *slot;
	*needed = answer->needed;
	return answer->holds;
}
