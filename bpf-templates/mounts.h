/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Mounting over an object: the target of mount(2), whatever it does there, of
 * move_mount(2), and the place where pivot_root(2) puts the old root.
 */
#ifndef NB_MOUNTS_H
#define NB_MOUNTS_H

#include "files.h"

SEC("lsm/sb_mount")
int BPF_PROG(nb_mount, const char *device, struct path *path)
{
	return path_decide(path, OP_BIT(MOUNT), NB_HOOK_MOUNT);
}

SEC("lsm/move_mount")
int BPF_PROG(nb_move_mount, struct path *from, struct path *to)
{
	return path_decide(to, OP_BIT(MOUNT), NB_HOOK_MOVE_MOUNT);
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(nb_pivot, struct path *old, struct path *new)
{
	return path_decide(old, OP_BIT(MOUNT), NB_HOOK_PIVOT);
}

#endif
