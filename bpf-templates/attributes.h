/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is known of an object beside its content: length, mode, owner, times, extended
 * attributes, access control lists. Kernels put a mount's id map before the dentry, for
 * attributes in 6.3, for extended ones in 5.12, hence the numbers.
 */
#ifndef NB_ATTRIBUTES_H
#define NB_ATTRIBUTES_H

#include "files.h"

#define SETATTR_AT (NB_HAS_CAST ? 1 : 0)
#define XATTR_AT (NB_HAS_LOOP ? 1 : 0)

/* What the caller asked for: with one of the KILL bits it is the kernel that takes the
 * set-id bits away, and a truncation sets a time by itself. A function of numbers, as
 * nb_making is. */
NB_GLOBAL u32 nb_attribute_ops(u32 valid)
{
	u32 ops = 0;

	if (valid & ATTR_SIZE)
		ops |= OP_BIT(TRUNCATE);
	if (valid & ATTR_MODE && !(valid & (ATTR_KILL_SUID | ATTR_KILL_SGID)))
		ops |= OP_BIT(CHMOD);
	if (valid & (ATTR_UID | ATTR_GID))
		ops |= OP_BIT(CHOWN);
	if (valid & (ATTR_ATIME_SET | ATTR_MTIME_SET) ||
	    (valid & (ATTR_ATIME | ATTR_MTIME) && !(valid & ATTR_SIZE)))
		ops |= OP_BIT(UTIMES);
	return ops;
}

SEC("lsm/inode_setattr")
int nb_setattr(unsigned long long *ctx)
{
	struct dentry *d = (void *)ctx[SETATTR_AT];
	struct iattr *attr = (void *)ctx[SETATTR_AT + 1];

	return file_decide(d, nb_attribute_ops(attr->ia_valid), NB_HOOK_SETATTR);
}

/* By its name: "system.posix_acl_..." is an access control list. The kernel keeps the
 * name in a buffer for the longest one. */
NB_GLOBAL u32 nb_xattr_op(u64 name)
{
	return name_word(name) == 0x702e6d6574737973 && name_word(name + 8) == 0x6c63615f7869736f
		       ? OP_BIT(ACL)
		       : OP_BIT(XATTR);
}

SEC("lsm/inode_setxattr")
int nb_setxattr(unsigned long long *ctx)
{
	struct dentry *d = (void *)ctx[XATTR_AT];

	return file_decide(d, nb_xattr_op(ctx[XATTR_AT + 1]), NB_HOOK_SETXATTR);
}

SEC("lsm/inode_removexattr")
int nb_rmxattr(unsigned long long *ctx)
{
	struct dentry *d = (void *)ctx[XATTR_AT];

	return file_decide(d, nb_xattr_op(ctx[XATTR_AT + 1]), NB_HOOK_RMXATTR);
}

/* from 6.2 */
SEC("lsm/inode_set_acl")
int nb_setacl(unsigned long long *ctx)
{
	return file_decide((void *)ctx[1], OP_BIT(ACL), NB_HOOK_SETACL);
}

SEC("lsm/inode_remove_acl")
int nb_rmacl(unsigned long long *ctx)
{
	return file_decide((void *)ctx[1], OP_BIT(ACL), NB_HOOK_RMACL);
}

/* From 6.17 system calls set and read what before only ioctl did (chattr, lsattr), so they
 * are judged as one: a rule means the same on every kernel. */
SEC("lsm/inode_file_setattr")
int nb_fileattr(unsigned long long *ctx)
{
	return file_decide((void *)ctx[0], OP_BIT(IOCTL), NB_HOOK_FILEATTR);
}

SEC("lsm/inode_file_getattr")
int nb_flags(unsigned long long *ctx)
{
	return file_decide((void *)ctx[0], OP_BIT(IOCTL), NB_HOOK_FLAGS);
}

SEC("lsm/inode_getattr")
int BPF_PROG(nb_getattr, struct path *path)
{
	return path_decide(path, OP_BIT(STAT), NB_HOOK_GETATTR);
}

#endif
