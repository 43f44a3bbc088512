/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Patterns → witnesses. The literal beginnings of all patterns are a tree of
 * places. A path is a place, or a name directly below one that is no place itself,
 * or something deeper below such a name; which patterns it matches depends on that,
 * on the place, and on the globs that its last component matches.
 */
#include <string.h>
#include "compiler/assure/witness.h"
#include "compiler/base/table.h"

struct spot {
	const char *path; /* "" is the root */
	const struct spot *parent;
	struct name_list below; /* names of the places directly below */
};

struct tree {
	struct arena *arena;
	struct table *by_path; /* → struct spot */
	VEC(struct spot *) places; /* a place stands behind its parent */
};

static struct spot *enter(struct tree *t, struct spot *parent, struct bytes name)
{
	char *path = arena_printf(t->arena, "%s/%.*s", parent->path, (int)name.len,
				  name.at);
	struct spot **slot =
		(struct spot **)table_at(t->by_path, path, strlen(path));

	if (*slot)
		return *slot;
	*slot = ARENA_NEW(t->arena, struct spot);
	(*slot)->path = path;
	(*slot)->parent = parent;
	VEC_PUSH(t->arena, &parent->below.at, name);
	VEC_PUSH(t->arena, &t->places, *slot);
	return *slot;
}

/* Names that nothing has. */
static void put_dots(struct arena *a, struct name_list *names)
{
	VEC_PUSH(a, &names->at, (struct bytes){".", 1});
	VEC_PUSH(a, &names->at, (struct bytes){"..", 2});
}

/* The place of each pattern's literal beginning. */
static struct spot **build(struct tree *t, const struct pattern_list *patterns)
{
	struct spot **of = ARENA_ARRAY(t->arena, struct spot *, patterns->at.n);
	struct spot *root = ARENA_NEW(t->arena, struct spot);

	root->path = "";
	VEC_PUSH(t->arena, &t->places, root);
	for (size_t i = 0; i < patterns->at.n; i++) {
		const struct path_pattern *p = patterns->at.at[i];

		of[i] = root;
		for (uint32_t j = 0; j < p->dirs; j++)
			of[i] = enter(t, of[i], p->dir[j]);
	}
	for (size_t i = 0; i < t->places.n; i++)
		put_dots(t->arena, &t->places.at[i]->below);
	return of;
}

static bool is_at_or_above(const struct spot *above, const struct spot *p)
{
	while (p && p != above)
		p = p->parent;
	return p;
}

/* A name directly below p that is no place. */
static const char *fresh_name(struct arena *a, const struct spot *p)
{
	const char *name = "x";

	for (size_t i = 0; i < p->below.at.n; i++)
		if (p->below.at.at[i].len == strlen(name) &&
		    !memcmp(p->below.at.at[i].at, name, strlen(name))) {
			name = arena_printf(a, "%sx", name);
			i = (size_t)-1;
		}
	return name;
}

/* Names in p that are no place, or (deeper) in a folder below p that is none. */
static bool add_names(struct tree *t, const struct pattern_list *patterns,
		      struct spot *const *of, const struct spot *p, bool deeper,
		      struct path_list *out)
{
	const char *fresh = fresh_name(t->arena, p), *dir = p->path;
	struct name_list taken = p->below, names = {0}, dots = {0};
	VEC(struct glob) globs = {0};

	for (size_t i = 0; i < patterns->at.n; i++) {
		const struct path_pattern *pattern = patterns->at.at[i];
		bool below = pattern->shape == PATH_GLOB_BELOW &&
			     is_at_or_above(of[i], p);

		if (below || (!deeper && pattern->shape == PATH_GLOB && of[i] == p))
			VEC_PUSH(t->arena, &globs,
				 (struct glob){pattern->glob, pattern->glob_len});
	}
	if (!globs.n) {
		VEC_PUSH(t->arena, &names.at, (struct bytes){fresh, (uint32_t)strlen(fresh)});
	} else {
		put_dots(t->arena, &dots);
		if (!witness_names(t->arena, globs.at, (uint32_t)globs.n,
				   deeper ? &dots : &taken, &names))
			return false;
	}
	if (deeper)
		dir = arena_printf(t->arena, "%s/%s", p->path, fresh);
	for (size_t i = 0; i < names.at.n; i++)
		VEC_PUSH(t->arena, &out->paths,
			 arena_printf(t->arena, "%s/%.*s", dir, (int)names.at.at[i].len,
				      names.at.at[i].at));
	return true;
}

const struct path_list *witness_paths(struct arena *a,
				      const struct pattern_list *patterns)
{
	struct tree t = {.arena = a, .by_path = table_new(a)};
	struct path_list *out = ARENA_NEW(a, struct path_list);
	struct spot **of;

	if (patterns->at.n > WITNESS_PATTERNS_MAX)
		return NULL;
	of = build(&t, patterns);
	for (size_t i = 0; i < t.places.n; i++) {
		const struct spot *p = t.places.at[i];

		VEC_PUSH(a, &out->paths, *p->path ? p->path : "/");
		if (!add_names(&t, patterns, of, p, false, out) ||
		    !add_names(&t, patterns, of, p, true, out))
			return NULL;
	}
	return out;
}
