/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that take the place of a function that others call (bpf-templates/shares.h):
 * in the kernel once, at as many programs as have the function. Until one is there the
 * function denies, so they are put in place before anything is attached and leave after
 * everything is detached.
 */
#pragma once
#include <bpf/btf.h>
#include "runtime/object.h"

#define SHARES_MAX (3 * NB_HOOK_COUNT)

struct shares {
	struct share {
		u8 of, by; /* hooks: the one that stands there, the one that calls */
		int link;
	} at[SHARES_MAX];
	unsigned n;
};

/* A loaded program of the object that calls what `shared` stands for, and the number of
 * that function in their types; -1: none. */
int shares_caller(struct bpf_object *, const struct bpf_program *shared, u32 *function);
/* Whether a program in the kernel, with its types, calls what the hook `of` stands for. */
bool shares_calls(int program, const struct btf *types, unsigned of);
/* Of the pin of `of` in `by`. */
#define SHARE_NAME 64
void shares_name(unsigned of, unsigned by, char *out, size_t size);
int shares_put(struct shares *, const struct object *, struct error *err);
/* Takes them out again, of one program that calls or of all (NB_HOOK_COUNT). */
void shares_take(struct shares *, unsigned by);
