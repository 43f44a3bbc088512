/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is done with an object once it is open, or without opening it: ioctl, mapping as
 * code, watching, handing a descriptor on, reaching a local socket by its path.
 */
#ifndef NB_USE_H
#define NB_USE_H

#include "again.h"

static __always_inline int open_decide(struct file *file, u32 ops, u32 hook)
{
	return object_decide(file_object(file), ops, hook, opened_dentry(file), opened_inode(file));
}

SEC("lsm/file_ioctl")
int BPF_PROG(nb_ioctl, struct file *file)
{
	return open_decide(file, OP_BIT(IOCTL), NB_HOOK_IOCTL);
}

SEC("lsm/file_ioctl_compat")
int BPF_PROG(nb_ioctl32, struct file *file)
{
	return open_decide(file, OP_BIT(IOCTL), NB_HOOK_IOCTL32);
}

SEC("lsm/file_receive")
int BPF_PROG(nb_take, struct file *file)
{
	return open_decide(file, OP_BIT(TAKE), NB_HOOK_TAKE);
}

/* What an overlay opened behind its own file, up to 6.12. */
static __noinline int layer_decide(struct file *file)
{
	struct file *layer = BPF_CORE_READ(file, private_data);

	return edge_decide(layer_object(BPF_CORE_READ(layer, f_inode)), OP_BIT(LOAD),
			   NB_HOOK_MMAP, BPF_CORE_READ(layer, f_path.dentry));
}

/* No file: memory that is nobody's. The kernel maps programs here, too. */
SEC("lsm/mmap_file")
int BPF_PROG(nb_mmap, struct file *file, unsigned long asked, unsigned long prot,
	     unsigned long flags)
{
	struct inode *inode;
	u32 load, again;
	int denied;
	u64 edge;

	if (!file)
		return 0;
	load = prot & PROT_EXEC ? OP_BIT(LOAD) & P(file_ops) : 0;
	again = file->f_flags & FMODE_EXEC_FLAG ? 0 : mapping_ops(prot, flags & MAP_SHARED);
	if (!load && !again)
		return 0;
	edge = file_object(file);
	inode = opened_inode(file);
	denied = object_decide(edge, load, NB_HOOK_MMAP, opened_dentry(file), inode);
	if (denied)
		return denied;
	if (load && !NB_HAS_CAST && inode->i_sb->s_magic == OVERLAY_MAGIC)
		denied = layer_decide(file);
	return denied ? denied
		      : again_object(edge, again, NB_HOOK_MMAP, opened_dentry(file), inode);
}

/* The second half of mapping an overlay's file; some kernels from 6.12 on have it. */
SEC("lsm/mmap_backing_file")
int BPF_PROG(nb_mmap_layer, struct vm_area_struct *vma, struct file *layer)
{
	if (!(BPF_CORE_READ(vma, vm_flags) & VM_EXEC))
		return 0;
	return open_decide(layer, OP_BIT(LOAD), NB_HOOK_MMAP_LAYER);
}

/* A watch tells the names of what is made there. */
SEC("lsm/path_notify")
int BPF_PROG(nb_notify, struct path *path)
{
	struct inode *inode = inode_of(dentry_of(path));

	if (!inode || (MODE(inode) & S_IFMT) != S_IFDIR)
		return 0;
	return path_decide(path, OP_BIT(LIST), NB_HOOK_NOTIFY);
}

/*
 * Objects that a hook does not hold itself are named by probe reads, which take longer
 * and store nothing.
 */
static __always_inline u64 far_name(u64 address)
{
	struct dentry *d = (struct dentry *)address;

	if (!d || (BPF_CORE_READ(d, d_parent) == d &&
		   IS_NAMELESS(BPF_CORE_READ(d, d_sb, s_flags), BPF_CORE_READ(d, d_sb, s_magic))))
		return EDGE(0, NB_ROW_NAMELESS);
	return nb_whole_name(address, P(file_start), P(file_root_row));
}

NB_GLOBAL u64 nb_far_object(u64 address)
{
	return far_name(address);
}

static __always_inline u64 far_object(struct dentry *d)
{
	u64 edge = NB_BROKEN;

	for (u32 i = 0; i < TRIES && edge == NB_BROKEN; i++)
		edge = NB_HAS_CAST ? nb_far(address_of(d)) : nb_far_object(address_of(d));
	return edge == NB_BROKEN ? NB_REASON_BUSY : edge;
}

static __always_inline int far_decide(struct dentry *d, u32 ops, u32 hook)
{
	u64 edge = far_object(d);
	int denied = edge_decide(edge, ops, hook, d);

	return denied ? denied : far_linked(d, edge, ops & P(file_ops), hook);
}

static __always_inline int far_protect(struct dentry *d, u32 load, u32 again)
{
	u64 edge = far_object(d);
	int denied = edge_decide(edge, load, NB_HOOK_MPROTECT, d);

	denied = denied ? denied : far_linked(d, edge, load, NB_HOOK_MPROTECT);
	denied = denied ? denied : again_decide(edge, again, NB_HOOK_MPROTECT, d);
	return denied ? denied : far_linked(d, edge, again, NB_HOOK_MPROTECT | NB_REVALIDATE);
}

/* The mapping of an overlay's file is of the layer's, which knows by what name it was
 * opened; both names are asked. */
SEC("lsm/file_mprotect")
int BPF_PROG(nb_mprotect, struct vm_area_struct *vma, unsigned long asked, unsigned long prot)
{
	u32 load = prot & PROT_EXEC ? OP_BIT(LOAD) & P(file_ops) : 0, again;
	struct file *file = BPF_CORE_READ(vma, vm_file);
	struct dentry *d;
	int denied;

	again = BPF_CORE_READ(file, f_flags) & FMODE_EXEC_FLAG
			? 0
			: mapping_ops(prot, BPF_CORE_READ(vma, vm_flags) & VM_SHARED);
	if (!file || (!load && !again))
		return 0;
	d = BPF_CORE_READ(file, f_path.dentry);
	denied = far_protect(d, load, again);
	if (denied || !NB_HAS_CAST || !(BPF_CORE_READ(file, f_mode) & FMODE_BACKING))
		return denied;
	return far_protect(BPF_CORE_READ((struct backing_file *)file, user_path.dentry), load,
			   again);
}

/* Where the other socket is bound; one without a path is nobody's. */
static __always_inline struct dentry *socket_place(struct sock *sock)
{
	return BPF_CORE_READ((struct unix_sock *)sock, path.dentry);
}

SEC("lsm/unix_stream_connect")
int BPF_PROG(nb_reach, struct sock *sock, struct sock *other)
{
	return far_decide(socket_place(other), OP_BIT(REACH), NB_HOOK_REACH);
}

SEC("lsm/unix_may_send")
int BPF_PROG(nb_reach_send, struct socket *sock, struct socket *other)
{
	return far_decide(socket_place(BPF_CORE_READ(other, sk)), OP_BIT(REACH),
			  NB_HOOK_REACH_SEND);
}

#endif
