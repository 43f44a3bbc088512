/* SPDX-License-Identifier: BSD-2-Clause */
/* What a bundle was made from, as a rule for make. */
#pragma once
#include "bundles/error.h"
#include "compiler/base/source.h"

/* A file to be, under another name in its folder until it is published. */
struct depfile {
	char *path, *temp; /* NULL: none is wanted */
};

/* Where it goes: `wanted`, or if that is NULL beside the bundle, its suffix replaced
 * by ".d". malloc'ed; NULL when out of memory. */
char *depfile_path(const char *wanted, const char *bundle);

/* TARGET: SOURCE... at *d's path. */
int depfile_draft(struct depfile *d, const char *bundle, const struct sources *,
		  struct error *err);
int depfile_publish(struct depfile *, struct error *err);
void depfile_cleanup(struct depfile *);
#define CLEANUP_DEPFILE __attribute__((cleanup(depfile_cleanup)))
