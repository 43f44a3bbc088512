/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object through another mount, root or namespace. As uid 1000 in a user
 * namespace of its own, where it may mount.
 */
#include "bypass.h"
#include <signal.h>
#include <linux/mount.h>

static void bound(const char *from, const char *to, unsigned long flags)
{
	must(mount(from, to, NULL, MS_BIND | flags, NULL), "bind mount");
}

int by_bind(const struct target *t)
{
	own_mounts(t);
	bound(t->dir, "/f/dir", 0);
	return try_open(t, "/f/dir/secret");
}

int by_bind_file(const struct target *t)
{
	own_mounts(t);
	bound(t->path, "/f/plain", 0);
	return try_open(t, "/f/plain");
}

int by_bind_all(const struct target *t)
{
	own_mounts(t);
	bound("/", "/f/dir", MS_REC);
	return try_open(t, text("/f/dir%s", t->path));
}

int by_bind_in_host(const struct target *t)
{
	bound(t->dir, "/f/dir", 0);
	return try_open(t, "/f/dir/secret");
}

int by_bind_moved(const struct target *t)
{
	own_mounts(t);
	must(mkdir("/f/other", 0777), "mkdir");
	bound(t->dir, "/f/dir", 0);
	must(mount("/f/dir", "/f/other", NULL, MS_MOVE, NULL), "move of the mount");
	return try_open(t, "/f/other/secret");
}

int by_bind_over(const struct target *t)
{
	own_mounts(t);
	bound("/f", "/b", 0); /* hides the tree; the way in was opened before */
	return try_open(t, text("/proc/self/fd/%d", t->held[0]));
}

int by_hidden(const struct target *t)
{
	int at = (int)must(open(t->dir, O_PATH | O_DIRECTORY), "directory");

	own_mounts(t);
	must(mount("none", t->dir, "tmpfs", 0, NULL), "tmpfs over the tree");
	return try_at(t, at, "secret");
}

int by_detached(const struct target *t)
{
	int at;

	if (!t->root)
		own_mounts(t);
	at = (int)must(syscall(SYS_open_tree, AT_FDCWD, t->dir, OPEN_TREE_CLONE), "open_tree");
	return try_at(t, at, "secret");
}

int by_detached_file(const struct target *t)
{
	int at;

	if (!t->root)
		own_mounts(t);
	at = (int)must(syscall(SYS_open_tree, AT_FDCWD, t->path, OPEN_TREE_CLONE), "open_tree");
	return try_open(t, text("/proc/self/fd/%d", at));
}

int by_move_mount(const struct target *t)
{
	int at;

	own_mounts(t);
	at = (int)must(syscall(SYS_open_tree, AT_FDCWD, t->dir, OPEN_TREE_CLONE), "open_tree");
	must(syscall(SYS_move_mount, at, "", AT_FDCWD, "/f/dir", MOVE_MOUNT_F_EMPTY_PATH), "move_mount");
	return try_open(t, "/f/dir/secret");
}

int by_mount_beneath(const struct target *t)
{
	int at;

	own_mounts(t);
	must(mount("none", "/f/dir", "tmpfs", 0, NULL), "tmpfs");
	must(mkdir("/f/dir/in", 0777), "mkdir");
	must(mount("none", "/f/dir/in", "tmpfs", 0, NULL), "tmpfs");
	at = (int)must(syscall(SYS_open_tree, AT_FDCWD, t->dir, OPEN_TREE_CLONE), "open_tree");
	must(syscall(SYS_move_mount, at, "", AT_FDCWD, "/f/dir/in", MOVE_MOUNT_F_EMPTY_PATH | 0x200), "beneath");
	must(umount2("/f/dir/in", MNT_DETACH), "umount of the upper");
	return try_open(t, "/f/dir/in/secret");
}

int by_idmapped(const struct target *t)
{
	struct { uint64_t set, clear, propagation, userns; } attr = { .set = 0x00100000 };
	int at, ns;
	pid_t pid = (pid_t)must(fork(), "fork");

	if (!pid) {
		if (unshare(CLONE_NEWUSER))
			_exit(1);
		pause();
	}
	usleep(20000);
	must(put(text("/proc/%d/uid_map", pid), "0 0 65536"), "uid_map");
	must(put(text("/proc/%d/gid_map", pid), "0 0 65536"), "gid_map");
	ns = (int)must(open(text("/proc/%d/ns/user", pid), O_RDONLY), "namespace");
	attr.userns = (uint64_t)ns;
	/* on ext4: the guest's root has no id maps */
	at = (int)must(syscall(SYS_open_tree, AT_FDCWD, "/e/read", OPEN_TREE_CLONE), "open_tree");
	must(syscall(SYS_mount_setattr, at, "", AT_EMPTY_PATH, &attr, sizeof attr), "mount_setattr");
	return elsewhere(try_at(t, at, "secret"));
}

int by_remount(const struct target *t)
{
	own_mounts(t);
	bound(t->dir, "/f/dir", 0);
	must(mount(NULL, "/f/dir", NULL, MS_BIND | MS_REMOUNT | MS_NOEXEC | MS_NOATIME, NULL), "remount");
	return try_open(t, "/f/dir/secret");
}

int by_lazy_umount(const struct target *t)
{
	int at;

	own_mounts(t);
	bound(t->dir, "/f/dir", 0);
	at = (int)must(open("/f/dir", O_PATH | O_DIRECTORY), "directory");
	must(umount2("/f/dir", MNT_DETACH), "lazy umount");
	return try_at(t, at, "secret");
}

int by_chroot(const struct target *t)
{
	if (!t->root)
		own_mounts(t);
	must(chroot(t->dir), "chroot");
	return try_open(t, "/secret");
}

int by_chroot_above(const struct target *t)
{
	if (!t->root)
		own_mounts(t);
	must(chroot("/b"), "chroot");
	must(chdir("/"), "chdir");
	return try_open(t, text("%s/secret", t->op));
}

int by_pivot_root(const struct target *t)
{
	own_mounts(t);
	must(mount("none", "/f", "tmpfs", 0, NULL), "tmpfs");
	must(mkdir("/f/new", 0777) | mkdir("/f/new/old", 0777), "mkdir");
	/* the first root of a guest cannot be pivoted away from: chroot into a mount first */
	must(mount("/f/new", "/f/new", NULL, MS_BIND, NULL), "bind mount");
	must(mkdir("/f/new/b", 0777), "mkdir");
	must(mount(t->dir, "/f/new/b", NULL, MS_BIND, NULL), "bind mount");
	must(chdir("/f/new"), "chdir");
	if (syscall(SYS_pivot_root, ".", "old")) {
		must(mount("/f/new", "/", NULL, MS_MOVE, NULL), "move to the root");
		must(chroot("."), "chroot");
	}
	return try_open(t, "/b/secret");
}

int by_user_namespace(const struct target *t)
{
	struct target user = *t;

	user.root = false;
	own_mounts(&user);
	return try_open(t, t->path);
}

/* A process that waits where the protected directory is seen as /f/dir, too. */
static pid_t elsewhere_mounted(const struct target *t)
{
	pid_t pid;

	if (!t->root)
		own_mounts(t);
	pid = (pid_t)must(fork(), "fork");
	if (!pid) {
		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount(t->dir, "/f/dir", NULL, MS_BIND, NULL))
			_exit(1);
		pause();
	}
	usleep(20000);
	return pid;
}

int by_setns(const struct target *t)
{
	pid_t pid = elsewhere_mounted(t);
	int ns;

	ns = (int)must(open(text("/proc/%d/ns/mnt", pid), O_RDONLY), "namespace");
	must(setns(ns, CLONE_NEWNS), "setns");
	return try_open(t, "/f/dir/secret");
}

int by_other_namespace(const struct target *t)
{
	pid_t pid = elsewhere_mounted(t);
	int rc;

	rc = try_open(t, text("/proc/%d/root/f/dir/secret", pid));
	kill(pid, SIGKILL);
	return rc;
}

/* ---- filesystems mounted inside, or after install ---- */

static void late(const char *where)
{
	must(mount("none", where, "tmpfs", 0, NULL), "tmpfs");
	must(chmod(where, 0777), "mode");
}

/* So that the programs know the filesystem by its place. */
static void look(const char *path)
{
	close(open(path, O_RDONLY));
}

/* Writes before it is denied to: the content is there, reading it is what is tried. */
static int late_file(const struct target *t, const char *path, const char *name)
{
	must(put(name, SECRET), "new file");
	return elsewhere(try_open(t, path));
}

int by_nested_mount(const struct target *t)
{
	late(t->sub);
	return late_file(t, text("%s/x", t->sub), text("%s/x", t->sub));
}

int by_nested_user_mount(const struct target *t)
{
	own_mounts(t);
	late(t->sub);
	return late_file(t, text("%s/x", t->sub), text("%s/x", t->sub));
}

int by_late_mount(const struct target *t)
{
	late("/late");
	return late_file(t, "/late/secret", "/late/secret");
}

int by_late_mount_api(const struct target *t)
{
	int fs = (int)must(syscall(SYS_fsopen, "tmpfs", 0), "fsopen"), at;

	must(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "fsconfig");
	at = (int)must(syscall(SYS_fsmount, fs, 0, 0), "fsmount");
	must(syscall(SYS_move_mount, at, "", AT_FDCWD, "/late", MOVE_MOUNT_F_EMPTY_PATH), "move_mount");
	must(put("/late/secret", SECRET), "new file");
	return elsewhere(try_at(t, at, "secret"));
}

int by_late_bound(const struct target *t)
{
	late("/late");
	must(put("/late/secret", SECRET), "new file");
	bound("/late", "/f/dir", 0);
	look("/late/secret");
	must(umount("/late"), "umount");
	return elsewhere(try_open(t, "/f/dir/secret"));
}

int by_late_detached(const struct target *t)
{
	int at;

	late("/late");
	must(put("/late/secret", SECRET), "new file");
	look("/late/secret");
	at = (int)must(syscall(SYS_open_tree, AT_FDCWD, "/late", OPEN_TREE_CLONE), "open_tree");
	must(umount2("/late", MNT_DETACH), "umount");
	return elsewhere(try_at(t, at, "secret"));
}

/* Nobody looked at it while it stood at its place. */
int by_late_detached_unseen(const struct target *t)
{
	int fs = (int)must(syscall(SYS_fsopen, "tmpfs", 0), "fsopen"), at, fd;

	must(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "fsconfig");
	at = (int)must(syscall(SYS_fsmount, fs, 0, 0), "fsmount");
	must(syscall(SYS_move_mount, at, "", AT_FDCWD, "/late", MOVE_MOUNT_F_EMPTY_PATH), "move_mount");
	must(mknod("/late/secret", S_IFREG | 0666, 0), "mknod");
	fd = (int)must(syscall(SYS_open_tree, AT_FDCWD, "/late", OPEN_TREE_CLONE), "open_tree");
	must(umount2("/late", MNT_DETACH), "umount");
	return elsewhere(try_at(t, fd, "secret") == -EBADMSG ? 0 : -errno);
}

int by_remounted_device(const struct target *t)
{
	char device[128] = "";
	FILE *f = fopen("/t/e.device", "re");

	must(f && fscanf(f, "%127s", device) == 1 ? 0 : -1, "the device of /e");
	must(mount(device, "/f/dir", "ext4", 0, NULL), "mount of the device elsewhere");
	return elsewhere(try_open(t, "/f/dir/read/secret"));
}

int by_raw_device(const struct target *t)
{
	char device[128] = "", *room = malloc(1 << 20);
	FILE *f = fopen("/t/e.device", "re");
	int fd;
	ssize_t n;

	must(f && fscanf(f, "%127s", device) == 1 ? 0 : -1, "the device of /e");
	fd = (int)must(open(device, O_RDONLY), "open of the device");
	(void)t;
	while ((n = must(read(fd, room, 1 << 20), "read of the device")) > 0)
		if (memmem(room, (size_t)n, "EXT4-SECRET", 11))
			return 0;
	return -EBADMSG;
}

/* Another proc at that place, and a file of it. */
static int proc_at(const struct target *t, const char *place, const char *name)
{
	const char *path = text("%s/%s", place, name);
	pid_t pid;

	if (t->root)
		must(unshare(CLONE_NEWNS), "unshare");
	else
		own_mounts(t);
	must(unshare(CLONE_NEWPID), "pid namespace");
	pid = (pid_t)must(fork(), "fork");
	if (!pid) {
		must(mount("none", place, "proc", 0, NULL), "mount of another proc");
		_exit(open(path, O_RDONLY) < 0 ? errno : WORKED);
	}
	errno = -waited(pid);
	return -errno;
}
int by_nested_proc(const struct target *t) { return elsewhere(proc_at(t, t->sub, "version")); }
int by_nested_proc_place(const struct target *t) { return elsewhere(proc_at(t, t->sub, "cmdline")); }

int by_other_proc(const struct target *t) { return proc_at(t, "/f/dir", "version"); }

int by_other_sys(const struct target *t)
{
	if (!t->root)
		own_mounts(t);
	must(unshare(CLONE_NEWNET), "network namespace");
	must(mount("none", "/f/dir", "sysfs", 0, NULL), "mount of another sysfs");
	return open("/f/dir/kernel/profiling", O_RDONLY) < 0 ? -errno : 0;
}
