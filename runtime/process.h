/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc as a table of processes and of their tasks. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define PROCESS_KERNEL 0x00200000u /* PF_KTHREAD */
#define PROCESS_WORKER 0x00000010u /* PF_IO_WORKER */

struct process_stat {
	uint32_t flags;
	bool dead;            /* a zombie: runs nothing any more */
	uint64_t cpu_ticks;   /* user and system time, 1/100 s */
	uint64_t start_ticks; /* after boot, 1/100 s */
};

/* The text of a /proc/.../stat file; its name field may hold anything. */
bool process_stat_parse(const char *text, struct process_stat *out);
/* folder: "/proc/12" or "/proc/12/task/13". False when the process is gone. */
bool process_stat_read(const char *folder, struct process_stat *out);

/* Calls each(pid, arg) for the numbers that name folders in `folder`, until it
 * returns non-zero; returns that, or -1 when the folder cannot be read. */
int process_each(const char *folder, int (*each)(uint32_t pid, void *arg), void *arg);
