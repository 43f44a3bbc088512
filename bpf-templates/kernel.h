/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The few kernel structures that the programs read, with CO-RE relocations: the
 * loader's kernel decides where a field is. Only fields that are used are named.
 * Flavours (___name) are the same structure of another kernel.
 */
#ifndef NB_KERNEL_H
#define NB_KERNEL_H

/* The iterator that counts is ours (rounds.h): of these two headers some have its struct,
 * some its functions, and those of Debian 12 neither. */
#define bpf_iter_num headers_iter_num
#define bpf_iter_num_new headers_iter_num_new
#define bpf_iter_num_next headers_iter_num_next
#define bpf_iter_num_destroy headers_iter_num_destroy
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#undef bpf_iter_num
#undef bpf_iter_num_new
#undef bpf_iter_num_next
#undef bpf_iter_num_destroy
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define EPERM 1
#define ENOMEM 12
#define EXDEV 18
#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_IFDIR 0040000
#define S_IFLNK 0120000
#define S_IFSOCK 0140000
#define PROT_WRITE 2
#define PROT_EXEC 4
#define VM_EXEC 4
#define OVERLAY_MAGIC 0x794c7630
#define MAP_SHARED 1 /* a bit of MAP_SHARED_VALIDATE, too */
#define VM_SHARED 8
#define MAY_WRITE 2
#define MAY_READ 4
#define FMODE_READ 1
#define FMODE_WRITE 2
#define O_TMPFILE_FLAG 020000000 /* __O_TMPFILE, in f_flags */
#define FMODE_EXEC_FLAG 0x20 /* __FMODE_EXEC, in f_flags of an exec's open */
#define FMODE_BACKING 0x1000000
#define ATTR_MODE 1
#define ATTR_UID 2
#define ATTR_GID 4
#define ATTR_SIZE 8
#define ATTR_ATIME 0x10
#define ATTR_MTIME 0x20
#define ATTR_ATIME_SET 0x80
#define ATTR_MTIME_SET 0x100
#define ATTR_KILL_SUID 0x800
#define ATTR_KILL_SGID 0x1000
#define SB_NOUSER (1u << 31)
/* DCACHE_OP_HASH, _COMPARE, _REVALIDATE: names that the filesystem judges itself,
 * or that change behind the kernel's back */
#define DCACHE_OP_NAMES 7
#define DCACHE_OP_HASH 1
#define DCACHE_OP_REVALIDATE 4
#define S_CASEFOLD (1u << 15)
#define GFS2_MAGIC 0x01161970
#define NSFS_MAGIC 0x6e736673
#define DCACHE_MOUNTED_OLD (1u << 16) /* where it is no enum */
#define PF_KTHREAD 0x00200000
#define MNT_NS_ANON_INO 0xeffffff7u /* newest kernels; before, 0 */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

enum dentry_flags {
	DCACHE_MOUNTED = 1 << 16,
};
struct inode;
struct dentry;
struct vfsmount;
struct mount;
struct unicode_map;

struct seqcount {
	u32 sequence;
};
struct seqcount_spinlock {
	struct seqcount seqcount;
};
struct qstr {
	u32 len;
	const unsigned char *name;
};
struct list_head {
	struct list_head *next;
};
struct hlist_head {
	struct list_head *first; /* an hlist_node; only its address is used */
};
struct super_block {
	u32 s_dev;
	unsigned long s_flags;
	unsigned long s_magic;
	struct dentry *s_root;
};
struct super_block___encoding { /* only where the kernel has CONFIG_UNICODE */
	struct unicode_map *s_encoding;
};
struct super_block___list { /* up to 6.17: oldest mount first */
	struct list_head s_mounts;
};
struct super_block___chain { /* 6.18: newest first */
	struct mount *s_mounts;
};
struct inode {
	u16 i_mode;
	u32 i_flags;
	struct super_block *i_sb;
	unsigned long i_ino;
	u32 i_nlink;
	u32 i_generation;
	struct hlist_head i_dentry;
	struct {
		int counter;
	} i_count;
};
struct dentry {
	u32 d_flags;
	struct seqcount_spinlock d_seq;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};
struct dentry___alias { /* up to 7.2 */
	union {
		struct list_head d_alias;
	} d_u;
};
struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};
struct file {
	u32 f_mode;
	u32 f_flags;
	struct inode *f_inode;
	struct path f_path;
	void *private_data;
};
struct backing_file { /* 6.7: a layer's file, open for an overlay's */
	struct path user_path;
};
struct vm_area_struct {
	unsigned long vm_flags;
	struct file *vm_file;
};
struct in6_addr {
	union {
		u32 u6_addr32[4];
	} in6_u;
};
struct cgroup;
struct sock_cgroup_data {
	struct cgroup *cgroup;
};
struct sock_cgroup_data___val { /* up to 5.14: with flags in the low bits */
	u64 val;
};
struct sock_common {
	u32 skc_rcv_saddr;
	u16 skc_num;
	u16 skc_family;
	unsigned char skc_state;
	struct in6_addr skc_v6_rcv_saddr;
};
struct sock {
	struct sock_common __sk_common;
	u16 sk_type;
	u16 sk_protocol;
	struct sock_cgroup_data sk_cgrp_data;
};
struct sock___val {
	struct sock_cgroup_data___val sk_cgrp_data;
};
struct unix_sock {
	struct path path;
};
struct socket {
	struct sock *sk;
};
struct iattr {
	u32 ia_valid;
};
struct vfsmount {
	struct dentry *mnt_root;
};
struct ns_common {
	u32 inum;
};
struct mnt_namespace {
	struct ns_common ns;
};
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
};
struct mount___list {
	struct list_head mnt_instance;
};
struct mount___chain {
	struct mount *mnt_next_for_sb;
};

struct group_info {
	int ngroups;
	struct {
		u32 val;
	} gid[];
};
struct cred {
	struct {
		u32 val;
	} euid, egid, fsuid, fsgid;
	struct group_info *group_info;
};
struct kernfs_node {
	const char *name;
	u64 id;
};
struct kernfs_node___parent { /* up to 6.14 */
	struct kernfs_node *parent;
};
struct kernfs_node___rcu { /* 6.15 */
	struct kernfs_node *__parent;
};
struct cgroup {
	struct kernfs_node *kn;
};
struct css_set {
	struct cgroup *dfl_cgrp;
};
struct mm_struct {
	struct file *exe_file;
};
struct signal_struct {
	struct {
		int counter;
	} live;
};
struct task_struct {
	u32 flags;
	int pid;
	int tgid;
	u64 start_boottime;
	u64 self_exec_id;
	struct task_struct *group_leader;
	const struct cred *real_cred;
	const struct cred *cred;
	struct css_set *cgroups;
	struct mm_struct *mm;
	struct signal_struct *signal;
	char comm[16];
};
struct mptcp_sock {
	u64 local_key; /* only that the type exists is asked */
};
struct pt_regs { /* seventeen numbers in a row, see name.h; of the first types there are */
	u64 r15;
};
struct linux_binprm {
	struct file *file;
};

#pragma clang attribute pop

#endif
