/* SPDX-License-Identifier: BSD-2-Clause */
/* Nanoseconds of CLOCK_MONOTONIC; guest instructions under `qemu -icount shift=0`. */
#pragma once
#include <stdint.h>
#include <time.h>

static inline uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
