/* SPDX-License-Identifier: BSD-2-Clause */
/* A plain file is given another text: wholly, or not at all. */
#pragma once
#include <stddef.h>
#include <sys/stat.h>
#include "bundles/error.h"

/* Keeps mode, owner and group; a symbolic link stays one. Refused when the file is no
 * longer as *read says it was, or has further names that would keep the old text. */
int file_replace(const char *path, const struct stat *read, const char *text, size_t len,
		 struct error *err);
