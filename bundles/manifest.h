/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MANIFEST: the signed text that names every entry with size and SHA-256, and at
 * the same time input for `sha256sum --strict -c`:
 *
 *	# netbpf-manifest 1
 *	# policy web
 *	# seq 14
 *	# created 1767225600
 *	# expires never
 *	# abi 1
 *	# kernel 5.10
 *	# needs lsm,cgroup
 *	# mode enforce
 *	# entry 4096 bpf/netbpf-6.12.bpf.o
 *	725b...  bpf/netbpf-6.12.bpf.o
 */
#pragma once
#include "bundles/bundle.h"

struct manifest_entry {
	char name[BUNDLE_MAX_NAME + 1];
	uint64_t size;
	uint8_t sha256[32];
};

struct manifest_list {
	struct manifest head;
	struct manifest_entry entries[BUNDLE_MAX_ENTRIES];
	size_t n;
};

/* What both sides hold true of a manifest: ranges, names, order, the limits. The
 * code of an error is EXIT_REFUSED. */
int manifest_check(const struct manifest_list *, struct error *err);

/* The text of a checked manifest, NUL-terminated; its length, or 0 if it would be
 * longer than BUNDLE_MAX_MANIFEST. */
size_t manifest_print(const struct manifest_list *, char out[BUNDLE_MAX_MANIFEST + 1]);

/* Accepts only what manifest_print writes. */
int manifest_parse(const uint8_t *text, size_t len, struct manifest_list *out,
		   struct error *err);
