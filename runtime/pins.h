/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is installed lives under the pin folder on bpffs, one folder a generation:
 *
 *   /sys/fs/bpf/netbpf/gen-0123456789ab-7/link_nb_connect4, map_nb_rows, ...
 *
 * The target of the symbolic link PINS_LIST is the names of the hooks that link_... are of.
 * The hex digits begin the SHA-256 of the bundle's MANIFEST. map_nb_meta is pinned
 * last and unpinned first: a generation without it was being installed or removed
 * when something was killed. Its hooks still deny; the next install or uninstall
 * cleans it up.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "runtime/attach.h"
#include "runtime/maps.h"
#include "runtime/meta.h"

#define GENERATIONS_MAX 64
#define PINS_LIST "hooks"
#define HOOK_NAME 40 /* with what ends it */

struct generation {
	char name[40];
	unsigned number;
	bool complete;
};

struct generations {
	struct generation at[GENERATIONS_MAX]; /* oldest first */
	size_t n;
};

/* No folder, or no bpffs: none. */
int pins_list(const char *pin, struct generations *out, struct error *err);

/* Makes the folder, mounts bpffs for the default one, and takes the lock that
 * keeps two loaders apart. The descriptor that holds it, or -1. */
int pins_lock(const char *pin, FILE *out, struct error *err);
/* The same for a folder that exists. *lock is -1 when there is none. */
int pins_lock_existing(const char *pin, int *lock, struct error *err);

/* Descriptor of what is pinned, -1 with errno. */
int pins_open(const char *pin, const struct generation *, const char *prefix,
	      const char *name);
/* Bits of the hooks that were attached; ~0: it is not known. */
u64 pins_hooks(const char *pin, const struct generation *);
int pins_meta(const char *pin, const struct generation *, struct meta *out,
	      struct error *err);

/* Pins all; on failure what was pinned of it is unpinned again. */
int pins_write(const char *pin, const struct generation *, const struct object *,
	       const struct links *, struct error *err);

/* Unpins, waits until the kernel has let go of every link, says so on `out`. */
int pins_remove(const char *pin, const struct generation *, FILE *out, struct error *err);
