/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Patterns → witnesses. What a path can still match is the set of positions that its
 * components led to, one or more in each pattern; paths are made longer, shortest first,
 * and where two lead to the same set only one goes on. Which names can follow is asked
 * of the components that stand at those positions, and of no others.
 */
#include <stdlib.h>
#include <string.h>
#include "compiler/assure/match.h"
#include "compiler/assure/witness.h"
#include "compiler/base/table.h"

enum { STATES_MAX = 1 << 16, WORK_MAX = 8 << 20 };

/* Part i of pattern p is position first[p] + i; one more at its end. */
struct line {
	const struct path_part *parts;
	uint32_t n;
	bool tree;
	bool wild; /* the last part is a wildcard to the programs, even one without any */
};

typedef VEC(uint32_t) positions;

struct state {
	const char *path;
	positions at; /* ascending */
};

struct walk {
	struct arena *arena;
	struct line *lines;
	uint32_t *first, *line_of; /* by line; by position */
	uint32_t n;
	size_t work;
	uint32_t none; /* the key of what matches nothing any more */
	struct table *known;
	VEC(struct state) states;
};

static const uint16_t any_name[] = {GLOB_ANY};

static const uint16_t *widened(struct arena *a, struct bytes name)
{
	uint16_t *symbols = ARENA_ARRAY(a, uint16_t, name.len);

	for (uint32_t i = 0; i < name.len; i++)
		symbols[i] = (uint8_t)name.at[i];
	return symbols;
}

/* Every shape as parts. */
static struct line line_of(struct arena *a, const struct path_pattern *p)
{
	uint32_t n = 0, most = p->dirs + p->n_parts + 2;
	struct path_part *parts = ARENA_ARRAY(a, struct path_part, most);

	for (uint32_t i = 0; i < p->dirs; i++)
		parts[n++] = (struct path_part){.glob = widened(a, p->dir[i]),
						.len = p->dir[i].len};
	if (p->shape == PATH_GLOB_BELOW)
		parts[n++] = (struct path_part){.any_depth = true};
	if (p->shape == PATH_GLOB || p->shape == PATH_GLOB_BELOW)
		parts[n++] = (struct path_part){.glob = p->glob, .len = p->glob_len};
	for (uint32_t i = 0; i < p->n_parts; i++)
		parts[n++] = p->parts[i];
	return (struct line){parts, n, p->shape == PATH_TREE || p->tree,
			     p->shape == PATH_GLOB || p->shape == PATH_GLOB_BELOW};
}

static const struct path_part *part_at(const struct walk *w, uint32_t position)
{
	const struct line *line = &w->lines[w->line_of[position]];
	uint32_t i = position - w->first[w->line_of[position]];

	return i < line->n ? &line->parts[i] : NULL;
}

static void enter(struct walk *w, positions *to, uint32_t position)
{
	const struct path_part *part = part_at(w, position);

	VEC_PUSH(w->arena, to, position);
	if (part && part->any_depth)
		VEC_PUSH(w->arena, to, position + 1);
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int ascending_marks(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Each once. */
static void tidy(positions *at)
{
	size_t kept = 0;

	if (at->n)
		qsort(at->at, at->n, sizeof *at->at, ascending);
	for (size_t i = 0; i < at->n; i++)
		if (!kept || at->at[kept - 1] != at->at[i])
			at->at[kept++] = at->at[i];
	at->n = kept;
}

static bool keep(struct walk *w, const char *path, positions *at)
{
	void **slot;

	tidy(at);
	slot = table_at(w->known, at->n ? at->at : &w->none, at->n * sizeof *at->at);
	if (*slot)
		return true;
	*slot = w;
	VEC_PUSH(w->arena, &w->states, (struct state){path, *at});
	return w->states.n <= STATES_MAX;
}

static positions step(struct walk *w, const positions *from, struct bytes name)
{
	positions to = {0};

	for (size_t i = 0; i < from->n; i++) {
		const struct path_part *part = part_at(w, from->at[i]);
		const struct line *line = &w->lines[w->line_of[from->at[i]]];

		if (!part ? line->tree : part->any_depth)
			enter(w, &to, from->at[i]);
		else if (part && glob_matches(part->glob, part->len, name))
			enter(w, &to, from->at[i] + 1);
	}
	w->work += from->n + 1;
	return to;
}

static bool follow(struct walk *w, size_t from, struct bytes name)
{
	struct state s = w->states.at[from];
	positions to = step(w, &s.at, name);

	return keep(w,
		    arena_printf(w->arena, "%s/%.*s", s.path, (int)name.len, name.at), &to);
}

static bool is_literal(const struct path_part *part, struct arena *a, struct bytes *name)
{
	char *bytes;

	for (uint32_t i = 0; i < part->len; i++)
		if (part->glob[i] >= GLOB_ONE)
			return false;
	bytes = ARENA_ARRAY(a, char, part->len);
	for (uint32_t i = 0; i < part->len; i++)
		bytes[i] = (char)part->glob[i];
	*name = (struct bytes){bytes, part->len};
	return true;
}

/* A name that none of those is. */
static struct bytes fresh_name(struct arena *a, const struct name_list *taken)
{
	struct bytes name = {"x", 1};

	for (size_t i = 0; i < taken->at.n; i++)
		if (taken->at.at[i].len == name.len &&
		    !memcmp(taken->at.at[i].at, name.at, name.len)) {
			name.at = arena_printf(a, "%.*sx", (int)name.len, name.at);
			name.len++;
			i = (size_t)-1;
		}
	return name;
}

static bool is_wild(const struct walk *w, uint32_t position)
{
	uint32_t n = w->line_of[position];

	return w->lines[n].wild && position - w->first[n] + 1 == w->lines[n].n;
}

/* The components that stand there, once each: literals in *names, others in *globs. */
struct follows {
	struct table *seen;
	struct name_list names;
	VEC(struct glob) globs;
};

static void collect(struct walk *w, const positions *at, bool wild, struct follows *f)
{
	struct bytes name;

	for (size_t i = 0; i < at->n; i++) {
		const struct path_part *part = part_at(w, at->at[i]);
		void **slot;

		if (!part || part->any_depth || is_wild(w, at->at[i]) != wild)
			continue;
		slot = table_at(f->seen, part->glob, part->len * sizeof *part->glob);
		if (*slot)
			continue;
		*slot = w;
		if (is_literal(part, w->arena, &name))
			VEC_PUSH(w->arena, &f->names.at, name);
		else
			VEC_PUSH(w->arena, &f->globs, (struct glob){part->glob, part->len});
	}
}

/* Names to go on with: each literal that stands there, of which *spelled have a place of
 * their own, and for every set of globs that another name matches one that does. */
static bool find_names(struct walk *w, const positions *at, struct name_list *names,
		       size_t *spelled)
{
	struct follows f = {.seen = table_new(w->arena)};

	VEC_PUSH(w->arena, &f.globs, (struct glob){any_name, 1});
	collect(w, at, false, &f);
	*spelled = f.names.at.n;
	collect(w, at, true, &f);
	*names = (struct name_list){0};
	for (size_t i = 0; i < f.names.at.n; i++)
		VEC_PUSH(w->arena, &names->at, f.names.at.at[i]);
	if (f.globs.n == 1) {
		VEC_PUSH(w->arena, &names->at, fresh_name(w->arena, &f.names));
		return true;
	}
	VEC_PUSH(w->arena, &f.names.at, (struct bytes){".", 1});
	VEC_PUSH(w->arena, &f.names.at, (struct bytes){"..", 2});
	return witness_names(w->arena, f.globs.at, (uint32_t)f.globs.n, &f.names, names);
}

static void begin(struct walk *w, const struct pattern_list *patterns)
{
	positions at = {0};
	uint32_t total = 0;

	w->lines = ARENA_ARRAY(w->arena, struct line, w->n + 1);
	w->first = ARENA_ARRAY(w->arena, uint32_t, w->n + 1);
	for (uint32_t i = 0; i < w->n; i++) {
		w->lines[i] = line_of(w->arena, patterns->at.at[i]);
		w->first[i] = total;
		total += w->lines[i].n + 1;
	}
	w->line_of = ARENA_ARRAY(w->arena, uint32_t, total + 1);
	for (uint32_t i = 0; i < w->n; i++)
		for (uint32_t k = 0; k <= w->lines[i].n; k++)
			w->line_of[w->first[i] + k] = i;
	for (uint32_t i = 0; i < w->n; i++)
		enter(w, &at, w->first[i]);
	keep(w, "", &at);
}

const struct path_list *witness_paths(struct arena *a,
				      const struct pattern_list *patterns)
{
	struct walk w = {.arena = a, .n = (uint32_t)patterns->at.n, .known = table_new(a)};
	struct path_list *out = ARENA_NEW(a, struct path_list);

	if (w.n > WITNESS_PATTERNS_MAX)
		return NULL;
	begin(&w, patterns);
	for (size_t i = 0; i < w.states.n; i++) {
		struct state s = w.states.at[i];
		struct name_list names;
		size_t spelled;

		VEC_PUSH(a, &out->paths, *s.path ? s.path : "/");
		if (!find_names(&w, &s.at, &names, &spelled))
			return NULL;
		for (size_t k = 0; k < names.at.n; k++)
			if (!follow(&w, i, names.at.at[k]) || w.work > WORK_MAX)
				return NULL;
	}
	return out;
}

/* ---- what may lie in two directories ---- */

/* What counts below a directory; of one owner any tree is the same. */
struct standing {
	positions at;
	VEC(uint64_t) marks;
	uint32_t spelled_by; /* an owner that goes on with a name, or NOBODY */
};
#define NOBODY UINT32_MAX

static struct standing stand(struct walk *w, const struct pattern_list *patterns,
			  const uint32_t *owner, const char *dir)
{
	struct standing p = {.at = w->states.at[0].at, .spelled_by = NOBODY};
	size_t kept = 0;

	while (*(dir += strspn(dir, "/"))) {
		struct bytes name = {dir, (uint32_t)strcspn(dir, "/")};

		p.at = step(w, &p.at, name);
		tidy(&p.at);
		dir += name.len;
	}
	for (size_t i = 0; i < p.at.n; i++) {
		uint32_t n = w->line_of[p.at.at[i]], part = p.at.at[i] - w->first[n];
		uint64_t mark = (uint64_t)owner[n] << 32;

		if (part < patterns->at.at[n]->dirs)
			p.spelled_by = owner[n];
		if (part < w->lines[n].n)
			VEC_PUSH(w->arena, &p.marks, mark | (p.at.at[i] + 1));
		else if (w->lines[n].tree)
			VEC_PUSH(w->arena, &p.marks, mark);
	}
	if (p.marks.n)
		qsort(p.marks.at, p.marks.n, sizeof *p.marks.at, ascending_marks);
	for (size_t i = 0; i < p.marks.n; i++)
		if (!kept || p.marks.at[kept - 1] != p.marks.at[i])
			p.marks.at[kept++] = p.marks.at[i];
	p.marks.n = kept;
	return p;
}

static void compare(const struct standing *a, const struct standing *b, struct names_in *out)
{
	size_t n = a->marks.n < b->marks.n ? a->marks.n : b->marks.n, i = 0;

	while (i < n && a->marks.at[i] == b->marks.at[i])
		i++;
	out->alike = false;
	if (i < n)
		out->apart = (uint32_t)((a->marks.at[i] < b->marks.at[i] ? a : b)->marks.at[i] >> 32);
	else if (i < a->marks.n || i < b->marks.n)
		out->apart = (uint32_t)((i < a->marks.n ? a : b)->marks.at[i] >> 32);
	else if (a->spelled_by != NOBODY || b->spelled_by != NOBODY)
		out->apart = a->spelled_by != NOBODY ? a->spelled_by : b->spelled_by;
	else
		out->alike = true;
}

/* Whether that name is spelled out there. */
static bool is_spelled(struct walk *w, const positions *at, struct bytes name)
{
	struct bytes literal;

	for (size_t i = 0; i < at->n; i++) {
		const struct path_part *part = part_at(w, at->at[i]);

		if (part && !part->any_depth && !is_wild(w, at->at[i]) &&
		    glob_matches(part->glob, part->len, name) &&
		    is_literal(part, w->arena, &literal))
			return true;
	}
	return false;
}

bool witness_names_in(struct arena *a, const struct pattern_list *patterns, const uint32_t *owner,
		      const char *const dirs[2], struct names_in *out)
{
	struct walk w = {.arena = a, .n = (uint32_t)patterns->at.n, .known = table_new(a)};
	struct standing from, to;
	positions both = {0};
	uint8_t *where;

	begin(&w, patterns);
	from = stand(&w, patterns, owner, dirs[0]);
	to = stand(&w, patterns, owner, dirs[1]);
	compare(&from, &to, out);
	for (size_t i = 0; i < from.at.n; i++)
		VEC_PUSH(a, &both, from.at.at[i]);
	for (size_t i = 0; i < to.at.n; i++)
		VEC_PUSH(a, &both, to.at.at[i]);
	if (!find_names(&w, &both, &out->names, &out->spelled) ||
	    (from.at.n + to.at.n) * out->spelled > WORK_MAX)
		return false;
	out->where = where = ARENA_ARRAY(a, uint8_t, out->spelled + 1);
	for (size_t i = 0; i < out->spelled; i++)
		where[i] = (uint8_t)(is_spelled(&w, &from.at, out->names.at.at[i]) |
				     is_spelled(&w, &to.at, out->names.at.at[i]) << 1);
	return true;
}
