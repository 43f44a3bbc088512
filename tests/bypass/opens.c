/* SPDX-License-Identifier: BSD-2-Clause */
/* Ways to open a file by a name: its own, another spelling, or none at all. */
#include "bypass.h"
#include <poll.h>
#include <sys/fanotify.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <linux/openat2.h>

int by_open(const struct target *t) { return try_open(t, t->path); }

int by_flags_both(const struct target *t)
{
	struct target both = *t;

	both.flags = O_RDWR;
	return reach(t->flags == O_RDONLY ? t : &both, open(t->path, O_RDWR));
}

/* The flag that the kernel's own opens for execve have; users may not set it. */
int by_exec_flag(const struct target *t) { return reach(t, open(t->path, t->flags | 0x20)); }

int by_append(const struct target *t) { return reach(t, open(t->path, O_WRONLY | O_APPEND)); }
int by_creat(const struct target *t) { return reach(t, creat(t->path, 0666)); }
int by_nonblock(const struct target *t)
{
	return reach(t, open(t->path, t->flags | O_NONBLOCK | O_NOFOLLOW | O_SYNC | O_NOCTTY));
}

int by_trunc(const struct target *t)
{
	must(open(t->path, O_RDONLY | O_TRUNC), "open with O_TRUNC");
	return 0;
}

int by_access_mode_three(const struct target *t)
{
	int fd = (int)must(open(t->path, O_ACCMODE), "open with mode 3");

	/* neither reads nor writes, but asks for both rights; reopened, it might */
	return try_open(t, text("/proc/self/fd/%d", fd));
}

static int directory(const char *path)
{
	return (int)must(open(path, O_PATH | O_DIRECTORY), "open of a directory");
}

int by_dirfd(const struct target *t) { return try_at(t, directory(t->dir), "secret"); }
int by_dotdot(const struct target *t) { return try_at(t, directory(t->sub), "../secret"); }
int by_sub(const struct target *t)
{
	return elsewhere(try_open(t, text("%s/secret", t->sub)));
}
int by_spelling(const struct target *t) { return try_open(t, text("//b/.//%s//./sub/../secret", t->op)); }

static int resolving(const struct target *t, int at, const char *path, uint64_t resolve)
{
	struct open_how how = { .flags = (uint64_t)t->flags, .resolve = resolve };

	return reach(t, (int)syscall(SYS_openat2, at, path, &how, sizeof how));
}
int by_openat2(const struct target *t) { return resolving(t, AT_FDCWD, t->path, 0); }
int by_no_xdev(const struct target *t) { return resolving(t, directory(t->dir), "secret", RESOLVE_NO_XDEV); }
int by_no_magic(const struct target *t) { return resolving(t, AT_FDCWD, t->path, RESOLVE_NO_MAGICLINKS); }
int by_no_links(const struct target *t) { return resolving(t, AT_FDCWD, t->path, RESOLVE_NO_SYMLINKS); }
int by_beneath(const struct target *t) { return resolving(t, directory(t->dir), "sub/../secret", RESOLVE_BENEATH); }
int by_in_root(const struct target *t) { return resolving(t, directory(t->dir), "/../secret", RESOLVE_IN_ROOT); }
int by_cached(const struct target *t) { return resolving(t, AT_FDCWD, t->path, RESOLVE_CACHED); }

int by_reopen(const struct target *t)
{
	return try_open(t, text("/proc/self/fd/%ld", must(open(t->path, O_PATH), "O_PATH")));
}

int by_dev_fd(const struct target *t)
{
	return try_open(t, text("/dev/fd/%ld", must(open(t->path, O_PATH), "O_PATH")));
}

int by_thread_fd(const struct target *t)
{
	return try_open(t, text("/proc/thread-self/fd/%ld", must(open(t->path, O_PATH), "O_PATH")));
}

int by_path_directory(const struct target *t)
{
	return try_open(t, text("/proc/self/fd/%d/secret", directory(t->dir)));
}

int by_proc_root(const struct target *t) { return try_open(t, text("/proc/self/root%s", t->path)); }

int by_proc_cwd(const struct target *t)
{
	must(chdir(t->dir), "chdir");
	return try_open(t, "/proc/self/cwd/secret");
}

int by_other_root(const struct target *t)
{
	return try_open(t, text("/proc/%d/root%s", t->root ? 1 : getppid(), t->path));
}

int by_child_cwd(const struct target *t)
{
	pid_t pid = (pid_t)must(fork(), "fork");

	if (!pid) {
		if (chdir(t->dir))
			_exit(1);
		pause();
	}
	for (int i = 0; i < 100; i++) {
		char at[64] = "";

		if (readlink(text("/proc/%d/cwd", pid), at, sizeof at - 1) > 0 && !strcmp(at, t->dir))
			break;
		usleep(1000);
	}
	return try_open(t, text("/proc/%d/cwd/secret", pid));
}

int by_chdir(const struct target *t)
{
	must(chdir(t->dir), "chdir");
	return try_open(t, "secret");
}

int by_fchdir(const struct target *t)
{
	must(fchdir(directory(t->sub)), "fchdir");
	return try_open(t, "../secret");
}

int by_symlink(const struct target *t) { return try_open(t, "/f/link"); }
int by_symlink_directory(const struct target *t) { return try_open(t, "/f/linkdir/sub/../secret"); }

int by_own_symlink(const struct target *t)
{
	must(symlink(text("../b/%s/secret", t->op), "/f/mine"), "symlink");
	return try_open(t, "/f/mine");
}

int by_symlink_chain(const struct target *t)
{
	must(symlink("/proc/self/root/f/second", "/f/first"), "symlink");
	must(symlink("/f/linkdir/secret", "/f/second"), "symlink");
	return try_open(t, "/f/first");
}

/* ---- by handle ---- */

static int handle(const struct target *t, const char *mount_at, bool evict)
{
	struct { struct file_handle head; char room[128]; } h = { .head.handle_bytes = 128 };
	int id, at = (int)must(open(mount_at, O_RDONLY | O_DIRECTORY), "mount");

	must(name_to_handle_at(AT_FDCWD, evict ? "/e/read/secret" : t->path, &h.head, &id, 0),
	     "name_to_handle_at");
	if (evict) {
		sync();
		drop_caches();
	}
	return reach(t, open_by_handle_at(at, &h.head, t->flags));
}
int by_handle(const struct target *t) { return handle(t, "/b", false); }
int by_handle_evicted(const struct target *t) { return handle(t, "/e", true); }

int by_handle_reopened(const struct target *t)
{
	struct { struct file_handle head; char room[128]; } h = { .head.handle_bytes = 128 };
	int id, at = (int)must(open("/e", O_RDONLY | O_DIRECTORY), "mount"), fd;

	must(name_to_handle_at(AT_FDCWD, "/e/read/secret", &h.head, &id, 0), "name_to_handle_at");
	drop_caches();
	fd = (int)must(open_by_handle_at(at, &h.head, O_PATH), "open_by_handle_at with O_PATH");
	return try_open(t, text("/proc/self/fd/%d", fd));
}

/* ---- io_uring ---- */

static int ring_open(const struct target *t, unsigned char flags, unsigned setup)
{
	struct io_uring_sqe sqe = { .opcode = IORING_OP_OPENAT, .flags = flags, .fd = AT_FDCWD,
				    .addr = (uintptr_t)t->path, .open_flags = (unsigned)t->flags };
	long fd = ring_call(&sqe, setup);

	errno = fd < 0 ? (int)-fd : 0;
	return reach(t, (int)fd);
}
int by_ring(const struct target *t) { return ring_open(t, 0, 0); }
int by_ring_async(const struct target *t) { return ring_open(t, IOSQE_ASYNC, 0); }
int by_ring_polled(const struct target *t) { return ring_open(t, 0, IORING_SETUP_SQPOLL); }

int by_ring_openat2(const struct target *t)
{
	struct open_how how = { .flags = (uint64_t)t->flags };
	struct io_uring_sqe sqe = { .opcode = IORING_OP_OPENAT2, .fd = AT_FDCWD, .len = sizeof how,
				    .addr = (uintptr_t)t->path, .off = (uintptr_t)&how };
	long fd = ring_call(&sqe, 0);

	errno = fd < 0 ? (int)-fd : 0;
	return reach(t, (int)fd);
}

/* ---- odd names: the tree was made before, the name in it is new ---- */

static int named(const struct target *t, const char *name)
{
	int at = directory(t->dir);

	/* a link by its own name: what is inside the tree may be linked inside it */
	must(linkat(at, "secret", at, name, 0), "link inside the tree");
	return try_at(t, at, name);
}
int by_newline(const struct target *t) { return named(t, "se\ncret"); }
int by_metacharacters(const struct target *t) { return named(t, "*?[a]{b}\\"); }
int by_not_utf8(const struct target *t) { return named(t, "\xff\xfe\x80"); }
int by_trailing_space(const struct target *t) { return named(t, "secret "); }
int by_deleted_suffix(const struct target *t) { return named(t, "secret (deleted)"); }
int by_longest_name(const struct target *t)
{
	char name[256];

	memset(name, 'n', 255);
	name[255] = 0;
	return named(t, name);
}

static int below(const struct target *t, int levels, const char *name)
{
	int at = directory(t->dir);

	for (int i = 0; i < levels; i++) {
		must(mkdirat(at, name, 0777), "mkdir");
		at = (int)must(openat(at, name, O_PATH | O_DIRECTORY), "open of a directory");
	}
	must(linkat(AT_FDCWD, t->path, at, "secret", 0), "link inside the tree");
	return try_at(t, at, "secret");
}
int by_depth_14(const struct target *t) { return below(t, 14, "d"); }
int by_depth_40(const struct target *t) { return below(t, 40, "d"); }
int by_depth_300(const struct target *t) { return below(t, 300, "d"); }
int by_path_of_5000(const struct target *t)
{
	char name[201];

	memset(name, 'n', 200);
	name[200] = 0;
	return below(t, 25, name);
}

/* ---- other hands ---- */

int by_child(const struct target *t)
{
	pid_t pid = (pid_t)must(fork(), "fork");

	if (!pid)
		_exit(try_open(t, t->path) ? errno : WORKED);
	errno = -waited(pid);
	return -errno;
}

int by_fanotify(const struct target *t)
{
	int fan = (int)must(fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK, (unsigned)t->flags), "fanotify_init");
	struct fanotify_event_metadata event;
	char what = 'o', room[1];

	must(fanotify_mark(fan, FAN_MARK_ADD, FAN_OPEN | FAN_EVENT_ON_CHILD, AT_FDCWD, t->dir),
	     "fanotify_mark");
	/* somebody who may opens it: the keeper, asked to */
	must(write(t->box, &what, 1), "request");
	must(read(t->box, room, 1), "answer");
	must(read(fan, &event, sizeof event), "read of the event");
	return reach(t, event.fd);
}

static int ask(const struct target *t, char what)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } control;
	char byte;
	struct iovec one = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &one, .msg_iovlen = 1, .msg_control = control.room,
			    .msg_controllen = sizeof control.room };
	int fd;

	must(write(t->box, &what, 1), "request");
	must(recvmsg(t->box, &m, 0), "recvmsg");
	if (m.msg_flags & MSG_CTRUNC || !CMSG_FIRSTHDR(&m)) {
		errno = EPERM; /* the kernel leaves a refused descriptor out */
		return -1;
	}
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof fd);
	return fd;
}
int by_received(const struct target *t) { return reach(t, ask(t, t->flags == O_WRONLY ? 'w' : 'r')); }
int by_received_reopened(const struct target *t)
{
	return try_open(t, text("/proc/self/fd/%ld", must(ask(t, 'r'), "receive")));
}
int by_received_path(const struct target *t)
{
	return try_open(t, text("/proc/self/fd/%ld", must(ask(t, 'p'), "receive")));
}
int by_inherited(const struct target *t) { return reach(t, t->held[t->flags == O_WRONLY]); }
int by_inherited_reopened(const struct target *t)
{
	return try_open(t, text("/proc/self/fd/%d", t->held[0]));
}

int by_pidfd_getfd(const struct target *t)
{
	/* of the driver, which holds the object open; root may, others may not */
	int pidfd = (int)must(syscall(SYS_pidfd_open, getppid(), 0), "pidfd_open");

	return reach(t, (int)must(syscall(SYS_pidfd_getfd, pidfd, t->held[t->flags == O_WRONLY], 0),
				  "pidfd_getfd"));
}

int by_proc_fd(const struct target *t)
{
	return try_open(t, text("/proc/%d/fd/%d", getppid(), t->held[0]));
}

int by_map_files(const struct target *t)
{
	uintptr_t at = (uintptr_t)t->mapped;

	return try_open(t, text("/proc/self/map_files/%lx-%lx", at, at + 4096));
}

int by_core_dump(const struct target *t)
{
	struct stat st;

	must(chmod(t->path, 0600) | chown(t->path, 0, 0), "core file");
	dump_core(t->path);
	/* the kernel deletes the old file first, which is not what is tried here */
	return stat(t->path, &st) || !st.st_size ? elsewhere(-EPERM) : 0;
}

int by_swapon(const struct target *t)
{
	(void)t;
	must((int)syscall(SYS_swapon, "/e/write/swap", 0), "swapon");
	must((int)syscall(SYS_swapoff, "/e/write/swap"), "swapoff");
	return elsewhere(0);
}

int by_accounting(const struct target *t)
{
	int rc = (int)syscall(SYS_acct, t->path);

	must(rc, "acct");
	run("/t/prog", RUN("prog"));
	must(syscall(SYS_acct, NULL), "acct off");
	return 0;
}
