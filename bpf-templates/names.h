/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Names that come, go and change. A name that does not exist yet has a dentry with its
 * parent, so it is decided like any other. A rename or link asks of the old name whether
 * it may lose or share its object, of the new one what making such an object there
 * asks, and `delete` where that replaces something; then containment (files.h).
 * Renames of directories whose rules below would change: moves.h.
 *
 * RENAME_EXCHANGE calls the hook once for each direction, so that both names are asked
 * for everything.
 */
#ifndef NB_NAMES_H
#define NB_NAMES_H

#include "moves.h"

/* What making an object of that type asks, in the place of another or not. The bind of
 * a local socket is a mknod. A function of numbers, so that the verifier does not judge
 * all that follows once for each type. */
NB_GLOBAL u32 nb_making(u32 mode, u64 replaced)
{
	u32 type = mode & S_IFMT, ops;

	ops = type == S_IFREG	 ? OP_BIT(CREATE)
	      : type == S_IFDIR	 ? OP_BIT(MKDIR)
	      : type == S_IFLNK	 ? OP_BIT(SYMLINK)
	      : type == S_IFSOCK ? OP_BIT(MKNOD) | OP_BIT(PLACE)
				 : OP_BIT(MKNOD);
	return replaced ? ops | OP_BIT(DELETE) : ops;
}

/* What the object itself loses. */
static __always_inline int contain(u64 s_edge, u64 t_edge, u32 hook, struct dentry *d)
{
	if (!P(file_enforce)) /* no label is stored either */
		return 0;
	if (NO_RULE(s_edge))
		return 0;
	return refuse_move(what_is_lost(s_edge, t_edge), hook, NB_REASON_CONTAINMENT, d);
}

/* What is asked of the new name: operations; the hook; and if the object is a directory
 * that gets another name. */
#define MOVE_OPS(asks) ((u32)(asks) & P(file_ops))
#define MOVE_HOOK(asks) ((u32)((asks) >> 32 & 0xff))
#define MOVE_DIRECTORY (1ull << 40)

NB_GLOBAL u64 nb_move_asks(u64 d, u64 t, u32 hook)
{
	u32 mode = BPF_CORE_READ((struct dentry *)d, d_inode, i_mode);
	u64 asks = nb_making(mode, (u64)BPF_CORE_READ((struct dentry *)t, d_inode));

	_Static_assert(NB_HOOK_COUNT <= 0x100, "as a byte");
	asks |= (u64)hook << 32;
	return hook == NB_HOOK_RENAME && (mode & S_IFMT) == S_IFDIR ? asks | MOVE_DIRECTORY
								    : asks;
}

NB_GLOBAL u32 nb_old_name(u64 edge, u64 asks, u64 address)
{
	u32 hook = MOVE_HOOK(asks);
	struct dentry *d = (struct dentry *)address;
	int denied;

	if (!(edge & EDGE_HIT))
		return ANSWER_OF(refuse_move(UNDECIDED, hook, (u32)edge, d));
	denied = edge_decide(edge, hook == NB_HOOK_LINK ? OP_BIT(LINK) : OP_BIT(RENAME), hook, d);
	if (denied)
		return -denied;
	scan_disturb(edge, (asks & MOVE_DIRECTORY) != 0, d);
	return !MOVE_OPS(asks) && !(asks & MOVE_DIRECTORY) && NO_RULE(edge) ? ENDS_WELL : 0;
}

/* And of the object, whether it may have the new name. */
NB_GLOBAL u32 nb_new_name(u64 s_edge, u64 t_edge, u64 asks, u64 from, u64 to)
{
	struct dentry *d = (struct dentry *)from, *t = (struct dentry *)to;
	u32 hook = MOVE_HOOK(asks);
	int denied;

	if (!(t_edge & EDGE_HIT))
		return ANSWER_OF(refuse_move(UNDECIDED, hook, (u32)t_edge, d));
	denied = edge_decide(t_edge, MOVE_OPS(asks), hook, t);
	if (!denied)
		denied = contain(s_edge, t_edge, hook, d);
	if (denied)
		return -denied;
	return asks & MOVE_DIRECTORY && P(file_enforce) ? 0 : ENDS_WELL;
}

/* What has name d gets, or also gets, name t. */
static __always_inline int move(struct dentry *d, struct dentry *t, u32 hook)
{
	u64 from = address_of(d), to = address_of(t), s_edge, t_edge;
	u64 asks = nb_move_asks(from, to, hook);
	u32 answer, places;

	s_edge = dentry_object(d);
	answer = nb_old_name(s_edge, asks, from);
	if (answer)
		return answer_error(answer);
	places = hook == NB_HOOK_RENAME ? place_moved(FROM_MOVED) : 0;
	t_edge = dentry_object(t);
	answer = nb_new_name(s_edge, t_edge, asks, from, to);
	if (answer || hook == NB_HOOK_LINK)
		return answer_error(answer);
	return directory_move(EDGE_TO(s_edge), EDGE_TO(t_edge), places | place_moved(TO_MOVED), d);
}

SEC("lsm/inode_rename")
int BPF_PROG(nb_rename, struct inode *from_dir, struct dentry *d, struct inode *to_dir,
	     struct dentry *t)
{
	if (!before_walk(from_dir, d, to_dir))
		return -ENOMEM;
	return move(d, t, NB_HOOK_RENAME);
}

SEC("lsm/inode_link")
int BPF_PROG(nb_link, struct dentry *d, struct inode *dir, struct dentry *t)
{
	return move(d, t, NB_HOOK_LINK);
}

/* mknod of a regular file comes here, too */
SEC("lsm/inode_create")
int BPF_PROG(nb_create, struct inode *dir, struct dentry *d)
{
	return file_decide(d, OP_BIT(CREATE), NB_HOOK_CREATE);
}

SEC("lsm/inode_mkdir")
int BPF_PROG(nb_mkdir, struct inode *dir, struct dentry *d)
{
	if (!becomes_parent(dir))
		return -ENOMEM;
	return file_decide(d, OP_BIT(MKDIR), NB_HOOK_MKDIR);
}

SEC("lsm/inode_mknod")
int BPF_PROG(nb_mknod, struct inode *dir, struct dentry *d, u16 mode)
{
	return file_decide(d, nb_making(mode, 0), NB_HOOK_MKNOD);
}

SEC("lsm/inode_symlink")
int BPF_PROG(nb_symlink, struct inode *dir, struct dentry *d)
{
	return file_decide(d, OP_BIT(SYMLINK), NB_HOOK_SYMLINK);
}

SEC("lsm/inode_unlink")
int BPF_PROG(nb_unlink, struct inode *dir, struct dentry *d)
{
	return file_decide(d, OP_BIT(DELETE), NB_HOOK_UNLINK);
}

SEC("lsm/inode_rmdir")
int BPF_PROG(nb_rmdir, struct inode *dir, struct dentry *d)
{
	return file_decide(d, OP_BIT(DELETE), NB_HOOK_RMDIR);
}

#endif
