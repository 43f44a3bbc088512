/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Atoms are interned by what they mean: ids sorted and merged, patterns sorted
 * without repetition, so that the order in which somebody wrote them changes
 * nothing in the image.
 */
#include <stdlib.h>
#include <string.h>
#include "compiler/check/check.h"

struct key {
	const unsigned char *bytes;
	size_t len;
	const struct path_pattern *pattern;
};

typedef VEC(unsigned char) byte_vec;

static void put(struct arena *a, byte_vec *v, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		VEC_PUSH(a, v, p[i]);
}

/* Big-endian, so that the order of atoms' patterns is the same on every machine. */
static void put_number(struct arena *a, byte_vec *v, uint32_t n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		VEC_PUSH(a, v, (unsigned char)(n >> shift));
}

/* Equal for equal meaning, and no key begins another: every part has its length. */
static struct key key_of(struct arena *a, const struct path_pattern *p)
{
	byte_vec v = {0};

	put_number(a, &v, p->shape);
	put_number(a, &v, p->dirs);
	for (uint32_t i = 0; i < p->dirs; i++) {
		put_number(a, &v, p->dir[i].len);
		put(a, &v, p->dir[i].at, p->dir[i].len);
	}
	put_number(a, &v, p->glob_len);
	for (uint32_t i = 0; i < p->glob_len; i++)
		put_number(a, &v, p->glob[i]);
	put_number(a, &v, p->tree);
	for (uint32_t i = 0; i < p->n_parts; i++) {
		put_number(a, &v, p->parts[i].len);
		for (uint32_t j = 0; j < p->parts[i].len; j++)
			put_number(a, &v, p->parts[i].glob[j]);
	}
	return (struct key){v.at, v.n, p};
}

static int compare_keys(const void *left, const void *right)
{
	const struct key *a = left, *b = right;
	int order = memcmp(a->bytes, b->bytes, a->len < b->len ? a->len : b->len);

	return order ? order : a->len < b->len ? -1 : a->len > b->len;
}

static int compare_ids(const void *left, const void *right)
{
	const struct id_range *a = left, *b = right;

	return a->lo < b->lo ? -1 : a->lo > b->lo;
}

/* Ascending and disjoint, neighbours joined; in place. */
static uint32_t merge(struct id_range *ids, uint32_t n)
{
	uint32_t kept = 0;

	if (n)
		qsort(ids, n, sizeof *ids, compare_ids);
	for (uint32_t i = 0; i < n; i++) {
		if (kept && ids[i].lo <= (uint64_t)ids[kept - 1].hi + 1) {
			if (ids[i].hi > ids[kept - 1].hi)
				ids[kept - 1].hi = ids[i].hi;
		} else {
			ids[kept++] = ids[i];
		}
	}
	return kept;
}

/* The atom of that key, new if there is none: then `fresh` is its content. */
static const struct atom *intern(struct check *c, const byte_vec *key, struct atom fresh)
{
	struct atom **slot = (struct atom **)table_at(c->atoms, key->at, key->n);

	if (*slot)
		return *slot;
	fresh.index = (uint32_t)c->by_dim[fresh.dim].n;
	*slot = ARENA_NEW(c->arena, struct atom);
	**slot = fresh;
	VEC_PUSH(c->arena, &c->by_dim[fresh.dim], *slot);
	return *slot;
}

const struct atom *atom_of_ids(struct check *c, enum nb_dim dim, struct id_range *ids,
			       uint32_t n)
{
	byte_vec key = {0};

	n = merge(ids, n);
	put_number(c->arena, &key, dim);
	for (uint32_t i = 0; i < n; i++) {
		put_number(c->arena, &key, ids[i].lo);
		put_number(c->arena, &key, ids[i].hi);
	}
	return intern(c, &key, (struct atom){.dim = dim, .ids = ids, .n_ids = n});
}

const struct atom *atom_of_paths(struct check *c, enum nb_dim dim,
				 const struct path_pattern *paths, uint32_t n)
{
	struct key *keys = ARENA_ARRAY(c->arena, struct key, n);
	struct path_pattern *sorted = ARENA_ARRAY(c->arena, struct path_pattern, n);
	byte_vec key = {0};
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++)
		keys[i] = key_of(c->arena, &paths[i]);
	if (n)
		qsort(keys, n, sizeof *keys, compare_keys);
	put_number(c->arena, &key, dim);
	for (uint32_t i = 0; i < n; i++) {
		if (i && !compare_keys(&keys[i], &keys[i - 1]))
			continue;
		put(c->arena, &key, keys[i].bytes, keys[i].len);
		sorted[kept++] = *keys[i].pattern;
	}
	return intern(c, &key,
		      (struct atom){.dim = dim, .paths = sorted, .n_paths = kept});
}
