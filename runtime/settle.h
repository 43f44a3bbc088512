/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renames and mkdirs that were past their hook when it was attached. A directory moved
 * by one of them would keep a label that was stored under its old name, and one that
 * comes to lie in a directory that may move would not be noticed, so labels may be
 * stored only once every such task has left.
 */
#pragma once
#include <stdbool.h>

struct settling;

/* The tasks that may be inside a rename now; NULL when /proc cannot be read. */
struct settling *settle_begin(void);
/* Waits until all of them have left; false if one has not within `seconds`. */
bool settle_wait(struct settling *, unsigned seconds);
void settle_end(struct settling *);

/* What /proc/PID/task/TID/syscall, and its neighbour stack, say: */
enum settle_state { SETTLE_OUTSIDE, SETTLE_INSIDE, SETTLE_RUNNING };
enum settle_state settle_syscall(const char *text);
enum settle_state settle_stack(const char *text);
