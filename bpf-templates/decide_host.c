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
	u32 bit;

	(void)net;
	switch (dim) {
	case NB_DIM_EXE:
		bit = row_fact(P(exe_bits_off), P(exe_words), subject_now->exe_row, atom);
		return bit && subject_now->exe_foreign ? 2 : bit;
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

/* Steps an absolute path from an automaton's start; the row of its object. `folds`: in
 * directories that do not tell capital from small letters. */
static u64 path_edge_in(u32 start, u32 root_row, const char *path, u32 folds)
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
		edge = folds ? nb_step_fold(EDGE_TO(edge), (uintptr_t)name, len)
			     : nb_step(EDGE_TO(edge), (uintptr_t)name, len,
				       nb_name_hash((uintptr_t)name, len));
		if (edge == NB_BROKEN || !(edge & EDGE_HIT))
			return NB_BROKEN;
		path += len;
	}
	return edge;
}

static u64 path_edge(u32 start, u32 root_row, const char *path)
{
	return path_edge_in(start, root_row, path, 0);
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

struct nb_host_place nb_host_root(const struct nb_host_images *images)
{
	use(images, 0);
	return (struct nb_host_place){ P(file_start), P(file_root_row), 0 };
}

struct nb_host_place nb_host_step(const struct nb_host_images *images, struct nb_host_place at,
				  const char *name)
{
	char padded[264] = "";
	size_t len = strlen(name);
	u64 edge = NB_BROKEN;

	use(images, 0);
	if (at.state && len && len <= 255) {
		memcpy(padded, name, len);
		edge = nb_step(at.state, (uintptr_t)padded, (u32)len,
			       nb_name_hash((uintptr_t)padded, (u32)len));
	}
	return edge == NB_BROKEN ? (struct nb_host_place){ 0, 0, 0 }
				 : (struct nb_host_place){ EDGE_TO(edge), EDGE_ROW(edge),
							 EDGE_MORE(edge) };
}

static u32 row_ops(u32 row)
{
	const struct nb_row *at = row ? row_at(nb_rows_host, row) : 0;

	return at ? at->ops : 0;
}

u32 nb_host_place_ops(const struct nb_host_images *images, struct nb_host_place at)
{
	use(images, 0);
	return row_ops(at.row) | row_ops(at.more);
}

static u64 file_edge(const struct nb_host_subject *subject, const char *path, u32 folds)
{
	return subject->guest ? path_edge_in(P(guest_start), P(guest_root_row), path, folds)
			      : path_edge_in(P(file_start), P(file_root_row), path, folds);
}

int nb_host_file_rows(const struct nb_host_images *images, u32 guest, const char *path,
		      u32 rows[2])
{
	struct nb_host_subject nobody = { .guest = guest };
	u64 edge;

	use(images, &nobody);
	edge = file_edge(&nobody, path, 0);
	rows[0] = EDGE_ROW(edge);
	rows[1] = EDGE_MORE(edge);
	return edge != NB_BROKEN;
}

struct nb_host_decision nb_host_again(const struct nb_host_images *images,
				      const struct nb_host_subject *subject, enum nb_op op,
				      const char *path)
{
	u64 edge;

	use(images, subject);
	if (!(P(file_again) & 1u << op))
		return (struct nb_host_decision){ NB_ALLOW, 0 };
	edge = file_edge(subject, path, 0);
	return edge == NB_BROKEN ? (struct nb_host_decision){ NB_DENY, 0 }
				 : answer(nb_rows_again(edge, 1u << op));
}

static struct nb_host_decision file_in(const struct nb_host_images *images,
				       const struct nb_host_subject *subject, enum nb_op op,
				       const char *path, u32 folds)
{
	u64 edge;

	use(images, subject);
	edge = file_edge(subject, path, folds);
	if (edge == NB_BROKEN)
		return (struct nb_host_decision){ NB_DENY, 0 };
	return answer(rows_decide(edge, 1u << op));
}

struct nb_host_decision nb_host_file(const struct nb_host_images *images,
				     const struct nb_host_subject *subject, enum nb_op op,
				     const char *path)
{
	return file_in(images, subject, op, path, 0);
}

struct nb_host_decision nb_host_file_folded(const struct nb_host_images *images,
					    const struct nb_host_subject *subject,
					    enum nb_op op, const char *path)
{
	return file_in(images, subject, op, path, 1);
}

u32 nb_host_names_below(const struct nb_host_images *images, const char *path)
{
	const struct nb_state *state;
	u64 edge;

	use(images, 0);
	edge = path_edge(P(file_start), P(file_root_row), path);
	if (edge == NB_BROKEN || !EDGE_TO(edge))
		return edge == NB_BROKEN;
	state = image_at(nb_paths_host, P(states_off) + (u64)EDGE_TO(edge) * sizeof(*state),
			 sizeof(*state), P(paths_bytes));
	return !state || state->filter || state->context || state->suffixes;
}

struct nb_host_decision nb_host_leaf(const struct nb_host_images *images,
				     const struct nb_host_subject *subject, const char *from,
				     const char *to)
{
	u64 s, t;

	use(images, subject);
	s = path_edge(P(file_start), P(file_root_row), from);
	t = path_edge(P(file_start), P(file_root_row), to);
	if (s == NB_BROKEN || t == NB_BROKEN)
		return (struct nb_host_decision){ NB_DENY, 0 };
	return answer(leaf_containment(EDGE_TO(s), EDGE_TO(t)));
}

struct nb_host_decision nb_host_net(const struct nb_host_images *images,
				    const struct nb_host_subject *subject, enum nb_op op, u8 family,
				    const u8 addr[16], u8 protocol, u16 port)
{
	struct peer peer = { .key = local_key(op, protocol, port), .op = op };

	use(images, subject);
	if (op == NB_OP_LISTEN) {
		if (family == 4)
			peer.addr[2] = PREFIX_MAPPED;
		memcpy(peer.addr + (family == 4 ? 3 : 0), addr, family == 4 ? 4 : 16);
		return answer(local_decide(&peer));
	}
	memcpy(peer.addr, addr, family == 4 ? 4 : 16);
	return answer(family == 4 ? peer_decide4(&peer, 0) : peer_decide6(&peer, 0, 0));
}

struct nb_host_decision nb_host_socket(const struct nb_host_images *images,
				       const struct nb_host_subject *subject, u16 family, u8 type)
{
	use(images, subject);
	return answer(socket_decide(family, type));
}
