/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the compiler writes and the kernel programs read: layouts of map images,
 * of the records shared through maps, and of events. The only header shared by
 * compiler/lower, runtime and the templates; everything here is fixed-width,
 * little-endian, without implicit padding, and checked by size.
 *
 * The decision in one breath: a path is stepped component by component through
 * the edges of PATHS to a row; an address is stepped through NET4 or NET6 to a
 * class, whose cells give a row for (protocol, port); a row is a list of
 * entries (operations, verdict, subject expression, rule), and an operation is denied
 * when an entry that denies it names a subject that the task may be.
 */
#ifndef NB_ABI_H
#define NB_ABI_H

#ifdef __bpf__
#include "kernel.h"
#else
#include <stdint.h>
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;
#endif

#define NB_ABI 7 /* the loader refuses a bundle of another number */

enum nb_op {
#define OP(name, word, kind) NB_OP_##name,
#include "ops.def"
#undef OP
	NB_OP_COUNT
};

/* Those that make a name: they say what may come to stand there, and nothing of what
 * an object that has the name may lose by getting another. */
#define NB_NAME_OPS                                                            \
	(1u << NB_OP_CREATE | 1u << NB_OP_MKDIR | 1u << NB_OP_MKNOD |          \
	 1u << NB_OP_SYMLINK | 1u << NB_OP_PLACE)

/* A bit of `ops` beside the operations: the entry (of a row) or default is asked as well
 * where a file that is open already is used; and those that can be asked there. */
#define NB_REVALIDATE (1u << 31)
#define NB_AGAIN_OPS (1u << NB_OP_READ | 1u << NB_OP_WRITE | 1u << NB_OP_LIST)

enum nb_hook {
#define HOOK(name, fn, text, kind) NB_HOOK_##name,
#include "hooks.def"
#undef HOOK
	NB_HOOK_COUNT
};

enum nb_image {
#define IMAGE(name, map, file) NB_IMAGE_##name,
#include "images.def"
#undef IMAGE
	NB_IMAGE_COUNT
};
/* Each is a variable of so many bytes to the programs, in a section of this and the map's
 * name; the loader puts the image there. */
#define NB_IMAGE_SECTION ".bss."
#define NB_IMAGE_VARIABLE 8

/* The section of a program that stands in place of a function is this and its name. */
#define NB_SHARED_SECTION "shared/"

struct nb_params {
#define PARAM(name, text) u32 name;
#include "params.def"
#undef PARAM
};

/* Kernel levels: one object each; the loader takes the highest that the host
 * reaches. Values are (major << 8 | minor) of the first kernel of the level. */
#define NB_LEVELS(X)                                                           \
	X(0x050a, "5.10", 5, 10)                                               \
	X(0x0511, "5.17", 5, 17)                                               \
	X(0x060c, "6.12", 6, 12)

/* From here on directories without directories may move (moves.h): it takes atomics. */
#define NB_LEVEL_MARKS 0x0511
/* From here on programs share functions (shares.h): arguments of those may be trusted. */
#define NB_LEVEL_SHARES 0x060c

/* ---- PATHS ----------------------------------------------------------- */

/* 0 is the dead state everywhere: nothing below it has a rule. */
struct nb_state {
	u32 filter;     /* NB_FILTER_BIT of every edge's name: most names have no edge,
			 * and learn it here without a probe */
	u32 background; /* where a name without an edge leads, for itself or for its class */
	u32 row;        /* of such a name */
	u32 context;    /* of globs, see nb_edge; 0 = none are looked for here */
	u32 suffixes;   /* likewise: what names end in gives a second row, see below */
	u32 below;      /* list of what files directly below may have, see nb_item; from
			 * odd_lists on, an edge's name is odd besides (NB_ODD_BYTES) */
};
#define NB_FILTER_BIT(hash) (1u << ((hash) >> 50 & 31))

/* The hash of a name is the same in capital and in small letters, so that a directory
 * that does not tell them apart (fold.h) finds its edges in this table, too: these bits
 * are set in each word. */
#define NB_FOLD_HASH 0x2020202020202020ull

/* What another spelling of an odd name looks like is the filesystem's business: a name
 * with a byte that is not ASCII or one of these, as short names of vfat have, or one
 * that ends in a dot or a space. */
#define NB_ODD_BYTES "~:;\\"

/*
 * Two kinds share the table, four to a bucket of one cache line, each in one of
 * the two buckets that its hash names:
 *   from = state, name = tag << 24 | offset/8 into the pool: that very component;
 *   the tag is the top byte of the name's hash, so that hardly any other name is
 *   compared;
 *   from = context | NB_GLOB, name = accept class of the glob automaton: any
 *   component of that class.
 * from = 0 is an empty slot.
 *
 * An object has two rows, and both apply: that of the edge, or of the background; and,
 * where no edge has its very name, that of (suffixes, class), whose edge leads nowhere, so
 * that m trees and n suffixes take m + n edges. If it has no edge for a class, the one of
 * base_suffixes is asked, unless NB_WHOLE: what holds in every directory is there, once.
 */
#define NB_WHOLE 0x40000000u
#define NB_GLOB 0x80000000u
#define NB_BUCKET_EDGES 4
#define NB_NAME_OFFSET 0x00ffffffu
#define NB_NAME_TAG(hash) ((u32)((hash) >> 56) << 24)
struct nb_edge {
	u32 from;
	u32 name;
	u32 to;  /* state for what lies below */
	u32 row; /* what applies to the object itself */
};

/* Pool of names: the bytes, then one to eight zeros up to a multiple of 8, so
 * that comparing whole words also compares the length. Word 0 of the pool is
 * unused: offset 0 names nothing. */

/* The glob automaton at globs_off: u8 class_of[256]; u16 accept[glob_states];
 * padded to 8; u16 next[glob_states][glob_classes]. State 0 starts. accept is
 * the class of a name that ends there, 0 = matched by no glob. */

/* ---- NET4, NET6 ------------------------------------------------------ */
#include "abi_net.h"

/* ---- ROWS ------------------------------------------------------------ */

struct nb_span {
	u32 first;
	u32 count;
};

/* Cells of a class ascend by start; the first starts at 0. A cell reaches to
 * the next one's start. Key: protocol << 16 | port; protocols without ports
 * have port 0. */
#define NB_CELL_KEY(proto, port) ((u32)(proto) << 16 | (port))
struct nb_cell {
	u32 start;
	u32 row;
};
/* Where a socket listens that has no port yet: the kernel will give it any, so a rule
 * that denies one of them is met, and one that allows must allow all. */
#define NB_CELL_ANY_PORT(proto) NB_CELL_KEY(256 + (proto), 0)
#define NB_CELL_END NB_CELL_KEY(512, 0)
/* Kinds of sockets are cells of a class of their own, sockets_class, by this key. */
#define NB_SOCKET_KEY(family, type) ((u32)(family) << 8 | (type))

struct nb_row {
	u32 first;
	u32 count;
	u32 ops; /* of all its entries that do not allow */
};

struct nb_entry { /* in source order within a row */
	u32 ops;
	u32 rule; /* number in the META image, from 1 */
	u16 subject;
	u8 verdict; /* enum nb_verdict. WOULD_DENY: of a policy or rule in audit mode.
		     * ALLOW: takes from the defaults of its scope only */
	u8 scope;   /* of ALLOW, from 1; of DENY and WOULD_DENY: NB_PINNED, NB_SPARES or 0 */
};
#define NB_PINNED 1 /* nobody may give the object a name that loses this */
#define NB_SPARES 2 /* on the network: not connections that are older than the policy */

/*
 * What entries some of the names directly below a directory have: items of two states
 * are compared where a directory is moved whose files are not known. Entries of several
 * rules that mean the same are one; `rule` is the first of them.
 */
struct nb_item {
	struct nb_entry entry;
	u32 names; /* 0: some; else a number for exactly which ones, by wildcards: equal
		    * numbers are the same names in every directory */
};
#define NB_ITEM_MANY 0  /* in a list, of which 0 is empty: there are more than are listed */
#define NB_ITEM_SHAKY 1 /* some name lacks what names without an edge have */
#define NB_ITEMS_MAX 64 /* of a list */

/* One `default deny` statement: those whom its subject may mean are denied these
 * operations on every object, unless a row has an entry of that scope whose subject
 * they surely are and that allows it. In source order. */
struct nb_default {
	u32 ops;
	u32 rule;
	u16 subject;
	u8 verdict; /* DENY or WOULD_DENY */
	u8 scope;
	u32 spares; /* 1: as NB_SPARES */
};
#define NB_MAX_DEFAULTS 32

/* Where a filesystem of the kernel's own stands, whoever mounted it and wherever
 * (places.def): state and row of its root directory, as in nb_anchor. */
struct nb_place {
	u32 magic; /* s_magic of its superblock */
	u32 state, row;
	u32 guest_state, guest_row; /* of an instance that the host does not mount */
	u32 zero;
};

/* A subject expression is an OR of ANDs: `last` ends an AND. No literals =
 * everyone. A literal about something unknown is true, whatever its sign: what
 * is unknown never weakens a denial. */
enum nb_dim { NB_DIM_EXE, NB_DIM_UID, NB_DIM_GID, NB_DIM_CGROUP };
struct nb_literal {
	u8 dim;
	u8 negated;
	u8 last;
	u8 zero;
	u32 atom; /* bit within its dimension's words */
};

/* Rows of atoms: 0 = unknown, 1 = known, none match. */
#define NB_ATOMS_UNKNOWN 0
#define NB_ATOMS_NONE 1

/* ---- META ------------------------------------------------------------ */

/* Text, for people and the loader's messages, one record a line, fields
 * separated by tabs, no other control characters:
 *   netbpf-meta 1
 *   policy NAME / seq N / mode enforce|audit
 *   rule NUMBER NAME-or-"-" SOURCE LINE TEXT */

/* ---- maps made by the programs at run time ----------------------------- */

/* nb_exes: executable of a process, keyed by tgid, recorded at exec because
 * mm->exe_file can be forged (prctl PR_SET_MM_MAP in a user namespace). */
struct nb_exe {
	u64 start_ns;     /* group leader's start_boottime */
	u64 self_exec_id; /* NB_EXE_ADOPTED: filled by the loader at install */
	u32 row;          /* of executable atoms */
	u32 flags;        /* NB_EXE_ below */
};
/* Its file lies on a filesystem that the host does not mount: whoever mounted that
 * chose the name. So the process may be what `row` says, and never surely is. */
#define NB_EXE_FOREIGN 1
#define NB_EXE_ADOPTED (~0ull)
#define NB_EXE_TICK 10000000ull /* start_ns of what the loader filled in is rounded down to that */
#define NB_EXE_MAX 65536

/* nb_anchors: where a filesystem stands, keyed by the kernel's address of its
 * superblock; found by the programs when they first meet it, kept until
 * sb_free_security. */
struct nb_anchor {
	u32 state;     /* of its root directory, for what lies below */
	u32 row, more; /* of its root directory itself */
};

/* nb_labels: inode storage of directories only, the state in the low half of a word. A
 * directory's state never changes while it lives, since renames that would change it are
 * refused, but for those marked MOVED. Marks are only ever added. */
struct nb_label {
	u64 word;
};
#define NB_LABEL_KNOWN (1ull << 32)  /* the state is there */
#define NB_LABEL_MOVED (1ull << 33)  /* nothing is known of it, nor of what lies below */
#define NB_LABEL_PARENT (1ull << 34) /* has, or had, or may soon have a directory in it */

/* The only type of the kernel whose number programs use (name.h): the loader keeps it
 * when it gives libbpf a shorter description of the kernel's types. */
#define NB_CAST_TYPE pt_regs
#define NB_CAST_TYPE_TEXT "pt_regs"

/* nb_control: array of one; the loader writes it. */
struct nb_control {
	u32 store;         /* NB_STORING, NB_LEAVING, or neither */
	u32 host_mnt_ns;   /* inode number of the host's mount namespace */
	u64 mount_lock;    /* kernel address of mount_lock's sequence */
	u64 cgroup;        /* id of that which the policy is for; 0: of all */
};

#define NB_STORING 1 /* directory labels may be stored */
#define NB_LEAVING 2 /* the hooks are not all there yet, or no more: nor may be what they share */

/* nb_marks: inodes that have several names, of which some was protected when the policy
 * was installed, and the rows of those; 0 ends them. */
#define NB_MARKS_MAX 65536
#define NB_MARK_ROWS 8 /* two a name, and names alike have the same */
struct nb_mark_key {
	u64 ino;
	u32 dev; /* the kernel's s_dev */
	u32 generation;
};
struct nb_mark {
	u32 row[NB_MARK_ROWS];
};
/* Asked of marks: all but those that are about a name, and list. */
#define NB_MARKED_OPS                                                          \
	(~(NB_NAME_OPS | 1u << NB_OP_DELETE | 1u << NB_OP_RENAME |             \
	   1u << NB_OP_LINK | 1u << NB_OP_MOUNT | 1u << NB_OP_LIST) &          \
	 ((1u << NB_OP_CONNECT) - 1))

/* nb_scan: array of one; the loader while it makes the marks. */
struct nb_scan {
	u64 scanner_start_ns; /* rounded down to 10 ms */
	u32 scanner;          /* its tgid, 0: no scan goes on */
	/* what programs have to say */
	u32 moved;   /* something that has marks to come was renamed */
	u32 unnamed; /* a file with several names could not be named */
	u32 full;    /* there was no room for a mark */
};

/* nb_socks: socket storage; whom a socket belongs to, for its packets. Written when it is
 * made, or by the loader for those that were there already; those accepted have their
 * listener's. Bit i of may (of must): whoever made it may be (surely is) subject
 * number i of the network rules. */
#define NB_SOCK_WORDS 4
#define NB_SOCK_SUBJECTS (NB_SOCK_WORDS * 64)
#define NB_SOCK_CONNECTED 1 /* by a call, not by a peer */
#define NB_SOCK_ADOPTED 2   /* labelled by the loader */
struct nb_sock {
	u64 told_ns; /* when an event last told of it */
	u64 may[NB_SOCK_WORDS];
	u64 must[NB_SOCK_WORDS];
	u64 start_ns;     /* who made it, as in nb_exe; 0: not known */
	u64 self_exec_id;
	u64 cgroup;       /* id of its cgroup */
	u64 nobodys6;     /* upper half of the last IPv6 peer that no rule names, see plain.h */
	u32 flags;
	u32 pid;
	u32 uid;
	u32 nobodys4;     /* the last IPv4 peer that no rule names, in network byte order */
	char comm[16];
};

/* nb_before: socket storage; 1 for those with a TCP connection that was established before
 * the policy, written by the loader; 0 once they have called again. Those accepted do not
 * inherit it. Only of policies that have a rule with NB_SPARES. */

/* nb_counts: per-CPU array indexed by enum nb_count. */
enum nb_count { NB_COUNT_DENIED, NB_COUNT_AUDITED, NB_COUNT_LOST, NB_COUNT_MAX };

/* ---- events ---------------------------------------------------------- */

enum nb_verdict { NB_ALLOW, NB_AUDIT, NB_WOULD_DENY, NB_DENY };

/* Why there is no rule to name: the object could not be decided. */
enum nb_reason {
	NB_REASON_RULE,
	NB_REASON_DISCONNECTED, /* opened by handle, no name known to the kernel */
	NB_REASON_DEEP,         /* deeper below a known directory than NB_DEPTH */
	NB_REASON_BUSY,         /* renamed under us, every retry */
	NB_REASON_ANCHOR,       /* the filesystem has no place on this host */
	NB_REASON_IMAGE,        /* an image contradicts itself */
	NB_REASON_CONTAINMENT,  /* a rename or link would lose `rule` */
	NB_REASON_DIRECTORY,    /* rename of a directory that would change rules */
	NB_REASON_PORTS,        /* a packet whose ports or protocol cannot be read */
	NB_REASON_ROUTE,        /* a packet that names further addresses to go through */
	NB_REASON_HEADER,       /* a packet that is none */
	NB_REASON_FOLDED,       /* a case-insensitive directory, where it may be another name */
};

#define NB_DEPTH 64     /* components between an object and a labelled directory */
#define NB_DEPTH_OLD 16 /* the same on kernels without bpf_loop */
#define NB_EVENT_PATH 1024

struct nb_event {
	u64 time_ns; /* CLOCK_BOOTTIME */
	u64 cgroup;  /* id of the task's cgroup */
	u32 rule;
	u32 pid; /* thread group, as ps shows it, in the initial pid namespace */
	u32 tid;
	u32 uid; /* the one that the rule was compared with */
	u16 op;
	u16 hook;
	u16 verdict;
	u16 reason;
	char comm[16];
	/* network; of SOCKET the family is in port, the type in protocol */
	u8 addr[16]; /* network byte order; IPv4 in the first 4 bytes */
	u16 port;    /* host byte order */
	u8 family;   /* 4, 6; 0 = a file, or a kind of sockets */
	u8 protocol;
	/* files: components from the object up to the root of its filesystem, each
	 * ended by NUL; exe likewise. Device numbers are the kernel's s_dev. */
	u32 object_dev;
	u32 exe_dev;
	u16 object_len;
	u16 exe_len;
	char object[NB_EVENT_PATH];
	char exe[NB_EVENT_PATH];
};

#ifndef __bpf__
_Static_assert(sizeof(struct nb_state) == 24, "abi");
_Static_assert(sizeof(struct nb_edge) == 16, "abi");
_Static_assert(sizeof(struct nb_leaf) == 64, "abi");
_Static_assert(sizeof(struct nb_line) == NB_LINE_WORDS * 8, "abi");
_Static_assert(sizeof(struct nb_entry) == 12, "abi");
_Static_assert(sizeof(struct nb_default) == 16, "abi");
_Static_assert(sizeof(struct nb_row) == 12, "abi");
_Static_assert(sizeof(struct nb_place) == 24, "abi");
_Static_assert(NB_OP_COUNT <= 31 && NB_HOOK_COUNT <= 64, "masks");
_Static_assert(sizeof(struct nb_literal) == 8, "abi");
_Static_assert(sizeof(struct nb_exe) == 24, "abi");
_Static_assert(sizeof(struct nb_sock) == 136, "abi");
_Static_assert(sizeof(struct nb_mark_key) == 16, "abi");
_Static_assert(sizeof(struct nb_scan) == 24, "abi");
_Static_assert(sizeof(struct nb_event) == 88 + 2 * NB_EVENT_PATH, "abi");
#endif

#endif
