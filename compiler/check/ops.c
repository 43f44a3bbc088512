/* SPDX-License-Identifier: BSD-2-Clause */
/* The operations of a rule: known, each once, all about files or all about the
 * network. */
#include <string.h>
#include "compiler/base/spell.h"
#include "compiler/check/check.h"

#define KIND_FILE OBJECT_FILES
#define KIND_NET OBJECT_NET

const char *const op_words[NB_OP_COUNT] = {
#define OP(name, word, kind) [NB_OP_##name] = word,
#include "bpf-templates/ops.def"
#undef OP
};

static const enum object_kind op_kinds[NB_OP_COUNT] = {
#define OP(name, word, kind) [NB_OP_##name] = KIND_##kind,
#include "bpf-templates/ops.def"
#undef OP
};

/* Operations of the language that this version does not enforce. */
static const char *const later_ops[] = {
	"accept", "acl", "any", "chmod", "chown", "create", "delete", "ioctl",
	"link", "list", "listen", "load", "mkdir", "mknod", "modify", "mount",
	"receive", "rename", "stat", "symlink", "utimes", "xattr",
};

static bool report_op(struct check *c, const struct ast_item *item)
{
	const char *best = NULL;
	unsigned least = SPELL_FAR;

	for (size_t i = 0; i < sizeof later_ops / sizeof *later_ops; i++)
		if (!strcmp(later_ops[i], item->text)) {
			diag_report(c->diags, item->span, DIAG_not_supported,
				    "the operation '%s' is not supported yet",
				    item->text);
			diag_help(c->diags,
				  "supported are read, write, exec, connect, send "
				  "and bind");
			return false;
		}
	for (int i = 0; i < NB_OP_COUNT; i++) {
		unsigned steps = spell_distance(item->text, op_words[i]);

		if (steps < least) {
			least = steps;
			best = op_words[i];
		}
	}
	diag_report(c->diags, item->span, DIAG_unknown_operation,
		    "there is no operation '%s'", item->text);
	if (best)
		diag_help(c->diags, "did you mean '%s'?", best);
	else
		diag_help(c->diags,
			  "operations are read, write, exec, connect, send and bind");
	return false;
}

static bool add_op(struct check *c, const struct ast_item *item, uint32_t *ops)
{
	for (uint32_t op = 0; op < NB_OP_COUNT; op++) {
		if (strcmp(op_words[op], item->text))
			continue;
		if (*ops & 1u << op) {
			diag_report(c->diags, item->span, DIAG_repeated_operation,
				    "'%s' is named twice", item->text);
			return false;
		}
		*ops |= 1u << op;
		return true;
	}
	return report_op(c, item);
}

static enum object_kind kind_of(const struct ast_item *item)
{
	for (int op = 0; op < NB_OP_COUNT; op++)
		if (!strcmp(op_words[op], item->text))
			return op_kinds[op];
	return OBJECT_FILES;
}

bool ops_read(struct check *c, const struct ast_list *list, struct rule *rule)
{
	bool good = true;

	for (size_t i = 0; i < list->items.n; i++)
		good &= add_op(c, &list->items.at[i], &rule->ops);
	if (!good)
		return false;
	rule->kind = kind_of(&list->items.at[0]);
	for (size_t i = 1; i < list->items.n; i++) {
		const struct ast_item *item = &list->items.at[i];

		if (kind_of(item) == rule->kind)
			continue;
		diag_report(c->diags, item->span, DIAG_mixed_operations,
			    "'%s' is about %s, '%s' about %s", list->items.at[0].text,
			    rule->kind == OBJECT_FILES ? "files" : "the network",
			    item->text,
			    rule->kind == OBJECT_FILES ? "the network" : "files");
		diag_help(c->diags, "write two rules");
		return false;
	}
	return true;
}
