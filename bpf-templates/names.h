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

/* What has name d gets, or also gets, name t. */
static __always_inline int move(struct dentry *d, struct dentry *t, u32 op, u32 hook)
{
	u32 mode = BPF_CORE_READ(d, d_inode, i_mode), new_ops, is_dir, places = 0;
	u64 s_edge, t_edge;
	int denied;

	is_dir = hook == NB_HOOK_RENAME && (mode & S_IFMT) == S_IFDIR;
	new_ops = nb_making(mode, (u64)BPF_CORE_READ(t, d_inode)) & P(file_ops);
	s_edge = dentry_object(d);
	if (!(s_edge & EDGE_HIT))
		return refuse_move(UNDECIDED, hook, (u32)s_edge, d);
	denied = edge_decide(s_edge, op, hook, d);
	if (denied)
		return denied;
	scan_disturb(s_edge, is_dir, d);
	if (!new_ops && !is_dir && NO_RULE(s_edge))
		return 0;
	if (is_dir)
		places = place_moved(FROM_MOVED);
	t_edge = dentry_object(t);
	if (!(t_edge & EDGE_HIT))
		return refuse_move(UNDECIDED, hook, (u32)t_edge, d);
	denied = edge_decide(t_edge, new_ops, hook, t);
	if (denied)
		return denied;
	denied = contain(s_edge, t_edge, hook, d);
	if (denied || !is_dir || !P(file_enforce))
		return denied;
	return directory_move(EDGE_TO(s_edge), EDGE_TO(t_edge), places | place_moved(TO_MOVED), d,
			      hook);
}

SEC("lsm/inode_rename")
int BPF_PROG(nb_rename, struct inode *from_dir, struct dentry *d, struct inode *to_dir,
	     struct dentry *t)
{
	if (!before_walk(from_dir, d, to_dir))
		return -ENOMEM;
	return move(d, t, OP_BIT(RENAME), NB_HOOK_RENAME);
}

SEC("lsm/inode_link")
int BPF_PROG(nb_link, struct dentry *d, struct inode *dir, struct dentry *t)
{
	return move(d, t, OP_BIT(LINK), NB_HOOK_LINK);
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
