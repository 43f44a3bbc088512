/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * opsprobe ROUND UID BASE [TREE]   every operation on files, in every way known here
 *
 * Prints "OPERATION WAY RESULT" lines: "ok", or the error of the call that matters.
 * A way works in a folder of its own, BASE/OPERATION/WAY.ROUND (or BASE/TREE/...), which
 * a child in the cgroup /maker fills; another child changes to UID and acts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define FAILED_BEFORE 250

static int peer = -1; /* a socket to the child that made the folder */
static pid_t maker;

static int need(int rc)
{
	if (rc < 0)
		_exit(FAILED_BEFORE);
	return rc;
}

/* The working folder is the current one; its counterpart without rules is ../plain. */
static int code(int rc) { return rc < 0 ? errno : 0; }

static int mmap_exec(void)
{
	return mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, need(open("f", O_RDONLY)), 0) ==
	       MAP_FAILED ? errno : 0;
}
static int mprotect_exec(void)
{
	void *at = mmap(NULL, 1, PROT_READ, MAP_PRIVATE, need(open("f", O_RDONLY)), 0);

	need(at == MAP_FAILED ? -1 : 0);
	return code(mprotect(at, 1, PROT_READ | PROT_EXEC));
}
static int mmap_read(void)
{
	return mmap(NULL, 1, PROT_READ, MAP_SHARED, need(open("f", O_RDONLY)), 0) == MAP_FAILED
		       ? errno : 0;
}

static int by_open(void) { return code(open("new", O_WRONLY | O_CREAT, 0600)); }
static int by_mknod(void) { return code(mknod("new", S_IFREG | 0600, 0)); }
static int by_tmpfile(void) { return code(open(".", O_TMPFILE | O_RDWR, 0600)); }
static int tmpfile_link(void)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/self/fd/%d",
		 need(open("/o/none", O_TMPFILE | O_RDWR, 0600)));
	return code(linkat(AT_FDCWD, path, AT_FDCWD, "new", AT_SYMLINK_FOLLOW));
}
static int file_in(void) { return code(rename("plain/f", "new")); }
static int link_in(void) { return code(link("plain/f", "new")); }
static int by_mkdir(void) { return code(mkdir("new", 0700)); }
static int directory_in(void) { return code(rename("plain/d", "new")); }
static int by_mkfifo(void) { return code(mkfifo("new", 0600)); }
static int fifo_in(void) { return code(rename("plain/p", "new")); }
static int by_symlink(void) { return code(symlink("f", "new")); }
static int symlink_in(void) { return code(rename("plain/l", "new")); }
static int by_unlink(void) { return code(unlink("f")); }
static int by_rmdir(void) { return code(rmdir("d")); }
static int replace(void) { return code(rename("plain/f", "f")); }
static int exchange(void)
{
	return code((int)syscall(SYS_renameat2, AT_FDCWD, "plain/f", AT_FDCWD, "f", 2));
}
static int by_rename(void) { return code(rename("f", "g")); }
static int by_rename_dir(void) { return code(rename("d", "g")); }
static const char *outside(void)
{
	static char name[64];

	snprintf(name, sizeof name, "/o/none/out-%d", getpid());
	return name;
}
static int rename_out(void) { return code(rename("f", outside())); }
static int link_out(void) { return code(link("f", outside())); }
static int by_link(void) { return code(link("f", "g")); }
static int by_chmod(void) { return code(chmod("f", 0600)); }
static int by_fchmod(void) { return code(fchmod(need(open("f", O_RDONLY)), 0600)); }
static int by_chown(void) { return code(chown("f", getuid(), getgid())); }
static int by_lchown(void) { return code(lchown("l", getuid(), getgid())); }
static int by_fchown(void) { return code(fchown(need(open("f", O_RDONLY)), getuid(), getgid())); }
static int write_setuid(void) { return code((int)write(need(open("s", O_WRONLY)), "x", 1)); }
static int by_utimes(void) { return code(utimensat(AT_FDCWD, "f", NULL, 0)); }
static int by_futimens(void)
{
	struct timespec times[2] = {{.tv_sec = 1}, {.tv_nsec = UTIME_OMIT}};

	return code(futimens(need(open("f", O_RDONLY)), times));
}
static int by_truncate(void) { return code(truncate("f", 0)); }
static int by_setxattr(void) { return code(setxattr("f", "user.x", "x", 1, 0)); }
static int by_removexattr(void) { return code(removexattr("f", "user.x")); }

static const struct { uint32_t version; struct { uint16_t tag, perm; uint32_t id; } at[3]; } acl = {
	2, {{1, 6, ~0u}, {4, 4, ~0u}, {32, 4, ~0u}}};
static int by_setacl(void)
{
	return code(setxattr("f", "system.posix_acl_access", &acl, sizeof acl, 0));
}
static int by_removeacl(void) { return code(removexattr("f", "system.posix_acl_access")); }

static int by_opendir(void) { return code(open("d", O_RDONLY | O_DIRECTORY)); }
static int by_watch(void) { return code(inotify_add_watch(inotify_init(), "d", IN_CREATE)); }
static int enter(void) { return code(chdir("d")); }
static int by_stat(void) { struct stat st; return code(stat("f", &st)); }
static int by_fstat(void) { struct stat st; return code(fstat(need(open("f", O_PATH)), &st)); }

static void own_mounts(void)
{
	need(unshare(getuid() ? CLONE_NEWUSER | CLONE_NEWNS : CLONE_NEWNS));
	need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
}
static int by_mount(void)
{
	char here[256];

	need(getcwd(here, sizeof here) ? 0 : -1);
	own_mounts();
	need(chdir(here));
	return code(mount("plain/d", "d", NULL, MS_BIND, NULL));
}
static int by_move_mount(void)
{
	char here[256];
	int tree;

	need(getcwd(here, sizeof here) ? 0 : -1);
	own_mounts();
	need(chdir(here));
	tree = need((int)syscall(SYS_open_tree, AT_FDCWD, "plain/d", 1));
	return code((int)syscall(SYS_move_mount, tree, "", AT_FDCWD, "d", 4));
}
/* The first root cannot be pivoted, so a copy of its mount becomes ours before. */
static int by_pivot(void)
{
	char here[256];

	need(getcwd(here, sizeof here) ? 0 : -1);
	own_mounts();
	need(mount("/", "/o/root", NULL, MS_BIND | MS_REC, NULL));
	need(chroot("/o/root"));
	need(chdir(here));
	need(mount(".", "/o/stage", NULL, MS_BIND, NULL));
	return code((int)syscall(SYS_pivot_root, "/o/stage", "/o/stage/d"));
}

static int by_ioctl(void)
{
	int size;

	return code(ioctl(need(open("f", O_RDONLY)), FIGETBSZ, &size));
}
static int by_ioctl_32(void)
{
	int call = 54;
#ifdef __x86_64__
	__asm__ volatile("int $0x80" : "+a"(call)
			 : "b"(need(open("f", O_RDONLY))), "c"(FIOCLEX), "d"(0)
			 : "memory", "r8", "r9", "r10", "r11");
#endif
	return call < 0 ? -call : 0;
}

static int by_message(void)
{
	char byte, room[CMSG_SPACE(sizeof(int))];
	struct iovec part = {&byte, 1};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room,
			   .msg_controllen = sizeof room};

	need(send(peer, "f", 1, 0) == 1 ? 0 : -1);
	need(recvmsg(peer, &m, 0) == 1 ? 0 : -1);
	return CMSG_FIRSTHDR(&m) ? 0 : EPERM;
}
/* The maker has the file open as 100; one of another user cannot be asked. */
static int by_pidfd(void)
{
	int fd = need((int)syscall(SYS_pidfd_open, maker, 0));

	return getuid() ? by_message() : code((int)syscall(SYS_pidfd_getfd, fd, 100, 0));
}

static struct sockaddr_un at_name(const char *name)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	strcpy(at.sun_path, name);
	return at;
}
static int by_bind(void)
{
	struct sockaddr_un at = at_name("new");

	return code(bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&at, sizeof at));
}
static int by_connect(void)
{
	struct sockaddr_un at = at_name("stream");

	return code(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&at, sizeof at));
}
static int by_connect_datagram(void)
{
	struct sockaddr_un at = at_name("datagram");

	return code(connect(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr *)&at, sizeof at));
}
static int by_sendto(void)
{
	struct sockaddr_un at = at_name("datagram");

	return code((int)sendto(socket(AF_UNIX, SOCK_DGRAM, 0), "x", 1, 0, (struct sockaddr *)&at,
				sizeof at));
}

/* A way that begins with "not-" is not the operation: it must stay possible. One with
 * "lost-" would take the protection away: EXDEV. */
static const struct { const char *operation, *way; int (*go)(void); } ways[] = {
	{"load", "mmap", mmap_exec}, {"load", "mprotect", mprotect_exec},
	{"load", "not-mmap-read", mmap_read}, {"create", "open", by_open},
	{"create", "mknod", by_mknod}, {"create", "tmpfile", by_tmpfile},
	{"create", "tmpfile-link", tmpfile_link}, {"create", "rename-in", file_in},
	{"create", "link-in", link_in}, {"create", "not-unlink", by_unlink},
	{"create", "not-rename-out", rename_out},
	{"mkdir", "mkdir", by_mkdir}, {"mkdir", "rename-in", directory_in},
	{"mkdir", "not-open", by_open}, {"mknod", "fifo", by_mkfifo},
	{"mknod", "rename-in", fifo_in}, {"mknod", "bind", by_bind}, {"mknod", "not-open", by_open},
	{"symlink", "symlink", by_symlink}, {"symlink", "rename-in", symlink_in},
	{"delete", "unlink", by_unlink}, {"delete", "rmdir", by_rmdir},
	{"delete", "replace", replace}, {"delete", "exchange", exchange},
	{"delete", "not-rename", by_rename}, {"delete", "lost-rename", rename_out},
	{"rename", "file", by_rename},
	{"rename", "directory", by_rename_dir}, {"rename", "not-unlink", by_unlink},
	{"link", "link", by_link}, {"link", "not-rename", by_rename}, {"chmod", "chmod", by_chmod},
	{"chmod", "fchmod", by_fchmod}, {"chmod", "lost-link", link_out},
	{"chmod", "not-chown", by_chown},
	{"chmod", "not-write-setuid", write_setuid}, {"chown", "chown", by_chown},
	{"chown", "lchown", by_lchown}, {"chown", "fchown", by_fchown},
	{"chown", "not-chmod", by_chmod}, {"utimes", "utimes", by_utimes},
	{"utimes", "futimens", by_futimens}, {"utimes", "not-truncate", by_truncate},
	{"utimes", "not-write-setuid", write_setuid}, {"xattr", "set", by_setxattr},
	{"xattr", "remove", by_removexattr}, {"xattr", "acl", by_setacl}, {"acl", "set", by_setacl},
	{"acl", "remove", by_removeacl}, {"acl", "not-xattr", by_setxattr},
	{"list", "open", by_opendir}, {"list", "watch", by_watch}, {"list", "not-enter", enter},
	{"stat", "stat", by_stat}, {"stat", "fstat", by_fstat}, {"mount", "mount", by_mount},
	{"mount", "move-mount", by_move_mount}, {"mount", "pivot-root", by_pivot},
	{"ioctl", "ioctl", by_ioctl}, {"ioctl", "ioctl32", by_ioctl_32},
	{"receive", "message", by_message}, {"receive", "pidfd-getfd", by_pidfd},
	{"connect", "stream", by_connect}, {"connect", "datagram", by_connect_datagram},
	{"connect", "sendto", by_sendto}, {"bind", "bind", by_bind},
	{"bind", "not-fifo", by_mkfifo}, {"bind", "not-connect", by_connect},
};

static void fill(uid_t uid)
{
	static const char *const files[] = {"f", "plain/f"}, *const directories[] = {"plain", "d", "plain/d"};

	for (size_t i = 0; i < 3; i++) {
		need(mkdir(directories[i], 0777));
		need(chmod(directories[i], 0777));
		need(chown(directories[i], uid, uid));
	}
	for (size_t i = 0; i < 2; i++) {
		int fd = need(open(files[i], O_RDWR | O_CREAT, 0700));

		need((int)write(fd, "content", 7));
		need(fchown(fd, uid, uid));
		close(fd);
	}
	need(close(need(open("s", O_RDWR | O_CREAT, 0))));
	need(chown("s", 7, 7));
	need(chmod("s", 06777));
	for (int i = 0; i < 2; i++) {
		need(mkfifo(i ? "plain/p" : "p", 0600));
		need(chown(i ? "plain/p" : "p", uid, uid));
		need(symlink("f", i ? "plain/l" : "l"));
		need(lchown(i ? "plain/l" : "l", uid, uid));
	}
}

static void listen_at(const char *name, int type)
{
	struct sockaddr_un at = at_name(name);
	int fd = need(socket(AF_UNIX, type, 0));

	need(bind(fd, (struct sockaddr *)&at, sizeof at));
	need(chmod(name, 0777));
	if (type == SOCK_STREAM)
		need(listen(fd, 8));
}

static void hand_over(int to, const char *name)
{
	int fd = need(open(name, O_RDONLY));
	union { struct cmsghdr head; char room[CMSG_SPACE(sizeof fd)]; } control = {
		.head = {CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec part = {(void *)"f", 1};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
			   .msg_controllen = sizeof control};

	memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
	need((int)sendmsg(to, &m, 0));
}

/* Fills the folder, says so, and serves until the other end is closed. */
static void make(const char *folder, uid_t uid, int to)
{
	int group = need(open("/sys/fs/cgroup/maker/cgroup.procs", O_WRONLY));
	char byte = 'r';

	need((int)write(group, "0", 1));
	umask(0);
	need(mkdir(folder, 0777));
	need(chown(folder, uid, uid));
	need(chdir(folder));
	fill(uid);
	listen_at("stream", SOCK_STREAM);
	listen_at("datagram", SOCK_DGRAM);
	need(dup2(need(open("f", O_RDONLY)), 100));
	need((int)send(to, &byte, 1, 0));
	while (recv(to, &byte, 1, 0) == 1)
		hand_over(to, "f");
	_exit(0);
}

static int act(const char *folder, uid_t uid, int (*go)(void))
{
	need(chdir(folder));
	if (uid) {
		need(setgroups(0, NULL));
		need(setresgid(uid, uid, uid));
		need(setresuid(uid, uid, uid));
	}
	return go();
}

static int try(const char *folder, uid_t uid, int (*go)(void))
{
	int pair[2], status = -1;
	char ready;
	pid_t pid;

	need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	maker = need(fork());
	if (!maker) {
		close(pair[0]);
		make(folder, uid, pair[1]);
	}
	close(pair[1]);
	peer = pair[0];
	if (recv(peer, &ready, 1, 0) == 1) {
		pid = need(fork());
		if (!pid)
			_exit(act(folder, uid, go));
		waitpid(pid, &status, 0);
	}
	close(peer);
	waitpid(maker, NULL, 0);
	return status == -1 ? FAILED_BEFORE : WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

int main(int argc, char **argv)
{
	char folder[256];

	if (argc < 4)
		return 2;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		int rc;

		snprintf(folder, sizeof folder, "%s/%s/%s-%s.%s", argv[3],
			 argc > 4 ? argv[4] : ways[i].operation, ways[i].operation, ways[i].way,
			 argv[1]);
		rc = try(folder, (uid_t)atoi(argv[2]), ways[i].go);
		printf("%s %s %s\n", ways[i].operation, ways[i].way,
		       !rc ? "ok" : rc == FAILED_BEFORE ? "FAILED-BEFORE" : strerrorname_np(rc));
		fflush(stdout);
	}
	return 0;
}
