/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a verified bundle to programs in the kernel, attached to nothing yet: the
 * object of the right kernel level, on image maps that are filled and frozen before.
 */
#pragma once
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdio.h>
#include "bundles/bundle.h"
#include "runtime/hooks.h"
#include "runtime/images.h"
#include "runtime/kernel_types.h"

struct object {
	struct bpf_object *bpf;
	const char *level;			     /* "6.12" */
	struct bpf_program *programs[NB_HOOK_COUNT]; /* NULL = not needed */
	bool skipped[NB_HOOK_COUNT];		     /* left out: on request, or for want of a hook */
	int images[NB_IMAGE_COUNT];		     /* -1 = the policy has none */
	struct kernel_types *types;		     /* not owned */
	int sections[3];			     /* what libbpf was told of them */
	int core_types;				     /* a file in memory, or -1 */
};

/* Opens, checks programs and maps against what this loader knows; loads nothing. The
 * types must live as long as the object. */
int object_open(const struct bundle *, u32 host_kernel, struct kernel_types *,
		struct object *out, struct error *err);
bool object_has_kind(const struct object *, enum hook_kind);
/* Leaves out the programs of the BPF LSM, and the maps that only they use. */
void object_skip_lsm(struct object *);
/* Leaves out those of them that a host may do without, and says so. */
void object_skip_optional(struct object *, FILE *out);
/* Leaves out the programs whose hooks this kernel lacks, as far as absent.def has them,
 * and says so. */
void object_skip_absent(struct object *, FILE *out);
/* Takes the bundle's maps out of images. */
int object_load(struct object *, const struct bundle *, struct images *images,
		struct error *err);
/* Descriptor of a map of the object, -1 if it has none. Not the caller's to close. */
int object_map(const struct object *, const char *name);
void object_close(struct object *);
#define CLEANUP_OBJECT __attribute__((cleanup(object_close)))
