/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renames and links of a file: may it get the new name, or would it lose a rule
 * that may bind the one who asks? Written from the meaning in netbpf-policy(5), not
 * from the programs. What a directory takes along is asked by move.h.
 */
#pragma once
#include "compiler/assure/evaluate.h"

/* r->path is the old name; r->op is not looked at. */
struct verdict policy_contain(struct arena *, const struct policy *,
			      const struct request *r, const char *new_path);
/* Its two parts: what rules deny by name, and what scopes allow. */
struct verdict contain_denials(struct arena *, const struct policy *, const struct request *r,
			       const char *new_path);
struct verdict contain_defaults(const struct policy *, const struct request *r,
				const char *new_path);
/* Whether both mean the same alternatives in the same order, `not` pushed inwards:
 * what containment calls the same subject expression. */
bool subjects_alike(struct arena *, const struct subject *, const struct subject *);
