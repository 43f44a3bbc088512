/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact, because facts are tried and not truth values: nobody has two uids, so ranges
 * that exclude each other are never both met; somebody may have groups of several
 * ranges; paths come from witness.h.
 */
#include <string.h>
#include "compiler/assure/kinds.h"
#include "compiler/assure/match.h"
#include "compiler/assure/witness.h"
#include "compiler/base/table.h"

static const uint32_t id_last = UINT32_MAX - 1; /* the last number that is an id */

struct kinds *kinds_new(struct arena *a)
{
	struct kinds *k = ARENA_NEW(a, struct kinds);

	k->arena = a;
	k->known = table_new(a);
	return k;
}

void kinds_add(struct kinds *k, const struct subject *s)
{
	const struct atom **key;
	void **slot;

	if (s->left)
		kinds_add(k, s->left);
	if (s->right)
		kinds_add(k, s->right);
	if (s->kind != SUBJECT_ATOM ||
	    table_get(k->known, &s->atom, sizeof(const struct atom *)))
		return;
	key = ARENA_NEW(k->arena, const struct atom *);
	*key = s->atom;
	slot = table_at(k->known, key, sizeof(const struct atom *));
	*slot = key;
	VEC_PUSH(k->arena, &k->atoms[s->atom->dim], s->atom);
}

/* Adds facts that match another set of atoms than all before. */
static bool keep(struct kinds *k, int dim, struct table *seen, struct facts facts)
{
	size_t n = k->atoms[dim].n, bytes = n / 8 + 1;
	uint8_t *met = ARENA_ARRAY(k->arena, uint8_t, bytes);
	struct request r = {.exe = facts.exe,
			    .cgroup = facts.cgroup,
			    .uid_known = facts.uid_known,
			    .gid_known = facts.gid_known,
			    .uid = facts.uid,
			    .gids = facts.gids,
			    .n_gids = facts.n_gids};
	void **slot;

	for (size_t i = 0; i < n; i++)
		if (atom_truth(k->atoms[dim].at[i], &r) == TRUTH_YES)
			met[i / 8] |= (uint8_t)(1u << i % 8);
	slot = table_at(seen, met, bytes);
	if (*slot)
		return true;
	*slot = met;
	VEC_PUSH(k->arena, &k->facts[dim], facts);
	return k->facts[dim].n <= KINDS_MAX;
}

static struct facts one_id(struct kinds *k, int dim, uint32_t id)
{
	uint32_t *gids;

	if (dim == NB_DIM_UID)
		return (struct facts){.uid_known = true, .uid = id};
	gids = ARENA_NEW(k->arena, uint32_t);
	*gids = id;
	return (struct facts){.gid_known = true, .gids = gids, .n_gids = 1};
}

/* What an id matches changes only where a range begins, or behind its end. */
static bool each_id(struct kinds *k, int dim, struct table *seen)
{
	bool good = keep(k, dim, seen, one_id(k, dim, 0));

	for (size_t i = 0; i < k->atoms[dim].n; i++) {
		const struct atom *atom = k->atoms[dim].at[i];

		for (uint32_t j = 0; good && j < atom->n_ids; j++) {
			good = keep(k, dim, seen, one_id(k, dim, atom->ids[j].lo));
			if (good && atom->ids[j].hi < id_last)
				good = keep(k, dim, seen,
					    one_id(k, dim, atom->ids[j].hi + 1));
		}
	}
	return good;
}

static struct facts with_gid(struct kinds *k, const struct facts *have, uint32_t gid)
{
	uint32_t *gids = ARENA_ARRAY(k->arena, uint32_t, have->n_gids + 1);

	memcpy(gids, have->gids, have->n_gids * sizeof *gids);
	gids[have->n_gids] = gid;
	return (struct facts){
		.gid_known = true, .gids = gids, .n_gids = have->n_gids + 1};
}

/* Somebody has one group or more: every union of what single groups match. */
static bool each_group(struct kinds *k, struct table *seen)
{
	size_t single;

	if (!each_id(k, NB_DIM_GID, seen))
		return false;
	single = k->facts[NB_DIM_GID].n;
	for (size_t i = 0; i < k->facts[NB_DIM_GID].n; i++)
		for (size_t j = 0; j < single; j++) {
			struct facts have = k->facts[NB_DIM_GID].at[i];
			uint32_t gid = k->facts[NB_DIM_GID].at[j].gids[0];

			if (!keep(k, NB_DIM_GID, seen, with_gid(k, &have, gid)))
				return false;
		}
	return true;
}

/* The root of all files is no program, but a cgroup. */
static bool each_path(struct kinds *k, int dim, struct table *seen)
{
	struct pattern_list patterns = {0};
	const struct path_list *list;
	bool good = true;

	for (size_t i = 0; i < k->atoms[dim].n; i++)
		for (uint32_t j = 0; j < k->atoms[dim].at[i]->n_paths; j++)
			VEC_PUSH(k->arena, &patterns.at,
				 &k->atoms[dim].at[i]->paths[j]);
	list = witness_paths(k->arena, &patterns);
	for (size_t i = 0; list && good && i < list->paths.n; i++) {
		const char *path = list->paths.at[i];

		if (dim == NB_DIM_CGROUP)
			good = keep(k, dim, seen, (struct facts){.cgroup = path});
		else if (path[1])
			good = keep(k, dim, seen, (struct facts){.exe = path});
	}
	return list && good;
}

bool kinds_find(struct kinds *k)
{
	size_t product = 1;

	for (int dim = 0; dim < 4; dim++) {
		struct table *seen = table_new(k->arena);
		bool good;

		if (!k->atoms[dim].n)
			good = keep(k, dim, seen, (struct facts){0});
		else if (dim == NB_DIM_UID)
			good = each_id(k, dim, seen);
		else if (dim == NB_DIM_GID)
			good = each_group(k, seen);
		else
			good = each_path(k, dim, seen);
		if (!good)
			return false;
		product *= k->facts[dim].n;
		if (product > KINDS_MAX)
			return false;
	}
	return true;
}
