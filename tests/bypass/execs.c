/* SPDX-License-Identifier: BSD-2-Clause */
/* Ways to make a program run, or its code be mapped. */
#include "bypass.h"
#include <pthread.h>
#include <spawn.h>

static int at_fd(int fd, const char *path, int flags)
{
	pid_t pid = (pid_t)must(fork(), "fork");
	int rc;

	if (!pid) {
		syscall(SYS_execveat, fd, path, RUN("prog"), RUN(NULL), flags);
		_exit(errno);
	}
	rc = waited(pid);
	errno = -rc;
	return rc;
}

int by_exec(const struct target *t) { return run(t->prog, RUN("prog")); }
int by_execveat(const struct target *t)
{
	return at_fd((int)must(open(t->dir, O_PATH | O_DIRECTORY), "directory"), "prog", 0);
}
int by_empty_path(const struct target *t) { return at_fd((int)must(open(t->prog, O_PATH), "O_PATH"), "", AT_EMPTY_PATH); }
int by_empty_path_read(const struct target *t) { return at_fd((int)must(open(t->prog, O_RDONLY), "open"), "", AT_EMPTY_PATH); }
int by_exec_proc(const struct target *t)
{
	return run(text("/proc/self/fd/%ld", must(open(t->prog, O_PATH), "O_PATH")), RUN("prog"));
}
int by_exec_symlink(const struct target *t)
{
	must(symlink(t->prog, "/f/p"), "symlink");
	return run("/f/p", RUN("prog"));
}
int by_exec_link(const struct target *t)
{
	must(link(t->prog, "/f/p"), "link");
	return run("/f/p", RUN("prog"));
}
int by_exec_rename(const struct target *t)
{
	must(rename(t->prog, "/f/p"), "rename");
	return run("/f/p", RUN("prog"));
}
int by_exec_rename_tree(const struct target *t)
{
	must(rename(t->dir, "/f/t"), "rename");
	return run("/f/t/prog", RUN("prog"));
}
int by_exec_bind(const struct target *t)
{
	own_mounts(t);
	must(mount(t->dir, "/f/dir", NULL, MS_BIND, NULL), "bind mount");
	return run("/f/dir/prog", RUN("prog"));
}
int by_exec_detached(const struct target *t)
{
	if (!t->root)
		own_mounts(t);
	return at_fd((int)must(syscall(SYS_open_tree, AT_FDCWD, t->dir, 1), "open_tree"), "prog", 0);
}
int by_exec_chroot(const struct target *t)
{
	if (!t->root)
		own_mounts(t);
	must(chroot(t->dir), "chroot");
	return run("/prog", RUN("prog"));
}
int by_exec_overlay(const struct target *t)
{
	own_mounts(t);
	must(mount("none", "/f/dir", "tmpfs", 0, NULL), "tmpfs");
	must(mkdir("/f/dir/all", 0777) | mkdir("/f/dir/empty", 0777), "mkdir");
	must(mount("overlay", "/f/dir/all", "overlay", 0, text("lowerdir=%s:/f/dir/empty", t->dir)), "overlay");
	return run("/f/dir/all/prog", RUN("prog"));
}
int by_exec_vfork(const struct target *t)
{
	pid_t pid;

	errno = posix_spawn(&pid, t->prog, NULL, NULL, RUN("prog"), RUN(NULL));
	must(errno ? -1 : 0, "posix_spawn");
	return waited(pid);
}

static void *exec_in_thread(void *prog)
{
	execv(prog, RUN("prog"));
	_exit(errno);
}

int by_exec_thread(const struct target *t)
{
	pid_t pid = (pid_t)must(fork(), "fork");
	pthread_t thread;

	if (!pid) {
		pthread_create(&thread, NULL, exec_in_thread, (void *)t->prog);
		pause();
	}
	return waited(pid);
}

int by_script(const struct target *t) { return run(text("%s/script", t->dir), RUN("script")); }

int by_interpreter(const struct target *t)
{
	must(put("/f/script", text("#!%s\n", t->prog)), "script");
	must(chmod("/f/script", 0755), "mode");
	return run("/f/script", RUN("script"));
}

/* A script whose interpreter is a script whose interpreter is the program. */
int by_interpreter_twice(const struct target *t)
{
	must(put("/f/one", text("#!%s\n", t->prog)), "script");
	must(put("/f/two", "#!/f/one\n"), "script");
	must(chmod("/f/one", 0755) | chmod("/f/two", 0755), "mode");
	return run("/f/two", RUN("two"));
}

int by_script_argument(const struct target *t)
{
	must(access("/t/prog", X_OK), "interpreter");
	/* as `sh script` does: read it, and let something free run */
	must(open(text("%s/script", t->dir), O_RDONLY), "read of the script");
	return run("/t/prog", RUN("prog"));
}

int by_loader(const struct target *t)
{
	return run("/lib64/ld-linux-x86-64.so.2", ((char *[]){ (char *)"ld.so",
		   (char *)text("%s/dynamic", t->dir), NULL }));
}

int by_copied_program(const struct target *t)
{
	must(copy_to(t->prog, "/f/p", 0755), "copy");
	return run("/f/p", RUN("p"));
}

int by_memfd(const struct target *t)
{
	int fd = (int)must(memfd_create("p", 0), "memfd");

	must(copy_to(t->prog, text("/proc/self/fd/%d", fd), 0755), "copy");
	return at_fd(fd, "", AT_EMPTY_PATH);
}

int by_binfmt(const struct target *t)
{
	if (mount("none", "/proc/sys/fs/binfmt_misc", "binfmt_misc", 0, NULL) && errno != EBUSY)
		not_here("no binfmt_misc here");
	put("/proc/sys/fs/binfmt_misc/bypass", "-1");
	must(put("/proc/sys/fs/binfmt_misc/register", text(":bypass:M::BYPASS::%s:", t->prog)), "register");
	must(put("/f/p", "BYPASS\n"), "file");
	must(chmod("/f/p", 0755), "mode");
	return run("/f/p", RUN("p"));
}

int by_binfmt_fixed(const struct target *t)
{
	if (mount("none", "/proc/sys/fs/binfmt_misc", "binfmt_misc", 0, NULL) && errno != EBUSY)
		not_here("no binfmt_misc here");
	put("/proc/sys/fs/binfmt_misc/bypass", "-1");
	must(put("/proc/sys/fs/binfmt_misc/register", text(":bypass:M::BYPASS::%s:F", t->prog)), "register");
	must(put("/f/p", "BYPASS\n"), "file");
	must(chmod("/f/p", 0755), "mode");
	return run("/f/p", RUN("p"));
}

/* The kernel's own exec: it pipes a core dump to the program. */
int by_core_pipe(const struct target *t)
{
	int status = dump_core(text("|%s", t->prog));

	errno = EPERM;
	return WIFSIGNALED(status) && WCOREDUMP(status) ? 0 : -EPERM;
}

/* ---- load: code of the object in the memory of a program that is free ---- */

static int mapped(int fd, int prot)
{
	void *at = mmap(NULL, 4096, prot, MAP_PRIVATE, fd, 0);

	return (int)must(at == MAP_FAILED ? -1 : 0, "mmap");
}
int by_map_exec(const struct target *t)
{
	return mapped((int)must(open(t->prog, O_RDONLY), "open"), PROT_READ | PROT_EXEC);
}
int by_map_then_protect(const struct target *t)
{
	int fd = (int)must(open(t->prog, O_RDONLY), "open");
	void *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	must(at == MAP_FAILED ? -1 : 0, "mmap");
	return (int)must(mprotect(at, 4096, PROT_READ | PROT_EXEC), "mprotect");
}
int by_map_protect_key(const struct target *t)
{
	int fd = (int)must(open(t->prog, O_RDONLY), "open");
	void *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	must(at == MAP_FAILED ? -1 : 0, "mmap");
	return (int)must(syscall(SYS_pkey_mprotect, at, 4096, PROT_READ | PROT_EXEC, -1), "pkey_mprotect");
}
int by_map_shared(const struct target *t)
{
	int fd = (int)must(open(t->prog, O_RDONLY), "open");
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);

	return (int)must(at == MAP_FAILED ? -1 : 0, "mmap");
}
int by_map_overlay(const struct target *t)
{
	own_mounts(t);
	must(mount("none", "/f/dir", "tmpfs", 0, NULL), "tmpfs");
	must(mkdir("/f/dir/all", 0777) | mkdir("/f/dir/empty", 0777), "mkdir");
	must(mount("overlay", "/f/dir/all", "overlay", 0, text("lowerdir=%s:/f/dir/empty", t->dir)), "overlay");
	return mapped((int)must(open("/f/dir/all/prog", O_RDONLY), "open"), PROT_READ | PROT_EXEC);
}
int by_map_personality(const struct target *t)
{
	/* READ_IMPLIES_EXEC: each readable mapping is executable without being asked to */
	must(syscall(SYS_personality, 0x0400000), "personality");
	return mapped((int)must(open(t->prog, O_RDONLY), "open"), PROT_READ);
}
