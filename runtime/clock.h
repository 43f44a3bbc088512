/* SPDX-License-Identifier: BSD-2-Clause */
/* Times as people and machines read them: RFC 3339, UTC. */
#pragma once
#include <stdint.h>

#define CLOCK_TEXT 40

/* nanoseconds < 0: without a fraction. Returns out. */
const char *clock_text(char out[CLOCK_TEXT], int64_t seconds, int64_t nanoseconds);
/* What to add to CLOCK_BOOTTIME to get the time of day, in ns. */
int64_t clock_boot_offset_ns(void);
