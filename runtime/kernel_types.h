/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's description of its types, read once: libbpf goes through all 100,000 of
 * them for each program and each structure, and reads them again whenever it is asked.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/btf.h>
#include "bpf-templates/abi.h"

struct kernel_types {
	const uint8_t *bytes;	/* of /sys/kernel/btf/vmlinux; NULL: it cannot be read */
	size_t len;
	bool mapped;		/* they are the kernel's, not of malloc */
	const uint8_t *types;
	const char *strings;
	size_t types_len, strings_len;
	u32 *at;		/* offset of each type, by its number; at[0] is void */
	u32 n;
	u32 hooks[NB_HOOK_COUNT]; /* filled by object.c: numbers of what programs hang on */
	struct bpf_object *object; /* whose programs those are */
};

struct type_wanted {
	const char *name;
	u32 kinds; /* bits 1 << BTF_KIND_* */
	u32 id;	   /* 0 = there is none */
};

/* false: not there, or not understood. */
bool kernel_types_read(struct kernel_types *out);
/* The same from memory that malloc gave, which is taken in any case. */
bool kernel_types_parse(uint8_t *bytes, size_t len, struct kernel_types *out);
void kernel_types_free(struct kernel_types *);
#define CLEANUP_TYPES __attribute__((cleanup(kernel_types_free)))

/* Calls found for each type of those names; false as soon as it does not want more. */
typedef bool type_found(void *arg, const struct type_wanted *, u32 id);
bool kernel_types_each(const struct kernel_types *, const struct type_wanted *, size_t n,
		       type_found *found, void *arg);
/* The first of each name, at wanted[].id. */
void kernel_types_find(const struct kernel_types *, struct type_wanted *wanted, size_t n);
const struct btf_type *kernel_type(const struct kernel_types *, u32 id);
const char *kernel_type_name(const struct kernel_types *, u32 offset);
