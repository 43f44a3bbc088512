/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of the kernel's symbols. */
#pragma once
#include <stdbool.h>
#include "bpf-templates/abi.h"

/* 0: there is no such symbol, or the kernel hides all of them (*hidden). */
u64 symbol_address(const char *name, bool *hidden);
