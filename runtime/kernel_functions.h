/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of the kernel's functions that programs call. libbpf reads all of the kernel's
 * types to find them, although we have just done so. It is given the object's own types
 * instead, which declare the functions, and the numbers that it puts into the programs
 * from there are made the kernel's when each is loaded.
 */
#pragma once
#include <bpf/libbpf.h>
#include "runtime/kernel_types.h"

/* For the load that follows; `passed_by`: libbpf needs the kernel's types for something else,
 * or there are programs that functions_number is not asked for. As it has where the kernel lacks
 * one, or where libbpf is not linked statically. */
void functions_begin(const struct bpf_object *, const struct kernel_types *, bool passed_by);
void functions_end(void);
/* 0, or -errno: what the program calls has no number. */
int functions_number(struct bpf_program *);
