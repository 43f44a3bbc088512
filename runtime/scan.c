/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The automaton of the policy is stepped along, so that only directories below which
 * some rule lies are entered. Each filesystem is walked at the mount by which the
 * programs name it, never across mounts, and by descriptors: renames and links on the
 * way cannot lead out of it.
 */
#include "runtime/scan.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bpf-templates/decide_host.h"
#include "runtime/escape.h"
#include "runtime/folding.h"
#include "runtime/hooks.h"
#include "runtime/mounts.h"
#include "runtime/open_name.h"
#include "runtime/rows.h"

#define DEPTH_MAX 200 /* directories that are open at once */
#define TELL_SECONDS 5
#define NOTES_MAX 10

struct walk {
	struct nb_host_images images;
	const struct scan_bounds *bounds;
	struct scan *scan;
	FILE *progress;
	const struct mount *mount;
	FILE *out;  /* for notes; NULL in further passes */
	bool folds; /* single directories of the filesystem may, and none above this does */
	bool over;  /* a bound was hit */
};

static void missed(struct walk *w, const char *name, const char *why)
{
	if (!w->scan->why[0])
		snprintf(w->scan->why, sizeof w->scan->why, "'%.200s' below %.200s: %s", name,
			 w->mount->point, why);
}

static time_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* Counts a name; false when there may be no more. */
static bool go_on(struct walk *w, const char *name)
{
	struct scan *scan = w->scan;
	time_t t;

	if (++scan->looked > w->bounds->names) {
		missed(w, name, "there are too many names");
		w->over = true;
	}
	if (scan->looked % 256 && !w->over)
		return true;
	t = now();
	if (t - scan->began > w->bounds->seconds) {
		missed(w, name, "it takes too long");
		w->over = true;
	}
	if (t - scan->told >= TELL_SECONDS) {
		fprintf(w->progress, "looking for hard links: %llu names so far\n",
			(unsigned long long)scan->looked);
		fflush(w->progress);
		scan->told = t;
	}
	return !w->over;
}

/* The stat itself is what matters: see marks.c. */
static mode_t look(struct walk *w, int dir, const char *name, bool count)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT)) {
		if (errno != ENOENT)
			missed(w, name, strerror(errno));
		return 0;
	}
	w->scan->linked += count && !S_ISDIR(st.st_mode) && st.st_nlink > 1;
	return st.st_mode;
}

static int enter(int dir, const char *name)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV | RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};

	return (int)syscall(SYS_openat2, dir, name, &how, sizeof how);
}

/* A directory below which rules lie: does it tell capital from small letters? What is
 * made in one that does not, does not either, so that only the uppermost is named. Not
 * asked where rules deny ioctl. */
static bool note_folding(struct walk *w, int fd, struct nb_host_place at)
{
	char link[32], path[4096];
	ssize_t n;

	if (!w->folds || nb_host_place_ops(&w->images, at) & 1u << NB_OP_IOCTL ||
	    !folding_directory(fd))
		return false;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (!w->out || n < 0)
		return true;
	path[n] = '\0';
	if (++w->scan->folding <= NOTES_MAX && nb_host_names_below(&w->images, path))
		folding_say(path, w->mount->type, w->out);
	return true;
}

/* self: its name, for messages. */
static void walk(struct walk *w, const char *self, int fd, struct nb_host_place at,
		 unsigned depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	bool folds = w->folds;

	if (!dir) {
		close(fd);
		missed(w, self, strerror(errno));
		return;
	}
	w->folds = folds && !note_folding(w, fd, at);
	while ((errno = 0, entry = readdir(dir)) && go_on(w, entry->d_name)) {
		const char *name = entry->d_name;
		struct nb_host_place next;
		bool is_dir = entry->d_type == DT_DIR, asked;
		int below;

		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		next = nb_host_step(&w->images, at, name);
		asked = nb_host_place_ops(&w->images, next) & NB_MARKED_OPS;
		if (!is_dir && (asked || (entry->d_type == DT_UNKNOWN && next.state)))
			is_dir = S_ISDIR(look(w, fd, name, asked));
		if (!is_dir || !next.state)
			continue;
		below = depth < DEPTH_MAX ? enter(fd, name) : -1;
		if (below >= 0)
			walk(w, name, below, next, depth + 1);
		else if (depth == DEPTH_MAX)
			missed(w, name, "this is too deep");
		else if (errno != ENOENT && errno != ENOTDIR && errno != EXDEV && errno != ELOOP)
			missed(w, name, strerror(errno));
	}
	if (errno && !w->over)
		missed(w, self, strerror(errno));
	w->folds = folds;
	closedir(dir);
}

/* ---- mounts ---- */

static bool is_one_of(const char *type, const char *const *list)
{
	for (; *list; list++) {
		size_t len = strlen(*list);

		if (!strncmp(type, *list, len) && (!type[len] || type[len] == '.'))
			return true;
	}
	return false;
}

static const char *const without_links[] = {
	"proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue", "debugfs", "tracefs",
	"securityfs", "bpf", "binfmt_misc", "configfs", "pstore", "efivarfs", "fusectl",
	"rpc_pipefs", "selinuxfs", "autofs", "nsfs", "vfat", "msdos", "exfat", NULL};
/* Their servers make links as they like, before and after. */
static const char *const remote[] = {"fuse", "fuseblk", "nfs", "nfs4", "cifs", "smb3",
				     "9p",   "ceph",	"afs", "virtiofs", NULL};

/* Whether the programs name its files by this mount: the oldest of the whole filesystem,
 * or if none is, by any. */
static bool names_files(const struct mounts *mounts, const struct mount *m)
{
	bool whole = !strcmp(m->root, "/");

	for (size_t i = 0; i < mounts->n; i++) {
		const struct mount *other = &mounts->at[i];

		if (other != m && other->dev == m->dev && !strcmp(other->root, "/") &&
		    (!whole || other->id < m->id))
			return false;
	}
	return true;
}

static struct nb_host_place place_of(struct walk *w, const char *path)
{
	struct nb_host_place at = nb_host_root(&w->images);
	char name[256];

	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		size_t len = strcspn(path, "/");

		snprintf(name, sizeof name, "%.*s", (int)len, path);
		at = nb_host_step(&w->images, at, name);
		path += len;
	}
	return at;
}

static void walk_mount(struct walk *w, const struct mount *m, FILE *out)
{
	struct nb_host_place at = place_of(w, m->point);
	int fd;

	w->mount = m;
	w->folds = folding_by_directory(m->type);
	if (!at.state || is_one_of(m->type, without_links))
		return;
	if (is_one_of(m->type, remote)) {
		if (out) {
			fputs("not looked at for hard links: ", out);
			escape_lines(out, m->point, strlen(m->point));
			fprintf(out, ", which is %s\n", m->type);
		}
		return;
	}
	fd = open(m->point, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		if (errno != ENOTDIR && errno != ENOENT)
			missed(w, ".", strerror(errno));
		return;
	}
	if (open_mount_id(fd) == m->id) /* otherwise another mount covers it */
		walk(w, ".", fd, at, 0);
	else
		close(fd);
}

int scan_walk(const struct bundle *bundle, const struct scan_bounds *bounds, FILE *out,
	      FILE *progress, struct scan *scan, struct error *err)
{
	const struct bundle_entry *paths =
		bundle_find(bundle, image_table[NB_IMAGE_PATHS].entry);
	const struct bundle_entry *rows =
		bundle_find(bundle, image_table[NB_IMAGE_ROWS].entry);
	struct walk w = {.bounds = bounds, .scan = scan, .progress = progress, .out = out};
	struct mounts CLEANUP_MOUNTS mounts = {0};

	if (!paths || !rows)
		return 0;
	w.images = (struct nb_host_images){.paths = paths->at, .rows = rows->at};
	if (mounts_read("/proc/self/mountinfo", &mounts, err))
		return -1;
	if (!scan->began)
		scan->began = scan->told = now();
	for (size_t i = 0; i < mounts.n && !w.over; i++)
		if (names_files(&mounts, &mounts.at[i]))
			walk_mount(&w, &mounts.at[i], out);
	return 0;
}
