/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operations of a rule: known, each once, all about files or all about the
 * network. A word may stand for several operations (op_words.def), and may have a
 * meaning for either kind of object; then the object decides.
 */
#include <string.h>
#include "compiler/base/spell.h"
#include "compiler/check/check.h"

#define KIND_FILE OBJECT_FILES
#define KIND_NET OBJECT_NET
#define BIT(name) (1u << NB_OP_##name)
#define OPS_OF(kind) OPS_OF_##kind

enum {
	IS_FILE = 1,
	IS_NET = 0,
	OPS_OF_FILE = 0
#define OP(name, word, kind) | (int)((uint32_t)(IS_##kind) << NB_OP_##name)
#include "bpf-templates/ops.def"
#undef OP
	,
	OPS_OF_NET = 0
#define OP(name, word, kind) | (int)((uint32_t)(!IS_##kind) << NB_OP_##name)
#include "bpf-templates/ops.def"
#undef OP
};

const char *const op_words[NB_OP_COUNT] = {
#define OP(name, word, kind) [NB_OP_##name] = word,
#include "bpf-templates/ops.def"
#undef OP
};

/* The widest first, so that the first with a word is what the word means, and the
 * first whose operations are all there is what they are called. */
static const struct word {
	const char *text;
	enum object_kind kind;
	uint32_t ops;
} words[] = {
#define WORDS(word, kind, mask) {word, KIND_##kind, mask},
#include "bpf-templates/op_words.def"
#undef WORDS
#define OP(name, word, kind) {word, KIND_##kind, BIT(name)},
#include "bpf-templates/ops.def"
#undef OP
};

enum { WORDS_COUNT = sizeof words / sizeof *words };

uint32_t ops_of_word(const char *text, enum object_kind kind)
{
	for (size_t i = 0; i < WORDS_COUNT; i++)
		if (words[i].kind == kind && !strcmp(words[i].text, text))
			return words[i].ops;
	return 0;
}

bool op_of_word(const char *text, enum object_kind kind, enum nb_op *out)
{
	for (uint32_t op = 0; op < NB_OP_COUNT; op++) {
		if (strcmp(op_words[op], text) ||
		    !(ops_of_word(text, kind) & 1u << op))
			continue;
		*out = (enum nb_op)op;
		return true;
	}
	return false;
}

const char *ops_next_word(uint32_t *ops, enum object_kind kind)
{
	uint32_t lowest = *ops & (~*ops + 1);

	for (size_t i = 0; lowest && i < WORDS_COUNT; i++) {
		if (words[i].kind != kind || !(words[i].ops & lowest) ||
		    (words[i].ops & *ops) != words[i].ops)
			continue;
		*ops &= ~words[i].ops;
		return words[i].text;
	}
	return NULL;
}

static void report_unknown(struct check *c, const struct ast_item *item)
{
	const char *best = NULL;
	unsigned least = SPELL_FAR;

	for (size_t i = 0; i < WORDS_COUNT; i++) {
		unsigned steps = spell_distance(item->text, words[i].text);

		if (steps < least) {
			least = steps;
			best = words[i].text;
		}
	}
	diag_report(c->diags, item->span, DIAG_unknown_operation,
		    "there is no operation '%s'", item->text);
	if (best)
		diag_help(c->diags, "did you mean '%s'?", best);
	else
		diag_help(c->diags, "operations are, for files: %s; for the network: %s",
			  "read, write, exec, load, create, delete, rename, link, modify, ...",
			  "connect, send, bind, receive, listen, accept, socket");
}

static bool all_known(struct check *c, const struct ast_list *list)
{
	bool good = true;

	for (size_t i = 0; i < list->items.n; i++) {
		const struct ast_item *item = &list->items.at[i];

		if (ops_of_word(item->text, OBJECT_FILES) ||
		    ops_of_word(item->text, OBJECT_NET))
			continue;
		report_unknown(c, item);
		good = false;
	}
	return good;
}

/* An item whose word has no meaning for that kind, or NULL. */
static const struct ast_item *foreign(const struct ast_list *list, enum object_kind kind)
{
	for (size_t i = 0; i < list->items.n; i++)
		if (!ops_of_word(list->items.at[i].text, kind))
			return &list->items.at[i];
	return NULL;
}

enum object_kind ops_kind(const struct ast_list *list, enum object_kind likely)
{
	bool net = foreign(list, OBJECT_FILES), file = foreign(list, OBJECT_NET);

	return net == file ? likely : file ? OBJECT_FILES : OBJECT_NET;
}

static bool is_one_kind(struct check *c, const struct ast_list *list)
{
	const struct ast_item *net = foreign(list, OBJECT_FILES);
	const struct ast_item *file = foreign(list, OBJECT_NET), *first = file, *second = net;

	if (!net || !file)
		return true;
	if (net < file) {
		first = net;
		second = file;
	}
	diag_report(c->diags, second->span, DIAG_mixed_operations,
		    "'%s' is about %s, '%s' about %s", first->text,
		    first == file ? "files" : "the network", second->text,
		    first == file ? "the network" : "files");
	diag_help(c->diags, "write two rules");
	return false;
}

/* What one word says need not be said by another. */
static bool is_new(struct check *c, const struct ast_list *list, size_t i,
		   enum object_kind kind)
{
	const struct ast_item *item = &list->items.at[i];
	uint32_t ops = ops_of_word(item->text, kind);

	for (size_t k = 0; k < list->items.n; k++) {
		const struct ast_item *other = &list->items.at[k];
		uint32_t others = ops_of_word(other->text, kind);

		if (k == i || (ops & others) != ops || (ops == others && k > i))
			continue;
		if (ops == others)
			diag_report(c->diags, item->span, DIAG_repeated_operation,
				    "'%s' is named twice", item->text);
		else
			diag_report(c->diags, item->span, DIAG_repeated_operation,
				    "'%s' is part of '%s'", item->text, other->text);
		return false;
	}
	return true;
}

bool ops_read(struct check *c, const struct ast_list *list, enum object_kind likely,
	      struct rule *rule)
{
	bool good = true;

	if (!all_known(c, list) || !is_one_kind(c, list))
		return false;
	rule->kind = ops_kind(list, likely);
	for (size_t i = 0; i < list->items.n; i++) {
		good &= is_new(c, list, i, rule->kind);
		rule->ops |= ops_of_word(list->items.at[i].text, rule->kind);
	}
	return good;
}
