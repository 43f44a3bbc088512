/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts about a subject come from the request here, not from a task; everything
 * else is decide.h, unchanged. */
#include "bpf-templates/decide_host.h"
#include "decide.h"

const struct nb_params *nb_host_params;
const u8 *nb_paths_host, *nb_net4_host, *nb_net6_host, *nb_rows_host;
static const struct nb_host_subject *subject_now;

static u32 row_fact(u32 off, u32 words, u32 row, u32 atom)
{
	return row == NB_ATOMS_UNKNOWN ? 2 : atom_bit(off, words, row, atom);
}

static u32 gids_fact(u32 atom)
{
	u32 bit = 0;

	if (!subject_now->gids_known)
		return 2;
	for (u32 i = 0; i < subject_now->n_gids && !bit; i++)
		bit = atom_bit(P(gid_bits_off), P(gid_words),
			       id_class(P(gids_off), P(gids), subject_now->gids[i]), atom);
	return bit;
}

static u32 nb_fact(u32 dim, u32 atom, u32 net)
{
	(void)net;
	switch (dim) {
	case NB_DIM_EXE:
		return row_fact(P(exe_bits_off), P(exe_words), subject_now->exe_row, atom);
	case NB_DIM_CGROUP:
		return row_fact(P(cgroup_bits_off), P(cgroup_words), subject_now->cgroup_row, atom);
	case NB_DIM_UID:
		return subject_now->uid_known
			       ? atom_bit(P(uid_bits_off), P(uid_words),
					  id_class(P(uids_off), P(uids), subject_now->uid), atom)
			       : 2;
	default:
		return gids_fact(atom);
	}
}

/* Steps an absolute path from an automaton's start; the row of its object. */
static u64 path_edge(u32 start, u32 root_row, const char *path)
{
	u64 edge = EDGE(start, root_row);
	char name[264];

	if (*path != '/')
		return NB_BROKEN;
	while (*path) {
		size_t len = strcspn(++path, "/");

		if (!len && !*path)
			break; /* "/" itself, or a trailing slash */
		if (!len || len > 255)
			return NB_BROKEN;
		memset(name, 0, sizeof(name));
		memcpy(name, path, len);
		edge = nb_step(EDGE_TO(edge), (uintptr_t)name, len,
			       nb_name_hash((uintptr_t)name, len));
		if (edge == NB_BROKEN)
			return edge;
		path += len;
	}
	return edge;
}

static u32 atoms_row(const u8 *paths, const struct nb_params *params, u32 start, u32 root_row,
		     const char *path)
{
	u64 edge;

	nb_host_params = params;
	nb_paths_host = paths;
	edge = path_edge(start, root_row, path);
	return edge == NB_BROKEN ? NB_ATOMS_UNKNOWN : EDGE_ROW(edge);
}

u32 nb_host_exe_row(const u8 *paths, const struct nb_params *params, const char *path)
{
	return atoms_row(paths, params, params->exe_start, NB_ATOMS_NONE, path);
}

u32 nb_host_cgroup_row(const u8 *paths, const struct nb_params *params, const char *path)
{
	return atoms_row(paths, params, params->cgroup_start, params->cgroup_root_row, path);
}

static void use(const struct nb_host_images *images, const struct nb_host_subject *subject)
{
	nb_host_params = (const struct nb_params *)images->rows;
	nb_paths_host = images->paths;
	nb_net4_host = images->net4;
	nb_net6_host = images->net6;
	nb_rows_host = images->rows;
	subject_now = subject;
}

void nb_host_subject_bits(const struct nb_host_images *images,
			  const struct nb_host_subject *subject, u64 may[NB_SOCK_WORDS],
			  u64 must[NB_SOCK_WORDS])
{
	use(images, subject);
	memset(may, 0, NB_SOCK_WORDS * sizeof(*may));
	memset(must, 0, NB_SOCK_WORDS * sizeof(*must));
	for (u32 i = 0; i < P(net_subjects) && i < NB_SOCK_SUBJECTS; i++) {
		may[i >> 6] |= (u64)nb_subject_is(i, ASK_NET, 0) << (i & 63);
		must[i >> 6] |= (u64)nb_subject_is(i, ASK_NET, 1) << (i & 63);
	}
}

static struct nb_host_decision answer(u64 decision)
{
	return (struct nb_host_decision){ DECISION_VERDICT(decision), DECISION_RULE(decision) };
}

int nb_host_file_rows(const struct nb_host_images *images, u32 guest, const char *path,
		      u32 rows[2])
{
	struct nb_host_subject nobody = { .guest = guest };
	u64 edge;

	use(images, &nobody);
	edge = guest ? path_edge(P(guest_start), P(guest_root_row), path)
		     : path_edge(P(file_start), P(file_root_row), path);
	rows[0] = EDGE_ROW(edge);
	rows[1] = EDGE_MORE(edge);
	return edge != NB_BROKEN;
}

struct nb_host_decision nb_host_file(const struct nb_host_images *images,
				     const struct nb_host_subject *subject, enum nb_op op,
				     const char *path)
{
	u64 edge;

	use(images, subject);
	edge = subject->guest ? path_edge(P(guest_start), P(guest_root_row), path)
			      : path_edge(P(file_start), P(file_root_row), path);
	if (edge == NB_BROKEN)
		return (struct nb_host_decision){ NB_DENY, 0 };
	return answer(object_decide(edge, 1u << op));
}

struct nb_host_decision nb_host_net(const struct nb_host_images *images,
				    const struct nb_host_subject *subject, enum nb_op op, u8 family,
				    const u8 addr[16], u8 protocol, u16 port)
{
	struct peer peer = { .key = NB_CELL_KEY(protocol, port), .op = op };

	use(images, subject);
	memcpy(peer.addr, addr, family == 4 ? 4 : 16);
	return answer(family == 4 ? peer_decide4(&peer, 0) : peer_decide6(&peer, 0, 0));
}
