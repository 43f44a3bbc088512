/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /proc/PID/mountinfo as a table, and names in both directions: the host's name
 * of a path within a filesystem, and which filesystem a path lies in.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bundles/error.h"

struct mount {
	uint32_t id;
	uint32_t dev;	   /* the kernel's s_dev: major << 20 | minor */
	const char *root;  /* of the filesystem, "/" when all of it is mounted */
	const char *point; /* where, seen from the reader's root */
	const char *type;
};

struct mounts {
	char *storage;
	struct mount *at;
	size_t n;
};

/* Escapes (\040) are removed. A line that is not understood is an error. */
int mounts_parse(const char *text, size_t len, struct mounts *out, struct error *err);
int mounts_read(const char *path, struct mounts *out, struct error *err);
void mounts_free(struct mounts *);
#define CLEANUP_MOUNTS __attribute__((cleanup(mounts_free)))

const struct mount *mounts_by_id(const struct mounts *, uint32_t id);
const struct mount *mounts_by_type(const struct mounts *, const char *type);

/* The host's name of `inside` (absolute within filesystem dev) into out; false if
 * no mount shows it or it does not fit. The first mount that shows it wins: they are
 * listed by their age. */
bool mounts_name(const struct mounts *, uint32_t dev, const char *inside, char *out,
		 size_t cap);

/* The reverse, for a path reached through mount m: its name in the filesystem. */
bool mounts_inside(const struct mount *m, const char *path, char *out, size_t cap);
