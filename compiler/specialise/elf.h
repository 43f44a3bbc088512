/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes DWARF out of an object: the kernel and libbpf read BTF only, and the rest
 * is two thirds of the bytes. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "bundles/error.h"

/* Replaces *object, malloc'ed, by a smaller copy; unchanged on failure. */
int elf_strip_dwarf(uint8_t **object, size_t *len, struct error *err);
