/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls on the files of a folder (a, c, x; directories m, y), on memory that is
 * nobody's, and on sockets without a name; what could be wrong about them is made
 * so that it is refused after the hook was asked, and changes nothing.
 */
#include "runtime/provoke_files.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <sched.h>
#include <stdio.h>
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
#include "bundles/error.h"
#include "runtime/files.h"

typedef char path_text[64];

static int result(int code)
{
	return code < 0 ? errno : 0;
}

static const char *path_of(int dir, const char *name, path_text out)
{
	snprintf(out, sizeof(path_text), "/proc/self/fd/%d/%s", dir, name);
	return out;
}

static int memory(void)
{
	return memfd_create("netbpf-proof", MFD_CLOEXEC);
}

static int open_file(int dir)
{
	int fd CLEANUP_FD = openat(dir, "a", O_RDONLY | O_CLOEXEC);
	int again CLEANUP_FD = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return result(fd < 0 ? fd : again);
}

static int set_attribute(int dir)
{
	int fd CLEANUP_FD = memory();
	path_text path;

	if (fd >= 0 && ftruncate(fd, 1))
		return errno;
	return result(truncate(path_of(dir, "a", path), 0));
}

static int rename_file(int dir)
{
	return result(renameat(dir, "a", dir, "b"));
}

static int link_file(int dir)
{
	return result(linkat(dir, "c", dir, "d", 0));
}

static int free_filesystem(int dir)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    fchdir(dir) || mount("none", "m", "tmpfs", 0, NULL))
		return errno;
	return result(umount2("m", 0));
}

static int create_file(int dir)
{
	int fd CLEANUP_FD = openat(dir, "e", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return result(fd);
}

static int make_directory(int dir)
{
	return result(mkdirat(dir, "n", 0700));
}

static int make_node(int dir)
{
	return result(mknodat(dir, "p", S_IFIFO | 0600, 0));
}

static int make_symlink(int dir)
{
	return result(symlinkat("c", dir, "s"));
}

static int unlink_file(int dir)
{
	return result(unlinkat(dir, "x", 0));
}

static int remove_directory(int dir)
{
	return result(unlinkat(dir, "y", AT_REMOVEDIR));
}

static int set_xattr(int dir)
{
	path_text path;

	return result(lsetxattr(path_of(dir, "c", path), "user.netbpf", "", 1, 0));
}

static int remove_xattr(int dir)
{
	path_text path;

	return result(lremovexattr(path_of(dir, "c", path), "user.netbpf"));
}

#define ACL_NAME "system.posix_acl_access"

static int set_acl(int dir)
{
	const uint32_t empty_list = 2; /* the version alone */
	path_text path;

	return result(lsetxattr(path_of(dir, "c", path), ACL_NAME, &empty_list, 4, 0));
}

static int remove_acl(int dir)
{
	path_text path;

	return result(lremovexattr(path_of(dir, "c", path), ACL_NAME));
}

static int use_flags(int dir) /* reads and sets them */
{
	int fd CLEANUP_FD = memory(), flags = 0;

	(void)dir;
	return result(ioctl(fd, FS_IOC_GETFLAGS, &flags) ? -1 :
		      ioctl(fd, FS_IOC_SETFLAGS, &flags));
}

static int get_attribute(int dir)
{
	struct stat st;

	return result(fstatat(dir, "c", &st, 0));
}

static int watch(int dir)
{
	int fd CLEANUP_FD = inotify_init1(IN_CLOEXEC);
	path_text path;

	return result(inotify_add_watch(fd, path_of(dir, "m", path), IN_DELETE_SELF));
}

static int control(int dir)
{
	int fd CLEANUP_FD = memory();

	(void)dir;
	return result(ioctl(fd, FIOCLEX));
}

/* The old gate of 32-bit programs; where it is shut the caller gets a signal. */
static int control_32(int dir)
{
	int code = ENOSYS;
#ifdef __x86_64__
	int fd CLEANUP_FD = memory(), status;
	pid_t pid = fork();

	if (pid == 0) {
		int call = 54; /* ioctl there */

		__asm__ volatile("int $0x80"
				 : "+a"(call)
				 : "b"(fd), "c"(FIOCLEX), "d"(0)
				 : "memory", "r8", "r9", "r10", "r11");
		_exit(call < 0 ? -call : 0);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		code = WEXITSTATUS(status);
#endif
	(void)dir;
	return code;
}

/* Anonymous memory will do: the hooks see every mapping. */
static int use_again(int dir)
{
	int fd CLEANUP_FD = memory();
	char byte;

	(void)dir;
	return result(fd < 0 ? fd : (int)read(fd, &byte, 1));
}

static int map(int dir)
{
	void *at = mmap(NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)dir;
	return at == MAP_FAILED ? errno : result(munmap(at, 1));
}

static int protect(int dir)
{
	void *at = mmap(NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int code = at == MAP_FAILED ? -1 : mprotect(at, 1, PROT_READ | PROT_WRITE);

	(void)dir;
	code = result(code);
	if (at != MAP_FAILED)
		munmap(at, 1);
	return code;
}

/* In a mount namespace of this process alone; no module is loaded for it. */
static int map_layer(int dir)
{
	char *known CLEANUP_FREE = NULL, path[PATH_MAX] = "";
	int fd CLEANUP_FD = -1, code;
	path_text link;
	size_t len;
	void *at;

	if (file_read("/proc/filesystems", &known, &len) || !strstr(known, "\toverlay\n"))
		return ENODEV;
	/* by its name: the descriptor is of the old namespace, where nothing can be mounted */
	snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
	if (readlink(link, path, sizeof path - 1) < 0 || unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) || chdir(path) ||
	    mount("none", "m", "tmpfs", 0, NULL) || chdir("m"))
		return errno;
	fd = mkdir("below", 0700) | mkdir("above", 0700) | mkdir("all", 0700)
		     ? -1
		     : open("below/x", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0 || mount("overlay", "all", "overlay", 0, "lowerdir=below:above"))
		return errno;
	cleanup_fd(&fd);
	fd = open("all/x", O_RDONLY | O_CLOEXEC);
	at = fd < 0 ? MAP_FAILED : mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	code = at == MAP_FAILED ? errno : 0;
	if (at != MAP_FAILED)
		munmap(at, 1);
	return chdir(path) || umount2("m", MNT_DETACH) ? errno : code;
}

/* m is no mount, so none of these three goes through. */
static int mount_old(int dir)
{
	path_text path;

	return result(mount("none", path_of(dir, "m", path), NULL, MS_BIND | MS_REMOUNT,
			    NULL));
}

static int mount_new(int dir)
{
	path_text path;

	path_of(dir, "m", path);
	return result(move_mount(AT_FDCWD, path, AT_FDCWD, path, 0));
}

static int pivot(int dir)
{
	path_text path;

	path_of(dir, "m", path);
	return result((int)syscall(SYS_pivot_root, path, path));
}

static int take(int dir)
{
	int fd CLEANUP_FD = memory(), pair[2], got = -1;
	char byte = 0;
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof fd)];
	} control = {.head = {.cmsg_len = CMSG_LEN(sizeof fd),
			      .cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS}};
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof control.room};

	(void)dir;
	if (fd < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return errno;
	memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
	if (sendmsg(pair[0], &message, 0) == 1)
		got = (int)recvmsg(pair[1], &message, MSG_CMSG_CLOEXEC);
	got = result(got);
	close(pair[0]);
	close(pair[1]);
	return got; /* what was received is closed when this process ends */
}

static int reach(int dir)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX}; /* the kernel picks a name */
	socklen_t len = sizeof to;
	int at CLEANUP_FD = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int from CLEANUP_FD = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)dir;
	if (bind(at, (struct sockaddr *)&to, sizeof to.sun_family) || listen(at, 1) ||
	    getsockname(at, (struct sockaddr *)&to, &len))
		return errno;
	return result(connect(from, (struct sockaddr *)&to, len));
}

static int reach_send(int dir)
{
	int pair[2], code;

	(void)dir;
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return errno;
	code = result((int)send(pair[0], "", 1, MSG_DONTWAIT));
	close(pair[0]);
	close(pair[1]);
	return code;
}

/* In this order: the files named are there when their turn comes. */
const struct file_step file_steps[] = {
	{NB_HOOK_FILE_OPEN, open_file},	  {NB_HOOK_SETATTR, set_attribute},
	{NB_HOOK_LINK, link_file},	  {NB_HOOK_RENAME, rename_file},
	{NB_HOOK_CREATE, create_file},	  {NB_HOOK_MKDIR, make_directory},
	{NB_HOOK_MKNOD, make_node},	  {NB_HOOK_SYMLINK, make_symlink},
	{NB_HOOK_UNLINK, unlink_file},	  {NB_HOOK_RMDIR, remove_directory},
	{NB_HOOK_SETXATTR, set_xattr},	  {NB_HOOK_RMXATTR, remove_xattr},
	{NB_HOOK_SETACL, set_acl},	  {NB_HOOK_RMACL, remove_acl},
	{NB_HOOK_FILEATTR, use_flags},	  {NB_HOOK_FLAGS, use_flags},
	{NB_HOOK_GETATTR, get_attribute},
	{NB_HOOK_NOTIFY, watch},	  {NB_HOOK_IOCTL, control},
	{NB_HOOK_IOCTL32, control_32},	  {NB_HOOK_MMAP, map},
	{NB_HOOK_MMAP_LAYER, map_layer},
	{NB_HOOK_MPROTECT, protect},	  {NB_HOOK_MOUNT, mount_old},
	{NB_HOOK_MOVE_MOUNT, mount_new},  {NB_HOOK_PIVOT, pivot},
	{NB_HOOK_TAKE, take},		  {NB_HOOK_REACH, reach},
	{NB_HOOK_REACH_SEND, reach_send}, {NB_HOOK_AGAIN, use_again},
	{NB_HOOK_SB_FREE, free_filesystem},
};

enum { OF_FILE = 1, OF_LSM = 0, OF_NET = 0, OF_PACKET = 0, OF_EXE = 0, OF_SCAN = 0,
       OF_SHARED = 0 };
const size_t n_file_steps = sizeof file_steps / sizeof *file_steps;
_Static_assert(sizeof file_steps / sizeof *file_steps == 0
#define HOOK(name, fn, text, kind) +OF_##kind
#include "bpf-templates/hooks.def"
#undef HOOK
	       ,
	       "a hook without its step");
