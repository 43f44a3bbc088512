/* SPDX-License-Identifier: BSD-2-Clause */
/* The decision functions of the kernel programs, compiled for the host. */
#pragma once
#include "bpf-templates/abi.h"

/* Images as in a bundle; absent ones NULL. The ROWS image begins with its
 * parameters. Whoever calls keeps them alive. Not thread-safe. */
struct nb_host_images {
	const u8 *paths, *net4, *net6, *rows;
};

/* What is known of a subject. Rows are those of nb_host_exe_row and
 * nb_host_cgroup_row; NB_ATOMS_UNKNOWN if unknown. */
struct nb_host_subject {
	u32 exe_row, cgroup_row;
	u32 uid_known, uid;
	u32 gids_known, n_gids;
	const u32 *gids;
	u32 guest; /* the object is on a filesystem that the host never mounted */
};

struct nb_host_decision {
	enum nb_verdict verdict;
	u32 rule; /* 0: none, or the image is broken and the verdict a denial */
};

/* Row of executable atoms of an absolute canonical path; NB_ATOMS_UNKNOWN when
 * path is not one. */
u32 nb_host_exe_row(const u8 *paths, const struct nb_params *, const char *path);
u32 nb_host_cgroup_row(const u8 *paths, const struct nb_params *, const char *path);

/* The bits of a socket's label (struct nb_sock). */
void nb_host_subject_bits(const struct nb_host_images *, const struct nb_host_subject *,
			  u64 may[NB_SOCK_WORDS], u64 must[NB_SOCK_WORDS]);

struct nb_host_decision nb_host_file(const struct nb_host_images *,
				     const struct nb_host_subject *, enum nb_op,
				     const char *path);
/* The two rows of a file (abi.h), 0 where it has none; false when the image is broken. */
int nb_host_file_rows(const struct nb_host_images *, u32 guest, const char *path, u32 rows[2]);
/* addr in network byte order, IPv4 in the first 4 bytes; family 4 or 6. */
struct nb_host_decision nb_host_net(const struct nb_host_images *,
				    const struct nb_host_subject *, enum nb_op, u8 family,
				    const u8 addr[16], u8 protocol, u16 port);
