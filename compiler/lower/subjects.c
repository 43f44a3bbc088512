/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/subjects.h"
#include <string.h>

struct subjects {
	struct arena *arena;
	VEC(struct nb_span) spans;
	VEC(struct nb_literal) literals;
	uint32_t *slots; /* expression + 1, by its literals */
	uint32_t n_slots;
};

/* An OR of ANDs in the making; `last` marks the end of each AND. */
struct form {
	struct nb_literal at[SUBJECT_MAX_LITERALS];
	uint32_t n;
	bool everyone; /* the empty AND */
};

struct subjects *subjects_new(struct arena *arena)
{
	struct subjects *subjects = ARENA_NEW(arena, struct subjects);

	subjects->arena = arena;
	subjects->n_slots = 64;
	subjects->slots = ARENA_ARRAY(arena, uint32_t, subjects->n_slots);
	VEC_PUSH(arena, &subjects->spans, (struct nb_span){ 0, 0 });
	return subjects;
}

static bool push(struct form *f, struct nb_literal literal)
{
	if (f->n == SUBJECT_MAX_LITERALS)
		return false;
	f->at[f->n++] = literal;
	return true;
}

static bool either(const struct form *a, const struct form *b, struct form *out)
{
	*out = *a;
	out->everyone = a->everyone || b->everyone;
	for (uint32_t i = 0; i < b->n; i++)
		if (!push(out, b->at[i]))
			return false;
	return true;
}

/* `last` says nothing about a literal itself. */
static int by_literal(struct nb_literal a, struct nb_literal b)
{
	a.last = b.last = 0;
	return memcmp(&a, &b, sizeof(a));
}

/* Appends the AND of two ANDs, each literal once; both are in order. */
static bool join(struct form *out, const struct nb_literal *x, uint32_t nx,
		 const struct nb_literal *y, uint32_t ny)
{
	uint32_t i = 0, j = 0;

	while (i < nx || j < ny) {
		int order = i == nx ? 1 : j == ny ? -1 : by_literal(x[i], y[j]);
		struct nb_literal next = order > 0 ? y[j] : x[i];

		i += order <= 0;
		j += order >= 0;
		next.last = i == nx && j == ny;
		if (!push(out, next))
			return false;
	}
	return true;
}

static uint32_t and_length(const struct form *f, uint32_t first)
{
	uint32_t i = first;

	while (!f->at[i].last)
		i++;
	return i - first + 1;
}

static bool each_with_each(const struct form *a, const struct form *b, struct form *out)
{
	if (a->everyone || b->everyone) { /* anyone and X is X */
		*out = a->everyone ? *b : *a;
		return true;
	}
	*out = (struct form){ 0 };
	for (uint32_t i = 0, ni; i < a->n; i += ni) {
		ni = and_length(a, i);
		for (uint32_t j = 0, nj; j < b->n; j += nj) {
			nj = and_length(b, j);
			if (!join(out, a->at + i, ni, b->at + j, nj))
				return false;
		}
	}
	return true;
}

/* Depth is bounded by the checker. */
static bool normalise(const struct subject *s, bool negated, struct form *out)
{
	struct form left, right;

	switch (s->kind) {
	case SUBJECT_ANYONE:
		*out = (struct form){ .everyone = !negated };
		return true;
	case SUBJECT_ATOM:
		*out = (struct form){ .n = 1 };
		out->at[0] = (struct nb_literal){ .dim = (uint8_t)s->atom->dim,
						  .negated = negated,
						  .last = 1,
						  .atom = s->atom->index };
		return true;
	case SUBJECT_NOT:
		return normalise(s->left, !negated, out);
	case SUBJECT_AND:
	case SUBJECT_OR:
		if (!normalise(s->left, negated, &left) || !normalise(s->right, negated, &right))
			return false;
		return (s->kind == SUBJECT_OR) != negated ? either(&left, &right, out)
							   : each_with_each(&left, &right, out);
	}
	return false;
}

static uint32_t hash(const struct nb_literal *at, uint32_t n)
{
	uint64_t h = n, word;

	for (uint32_t i = 0; i < n; i++) {
		memcpy(&word, &at[i], sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15ull, h ^= h >> 29;
	}
	return (uint32_t)(h >> 16);
}

static void rehash(struct subjects *subjects)
{
	subjects->n_slots *= 2;
	subjects->slots = ARENA_ARRAY(subjects->arena, uint32_t, subjects->n_slots);
	for (uint32_t id = 1; id < subjects->spans.n; id++) {
		struct nb_span span = subjects->spans.at[id];
		uint32_t i = hash(subjects->literals.at + span.first, span.count);

		while (subjects->slots[i & (subjects->n_slots - 1)])
			i++;
		subjects->slots[i & (subjects->n_slots - 1)] = id + 1;
	}
}

int32_t subjects_add(struct subjects *subjects, const struct subject *subject)
{
	struct form form;
	uint32_t i, id;

	if (!normalise(subject, false, &form))
		return SUBJECT_TOO_LONG;
	if (form.everyone)
		return 0;
	if (!form.n)
		return SUBJECT_NOBODY;
	for (i = hash(form.at, form.n); (id = subjects->slots[i & (subjects->n_slots - 1)]); i++) {
		struct nb_span span = subjects->spans.at[id - 1];

		if (span.count == form.n && !memcmp(subjects->literals.at + span.first, form.at,
						    form.n * sizeof(*form.at)))
			return (int32_t)id - 1;
	}
	id = (uint32_t)subjects->spans.n;
	subjects->slots[i & (subjects->n_slots - 1)] = id + 1;
	VEC_PUSH(subjects->arena, &subjects->spans,
		 (struct nb_span){ (uint32_t)subjects->literals.n, form.n });
	for (uint32_t k = 0; k < form.n; k++)
		VEC_PUSH(subjects->arena, &subjects->literals, form.at[k]);
	if (subjects->spans.n * 2 > subjects->n_slots)
		rehash(subjects);
	return (int32_t)id;
}

const struct nb_span *subjects_spans(const struct subjects *subjects, uint32_t *n)
{
	*n = (uint32_t)subjects->spans.n;
	return subjects->spans.at;
}

const struct nb_literal *subjects_literals(const struct subjects *subjects, uint32_t *n)
{
	*n = (uint32_t)subjects->literals.n;
	return subjects->literals.at;
}
