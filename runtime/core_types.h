/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Those of the kernel's types that an object's programs speak of, as a description of
 * their own for libbpf, which looks for each of them among all that it is given.
 */
#pragma once
#include <bpf/btf.h>
#include "runtime/kernel_types.h"

/* Is the description short on this kernel? On some the type that has to keep its number
 * stands far behind. */
bool core_types_short(const struct kernel_types *);
/* Written to fd: the whole description where it cannot be made shorter. false: it cannot
 * be written. */
bool core_types_write(const struct kernel_types *, const struct btf *object, int fd);
