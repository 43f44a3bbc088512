/* SPDX-License-Identifier: BSD-2-Clause */
/* An image in the making: sections of little-endian records, each at an offset of
 * eight. */
#pragma once
#include <string.h>
#include "compiler/lower/image.h"

struct byte_list {
	struct arena *arena;
	VEC(uint8_t) bytes;
};

/* Appends n records of `size` bytes; returns their offset. */
uint32_t bytes_section(struct byte_list *, const void *at, size_t n, size_t size);
struct blob bytes_blob(const struct byte_list *);
