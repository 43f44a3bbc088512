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
	u32 exe_foreign; /* NB_EXE_FOREIGN */
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
/* The same where no directory tells capital from small letters (fold.h); what is not
 * known is denied by rule 0. */
struct nb_host_decision nb_host_file_folded(const struct nb_host_images *,
					    const struct nb_host_subject *, enum nb_op,
					    const char *path);
/* Is any name compared in that directory? */
u32 nb_host_names_below(const struct nb_host_images *, const char *path);
/* Of a file that is open already: rules with `revalidate` alone. */
struct nb_host_decision nb_host_again(const struct nb_host_images *,
				      const struct nb_host_subject *, enum nb_op,
				      const char *path);
/* Stepping a path name by name; 0 in `state`: no rule lies below, in the rows: none here. */
struct nb_host_place {
	u32 state, row, more; /* two rows of it, see abi.h */
};
struct nb_host_place nb_host_root(const struct nb_host_images *);
/* At a broken image, and for a name that is none, all are 0. */
struct nb_host_place nb_host_step(const struct nb_host_images *, struct nb_host_place at,
				  const char *name);
/* Operations that entries of its rows deny or log. */
u32 nb_host_place_ops(const struct nb_host_images *, struct nb_host_place);
/* The move of a directory without directories, for what is in it; the programs do not ask
 * where both names have the same state. */
struct nb_host_decision nb_host_leaf(const struct nb_host_images *,
				     const struct nb_host_subject *, const char *from,
				     const char *to);
/* The two rows of a file (abi.h), 0 where it has none; false when the image is broken. */
int nb_host_file_rows(const struct nb_host_images *, u32 guest, const char *path, u32 rows[2]);
/* addr in network byte order, IPv4 in the first 4 bytes; family 4 or 6. */
struct nb_host_decision nb_host_net(const struct nb_host_images *,
				    const struct nb_host_subject *, enum nb_op, u8 family,
				    const u8 addr[16], u8 protocol, u16 port);
struct nb_host_decision nb_host_socket(const struct nb_host_images *,
				       const struct nb_host_subject *, u16 family, u8 type);
