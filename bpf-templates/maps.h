/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Maps. Images are variables, so that a program has the address of their bytes as a
 * constant and looks nothing up. libbpf makes an array of each section; the loader puts
 * one in its place that has the size and bytes of the image, and is frozen already.
 */
#ifndef NB_MAPS_H
#define NB_MAPS_H

#include "params.h"

#define IMAGE(name, map, file) u8 map[NB_IMAGE_VARIABLE] SEC(NB_IMAGE_SECTION #map);
#include "images.def"
#undef IMAGE

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct nb_label);
} nb_labels SEC(".maps");

/* What a climb asks on its way, see labels.h. */
#define NB_TOUCHED (1 << 17)
#define NB_ROOTS (1 << 8)
struct nb_root {
	u64 sb;   /* address of the superblock; 0: free, 1: on the way to being taken */
	u64 edge; /* its anchor */
};
struct nb_known {
	u8 touched[NB_TOUCHED];
	struct nb_root roots[NB_ROOTS];
};
struct nb_known nb_known SEC(NB_IMAGE_SECTION "nb_known"); /* a variable, as images are */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u64);
	__type(value, struct nb_anchor);
} nb_anchors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct nb_control);
} nb_control SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NB_MARKS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct nb_mark_key);
	__type(value, struct nb_mark);
} nb_marks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct nb_scan);
} nb_scan SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NB_EXE_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u32);
	__type(value, struct nb_exe);
} nb_exes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct nb_sock);
} nb_socks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u32);
} nb_before SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} nb_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, NB_COUNT_MAX);
	__type(key, u32);
	__type(value, u64);
} nb_counts SEC(".maps");

/* A walk in progress: components from the object upwards. */
struct nb_component {
	u64 name;   /* kernel address of the bytes; of the dentry until it is read (down.h) */
	u64 hash;
	u64 seq_at; /* kernel address of the dentry's sequence */
	u32 seq;
	u32 len;    /* perhaps with NB_FOLDS */
};
#define NB_FOLDS (1u << 31) /* its directory does not tell capital from small letters */
/* Climbing by probe reads; all addresses. */
struct nb_climb {
	u64 at, stop;
	u64 mount; /* 0: stop at `stop` */
	u32 n;
	u32 failed; /* why it could not reach its end, 0 = it did */
};
/* Choosing the mount by which a filesystem is named; all addresses. */
struct nb_choice {
	u64 at;  /* next of the superblock's list */
	u64 end; /* the list form: address of its head */
	u64 root;
	u64 host, other;
	u32 others; /* age of the oldest one of all of it elsewhere */
	u32 host_ns;
	u32 done;
	u32 seen;  /* mounts so far */
	u32 whole; /* age of the host's oldest mount of all of it; smaller is older */
	u32 part;  /* of the oldest one of a part */
	u32 parts; /* how many of those; the oldest NB_PARTS are kept */
	u32 seq;   /* of mount_lock, before */
};
/* A mount of the host's of a part of a filesystem, see parts.h. */
struct nb_part {
	u64 mount, root;
	u32 age;
	u32 zero;
};
#define NB_PARTS 32
/* The one that names a file; age ~0: none so far. */
struct nb_cover {
	u64 mount, root;
	u32 age;
	u32 below; /* how many components of its name are below the mount's root */
};
struct nb_walk {
	/* within the filesystem; at NB_FROM_ROOT, from its root to the host's */
	struct nb_component list[2 * NB_DEPTH];
	struct nb_climb climb;
	struct nb_choice choice;
	struct nb_part parts[NB_PARTS];
	struct nb_cover cover;
	u64 edge;
	u64 changing; /* where the last walk met an odd sequence */
	u64 above;    /* address of the directory that the way down has reached */
	u32 n;
	u32 same;
	u32 moved; /* the last walk passed a directory that is marked so */
	u32 none;  /* 0, but who reads a program does not know that */
};
#define NB_FROM_ROOT NB_DEPTH

/* Scratch of the walk: the task's own where there is task storage, because LSM
 * programs are preempted and per-CPU memory would be shared (seen: 86 of 372,000
 * opens). Before 5.11 programs run with preemption off and per-CPU is right. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct nb_walk);
} nb_scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct nb_walk);
} nb_scratch_cpu SEC(".maps");

#endif
