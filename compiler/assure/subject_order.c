/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An expression is an OR of ANDs of literals about four dimensions that have nothing
 * to do with each other, so an AND is possible when it is in each. uids, executables
 * and cgroups are one value: some class must have all atoms wanted and none refused.
 * A task has many gids: each atom wanted may have its own.
 */
#include "compiler/assure/subject_order.h"

#define WORK_MAX (1u << 26) /* atoms looked up; beyond, everything is possible */

struct subject_order {
	struct arena *arena;
	const struct image *image;
	const struct reach *reach;
	const struct nb_span *spans;
	const struct nb_literal *literals;
	uint8_t *possible; /* by subject: 0 = not asked yet, 1 = no, 2 = yes */
	uint64_t work;
	/* by dimension, made when first needed: atoms that some class has, and those that
	 * some class has not. One literal alone is answered by these. */
	uint64_t *had[4], *lacked[4];
};

struct part { /* an AND */
	const struct nb_literal *at;
	uint32_t n;
};

/* The part that begins at *at of the subject's literals, which goes on behind it. */
static bool next_part(const struct subject_order *o, uint32_t subject, uint32_t *at,
		      struct part *out)
{
	struct nb_span span = o->spans[subject];

	if (*at >= span.count)
		return false;
	*out = (struct part){ o->literals + span.first + *at, 0 };
	while (!out->at[out->n++].last)
		;
	*at += out->n;
	return true;
}

static bool same(const struct nb_literal *a, const struct nb_literal *b)
{
	return a->dim == b->dim && a->negated == b->negated && a->atom == b->atom;
}

static bool has_literal(const struct part *part, const struct nb_literal *l)
{
	for (uint32_t i = 0; i < part->n; i++)
		if (same(&part->at[i], l))
			return true;
	return false;
}

/* Fewer literals bind more: what is unknown counts as true in either. */
static bool part_covers(const struct part *wide, const struct part *narrow)
{
	for (uint32_t i = 0; i < wide->n; i++)
		if (!has_literal(narrow, &wide->at[i]))
			return false;
	return true;
}

bool subject_covers(struct subject_order *o, uint32_t wide, uint32_t narrow)
{
	struct part n, w;

	if (wide == narrow || !o->spans[wide].count)
		return true;
	if (!o->spans[narrow].count)
		return false;
	for (uint32_t i = 0; next_part(o, narrow, &i, &n);) {
		bool covered = false;

		for (uint32_t k = 0; !covered && next_part(o, wide, &k, &w);)
			covered = part_covers(&w, &n);
		if (!covered)
			return false;
	}
	return true;
}

/* ---- whether an AND can be true ---- */

struct facts { /* of one dimension: atoms by class of values */
	const uint64_t *bits;
	const uint32_t *starts; /* uid, gid: first id of a class */
	uint32_t classes, words;
};

static struct facts facts_of(const struct subject_order *o, enum nb_dim dim)
{
	const struct nb_params *p = &o->image->params;
	const uint8_t *rows = o->image->maps[NB_IMAGE_ROWS].at;

	switch (dim) {
	case NB_DIM_UID:
		return (struct facts){ (const uint64_t *)(rows + p->uid_bits_off),
				       (const uint32_t *)(rows + p->uids_off), p->uids,
				       p->uid_words };
	case NB_DIM_GID:
		return (struct facts){ (const uint64_t *)(rows + p->gid_bits_off),
				       (const uint32_t *)(rows + p->gids_off), p->gids,
				       p->gid_words };
	case NB_DIM_EXE:
		return (struct facts){ (const uint64_t *)(rows + p->exe_bits_off), NULL,
				       p->exe_rows, p->exe_words };
	case NB_DIM_CGROUP:
		break;
	}
	return (struct facts){ (const uint64_t *)(rows + p->cgroup_bits_off), NULL,
			       p->cgroup_rows, p->cgroup_words };
}

/* No task has the id 4294967295; no path leads to a row that was only interned. */
static bool class_exists(const struct subject_order *o, const struct facts *f,
			 enum nb_dim dim, uint32_t class)
{
	return f->starts ? f->starts[class] != UINT32_MAX : reach_atoms(o->reach, dim, class);
}

/* Has some class no atom that is refused, and of those wanted all, or, if only is
 * given, that one? */
static bool some_class(struct subject_order *o, const struct part *part, enum nb_dim dim,
		       const struct nb_literal *only)
{
	struct facts f = facts_of(o, dim);

	for (uint32_t c = 0; c < f.classes; c++) {
		bool fits = class_exists(o, &f, dim, c);

		for (uint32_t i = 0; fits && i < part->n; i++) {
			const struct nb_literal *l = &part->at[i];
			uint64_t word = f.bits[(size_t)c * f.words + l->atom / 64];

			if (l->dim != dim || (only && !l->negated && l != only))
				continue;
			fits = (word >> l->atom % 64 & 1) == !l->negated;
			o->work++;
		}
		o->work++;
		if (fits || o->work > WORK_MAX)
			return true;
	}
	return false;
}

static void summarise(struct subject_order *o, enum nb_dim dim)
{
	struct facts f = facts_of(o, dim);

	o->had[dim] = ARENA_ARRAY(o->arena, uint64_t, f.words);
	o->lacked[dim] = ARENA_ARRAY(o->arena, uint64_t, f.words);
	for (uint32_t c = 0; c < f.classes; c++) {
		if (!class_exists(o, &f, dim, c))
			continue;
		for (uint32_t w = 0; w < f.words; w++) {
			o->had[dim][w] |= f.bits[(size_t)c * f.words + w];
			o->lacked[dim][w] |= ~f.bits[(size_t)c * f.words + w];
		}
	}
}

/* Of a dimension with one value. */
static bool value_is_possible(struct subject_order *o, const struct part *part,
			      enum nb_dim dim)
{
	const struct nb_literal *l = NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; i < part->n; i++)
		if (part->at[i].dim == dim) {
			l = &part->at[i];
			n++;
		}
	if (n != 1)
		return !n || some_class(o, part, dim, NULL);
	if (!o->had[dim])
		summarise(o, dim);
	return (l->negated ? o->lacked : o->had)[dim][l->atom / 64] >> l->atom % 64 & 1;
}

static bool gids_are_possible(struct subject_order *o, const struct part *part)
{
	bool any = false;

	for (uint32_t i = 0; i < part->n; i++) {
		if (part->at[i].dim != NB_DIM_GID || part->at[i].negated)
			continue;
		any = true;
		if (!some_class(o, part, NB_DIM_GID, &part->at[i]))
			return false;
	}
	return any || some_class(o, part, NB_DIM_GID, NULL); /* a task has some gid */
}

static bool part_is_possible(struct subject_order *o, const struct part *part)
{
	bool gids = false;

	for (uint32_t i = 0; i < part->n; i++)
		gids |= part->at[i].dim == NB_DIM_GID;
	return value_is_possible(o, part, NB_DIM_EXE) && value_is_possible(o, part, NB_DIM_UID) &&
	       value_is_possible(o, part, NB_DIM_CGROUP) && (!gids || gids_are_possible(o, part));
}

bool subject_is_possible(struct subject_order *o, uint32_t subject)
{
	struct part part;

	if (!o->possible[subject]) {
		o->possible[subject] = o->spans[subject].count ? 1 : 2;
		for (uint32_t i = 0; next_part(o, subject, &i, &part);)
			if (part_is_possible(o, &part))
				o->possible[subject] = 2;
	}
	return o->possible[subject] == 2;
}

struct subject_order *subject_order_new(struct arena *arena, const struct image *image,
					const struct reach *reach)
{
	const uint8_t *rows = image->maps[NB_IMAGE_ROWS].at;
	struct subject_order *o = ARENA_NEW(arena, struct subject_order);

	o->arena = arena;
	o->image = image;
	o->reach = reach;
	o->spans = (const struct nb_span *)(rows + image->params.subjects_off);
	o->literals = (const struct nb_literal *)(rows + image->params.literals_off);
	o->possible = ARENA_ARRAY(arena, uint8_t, image->params.subjects);
	return o;
}
