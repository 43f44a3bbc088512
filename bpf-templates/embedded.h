/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel templates as LLVM bitcode, inside the compiler: the two cannot
 * drift apart, and nothing has to be found at run time. */
#pragma once
#include <stddef.h>

extern const unsigned char nb_template_bitcode[];
extern const size_t nb_template_bitcode_len;
