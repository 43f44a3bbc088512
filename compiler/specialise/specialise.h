/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image → BPF objects, one a kernel level: parameters become constants, programs
 * and maps that the image does not need are dropped, then libLLVM's O2 and the
 * debug information that only debuggers read is taken out.
 */
#pragma once
#include "bundles/error.h"
#include "compiler/lower/image.h"

struct specialised {
	uint32_t level;  /* in: a value of NB_LEVELS */
	uint8_t *object; /* out: malloc'ed, caller frees; in: NULL */
	size_t len;
};

/* All of list, at the same time, each in a process of its own: libLLVM's BPF back
 * end keeps state between modules (it crashes on a second one, and the first would
 * show in the bytes of the second), and a crash of it is an error here. On failure
 * the objects made so far are left in list. */
int specialise(const struct image *, struct specialised *list, size_t n, struct error *err);
