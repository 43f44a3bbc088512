/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Main policy → one AST of all files: includes are placed where they are named, feeds
 * are read but not understood. A file is the same file by device and inode, so that
 * it is placed once and a circle of includes ends.
 */
#include "compiler/driver/gather.h"

#include <errno.h>
#include <string.h>
#include "bundles/error.h"
#include "compiler/base/table.h"
#include "compiler/check/check.h"
#include "compiler/driver/source_read.h"

struct gather {
	struct arena *arena;
	struct sources *sources;
	struct diags *diags;
	struct ast *ast;
	struct table *seen; /* struct identity → source number + 1 */
	const char *folder; /* of the main policy, with its slash */
	size_t bytes;
	bool full; /* and that was reported */
};

struct identity {
	uint64_t device, inode, feed;
};

/* What a statement names, and where the name stands. */
struct wanted {
	enum origin_kind kind;
	struct span span;
	const char *written; /* between the quotes */
};

static void *number_of(uint32_t source)
{
	return (void *)(uintptr_t)(source + 1);
}

static void **seen_at(struct gather *g, const struct origin *o)
{
	struct identity *key = ARENA_NEW(g->arena, struct identity);

	*key = (struct identity){o->device, o->inode, o->kind == ORIGIN_FEED};
	return table_at(g->seen, key, sizeof *key);
}

/* Relative to the main policy's folder, or NULL. */
static const char *resolve(struct gather *g, const struct wanted *w)
{
	const char *name = string_read(g->arena, g->diags, w->span, w->written);
	const char *why = NULL, *help = "name a file relative to the folder of this one";

	if (!name)
		return NULL;
	if (!*name)
		why = "this names no file";
	else if (*name == '/')
		why = "the name of an included file or feed does not begin with '/'";
	else if (name[strlen(name) - 1] == '/')
		why = "the name of a file does not end with '/'";
	if (!why)
		return source_join(g->arena, source_relative(g->sources, w->span.source),
				   name);
	if (*name == '/')
		help = "write it relative to the folder of this file: a policy gives the "
		       "same bundle wherever its folder is";
	diag_report(g->diags, w->span, DIAG_bad_file_name, "%s", why);
	diag_help(g->diags, "%s", help);
	return NULL;
}

static bool report_unread(struct gather *g, const struct wanted *w, const char *path,
			  int number)
{
	diag_report(g->diags, w->span, DIAG_unreadable_file, "cannot read '%s': %s", path,
		    source_reason(number));
	if (number == ENOENT)
		diag_help(g->diags,
			  "the name is relative to the folder of the file it stands in");
	return false;
}

static bool has_room(struct gather *g, const struct wanted *w, size_t more)
{
	bool files = g->sources->list.n == SOURCES_MAX;

	if (g->full)
		return false;
	if (!files && more <= SOURCES_BYTES_MAX - g->bytes)
		return true;
	g->full = true;
	if (files)
		diag_report(g->diags, w->span, DIAG_too_many_files,
			    "a policy is made of at most %d files, this is one more",
			    SOURCES_MAX);
	else
		diag_report(g->diags, w->span, DIAG_too_many_files,
			    "with this file the policy has more than %d MiB",
			    SOURCES_BYTES_MAX >> 20);
	return false;
}

static bool is_deep(struct gather *g, const struct wanted *w, unsigned depth)
{
	if (w->kind != ORIGIN_INCLUDE || depth < INCLUDE_DEPTH_MAX)
		return false;
	diag_report(g->diags, w->span, DIAG_include_too_deep,
		    "includes are nested more than %d deep here", INCLUDE_DEPTH_MAX);
	diag_help(g->diags, "include it from a file further up");
	return true;
}

/* The source that is wanted, read unless it was before. *fresh: it was not. */
static bool find(struct gather *g, const struct wanted *w, unsigned depth, uint32_t *out,
		 bool *fresh)
{
	struct origin origin = {.kind = w->kind, .from = w->span};
	struct source s = {0};
	CLEANUP_FD int fd = -1;
	struct stat st;
	void **slot;

	origin.relative = resolve(g, w);
	if (!origin.relative)
		return false;
	s.name = arena_printf(g->arena, "%s%s", g->folder, origin.relative);
	fd = source_open(s.name, false, &st);
	if (fd < 0)
		return report_unread(g, w, s.name, errno);
	origin.device = st.st_dev;
	origin.inode = st.st_ino;
	slot = seen_at(g, &origin);
	*fresh = !*slot;
	if (*slot) {
		*out = (uint32_t)(uintptr_t)*slot - 1;
		return true;
	}
	if (is_deep(g, w, depth) || !has_room(g, w, (size_t)st.st_size))
		return false;
	if (source_take(g->arena, fd, &st, &s))
		return report_unread(g, w, s.name, errno);
	g->bytes += s.len;
	*out = (uint32_t)g->sources->list.n;
	*slot = number_of(*out);
	VEC_PUSH(g->arena, &g->sources->list, s);
	VEC_PUSH(g->arena, &g->sources->origins, origin);
	return true;
}

/* A copy of the list in which each feed's item has its source. */
static const struct ast_list *read_feeds(struct gather *g, const struct ast_list *list)
{
	struct ast_list *out = ast_list(g->arena, list->span);
	bool fresh;

	out->items.at = ARENA_ARRAY(g->arena, struct ast_item, list->items.n);
	out->items.n = out->items.cap = list->items.n;
	for (size_t i = 0; i < list->items.n; i++) {
		struct ast_item item = list->items.at[i];
		struct wanted w = {ORIGIN_FEED, item.span, item.text};

		if (item.kind == ITEM_FILE)
			find(g, &w, 0, &item.feed, &fresh);
		out->items.at[i] = item;
	}
	return out;
}

static bool has_feed(const struct ast_statement *s)
{
	for (size_t i = 0; s->kind == AST_NET && i < s->list->items.n; i++)
		if (s->list->items.at[i].kind == ITEM_FILE)
			return true;
	return false;
}

static void place(struct gather *g, uint32_t source, unsigned depth);

static void place_statement(struct gather *g, const struct ast_statement *s,
			    unsigned depth)
{
	struct wanted w = {ORIGIN_INCLUDE, s->file_span, s->file};
	struct ast_statement *copy;
	uint32_t source;
	bool fresh;

	if (has_feed(s)) {
		copy = ast_parts(g->arena);
		*copy = *s;
		copy->list = read_feeds(g, s->list);
		s = copy;
	}
	VEC_PUSH(g->arena, &g->ast->statements, s);
	if (s->kind == AST_INCLUDE && find(g, &w, depth, &source, &fresh) && fresh)
		place(g, source, depth + 1);
}

/* Recursion is as deep as includes are, which is bounded. */
static void place(struct gather *g, uint32_t source, unsigned depth)
{
	const struct ast *file = grammar_parse(g->arena, g->sources, source, g->diags);

	for (size_t i = 0; file && i < file->statements.n; i++)
		place_statement(g, file->statements.at[i], depth);
}

const struct ast *sources_gather(struct arena *a, struct sources *sources,
				 struct diags *diags)
{
	const char *name = sources->list.at[0].name, *slash = strrchr(name, '/');
	struct gather g = {
		.arena = a,
		.sources = sources,
		.diags = diags,
		.ast = ast_new(a, sources, 0),
		.seen = table_new(a),
		.folder = slash ? arena_strndup(a, name, (size_t)(slash + 1 - name)) : "",
		.bytes = sources->list.at[0].len,
	};

	*seen_at(&g, &sources->origins.at[0]) = number_of(0);
	place(&g, 0, 0);
	return diags_failed(diags) ? NULL : g.ast;
}
