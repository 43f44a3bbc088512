/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renames that were past the rename hook when it was attached. A directory moved
 * by one of them would keep a label that was stored under its old name, so labels
 * may be stored only once every such task has left its system call.
 */
#pragma once
#include <stdbool.h>

struct settling;

/* The tasks that may be inside a rename now; NULL when /proc cannot be read. */
struct settling *settle_begin(void);
/* Waits until all of them have left; false if one has not within `seconds`. */
bool settle_wait(struct settling *, unsigned seconds);
void settle_end(struct settling *);

/* What /proc/PID/task/TID/syscall says: */
enum settle_state { SETTLE_OUTSIDE, SETTLE_INSIDE, SETTLE_RUNNING };
enum settle_state settle_syscall(const char *text);
