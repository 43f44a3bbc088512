/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that a process has mapped, from /proc/PID/maps and map_files. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* `link` leads to the file. What of the mapping can be done: w only what is shared. */
struct mapping {
	char link[96];
	bool r, w, x;
};

/* One line of maps; false if it is no file's, or not understood. *inode is its number,
 * and that of the device, for comparison only. */
bool mapping_parse(const char *line, uint32_t pid, struct mapping *out, uint64_t inode[2]);

/* Neighbours of one file and one kind are told once. Stops when each does not return 0. */
int mapped_each(uint32_t pid, int (*each)(const struct mapping *, void *arg), void *arg);
