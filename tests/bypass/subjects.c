/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Passing for somebody else. "/b/agent" may be read by the program /b/bin/agent
 * only; "/b/worker" by every program but /b/bin/worker; "/b/uid" by everyone but
 * uid 1000; "/b/box" by everyone outside of the cgroup /box. The program started under those names is
 * this one, told by its first argument what to do.
 */
#include "bypass.h"
#include "forge.h"
#include <grp.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

static int opens(const char *path)
{
	return open(path, O_RDONLY) < 0 ? errno : WORKED;
}

static void *thread_execs(void *argv)
{
	execv(((char **)argv)[0], argv);
	_exit(errno);
}

static void *thread_opens(void *path)
{
	_exit(opens(path));
}

static int ring_opens(const char *path, unsigned char flags, unsigned setup)
{
	struct io_uring_sqe sqe = { .opcode = IORING_OP_OPENAT, .flags = flags, .fd = AT_FDCWD,
				    .addr = (uintptr_t)path };
	long rc = ring_call(&sqe, setup);

	return rc < 0 ? (int)-rc : WORKED;
}

int act(int argc, char **argv)
{
	const char *what = argv[1] + 4, *path = argc > 2 ? argv[2] : "";
	pthread_t thread;

	if (!strcmp(what, "read"))
		_exit(opens(path));
	if (!strcmp(what, "fork"))
		_exit(waited(fork() ?: (_exit(opens(path)), 0)) ? EPERM : WORKED);
	if (!strcmp(what, "vfork")) {
		pid_t pid = vfork();

		if (!pid)
			_exit(opens(path));
		_exit(waited(pid) ? EPERM : WORKED);
	}
	if (!strcmp(what, "thread")) {
		pthread_create(&thread, NULL, thread_opens, (void *)path);
		pause();
	}
	if (!strcmp(what, "ring"))
		_exit(ring_opens(path, 0, 0));
	if (!strcmp(what, "ring-async"))
		_exit(ring_opens(path, IOSQE_ASYNC, 0));
	if (!strcmp(what, "ring-polled"))
		_exit(ring_opens(path, 0, IORING_SETUP_SQPOLL));
	if (!strcmp(what, "personality")) { /* started with the rights of root */
		struct io_uring_sqe sqe = { .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD,
					    .addr = (uintptr_t)path };
		long rc = ring_call_before(&sqe, USER);

		_exit(rc < 0 ? (int)-rc : WORKED);
	}
	if (!strncmp(what, "forge-", 6)) {
		if (getuid() && unshare(CLONE_NEWUSER))
			_exit(errno);
		forged_open(text("/b/bin/%s", what + 6), path);
	}
	if (!strcmp(what, "deleted")) { /* its own file is gone when it asks */
		unlink(argv[0]);
		_exit(opens(path));
	}
	if (!strcmp(what, "pivot")) { /* PATH is then another file by that name */
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
			_exit(errno);
		_exit(opens(path));
	}
	if (!strcmp(what, "wait")) {
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
		pause();
	}
	_exit(3);
}

static int as(const char *program, const char *what, const char *path)
{
	char *argv[] = { (char *)program, (char *)text("act:%s", what), (char *)path, NULL };

	return run(program, argv);
}

/* ---- the worker tries not to be one ---- */

#define WORKER "/b/bin/worker"
int worker_reads(const struct target *t) { return as(WORKER, "read", t->path); }
int worker_forks(const struct target *t) { return as(WORKER, "fork", t->path); }
int worker_vforks(const struct target *t) { return as(WORKER, "vfork", t->path); }
int worker_thread(const struct target *t) { return as(WORKER, "thread", t->path); }
int worker_ring(const struct target *t) { return as(WORKER, "ring", t->path); }
int worker_ring_async(const struct target *t) { return as(WORKER, "ring-async", t->path); }
int worker_ring_polled(const struct target *t) { return as(WORKER, "ring-polled", t->path); }
int worker_forges(const struct target *t) { return as(WORKER, "forge-other", t->path); }
int worker_deleted(const struct target *t) { return as(WORKER, "deleted", t->path); }
int worker_namespace(const struct target *t) { return as(WORKER, "pivot", t->path); }

int worker_symlink(const struct target *t)
{
	must(symlink(WORKER, "/f/w"), "symlink");
	return as("/f/w", "read", t->path);
}

int worker_empty_path(const struct target *t)
{
	int fd = (int)must(open(WORKER, O_PATH), "O_PATH");
	char *argv[] = { (char *)"w", (char *)"act:read", (char *)t->path, NULL };
	pid_t pid = (pid_t)must(fork(), "fork");

	if (!pid) {
		syscall(SYS_execveat, fd, "", argv, RUN(NULL), AT_EMPTY_PATH);
		_exit(errno);
	}
	return waited(pid);
}

int worker_bind(const struct target *t)
{
	own_mounts(t);
	must(mount("/b/bin", "/f/dir", NULL, MS_BIND, NULL), "bind mount");
	return as("/f/dir/worker", "read", t->path);
}

int worker_thread_execs(const struct target *t)
{
	char *argv[] = { (char *)WORKER, (char *)"act:read", (char *)t->path, NULL };
	pid_t pid = (pid_t)must(fork(), "fork");
	pthread_t thread;

	if (!pid) {
		pthread_create(&thread, NULL, thread_execs, argv);
		pause();
	}
	return waited(pid);
}

int worker_copied(const struct target *t)
{
	must(copy_to(WORKER, "/f/w", 0755), "copy");
	return as("/f/w", "read", t->path);
}

int worker_linked(const struct target *t)
{
	must(link(WORKER, "/f/w"), "link");
	return as("/f/w", "read", t->path);
}

int worker_memfd(const struct target *t)
{
	int fd = (int)must(memfd_create("w", 0), "memfd");

	must(copy_to(WORKER, text("/proc/self/fd/%d", fd), 0755), "copy");
	return as(text("/proc/self/fd/%d", fd), "read", t->path);
}

int worker_overlay(const struct target *t)
{
	own_mounts(t);
	must(mount("none", "/f/dir", "tmpfs", 0, NULL), "tmpfs");
	must(mkdir("/f/dir/all", 0777) | mkdir("/f/dir/empty", 0777), "mkdir");
	must(mount("overlay", "/f/dir/all", "overlay", 0, "lowerdir=/b/bin:/f/dir/empty"), "overlay");
	return as("/f/dir/all/worker", "read", t->path);
}

int worker_mounted_over(const struct target *t)
{
	must(copy_to(WORKER, "/f/own", 0755), "copy");
	own_mounts(t);
	must(mount("none", "/b/bin", "tmpfs", 0, NULL), "tmpfs over its folder");
	must(copy_to("/f/own", WORKER, 0755), "copy");
	return as(WORKER, "read", t->path);
}

/* ---- another program tries to be the agent ---- */

#define OTHER "/b/bin/other"
int agent_other(const struct target *t) { return as(OTHER, "read", t->path); }
int agent_named_so(const struct target *t)
{
	char *argv[] = { (char *)"/b/bin/agent", (char *)"act:read", (char *)t->path, NULL };

	return run(OTHER, argv);
}
int agent_link(const struct target *t)
{
	must(link("/b/bin/agent", "/f/agent"), "link");
	return as("/f/agent", "read", t->path);
}
int agent_forged(const struct target *t) { return as(OTHER, "forge-agent", t->path); }
int agent_bound_over(const struct target *t)
{
	own_mounts(t);
	must(mount(OTHER, "/b/bin/agent", NULL, MS_BIND, NULL), "bind mount over it");
	return as("/b/bin/agent", "read", t->path);
}
/* A tmpfs of its own, at the place where the agent's folder is. */
int agent_mounted_over(const struct target *t)
{
	must(copy_to(OTHER, "/f/own", 0755), "copy");
	own_mounts(t);
	must(mount("none", "/b/bin", "tmpfs", 0, NULL), "tmpfs over its folder");
	must(copy_to("/f/own", "/b/bin/agent", 0755), "copy");
	return as("/b/bin/agent", "read", t->path);
}
int agent_overlaid(const struct target *t)
{
	own_mounts(t);
	must(mount("none", "/f/dir", "tmpfs", 0, NULL), "tmpfs");
	must(mkdir("/f/dir/up", 0777) | mkdir("/f/dir/work", 0777), "mkdir");
	must(mount("overlay", "/b/bin", "overlay", 0,
		   "lowerdir=/b/bin,upperdir=/f/dir/up,workdir=/f/dir/work"), "overlay over its folder");
	must(unlink("/b/bin/agent"), "unlink");
	must(copy_to("/t/bypass", "/b/bin/agent", 0755), "copy");
	return as("/b/bin/agent", "read", t->path);
}
int agent_chroot(const struct target *t)
{
	if (!t->root)
		own_mounts(t);
	must(mkdir("/f/b", 0777) | mkdir("/f/b/bin", 0777), "mkdir");
	must(copy_to(OTHER, "/f/b/bin/agent", 0755), "copy");
	must(mkdir("/f/in", 0777), "mkdir");
	if (t->root)
		must(unshare(CLONE_NEWNS), "unshare");
	must(mount("/b/agent", "/f/in", NULL, MS_BIND, NULL), "bind mount");
	must(chroot("/f"), "chroot");
	return as("/b/bin/agent", "read", "/in/secret");
}
int agent_replaced(const struct target *t)
{
	must(rename("/b/bin/other", "/b/bin/agent"), "rename over the agent");
	return as("/b/bin/agent", "read", t->path);
}
int agent_traced(const struct target *t)
{
	/* stopped before it runs a single instruction; then it does our open */
	pid_t pid = (pid_t)must(fork(), "fork");
	struct { uint64_t r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di,
			  orig, ip, cs, flags, sp, ss, fs, gs, ds, es, f, g; } regs;
	long word = 0x050f; /* syscall */
	int status;
	char path[80] = "";

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execv("/b/bin/agent", ((char *[]){ (char *)"agent", (char *)"act:wait", NULL }));
		_exit(errno);
	}
	must(waitpid(pid, &status, 0), "wait");
	must(ptrace(PTRACE_GETREGS, pid, 0, &regs), "registers");
	memcpy(path, t->path, strlen(t->path));
	for (size_t i = 0; i < sizeof path; i += 8)
		must(ptrace(PTRACE_POKEDATA, pid, regs.sp - 256 + i, *(long *)(path + i)), "poke");
	must(ptrace(PTRACE_POKETEXT, pid, regs.ip, word), "poke");
	regs.ax = SYS_open;
	regs.di = regs.sp - 256;
	regs.si = O_RDONLY;
	regs.orig = (uint64_t)-1;
	must(ptrace(PTRACE_SETREGS, pid, 0, &regs), "registers");
	must(ptrace(PTRACE_SINGLESTEP, pid, 0, 0), "step");
	must(waitpid(pid, &status, 0), "wait");
	must(ptrace(PTRACE_GETREGS, pid, 0, &regs), "registers");
	errno = (int64_t)regs.ax < 0 ? (int)-(int64_t)regs.ax : 0;
	return -errno;
}

/* ---- uid 1000 tries to be another ---- */

static void only_user(const struct target *t)
{
	if (t->root)
		not_here("the rule does not bind root");
}

int uid_itself(const struct target *t) { only_user(t); return try_open(t, t->path); }
int uid_namespace_root(const struct target *t)
{
	only_user(t);
	own_mounts(t);
	must(setresuid(0, 0, 0), "uid 0 in the namespace");
	return try_open(t, t->path);
}
int uid_setfsuid(const struct target *t)
{
	only_user(t);
	own_mounts(t);
	setfsuid(0);
	return try_open(t, t->path);
}
int uid_ring_async(const struct target *t)
{
	only_user(t);
	errno = ring_opens(t->path, IOSQE_ASYNC, 0);
	return errno == WORKED ? 0 : -errno;
}
int uid_ring_polled(const struct target *t)
{
	only_user(t);
	errno = ring_opens(t->path, 0, IORING_SETUP_SQPOLL);
	return errno == WORKED ? 0 : -errno;
}
int uid_overlay(const struct target *t)
{
	only_user(t);
	if (access("/merged/secret", F_OK))
		not_here("no overlay of root's here");
	return elsewhere(try_open(t, "/merged/secret")); /* the layer is read by the mounter's right */
}
int uid_setuid_program(const struct target *t)
{
	only_user(t);
	return as("/t/setuid", "read", t->path);
}

/* Root's credentials, kept for requests of io_uring by one who is uid 1000 by then. */
int uid_ring_personality(const struct target *t)
{
	only_user(t);
	return as("/t/setuid", "personality", t->path);
}

/* ---- in the group 2000, to which the driver has added us ---- */

static void in_groups(size_t n)
{
	gid_t groups[80];

	for (size_t i = 0; i < n; i++)
		groups[i] = (gid_t)(2001 + i - n);
	must(setgroups(n, groups), "groups");
}
int group_itself(const struct target *t) { return try_open(t, t->path); }
int group_namespace(const struct target *t)
{
	own_mounts(t);
	return try_open(t, t->path);
}
int group_filesystem(const struct target *t)
{
	in_groups(0);
	must(setfsgid(2000) >= 0 && setfsgid(2000) == 2000 ? 0 : -1, "setfsgid");
	return try_open(t, t->path);
}
/* It is the last of more than the programs look at. */
int group_many(const struct target *t)
{
	in_groups(80);
	return try_open(t, t->path);
}
int group_ring_async(const struct target *t)
{
	errno = ring_opens(t->path, IOSQE_ASYNC, 0);
	return errno == WORKED ? 0 : -errno;
}

/* ---- in the cgroup /box ---- */

static void enter(const char *group)
{
	must(put(text("/sys/fs/cgroup/%s/cgroup.procs", group), "0"), "cgroup.procs");
}

int box_itself(const struct target *t)
{
	enter("box");
	return try_open(t, t->path);
}
int box_below(const struct target *t)
{
	enter("box/inner");
	return try_open(t, t->path);
}
int box_thread(const struct target *t)
{
	enter("box");
	if (unshare(CLONE_NEWCGROUP))
		must(t->root ? -1 : unshare(CLONE_NEWUSER | CLONE_NEWCGROUP), "cgroup namespace");
	return try_open(t, t->path);
}
int box_renamed_child(const struct target *t)
{
	must(mkdir("/sys/fs/cgroup/box/new", 0777) && errno != EEXIST ? -1 : 0, "new cgroup");
	enter("box/new");
	return try_open(t, t->path);
}
int box_ring_async(const struct target *t)
{
	enter("box");
	errno = ring_opens(t->path, IOSQE_ASYNC, 0);
	return errno == WORKED ? 0 : -errno;
}
/* Deeper than the programs look: it may be the one that is named. */
int box_deep(const struct target *t)
{
	char group[256] = "box";

	for (int i = 0; i < 33; i++) {
		strcat(group, "/d");
		must(mkdir(text("/sys/fs/cgroup/%s", group), 0777) && errno != EEXIST ? -1 : 0, "new cgroup");
	}
	enter(group);
	return try_open(t, t->path);
}
int box_clone_into(const struct target *t)
{
	struct clone_args how = { .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD };
	pid_t pid;

	how.cgroup = (uint64_t)must(open("/sys/fs/cgroup/box", O_PATH | O_DIRECTORY), "cgroup");
	pid = (pid_t)must(syscall(SYS_clone3, &how, sizeof how), "clone3");
	if (!pid)
		_exit(try_open(t, t->path) ? errno : WORKED);
	errno = -waited(pid);
	return -errno;
}

/* ---- in a cgroup whose processes may read nothing but what a scope allows ---- */

int scope_itself(const struct target *t)
{
	enter("scope");
	return try_open(t, t->path);
}
int scope_link(const struct target *t)
{
	const char *name = text("/h/open/new%d", getpid());

	enter("scope");
	must(link(t->path, name), "link to where it is allowed");
	return try_open(t, name);
}
int scope_rename(const struct target *t)
{
	const char *name = text("/h/open/new%d", getpid());

	enter("scope");
	must(rename(t->path, name), "rename to where it is allowed");
	return try_open(t, name);
}
int scope_link_before(const struct target *t)
{
	enter("scope");
	return try_open(t, "/h/open/linked");
}
