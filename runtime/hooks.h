/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of hooks.def as the loader uses it. */
#pragma once
#include <stdbool.h>
#include "bpf-templates/abi.h"

enum hook_kind { HOOK_FILE, HOOK_LSM, HOOK_NET, HOOK_PACKET, HOOK_EXE, HOOK_SCAN, HOOK_SHARED };

struct hook_row {
	const char *function; /* name of the program in the object */
	const char *text;
	enum hook_kind kind;
};
extern const struct hook_row hook_table[NB_HOOK_COUNT];
/* Programs of the BPF LSM, or for those: they need it. */
static inline bool hook_is_lsm(enum hook_kind kind)
{
	return kind == HOOK_FILE || kind == HOOK_LSM || kind == HOOK_SCAN || kind == HOOK_SHARED;
}

/* What decides on a kernel that lacks the hook; NULL: it has to exist. */
extern const char *const hook_absent[NB_HOOK_COUNT];
/* What is not seen where it cannot work; NULL: nothing is installed then. */
extern const char *const hook_optional[NB_HOOK_COUNT];

struct image_row {
	const char *map;
	const char *entry; /* in the bundle */
};
extern const struct image_row image_table[NB_IMAGE_COUNT];

/* NB_HOOK_COUNT when no hook has that name. */
enum nb_hook hook_find(const char *function);
/* Mask of operations on files. */
extern const u32 ops_on_files;
extern const char *const op_words[NB_OP_COUNT];
/* "packet/raw", as rules spell it. */
#define SOCKET_TEXT 32
void socket_text(u32 family, u32 type, char out[SOCKET_TEXT]);
