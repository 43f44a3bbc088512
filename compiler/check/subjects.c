/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Subjects as written → trees of atoms. Names are shared, so a tree is really a
 * graph; how deep it is and how large when written out is counted here and bounded,
 * because everything after this walks it as a tree.
 */
#include <string.h>
#include "compiler/check/check.h"

static struct who make(struct check *c, enum subject_kind kind, struct who left,
		       const struct who *right)
{
	struct subject *s = ARENA_NEW(c->arena, struct subject);
	struct who who = {s, left.depth + 1, left.parts + 1};

	s->kind = kind;
	s->left = left.subject;
	if (right) {
		s->right = right->subject;
		who.parts += right->parts;
		if (right->depth >= who.depth)
			who.depth = right->depth + 1;
	}
	return who;
}

static bool report_depth(struct check *c, struct span span)
{
	diag_report(c->diags, span, DIAG_too_deep,
		    "this subject is nested more than %d deep", DEPTH_MAX);
	return false;
}

static bool fits(struct check *c, struct span span, const struct who *who)
{
	if (who->depth > DEPTH_MAX)
		return report_depth(c, span);
	if (who->parts > SUBJECT_PARTS_MAX) {
		diag_report(
			c->diags, span, DIAG_too_many_values,
			"this subject has more than %d parts, names written out",
			SUBJECT_PARTS_MAX);
		diag_help(c->diags,
			  "list ids and paths in braces: uid { 1, 2 } is one part");
		return false;
	}
	return true;
}

static bool of_atom(struct check *c, const struct atom *atom, struct who *out)
{
	struct subject *s = ARENA_NEW(c->arena, struct subject);

	s->kind = SUBJECT_ATOM;
	s->atom = atom;
	*out = (struct who){s, 1, 1};
	return true;
}

static bool read_id(struct check *c, const struct ast_item *item, const char *word,
		    struct id_range *out)
{
	if (item->kind == ITEM_LITERAL || item->kind == ITEM_NAME)
		return id_read(c->diags, item->span, word, item->text, out);
	diag_report(c->diags, item->span, DIAG_wrong_type,
		    "expected the number of a %s, saw %s", word,
		    ast_item_noun(item->kind));
	return false;
}

static bool of_ids(struct check *c, const struct ast_subject *written, struct who *out)
{
	const struct ast_list *list = written->list;
	enum nb_dim dim = written->kind == AST_UID ? NB_DIM_UID : NB_DIM_GID;
	const char *word = dim == NB_DIM_UID ? "uid" : "gid";
	struct id_range *ids = ARENA_ARRAY(c->arena, struct id_range, list->items.n);
	bool good = true;

	for (size_t i = 0; i < list->items.n; i++) {
		const struct ast_item *item = &list->items.at[i];

		good &= read_id(c, item, word, &ids[i]);
	}
	if (good && !list->items.n)
		diag_report(c->diags, list->span, DIAG_empty_set,
			    "there is no %s in this list, so that it matches nobody",
			    word);
	return good && of_atom(c, atom_of_ids(c, dim, ids, (uint32_t)list->items.n), out);
}

static bool of_exe(struct check *c, const struct ast_subject *written, struct who *out)
{
	const struct operand *set = operand_expand(c, written->list, AST_PATHS);
	const struct ast_item *first = written->list->items.at;
	struct named *named = NULL;
	const struct atom *atom;

	if (!set)
		return false;
	if (written->list->items.n == 1 && first->kind == ITEM_NAME)
		named = table_get(c->names, first->text, strlen(first->text));
	atom = named && named->exe ? named->exe
				   : atom_of_paths(c, NB_DIM_EXE, set->paths.at,
						   (uint32_t)set->paths.n);
	if (named)
		named->exe = atom;
	return of_atom(c, atom, out);
}

/* A cgroup means what is below it, too, whatever its shape; one that ends in two stars
 * means only that. */
static bool add_cgroup(struct check *c, const struct ast_item *item, struct operand *out)
{
	size_t len;

	if (item->kind != ITEM_STRING) {
		diag_report(c->diags, item->span, DIAG_wrong_type,
			    "expected the quoted path of a cgroup, saw %s",
			    ast_item_noun(item->kind));
		if (item->kind == ITEM_TREE)
			diag_help(c->diags, "a cgroup includes what is below it already");
		return false;
	}
	if (item->text[0] != '/' && item->text[0] != '{') {
		diag_report(
			c->diags, item->span, DIAG_relative_path,
			"the path of a cgroup starts with '/', the root of cgroup v2");
		return false;
	}
	len = strlen(item->text);
	return operand_add_paths(c, item, len < 3 || strcmp(item->text + len - 3, "/**") != 0,
				 out);
}

static bool of_cgroup(struct check *c, const struct ast_subject *written, struct who *out)
{
	const struct ast_list *list = written->list;
	struct operand set = {0};
	bool good = true;

	for (size_t i = 0; i < list->items.n; i++)
		good &= add_cgroup(c, &list->items.at[i], &set);
	if (good && !list->items.n)
		diag_report(c->diags, list->span, DIAG_empty_set,
			    "there is no cgroup in this list, so that it matches nobody");
	return good &&
	       of_atom(c, atom_of_paths(c, NB_DIM_CGROUP, set.paths.at, (uint32_t)set.paths.n),
		       out);
}

static bool of_name(struct check *c, const struct ast_subject *written, struct who *out)
{
	const struct named *n = names_use(c, written->span, written->name);

	if (n && n->def->kind != AST_SUBJECT) {
		names_wrong_type(c, written->span, n, "a subject");
		if (n->def->kind == AST_PATHS)
			diag_help(c->diags, "for programs of these paths write exe %s",
				  written->name);
		return false;
	}
	if (n)
		*out = n->who;
	return n;
}

/* A long chain becomes a balanced tree: depth is for nesting, not for length. */
static struct who balance(struct check *c, enum subject_kind kind,
			  const struct who *parts, size_t n)
{
	struct who right;

	if (n == 1)
		return parts[0];
	right = balance(c, kind, parts + n / 2, n - n / 2);
	return make(c, kind, balance(c, kind, parts, n / 2), &right);
}

/* c->nested bounds the recursion before there is a depth to look at. */
static bool resolve_parts(struct check *c, const struct ast_subject *written,
			  struct who *parts, uint64_t *total)
{
	bool good = true;

	if (c->nested == DEPTH_MAX)
		return report_depth(c, written->span);
	c->nested++;
	for (size_t i = 0; i < written->parts.n; i++) {
		good &= subject_resolve(c, written->parts.at[i], &parts[i]);
		*total += parts[i].parts;
	}
	c->nested--;
	return good;
}

static bool of_parts(struct check *c, const struct ast_subject *written, struct who *out)
{
	enum subject_kind kind = written->kind == AST_AND ? SUBJECT_AND : SUBJECT_OR;
	size_t n = written->parts.n;
	struct who *parts = ARENA_ARRAY(c->arena, struct who, n), whole = {0};
	uint64_t total = 0;

	if (!resolve_parts(c, written, parts, &total))
		return false;
	if (total + n > SUBJECT_PARTS_MAX)
		whole.parts = SUBJECT_PARTS_MAX + 1;
	else if (written->kind == AST_NOT)
		whole = make(c, SUBJECT_NOT, parts[0], NULL);
	else
		whole = balance(c, kind, parts, n);
	if (!fits(c, written->span, &whole))
		return false;
	*out = whole;
	return true;
}

bool subject_resolve(struct check *c, const struct ast_subject *written, struct who *out)
{
	switch (written->kind) {
	case AST_NAMED:
		return of_name(c, written, out);
	case AST_EXE:
		return of_exe(c, written, out);
	case AST_UID:
	case AST_GID:
		return of_ids(c, written, out);
	case AST_CGROUP:
		return of_cgroup(c, written, out);
	case AST_NOT:
	case AST_AND:
	case AST_OR:
		return of_parts(c, written, out);
	}
	return false;
}

/* What follows walks the subject of every rule, also where rules share one. */
static bool counts(struct check *c, const struct ast_subject *written, const struct who *who)
{
	if (!written) /* everybody */
		return true;
	c->parts += who->parts;
	if (c->parts <= RULE_PARTS_MAX)
		return true;
	if (c->parts - who->parts <= RULE_PARTS_MAX) {
		diag_report(c->diags, written->span, DIAG_too_many_values,
			    "with this one the subjects of all rules have more than %d parts, names written out",
			    RULE_PARTS_MAX);
		diag_help(c->diags, "list ids and paths in braces: uid { 1, 2 } is one part");
	}
	return false;
}

const struct subject *subject_of_rule(struct check *c, const struct ast_subject *who,
				      const struct ast_subject *except)
{
	static const struct subject anyone = {.kind = SUBJECT_ANYONE};
	struct who to = {&anyone, 1, 1}, but;
	bool good = true;

	if (who)
		good &= subject_resolve(c, who, &to);
	if (except) {
		good &= subject_resolve(c, except, &but);
		if (!good)
			return NULL;
		but = make(c, SUBJECT_NOT, but, NULL);
		to = who ? make(c, SUBJECT_AND, to, &but) : but;
	}
	return good && counts(c, who ? who : except, &to) ? to.subject : NULL;
}
