/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renames and links as a whole: what rules say of both names, containment of the object
 * itself, and, of a directory, whether what may lie in it and below may come along.
 * Written from the meaning in netbpf-policy(5); what the tables of an image make of a
 * directory is not asked.
 */
#pragma once
#include "compiler/assure/evaluate.h"

enum move_kind {
	MOVE_LINK,
	MOVE_FILE,
	MOVE_DIRECTORY, /* without directories in it */
	MOVE_TREE,      /* with some */
};

enum move_why {
	MOVE_ASKED,     /* the rule denies it one of the names */
	MOVE_CONTAINED, /* EXDEV: the rule would be lost */
	MOVE_BELOW,     /* EXDEV: so would it by a name in the directory */
	MOVE_PLACES,    /* EXDEV: rules below would be others, whatever is there */
	MOVE_OLD_KERNEL, /* the same, by the oldest kernel that the policy is for */
};

struct move {
	struct verdict verdict; /* no rule: PLACES and OLD_KERNEL, or too few are known */
	enum move_why why;
	struct request asked;     /* ASKED and BELOW: what the verdict is about */
	const char *lost;         /* CONTAINED and BELOW: the name that it would have */
	const struct rule *apart; /* PLACES, OLD_KERNEL: one that tells the places apart */
};

/* from->path is the old name; from->op is not looked at. False: too many names to decide. */
bool policy_move(struct arena *, const struct policy *, const struct request *from,
		 enum move_kind, const char *to, struct move *out);
