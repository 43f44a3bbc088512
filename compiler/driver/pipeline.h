/* SPDX-License-Identifier: BSD-2-Clause */
/* One compilation, from a policy file to the form that a command needs. */
#pragma once
#include "bundles/error.h"
#include "compiler/lower/image.h"
#include "grammar/grammar.h"

enum form { FORM_AST, FORM_POLICY, FORM_IMAGE };

struct options;

struct compilation {
	const struct options *options; /* set before: how to report; NULL for plain text */
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

/* Reads path whole into the arena, as the next of sources. */
int source_read(struct sources *, const char *path, struct error *err);

/* image → objects → bundle at path, signed if key is not NULL. */
struct secret_key;
int image_pack(const struct image *, const char *path, const struct secret_key *key,
	       struct error *err);
