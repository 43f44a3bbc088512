/* SPDX-License-Identifier: BSD-2-Clause */
/* From a link below /proc/PID (exe, fd/3) to the host's name of the file. */
#pragma once
#include "runtime/mounts.h"

/* Where the host mounts the file's whole filesystem, not the bind mount that it was
 * reached through. False for what has no name there: sockets, deleted files, mounts of
 * other namespaces. */
bool open_name(const struct mounts *, const char *link, char *out, size_t cap);
/* The id of the mount that an open file lies on, 0 if it cannot be told. */
uint32_t open_mount_id(int fd);
