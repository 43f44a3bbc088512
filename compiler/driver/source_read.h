/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of a policy. Each fails with -1 and errno, which source_reason puts in words. */
#pragma once
#include <stdbool.h>
#include <sys/stat.h>
#include "compiler/base/source.h"

#define SOURCE_MAX (64 << 20) /* spans are 32 bits wide, and people wrote it */

/* A descriptor; EISDIR and EINVAL for what is neither plain nor a pipe, if allowed. */
int source_open(const char *path, bool pipes, struct stat *);
/* Sets text and len; EFBIG above SOURCE_MAX. */
int source_take(struct arena *, int fd, const struct stat *, struct source *out);
const char *source_reason(int number);
