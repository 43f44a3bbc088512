/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One technique = one function that tries to do with a protected object what a rule
 * denies. It returns 0 when it did and a negative errno when it could not; `must`
 * ends it at a step on the way. Each runs in a child of its own, with a fresh tree
 * around the object.
 */
#ifndef BYPASS_H
#define BYPASS_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/io_uring.h>

#define KEEPER 4242 /* the uid that every rule excepts */
#define USER 1000
#define SECRET "SECRET\n"
#define WORKED 77 /* exit status of a program that ran */

/* What a technique is after. The tree /b/OP is protected against OP; /f is free. */
struct target {
	const char *op;
	char dir[64];    /* /b/read */
	char path[80];   /* /b/read/secret */
	char sub[80];    /* /b/read/sub, which holds a secret too */
	char prog[80];   /* /b/exec/prog, which exits with WORKED */
	int flags;       /* of an open that the rule speaks of */
	bool root;
	int held[2];     /* the object, opened by the keeper: for reading, for both */
	int held_dir;    /* its directory, likewise */
	int cloned;      /* the one on btrfs, or -1 */
	const char *mapped; /* the object, mapped by the keeper */
	int box;         /* a socket to the keeper, who sends descriptors */
};

typedef int technique(const struct target *t);

/* ---- driver.c ---- */
long must(long rc, const char *step);
_Noreturn void not_here(const char *why); /* cannot be tried by this user or here */
int reach(const struct target *t, int fd);   /* did the opened descriptor give it? */
int elsewhere(int rc);                       /* it was another object of the tree */
int try_open(const struct target *t, const char *path);
int try_at(const struct target *t, int at, const char *path);
void own_mounts(const struct target *t);     /* a mount namespace where we may mount */
const char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
int put(const char *path, const char *content);
int copy_to(const char *from, const char *to, int mode);
int run(const char *path, char *const argv[]); /* 0 if it ran and said WORKED */
int waited(pid_t pid);
void drop_caches(void);
int dump_core(const char *pattern);          /* the wait status of a process that crashed so */

/* ---- tree.c ---- */
void unmount_all(void);
int fill(struct target *t);
bool changed(int held, const char *path); /* is the content, or what has the name, another? */

/* ---- ring.c ---- */
long ring_call(const struct io_uring_sqe *sqe, unsigned setup_flags);
long ring_call_fixed(const struct io_uring_sqe *sqe, unsigned setup_flags, int registered);
long ring_call_before(const struct io_uring_sqe *sqe, uid_t then);
bool has_ring(void);

#define T(function, group, op, limit, how) technique function;
#include "techniques.def"
#undef T

#define RUN(name) ((char *[]){ (char *)(name), NULL })

#endif
