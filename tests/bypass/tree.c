/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree around the object: made again before each try, unless the try before left
 * it as it was. Done by the keeper. */
#include "bypass.h"
#include <dirent.h>
#include <sys/socket.h>
#include <sys/un.h>

/* By descriptors: some trees are deeper than a path can say. */
static void remove_at(int at, const char *name)
{
	struct dirent *e;
	DIR *d;
	int fd;

	if (!unlinkat(at, name, 0))
		return;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	d = fd < 0 ? NULL : fdopendir(fd);
	while (d && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			remove_at(fd, e->d_name);
	if (d)
		closedir(d);
	unlinkat(at, name, AT_REMOVEDIR);
}

void unmount_all(void)
{
	static const char *const tops[] = { "/b/", "/f/", "/b", "/late" };
	char line[512], at[256];

	for (int again = 0; again < 8; again++) {
		FILE *mounts = fopen("/proc/self/mounts", "re");
		bool any = false;

		while (mounts && fgets(line, sizeof line, mounts))
			for (size_t i = 0; i < sizeof tops / sizeof *tops; i++)
				if (sscanf(line, "%*s %255s", at) == 1 &&
				    !strncmp(at, tops[i], strlen(tops[i])) &&
				    (tops[i][strlen(tops[i]) - 1] == '/' || !strcmp(at, tops[i])))
					any |= !umount2(at, MNT_DETACH);
		if (mounts)
			fclose(mounts);
		if (!any)
			return;
	}
}

static void make(const char *path, mode_t mode)
{
	mkdir(path, mode);
	chmod(path, mode);
}

static bool is(const struct target *t, const char *op) { return !strcmp(t->op, op); }

/* Everything whose change shows that the tree is not what it was. Times are set long
 * back when it is made, so that any change shows. */
static const char *watched(const struct target *t, int i)
{
	bool programs = is(t, "agent") || is(t, "worker") || is(t, "uid");
	const char *all[] = { programs ? "/b/bin" : "/b", "/f", "/f/dir", "/f/plain", "/f/dir/plain", "/late", t->dir, t->sub, t->path };

	return i < (int)(sizeof all / sizeof *all) ? all[i] : NULL;
}

static bool intact(const struct target *t)
{
	static const char *last;
	static dev_t device;
	bool same = last == t->op && !is(t, "xattr") && !is(t, "acl"); /* leave no time behind */
	struct stat st;
	const char *path;

	for (int i = 0; same && (path = watched(t, i)); i++)
		same = !lstat(path, &st) && st.st_dev == device && st.st_mtim.tv_sec == 1 &&
		       (i < 8 || (st.st_nlink == 1 && (st.st_mode & 07777) == 0666 && st.st_uid == USER));
	last = t->op;
	if (!same && !stat("/", &st))
		device = st.st_dev;
	return same;
}

static void age(const struct target *t)
{
	struct timespec back[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = 1 } };
	const char *path;

	for (int i = 0; (path = watched(t, i)); i++)
		utimensat(AT_FDCWD, path, back, AT_SYMLINK_NOFOLLOW);
}

/* A socket that listens at the name, until the next tree is made. */
static int listens(const char *path, int type, int *kept)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	close(*kept);
	*kept = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
	return bind(*kept, (void *)&name, sizeof name) || (type == SOCK_STREAM && listen(*kept, 64)) ||
	       chmod(path, 0777);
}

int fill(struct target *t)
{
	static int kept[2] = { -1, -1 };
	int rc;

	if (intact(t))
		return 0;
	unmount_all();
	remove_at(AT_FDCWD, "/bb");
	remove_at(AT_FDCWD, "/b");
	remove_at(AT_FDCWD, "/f");
	make("/b", 0777);
	make("/f", 0777);
	make("/f/dir", 0777);
	make("/late", 0777);
	make(t->dir, 0777);
	make(t->sub, 0777);
	rc = put(t->path, SECRET) | put(text("%s/secret", t->sub), SECRET);
	rc |= put("/f/plain", "PLAIN\n") | put("/f/dir/plain", "PLAIN\n");
	if (is(t, "exec") || is(t, "load"))
		rc |= copy_to("/t/prog", t->prog, 0755) |
		      put(text("%s/script", t->dir), "#!/t/prog\n") |
		      chmod(text("%s/script", t->dir), 0755) |
		      copy_to("/t/dynamic", text("%s/dynamic", t->dir), 0755);
	if (is(t, "agent") || is(t, "worker") || is(t, "uid")) {
		make("/b/bin", 0777);
		rc |= link("/t/bypass", "/b/bin/agent") | link("/t/bypass", "/b/bin/worker") |
		      link("/t/bypass", "/b/bin/other");
	}
	if (is(t, "connect"))
		rc |= listens(text("%s/stream", t->dir), SOCK_STREAM, &kept[0]) |
		      listens(text("%s/datagram", t->dir), SOCK_DGRAM, &kept[1]);
	rc |= chown(t->dir, USER, USER) | chown(t->sub, USER, USER) | chown(t->path, USER, USER);
	rc |= symlink(t->path, "/f/link") | symlink(t->dir, "/f/linkdir");
	age(t);
	return rc;
}

bool changed(int fd, const char *path)
{
	char seen[64] = "";
	ssize_t n = pread(fd, seen, sizeof seen - 1, 0);
	int again;

	if (n != (ssize_t)strlen(SECRET) || strcmp(seen, SECRET))
		return true;
	again = open(path, O_RDONLY | O_CLOEXEC);
	memset(seen, 0, sizeof seen);
	n = again < 0 ? -1 : read(again, seen, sizeof seen - 1);
	close(again);
	return n < 0 || strcmp(seen, SECRET);
}
