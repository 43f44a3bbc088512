/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fileprobe [-u UID] HOW ARG...   one way to reach a file, as a program would
 *
 * Prints "ok" or the name of the error of the call that matters. -u changes to
 * that uid and gid, without further groups, first. Exit 0 whenever the call was
 * made, 2 for wrong use, 3 when the preparation failed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int prepared(int rc, const char *what)
{
	if (rc < 0) {
		printf("preparing %s: %s\n", what, strerror(errno));
		exit(3);
	}
	return rc;
}

static int answer(int rc)
{
	if (rc < 0)
		return -errno;
	return 0;
}

static int open_read(char **a) { return answer(open(a[0], O_RDONLY)); }
static int open_write(char **a) { return answer(open(a[0], O_WRONLY)); }
static int open_both(char **a) { return answer(open(a[0], O_RDWR)); }
static int open_append(char **a) { return answer(open(a[0], O_WRONLY | O_APPEND)); }
static int open_create(char **a) { return answer(open(a[0], O_WRONLY | O_CREAT, 0644)); }
static int open_truncating(char **a) { return answer(open(a[0], O_RDONLY | O_TRUNC)); }
static int by_truncate(char **a) { return answer(truncate(a[0], 1)); }
static int by_rename(char **a) { return answer(rename(a[0], a[1])); }
static int by_link(char **a) { return answer(link(a[0], a[1])); }
static int by_unlink(char **a) { return answer(unlink(a[0])); }
static int by_exchange(char **a)
{
	return answer((int)syscall(SYS_renameat2, AT_FDCWD, a[0], AT_FDCWD, a[1], 2));
}

static int by_openat2(char **a)
{
	struct { uint64_t flags, mode, resolve; } how = { .flags = O_RDONLY };

	return answer((int)syscall(SYS_openat2, AT_FDCWD, a[0], &how, sizeof how));
}

static int through_fd(char **a, int flags)
{
	char path[64];
	int fd = prepared(open(a[0], O_PATH), "O_PATH");

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return answer(open(path, flags));
}
static int reopen_read(char **a) { return through_fd(a, O_RDONLY); }
static int reopen_write(char **a) { return through_fd(a, O_WRONLY); }

static int by_dirfd(char **a)
{
	return answer(openat(prepared(open(a[0], O_RDONLY | O_DIRECTORY), "directory"), a[1], O_RDONLY));
}

static int by_chroot(char **a)
{
	prepared(chroot(a[0]), "chroot");
	return answer(open(a[1], O_RDONLY));
}

static int by_handle(char **a)
{
	struct { struct file_handle head; char room[128]; } handle = { .head.handle_bytes = 128 };
	int mount_id, at = prepared(open(a[0], O_RDONLY | O_DIRECTORY), "directory");

	prepared(name_to_handle_at(at, a[1], &handle.head, &mount_id, 0), "handle");
	return answer(open_by_handle_at(at, &handle.head, O_RDONLY));
}

/* from, the directory it is bound to, the name below it; a namespace of its own */
static int by_bind(char **a)
{
	prepared(unshare(CLONE_NEWNS), "mount namespace");
	prepared(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
	prepared(mount(a[0], a[1], NULL, MS_BIND, NULL), "bind mount");
	return answer(open(a[2], O_RDONLY));
}

static int by_user_namespace(char **a)
{
	prepared(unshare(CLONE_NEWUSER), "user namespace");
	return by_bind(a);
}

/* A copy of the mount that hangs nowhere: open_tree(OPEN_TREE_CLONE). */
static int by_detached(char **a)
{
	int tree = prepared((int)syscall(SYS_open_tree, AT_FDCWD, a[0], 1), "open_tree");

	return answer(openat(tree, a[1], O_RDONLY));
}

static int run(char **argv)
{
	int status;
	pid_t pid = prepared(fork(), "fork");

	if (!pid) {
		execv(argv[0], argv);
		_exit(errno);
	}
	prepared(waitpid(pid, &status, 0), "wait");
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}
static int by_exec(char **a) { char *argv[] = { a[0], (char *)"true", NULL }; return run(argv); }

static int by_fexecve(char **a)
{
	int fd = prepared(open(a[0], O_PATH), "O_PATH"), status;
	pid_t pid = prepared(fork(), "fork");

	if (!pid) {
		char *argv[] = { (char *)"true", NULL }, *none[] = { NULL };

		syscall(SYS_execveat, fd, "", argv, none, AT_EMPTY_PATH);
		_exit(errno);
	}
	prepared(waitpid(pid, &status, 0), "wait");
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

static int by_mapping(char **a)
{
	return mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, prepared(open(a[0], O_RDONLY), "open"), 0) ==
	       MAP_FAILED ? -errno : 0;
}
static int by_making_code(char **a)
{
	void *at = mmap(NULL, 1, PROT_READ, MAP_PRIVATE, prepared(open(a[0], O_RDONLY), "open"), 0);

	prepared(at == MAP_FAILED ? -1 : 0, "mapping");
	return answer(mprotect(at, 1, PROT_READ | PROT_EXEC));
}

/* A file without any name is nobody's object: must stay possible. */
static int memfd(char **a)
{
	char path[64];

	(void)a;
	snprintf(path, sizeof path, "/proc/self/fd/%d",
		 prepared(memfd_create("x", 0), "memfd"));
	return answer(open(path, O_RDWR));
}

/* Nor has a namespace, or a process, even where it is asked for by a path. */
static int by_namespace(char **a)
{
	struct stat st;
	int fd = open("/proc/self/ns/net", O_RDONLY), pid;

	(void)a;
	if (fd < 0 || fstat(fd, &st) || stat("/proc/self/ns/user", &st))
		return -errno;
	pid = (int)syscall(SYS_pidfd_open, getpid(), 0);
	return answer(pid < 0 ? -1 : fstat(pid, &st));
}

static const struct {
	const char *name;
	int args;
	int (*call)(char **);
} hows[] = {
	{ "read", 1, open_read }, { "write", 1, open_write }, { "both", 1, open_both },
	{ "append", 1, open_append }, { "create", 1, open_create },
	{ "open-truncate", 1, open_truncating }, { "truncate", 1, by_truncate },
	{ "openat2", 1, by_openat2 }, { "reopen-read", 1, reopen_read },
	{ "reopen-write", 1, reopen_write }, { "dirfd", 2, by_dirfd },
	{ "chroot", 2, by_chroot }, { "handle", 2, by_handle }, { "bind", 3, by_bind },
	{ "user-bind", 3, by_user_namespace }, { "detached", 2, by_detached },
	{ "rename", 2, by_rename }, { "exchange", 2, by_exchange }, { "link", 2, by_link },
	{ "unlink", 1, by_unlink }, { "exec", 1, by_exec }, { "fexecve", 1, by_fexecve },
	{ "load", 1, by_mapping }, { "make-code", 1, by_making_code }, { "memfd", 0, memfd },
	{ "namespace", 0, by_namespace },
};

int main(int argc, char **argv)
{
	int i = 1;

	if (argc > 2 && !strcmp(argv[1], "-u")) {
		uid_t uid = (uid_t)strtoul(argv[2], NULL, 10);

		prepared(setgroups(0, NULL), "groups");
		prepared(setresgid(uid, uid, uid), "gid");
		prepared(setresuid(uid, uid, uid), "uid");
		i = 3;
	}
	for (size_t k = 0; i < argc && k < sizeof hows / sizeof *hows; k++) {
		int rc;

		if (strcmp(hows[k].name, argv[i]) || argc - i - 1 != hows[k].args)
			continue;
		rc = hows[k].call(argv + i + 1);
		printf("%s\n", rc ? strerrorname_np(-rc) : "ok");
		return 0;
	}
	fputs("usage: fileprobe [-u UID] HOW ARG...\n", stderr);
	return 2;
}
