/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is installed, read from the kernel: pinned links, programs, maps and their
 * contents. status.c reads, status_text.c prints for people and machines.
 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "runtime/pins.h"

#define STATUS_MAPS 24
#define STATUS_TARGET 4200

struct hook_state {
	bool pinned;
	u32 link, program;
	bool detached; /* pinned, and yet attached to nothing: its cgroup is gone */
	u64 skipped;   /* runs that the kernel left out (recursion) */
	bool cut_off;  /* not pinned, and was when it was installed */
	bool lacks;    /* calls what `lacking` stands for, and that is not pinned */
	u8 lacking;    /* a hook */
	char target[STATUS_TARGET];
};

struct map_state {
	char name[20];
	u32 id;
	u64 bytes;
	bool frozen;
};

struct status {
	struct generation generation;
	u64 listed;    /* bits of the hooks that were attached */
	bool unlisted; /* nobody knows which */
	bool known; /* META could be read: the five below are right */
	struct meta meta;
	u32 file_ops, net_ops;
	bool sockets_other; /* rules on making sockets of other families than IP */
	u64 counts[NB_COUNT_MAX];
	bool stores_labels;
	struct hook_state hooks[NB_HOOK_COUNT];
	struct map_state maps[STATUS_MAPS];
	size_t n_maps;
};

/* What of a hook was removed by hand, a sentence in `text`; false: nothing. */
#define STATUS_DAMAGE 256
bool status_damage(const struct status *, unsigned hook, char *text, size_t);

/* When something failed: puts in front of it what is damaged of what is installed. */
void status_blame(const char *pin, struct error *);

/* Warnings about one generation, each one line; calls say(text, arg). */
void status_warnings(const struct status *, const char *lsm,
		     void (*say)(const char *text, void *arg), void *arg);

void status_print_text(const struct status *, const char *pin, const char *lsm,
		       FILE *out);
/* One object of the array "generations". */
void status_print_json(const struct status *, const char *lsm, FILE *out);
