/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading small files of /proc and /sys, whose size is only known at their end. */
#pragma once
#include <stddef.h>

/* The whole file, NUL-terminated (malloc, caller frees). -1 with errno. */
int file_read(const char *path, char **text, size_t *len);

/* At most cap - 1 bytes, NUL-terminated, the last newline removed. -1 with errno. */
int file_read_line(const char *path, char *out, size_t cap);
