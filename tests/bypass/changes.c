/* SPDX-License-Identifier: BSD-2-Clause */
/* The operations that change or ask for something other than content, each by every
 * call that does it. The rule denies just that operation on the tree. */
#include "bypass.h"
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <linux/fs.h>
#include <linux/mount.h>

static int does(long rc, const char *call)
{
	must(rc, call);
	return 0;
}
static const char *in(const struct target *t, const char *name) { return text("%s/%s", t->dir, name); }
static int at(const struct target *t) { return (int)must(open(t->dir, O_PATH | O_DIRECTORY), "directory"); }
static int path_fd(const struct target *t) { return (int)must(open(t->path, O_PATH), "O_PATH"); }

static int ring(struct io_uring_sqe sqe)
{
	long rc = ring_call(&sqe, 0);

	errno = rc < 0 ? (int)-rc : 0;
	return does(rc, "io_uring request");
}
#define STR(s) ((uintptr_t)(s))

/* Binds the tree to where no rule is, in a mount namespace of its own. */
static const char *elsewhere_bound(const struct target *t)
{
	own_mounts(t);
	must(mount(t->dir, "/f/dir", NULL, MS_BIND, NULL), "bind mount");
	return "/f/dir";
}
static const char *overlaid(const struct target *t)
{
	own_mounts(t);
	must(mount("none", "/f/dir", "tmpfs", 0, NULL), "tmpfs");
	must(mkdir("/f/dir/all", 0777) | mkdir("/f/dir/low", 0777) | mkdir("/f/dir/work", 0777), "mkdir");
	must(mkdir(in(t, "up"), 0777) | mkdir(in(t, "work"), 0777), "mkdir of layers");
	must(mount("overlay", "/f/dir/all", "overlay", 0,
		   text("lowerdir=/f/dir/low,upperdir=%s/up,workdir=%s/work", t->dir, t->dir)), "overlay");
	return "/f/dir/all";
}

/* create: a new regular file by any name of the tree */
int create_open(const struct target *t) { return does(open(in(t, "n"), O_CREAT | O_WRONLY, 0666), "open"); }
int create_excl(const struct target *t) { return does(openat(at(t), "n", O_CREAT | O_EXCL, 0666), "openat"); }
int create_creat(const struct target *t) { return does(creat(in(t, "n"), 0666), "creat"); }
int create_mknod(const struct target *t) { return does(mknod(in(t, "n"), S_IFREG | 0666, 0), "mknod"); }
int create_mknod_zero(const struct target *t) { return does(mknodat(at(t), "n", 0666, 0), "mknodat"); }
int create_tmpfile(const struct target *t) { return does(open(t->dir, O_TMPFILE | O_RDWR, 0666), "O_TMPFILE"); }
int create_bind(const struct target *t) { return does(creat(text("%s/n", elsewhere_bound(t)), 0666), "creat"); }
int create_overlay(const struct target *t) { return does(creat(text("%s/n", overlaid(t)), 0666), "creat"); }
int create_link(const struct target *t) { return does(link("/f/plain", in(t, "n")), "link"); }
int create_rename(const struct target *t) { return does(rename("/f/plain", in(t, "n")), "rename"); }
int create_symlink_target(const struct target *t)
{
	must(symlink(in(t, "n"), "/f/s"), "symlink");
	return does(open("/f/s", O_CREAT | O_WRONLY, 0666), "open");
}
int create_ring(const struct target *t)
{
	return ring((struct io_uring_sqe){ .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = STR(in(t, "n")),
					   .open_flags = O_CREAT | O_WRONLY, .len = 0666 });
}
int create_tmpfile_linked(const struct target *t)
{
	int fd = (int)must(open("/f", O_TMPFILE | O_RDWR, 0666), "O_TMPFILE");

	return does(linkat(AT_FDCWD, text("/proc/self/fd/%d", fd), AT_FDCWD, in(t, "n"), AT_SYMLINK_FOLLOW), "linkat");
}
int create_core(const struct target *t)
{
	const char *core = in(t, "core");

	dump_core(core);
	errno = EPERM;
	return access(core, F_OK);
}
int create_recreate(const struct target *t)
{
	must(unlink(t->path), "unlink");
	return does(creat(t->path, 0666), "creat");
}

/* mkdir, mknod, symlink */
int mkdir_plain(const struct target *t) { return does(mkdir(in(t, "n"), 0777), "mkdir"); }
int mkdir_at(const struct target *t) { return does(mkdirat(at(t), "n", 0777), "mkdirat"); }
int mkdir_bind(const struct target *t) { return does(mkdir(text("%s/n", elsewhere_bound(t)), 0777), "mkdir"); }
int mkdir_ring(const struct target *t)
{
	return ring((struct io_uring_sqe){ .opcode = IORING_OP_MKDIRAT, .fd = AT_FDCWD, .addr = STR(in(t, "n")), .len = 0777 });
}
int mknod_fifo(const struct target *t) { return does(mkfifo(in(t, "n"), 0666), "mkfifo"); }
int mknod_device(const struct target *t) { return does(mknod(in(t, "n"), S_IFCHR | 0666, 0x103), "mknod"); }
int mknod_socket(const struct target *t) { return does(mknod(in(t, "n"), S_IFSOCK | 0666, 0), "mknod"); }
int mknod_bind(const struct target *t)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	snprintf(name.sun_path, sizeof name.sun_path, "%s/n", t->dir);
	return does(bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&name, sizeof name), "bind");
}

/* What a rename may leave in place of the old name. */
int mknod_whiteout(const struct target *t)
{
	struct stat st;

	must(syscall(SYS_renameat2, AT_FDCWD, t->path, AT_FDCWD, in(t, "n"), RENAME_WHITEOUT), "rename");
	must(lstat(t->path, &st), "the whiteout");
	return S_ISCHR(st.st_mode) ? 0 : -ENOENT;
}

/* Sockets at the names stream and datagram listen while the tree stands: driver.c. */
static int named_socket(const char *path, int type, bool place)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = (int)must(socket(AF_UNIX, type, 0), "socket");

	snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
	if (place)
		return does(bind(fd, (void *)&name, sizeof name), "bind");
	if (type == SOCK_DGRAM)
		return does(sendto(fd, "x", 1, 0, (void *)&name, sizeof name), "sendto");
	return does(connect(fd, (void *)&name, sizeof name), "connect");
}
int bind_relative(const struct target *t)
{
	must(fchdir(at(t)), "fchdir");
	return named_socket("n", SOCK_STREAM, true);
}
int bind_mount(const struct target *t) { return named_socket(text("%s/n", elsewhere_bound(t)), SOCK_STREAM, true); }
int connect_stream(const struct target *t) { return named_socket(in(t, "stream"), SOCK_STREAM, false); }
int connect_datagram(const struct target *t) { return named_socket(in(t, "datagram"), SOCK_DGRAM, false); }
int connect_link(const struct target *t)
{
	must(symlink(in(t, "stream"), "/f/s"), "symlink");
	return named_socket("/f/s", SOCK_STREAM, false);
}
int connect_bind(const struct target *t) { return named_socket(text("%s/stream", elsewhere_bound(t)), SOCK_STREAM, false); }
int symlink_plain(const struct target *t) { return does(symlink("/f/plain", in(t, "n")), "symlink"); }
int symlink_at(const struct target *t) { return does(symlinkat("x", at(t), "n"), "symlinkat"); }
int symlink_ring(const struct target *t)
{
	return ring((struct io_uring_sqe){ .opcode = IORING_OP_SYMLINKAT, .fd = AT_FDCWD, .addr = STR("/f/plain"),
					   .addr2 = STR(in(t, "n")) });
}

/* delete */
int delete_unlink(const struct target *t) { return does(unlink(t->path), "unlink"); }
int delete_at(const struct target *t) { return does(unlinkat(at(t), "secret", 0), "unlinkat"); }
int delete_rmdir(const struct target *t)
{
	must(rename(text("%s/secret", t->sub), in(t, "kept")), "rename beside it");
	return does(rmdir(t->sub), "rmdir");
}
int delete_over(const struct target *t) { return does(rename("/f/plain", t->path), "rename over it"); }
int delete_bind(const struct target *t) { return does(unlink(text("%s/secret", elsewhere_bound(t))), "unlink"); }
int delete_user(const struct target *t)
{
	own_mounts(t);
	return does(unlink(t->path), "unlink");
}
int delete_overlay(const struct target *t)
{
	own_mounts(t);
	must(mount("none", "/f/dir", "tmpfs", 0, NULL), "tmpfs");
	must(mkdir("/f/dir/all", 0777) | mkdir("/f/dir/work", 0777), "mkdir");
	must(mkdir(in(t, "work"), 0777), "mkdir of a layer");
	must(mount("overlay", "/f/dir/all", "overlay", 0,
		   text("lowerdir=/f/dir/work,upperdir=%s,workdir=%s/work", t->sub, t->dir)), "overlay");
	return does(unlink("/f/dir/all/secret"), "unlink");
}
int delete_ring(const struct target *t)
{
	return ring((struct io_uring_sqe){ .opcode = IORING_OP_UNLINKAT, .fd = AT_FDCWD, .addr = STR(t->path) });
}

/* rename, link */
int rename_plain(const struct target *t) { return does(rename(t->path, in(t, "n")), "rename"); }
int rename_flags(const struct target *t)
{
	return does(syscall(SYS_renameat2, AT_FDCWD, t->path, AT_FDCWD, in(t, "n"), RENAME_NOREPLACE), "renameat2");
}
int rename_exchange(const struct target *t)
{
	return does(syscall(SYS_renameat2, AT_FDCWD, t->path, AT_FDCWD, text("%s/secret", t->sub), RENAME_EXCHANGE), "renameat2");
}
int rename_directory(const struct target *t) { return does(rename(t->sub, in(t, "n")), "rename"); }
int rename_bind(const struct target *t)
{
	const char *d = elsewhere_bound(t);

	return does(rename(text("%s/secret", d), text("%s/n", d)), "rename");
}
int rename_ring(const struct target *t)
{
	return ring((struct io_uring_sqe){ .opcode = IORING_OP_RENAMEAT, .fd = AT_FDCWD, .len = (unsigned)AT_FDCWD,
					   .addr = STR(t->path), .addr2 = STR(in(t, "n")) });
}
int link_plain(const struct target *t) { return does(link(t->path, in(t, "n")), "link"); }
int link_proc(const struct target *t)
{
	return does(linkat(AT_FDCWD, text("/proc/self/fd/%d", path_fd(t)), AT_FDCWD, in(t, "n"), AT_SYMLINK_FOLLOW), "linkat");
}
int link_empty(const struct target *t) { return does(linkat(path_fd(t), "", AT_FDCWD, in(t, "n"), AT_EMPTY_PATH), "linkat"); }
int link_bind(const struct target *t)
{
	const char *d = elsewhere_bound(t);

	return does(link(text("%s/secret", d), text("%s/n", d)), "link");
}
int link_ring(const struct target *t)
{
	return ring((struct io_uring_sqe){ .opcode = IORING_OP_LINKAT, .fd = AT_FDCWD, .len = (unsigned)AT_FDCWD,
					   .addr = STR(t->path), .addr2 = STR(in(t, "n")) });
}

/* chmod, chown, utimes */
int chmod_plain(const struct target *t) { return does(chmod(t->path, 0600), "chmod"); }
int chmod_fd(const struct target *t) { return does(fchmod((int)must(open(t->path, O_RDONLY), "open"), 0600), "fchmod"); }
int chmod_at(const struct target *t) { return does(fchmodat(AT_FDCWD, t->path, 0600, 0), "fchmodat"); }
int chmod_at2(const struct target *t) { return does(syscall(452, (int)must(open(t->path, O_PATH), "O_PATH"), "", 0600, AT_EMPTY_PATH), "fchmodat2"); }
int chmod_proc(const struct target *t)
{
	return does(chmod(text("/proc/self/fd/%ld", must(open(t->path, O_PATH), "O_PATH")), 0600), "chmod");
}
int chmod_acl(const struct target *t)
{
	/* version 2; user, group and other may read: the mode by another way */
	static const unsigned char acl[] = { 2, 0, 0, 0, 1, 0, 4, 0, 255, 255, 255, 255, 4, 0, 4, 0,
					     255, 255, 255, 255, 32, 0, 4, 0, 255, 255, 255, 255 };

	return does(setxattr(t->path, "system.posix_acl_access", acl, sizeof acl, 0), "setxattr");
}
int chown_plain(const struct target *t) { return does(chown(t->path, (uid_t)-1, getgid()), "chown"); }
int chown_link(const struct target *t) { return does(lchown(t->path, getuid(), (gid_t)-1), "lchown"); }
int chown_fd(const struct target *t) { return does(fchown((int)must(open(t->path, O_RDONLY), "open"), getuid(), (gid_t)-1), "fchown"); }
int chown_empty(const struct target *t)
{
	return does(fchownat((int)must(open(t->path, O_PATH), "O_PATH"), "", getuid(), (gid_t)-1, AT_EMPTY_PATH), "fchownat");
}
int utimes_now(const struct target *t) { return does(utimensat(AT_FDCWD, t->path, NULL, 0), "utimensat"); }
int utimes_set(const struct target *t)
{
	struct timespec times[2] = { { 1, 0 }, { 1, 0 } };

	return does(utimensat(AT_FDCWD, t->path, times, 0), "utimensat");
}
int utimes_old(const struct target *t)
{
	struct timeval times[2] = { { 1, 0 }, { 1, 0 } };

	return does(utimes(t->path, times), "utimes");
}
int utimes_fd(const struct target *t)
{
	struct timespec times[2] = { { 1, 0 }, { 1, 0 } };

	return does(futimens((int)must(open(t->path, O_RDONLY), "open"), times), "futimens");
}

/* xattr; the filesystem of a guest has those of root at least */
static const char *attribute(const struct target *t) { return t->root ? "trusted.x" : "user.x"; }
int xattr_set(const struct target *t) { return does(setxattr(t->path, attribute(t), "v", 1, 0), "setxattr"); }
int xattr_set_link(const struct target *t) { return does(lsetxattr(t->path, attribute(t), "v", 1, 0), "lsetxattr"); }
int xattr_set_fd(const struct target *t)
{
	return does(fsetxattr((int)must(open(t->path, O_RDONLY), "open"), attribute(t), "v", 1, 0), "fsetxattr");
}
int xattr_remove(const struct target *t)
{
	must(fsetxattr(t->held[1], attribute(t), "v", 1, 0) && errno != EPERM ? -1 : 0, "an attribute");
	return does(removexattr(t->path, attribute(t)), "removexattr");
}
int xattr_ring(const struct target *t)
{
	return ring((struct io_uring_sqe){ .opcode = 42 /* SETXATTR */, .addr = STR(attribute(t)), .addr2 = STR("v"),
					   .len = 1, .addr3 = STR(t->path) });
}
int acl_remove(const struct target *t)
{
	must(chmod_acl(t), "an access control list");
	return does(removexattr(t->path, "system.posix_acl_access"), "removexattr");
}

/* list, stat */
static int lists(int fd)
{
	char room[1024];

	return does(syscall(SYS_getdents64, fd, room, sizeof room), "getdents");
}
int list_plain(const struct target *t) { return lists((int)must(open(t->dir, O_RDONLY | O_DIRECTORY), "open")); }
int list_sub(const struct target *t) { return lists((int)must(open(t->sub, O_RDONLY), "open")); }
int list_reopen(const struct target *t)
{
	return lists((int)must(open(text("/proc/self/fd/%d", at(t)), O_RDONLY | O_DIRECTORY), "open"));
}
int list_bind(const struct target *t) { return lists((int)must(open(elsewhere_bound(t), O_RDONLY), "open")); }
int list_inotify(const struct target *t) { return does(inotify_add_watch(inotify_init1(0), t->dir, IN_ALL_EVENTS), "inotify"); }
int stat_plain(const struct target *t) { struct stat st; return does(stat(t->path, &st), "stat"); }
int stat_link(const struct target *t) { struct stat st; return does(lstat(t->path, &st), "lstat"); }
int stat_fd(const struct target *t) { struct stat st; return does(fstat(path_fd(t), &st), "fstat"); }
int stat_x(const struct target *t) { struct statx st; return does(statx(at(t), "secret", 0, STATX_ALL, &st), "statx"); }
int stat_access(const struct target *t) { return does(access(t->path, F_OK), "access"); }
int stat_ring(const struct target *t)
{
	struct statx st;

	return ring((struct io_uring_sqe){ .opcode = IORING_OP_STATX, .fd = AT_FDCWD, .addr = STR(t->path), .len = 0xfff,
					   .addr2 = STR(&st) });
}

/* mount: over what is protected */
int mount_over(const struct target *t) { own_mounts(t); return does(mount("none", t->dir, "tmpfs", 0, NULL), "mount"); }
int mount_bind_over(const struct target *t) { own_mounts(t); return does(mount("/f", t->sub, NULL, MS_BIND, NULL), "mount"); }
int mount_file_over(const struct target *t) { own_mounts(t); return does(mount("/f/plain", t->path, NULL, MS_BIND, NULL), "mount"); }
int mount_api_over(const struct target *t)
{
	int tree;

	own_mounts(t);
	tree = (int)must(syscall(SYS_open_tree, AT_FDCWD, "/f", OPEN_TREE_CLONE), "open_tree");
	return does(syscall(SYS_move_mount, tree, "", AT_FDCWD, t->sub, MOVE_MOUNT_F_EMPTY_PATH), "move_mount");
}
int mount_move_over(const struct target *t)
{
	own_mounts(t);
	must(mount("/f", "/f/dir", NULL, MS_BIND, NULL), "bind mount");
	return does(mount("/f/dir", t->sub, NULL, MS_MOVE, NULL), "mount");
}

/* ioctl, receive */
int ioctl_flags(const struct target *t)
{
	int flags = 0;

	return does(ioctl((int)must(open(t->path, O_RDONLY), "open"), FS_IOC_GETFLAGS, &flags), "ioctl");
}
/* The same by the system calls of 6.17. */
static int file_attributes(const struct target *t, long call)
{
	struct { uint64_t xflags; uint32_t extsize, nextents, projid, cowextsize; } all = { 0 };

	return does(syscall(call, AT_FDCWD, t->path, &all, sizeof all, 0), "the call itself");
}
int ioctl_getattr(const struct target *t) { return file_attributes(t, 468); }
int ioctl_setattr(const struct target *t) { return file_attributes(t, 469); }
int ioctl_bytes(const struct target *t)
{
	int n;

	return does(ioctl((int)must(open(t->path, O_RDONLY), "open"), FIONREAD, &n), "ioctl");
}
int ioctl_held(const struct target *t) { int n; return does(ioctl(t->held[0], FIONREAD, &n), "ioctl"); }

/* truncate, as a word of its own */
int truncate_path(const struct target *t) { return does(truncate(t->path, 1), "truncate"); }
int truncate_fd(const struct target *t) { return does(ftruncate((int)must(open(t->path, O_WRONLY), "open"), 1), "ftruncate"); }
int truncate_open(const struct target *t) { return does(open(t->path, O_WRONLY | O_TRUNC), "open"); }
int truncate_creat(const struct target *t) { return does(creat(t->path, 0666), "creat"); }
