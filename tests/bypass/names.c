/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another name for the object, or another object for its name. Where the rule denies
 * read or write, reaching the content afterwards is what counts.
 */
#include "bypass.h"
#include <linux/fs.h>

static int moved(const struct target *t, const char *from, const char *to, unsigned flags,
		 const char *then)
{
	must(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags), "rename");
	return try_open(t, then);
}
int by_rename(const struct target *t) { return moved(t, t->path, "/f/x", 0, "/f/x"); }
int by_rename_over(const struct target *t) { return moved(t, t->path, "/f/plain", 0, "/f/plain"); }
int by_noreplace(const struct target *t) { return moved(t, t->path, "/f/x", RENAME_NOREPLACE, "/f/x"); }
int by_whiteout(const struct target *t) { return moved(t, t->path, "/f/x", RENAME_WHITEOUT, "/f/x"); }
int by_exchange(const struct target *t) { return moved(t, t->path, "/f/plain", RENAME_EXCHANGE, "/f/plain"); }
int by_exchange_back(const struct target *t) { return moved(t, "/f/plain", t->path, RENAME_EXCHANGE, "/f/plain"); }
int by_rename_tree(const struct target *t) { return moved(t, t->dir, "/f/t", 0, "/f/t/secret"); }
int by_rename_sub(const struct target *t)
{
	return elsewhere(moved(t, t->sub, "/f/t", 0, "/f/t/secret"));
}
int by_rename_ancestor(const struct target *t)
{
	return moved(t, "/b", "/bb", 0, text("/bb/%s/secret", t->op));
}
int by_exchange_trees(const struct target *t) { return moved(t, t->dir, "/f/dir", RENAME_EXCHANGE, "/f/dir/secret"); }
int by_exchange_file_with_directory(const struct target *t)
{
	return moved(t, t->path, "/f/dir", RENAME_EXCHANGE, "/f/dir");
}
int by_rename_dirfd(const struct target *t)
{
	int at = (int)must(open(t->dir, O_PATH | O_DIRECTORY), "directory"), to;

	to = (int)must(open("/f", O_PATH | O_DIRECTORY), "directory");
	must(renameat(at, "secret", to, "x"), "renameat");
	return try_at(t, to, "x");
}

/* The free directory takes the tree's place, then the tree's name is read. */
int by_two_steps(const struct target *t)
{
	must(rename(t->dir, text("%s2", t->dir)), "rename of the tree beside itself");
	return try_open(t, text("%s2/secret", t->dir));
}

int by_ring_rename(const struct target *t)
{
	struct io_uring_sqe sqe = { .opcode = IORING_OP_RENAMEAT, .fd = AT_FDCWD, .len = (unsigned)AT_FDCWD,
				    .addr = (uintptr_t)t->path, .addr2 = (uintptr_t)"/f/x" };
	long rc = ring_call(&sqe, 0);

	errno = rc < 0 ? (int)-rc : 0;
	must(rc, "io_uring rename");
	return try_open(t, "/f/x");
}

int by_pattern(const struct target *t)
{
	must(linkat(AT_FDCWD, t->path, AT_FDCWD, "/f/x.key", 0), "another name"); /* still denied */
	must(rename("/f/x.key", "/f/x.txt"), "rename");
	return try_open(t, "/f/x.txt");
}

static int linked(const struct target *t, int at, const char *from, int flags)
{
	must(linkat(at, from, AT_FDCWD, "/f/x", flags), "linkat");
	return try_open(t, "/f/x");
}
int by_link(const struct target *t) { return linked(t, AT_FDCWD, t->path, 0); }
int by_link_symlink(const struct target *t) { return linked(t, AT_FDCWD, "/f/link", AT_SYMLINK_FOLLOW); }
int by_link_empty_path(const struct target *t)
{
	return linked(t, (int)must(open(t->path, O_PATH), "O_PATH"), "", AT_EMPTY_PATH);
}
int by_link_proc(const struct target *t)
{
	return linked(t, AT_FDCWD, text("/proc/self/fd/%ld", must(open(t->path, O_PATH), "O_PATH")),
		      AT_SYMLINK_FOLLOW);
}
int by_link_held(const struct target *t)
{
	return linked(t, AT_FDCWD, text("/proc/self/fd/%d", t->held[0]), AT_SYMLINK_FOLLOW);
}
int by_ring_link(const struct target *t)
{
	struct io_uring_sqe sqe = { .opcode = IORING_OP_LINKAT, .fd = AT_FDCWD, .len = (unsigned)AT_FDCWD,
				    .addr = (uintptr_t)t->path, .addr2 = (uintptr_t)"/f/x" };
	long rc = ring_call(&sqe, 0);

	errno = rc < 0 ? (int)-rc : 0;
	must(rc, "io_uring link");
	return try_open(t, "/f/x");
}

/* Made before the programs were there: /h/plain is another name of /h/secret. */
int by_link_before(const struct target *t) { return try_open(t, "/h/plain"); }

int by_link_before_ext4(const struct target *t)
{
	struct stat st;

	if (stat("/e/linked", &st))
		not_here("no ext4 here");
	if (t->root)
		drop_caches();
	return try_open(t, "/e/linked");
}

int by_link_before_moved(const struct target *t)
{
	int rc;

	must(rename("/h/plain", "/h/moved"), "rename");
	rc = try_open(t, "/h/moved");
	must(rename("/h/moved", "/h/plain"), "rename back");
	return rc;
}

int by_link_before_linked(const struct target *t)
{
	unlink("/h/again");
	must(link("/h/plain", "/h/again"), "link");
	return try_open(t, "/h/again");
}

int by_link_before_reopened(const struct target *t)
{
	return try_open(t, text("/proc/self/fd/%ld", must(open("/h/plain", O_PATH), "O_PATH")));
}

/* Once its protected name is gone, and only the other is left. */
int by_link_before_alone(const struct target *t)
{
	must(unlink(text("/h/alone/%d", getuid())), "unlink");
	return try_open(t, text("/h/left-%d", getuid()));
}

int by_link_before_mapped(const struct target *t)
{
	char *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE,
			(int)must(open("/h/plain-load", O_RDONLY), "open"), 0);

	(void)t;
	return (int)must(at == MAP_FAILED ? -1 : 0, "mmap");
}

int truncate_link_before(const struct target *t)
{
	(void)t;
	return (int)must(truncate("/h/plain-truncate", 1), "truncate");
}

int chmod_link_before(const struct target *t)
{
	(void)t;
	return (int)must(chmod("/h/plain-chmod", 0666), "chmod");
}

/* ---- another object under the name: the rule is about the name, so it holds ---- */

int by_recreated(const struct target *t)
{
	must(unlink(t->path), "unlink");
	must(mknod(t->path, S_IFREG | 0666, 0), "mknod");
	return try_open(t, t->path) == -EBADMSG ? 0 : -errno;
}

int by_replaced(const struct target *t)
{
	must(put("/f/new", SECRET), "new file");
	must(rename("/f/new", t->path), "rename over it");
	return elsewhere(try_open(t, t->path));
}

int by_replaced_exchange(const struct target *t)
{
	must(put("/f/new", SECRET), "new file");
	must(syscall(SYS_renameat2, AT_FDCWD, "/f/new", AT_FDCWD, t->path, RENAME_EXCHANGE), "exchange");
	return elsewhere(try_open(t, t->path));
}

int by_tmpfile(const struct target *t)
{
	int fd = (int)must(open("/f", O_TMPFILE | O_RDWR, 0666), "O_TMPFILE");

	must(write(fd, SECRET, strlen(SECRET)), "write");
	must(unlink(t->path), "unlink");
	must(linkat(AT_FDCWD, text("/proc/self/fd/%d", fd), AT_FDCWD, t->path, AT_SYMLINK_FOLLOW), "linkat");
	return elsewhere(try_open(t, t->path));
}

int by_new_name(const struct target *t)
{
	char *name = (char *)text("%s/new", t->dir);

	must(linkat(AT_FDCWD, "/f/plain", AT_FDCWD, name, 0), "link into the tree");
	return elsewhere(try_open(t, name)) == -EBADMSG ? 0 : -errno;
}

int by_new_directory(const struct target *t)
{
	char *name = (char *)text("%s/new", t->dir);

	must(mkdir(name, 0777), "mkdir");
	must(linkat(AT_FDCWD, "/f/plain", AT_FDCWD, text("%s/x", name), 0), "link into the tree");
	errno = 0;
	return elsewhere(try_open(t, text("%s/x", name))) == -EBADMSG || !errno ? 0 : -errno;
}

int by_directory_into(const struct target *t)
{
	char *name = (char *)text("%s/dir", t->dir);

	must(rename("/f/dir", name), "rename into the tree");
	errno = 0;
	return elsewhere(try_open(t, text("%s/plain", name))) == -EBADMSG || !errno ? 0 : -errno;
}

int by_tmpfile_inside(const struct target *t)
{
	return elsewhere(reach(t, open(t->dir, O_TMPFILE | O_WRONLY, 0666)));
}

int by_create_inside(const struct target *t)
{
	return elsewhere(reach(t, open(text("%s/new", t->dir), O_CREAT | O_EXCL | O_WRONLY, 0666)));
}

/* Replacing what a rule against write names: its content is not what was written. */
int by_replacing(const struct target *t)
{
	must(put("/f/new", "REPLACED\n"), "new file");
	return (int)must(rename("/f/new", t->path), "rename over it");
}

int by_unlinking(const struct target *t)
{
	return (int)must(unlink(t->path), "unlink");
}

int by_symlink_in_place(const struct target *t)
{
	must(unlink(t->path), "unlink");
	return (int)must(symlink("/f/plain", t->path), "symlink in its place");
}

/* ---- directories whose names the filesystem judges itself ---- */

int by_casefold(const struct target *t)
{
	if (access("/ci/dir", F_OK))
		not_here("no case-insensitive ext4 here");
	return try_open(t, "/ci/dir/SECRET");
}

int by_casefold_reopened(const struct target *t)
{
	if (access("/ci/dir", F_OK))
		not_here("no case-insensitive ext4 here");
	must(open("/ci/dir/sEcReT", O_PATH), "O_PATH"); /* the name the kernel remembers */
	return try_open(t, "/ci/dir/secret");
}

int by_vfat_case(const struct target *t)
{
	if (access("/fat/secret", F_OK))
		not_here("no vfat here");
	return try_open(t, "/fat/SeCrEt");
}

int by_vfat_case_evicted(const struct target *t)
{
	if (access("/fat/secret", F_OK))
		not_here("no vfat here");
	drop_caches();
	return try_open(t, "/fat/sEcReT");
}

int by_vfat_short(const struct target *t)
{
	if (access("/fat/secretlongname.txt", F_OK))
		not_here("no vfat here");
	return try_open(t, "/fat/SECRET~1.TXT");
}
