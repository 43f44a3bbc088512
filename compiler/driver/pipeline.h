/* SPDX-License-Identifier: BSD-2-Clause */
/* One compilation, from a policy file to the form that a command needs. */
#pragma once
#include "bundles/error.h"
#include "compiler/lower/image.h"
#include "grammar/grammar.h"

enum form { FORM_AST, FORM_POLICY, FORM_IMAGE };

struct options;

struct compilation {
	/* set before */
	const struct options *options; /* how to report; NULL for plain text */
	bool prove; /* run also what the policy says about itself */
	struct arena *arena; /* owns all of the rest */
	struct sources sources;
	const struct ast *ast;
	const struct policy *policy;
	const struct image *image;
};

/* Compiles path up to `last` and prints the diagnostics, to stderr unless --json. 0, or -1 with
 * *err: EXIT_POLICY and an empty text when the diagnostics say what is wrong.
 * Free in either case. */
int compilation_run(struct compilation *, const char *path, enum form last,
		    struct error *err);
void compilation_free(struct compilation *);
#define CLEANUP_COMPILATION __attribute__((cleanup(compilation_free)))

/* Reads the main policy whole into the arena, as the first of sources. */
int source_read(struct sources *, const char *path, struct error *err);

/* SOURCE_DATE_EPOCH, or the policy's own date. */
int policy_date(const struct policy *, int64_t *out, struct error *err);

/* image → objects → bundle at path, signed if key is not NULL. */
struct secret_key;
int image_pack(const struct image *, const char *path, const struct secret_key *key,
	       struct error *err);
