/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, the lock, and reading of generations; pins_change.c writes and removes. */
#include "runtime/pins.h"
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "runtime/options.h"

#define DEFAULT_BPFFS "/sys/fs/bpf"

static int oldest_first(const void *left, const void *right)
{
	const struct generation *a = left, *b = right;

	return (a->number > b->number) - (a->number < b->number);
}

/* "gen-" twelve hex digits "-" number */
static bool parse_name(const char *name, struct generation *out)
{
	char *end;

	if (strncmp(name, "gen-", 4) || strspn(name + 4, "0123456789abcdef") != 12 ||
	    name[16] != '-' || name[17] < '0' || name[17] > '9' ||
	    strlen(name) >= sizeof out->name)
		return false;
	out->number = (unsigned)strtoul(name + 17, &end, 10);
	memcpy(out->name, name, strlen(name) + 1);
	return !*end;
}

static bool exists(const char *pin, const char *generation, const char *name)
{
	char path[4400];

	snprintf(path, sizeof path, "%s/%s/%s", pin, generation, name);
	return access(path, F_OK) == 0;
}

int pins_list(const char *pin, struct generations *out, struct error *err)
{
	DIR *dir = opendir(pin);
	struct dirent *entry;

	out->n = 0;
	if (!dir && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!dir)
		return error_set(err, EXIT_SYSTEM, "cannot read %s: %s. Run as root.",
				 pin, strerror(errno));
	while ((entry = readdir(dir)) && out->n < GENERATIONS_MAX) {
		struct generation *g = &out->at[out->n];

		if (!parse_name(entry->d_name, g))
			continue;
		g->complete = exists(pin, g->name, "map_nb_meta");
		out->n++;
	}
	closedir(dir);
	qsort(out->at, out->n, sizeof *out->at, oldest_first);
	return 0;
}

static bool on_bpffs(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && fs.f_type == BPF_FS_MAGIC;
}

static int take_lock(const char *pin, struct error *err)
{
	int fd CLEANUP_FD = open(pin, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW),
	       out;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return error_set(err, EXIT_SYSTEM, "cannot open %s: %s. Run as root.",
				 pin, strerror(errno));
	if (st.st_uid != 0 || st.st_mode & 022)
		return error_set(
			err, EXIT_SYSTEM,
			"%s can be written by others than root, who could plant or remove "
			"what is pinned there. Remove it, or choose another --pin.",
			pin);
	if (flock(fd, LOCK_EX | LOCK_NB))
		return error_set(
			err, EXIT_SYSTEM,
			"another netbpf-load is at work on %s. Try again when it is done.",
			pin);
	out = fd;
	fd = -1;
	return out;
}

/* The default place only: what another --pin means is the operator's to mount. */
static int mount_bpffs(const char *pin, FILE *out, struct error *err)
{
	if (strcmp(pin, DEFAULT_PIN) || on_bpffs(DEFAULT_BPFFS))
		return 0;
	if (mount("bpf", DEFAULT_BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "mode=0700"))
		return error_set(
			err, EXIT_SYSTEM,
			"bpffs, which keeps programs attached when this process ends, is "
			"not mounted, and mounting it at " DEFAULT_BPFFS " failed: %s. "
			"Run as root: mount -t bpf bpf " DEFAULT_BPFFS ".",
			strerror(errno));
	fprintf(out, "mounted bpffs at " DEFAULT_BPFFS "\n");
	return 0;
}

int pins_lock(const char *pin, FILE *out, struct error *err)
{
	char parent[4096], *slash;

	if (mount_bpffs(pin, out, err))
		return -1;
	if (mkdir(pin, 0700) && errno != EEXIST) {
		int code = errno;

		snprintf(parent, sizeof parent, "%s", pin);
		slash = strrchr(parent, '/');
		if (slash)
			*slash = '\0';
		return error_set(
			err, EXIT_SYSTEM,
			"cannot make the pin folder %s: %s. It must lie on a mounted bpffs "
			"(mount -t bpf bpf %s), and its name hold no dot.",
			pin, strerror(code), slash && *parent ? parent : DEFAULT_BPFFS);
	}
	if (!on_bpffs(pin)) {
		rmdir(pin);
		return error_set(
			err, EXIT_SYSTEM,
			"the pin folder %s does not lie on bpffs, so that nothing can be "
			"kept attached there. Mount one (mount -t bpf bpf DIR) and give a "
			"folder below it with --pin.",
			pin);
	}
	return take_lock(pin, err);
}

int pins_lock_existing(const char *pin, int *lock, struct error *err)
{
	*lock = -1;
	if (access(pin, F_OK) && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	*lock = take_lock(pin, err);
	return *lock < 0 ? -1 : 0;
}

int pins_open(const char *pin, const struct generation *g, const char *prefix,
	      const char *name)
{
	char path[4400];

	snprintf(path, sizeof path, "%s/%s/%s%s", pin, g->name, prefix, name);
	return bpf_obj_get(path);
}

u64 pins_hooks(const char *pin, const struct generation *g)
{
	char path[4400], names[NB_HOOK_COUNT * HOOK_NAME + 1], name[HOOK_NAME + 2];
	ssize_t len;
	u64 hooks = 0;

	snprintf(path, sizeof path, "%s/%s/" PINS_LIST, pin, g->name);
	len = readlink(path, names, sizeof names - 1);
	if (len < 0)
		return ~0ull;
	names[len] = '\0';
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		snprintf(name, sizeof name, " %s ", hook_table[i].function);
		if (strstr(names, name))
			hooks |= 1ull << i;
	}
	return hooks;
}

int pins_meta(const char *pin, const struct generation *g, struct meta *out,
	      struct error *err)
{
	int fd CLEANUP_FD = pins_open(pin, g, "map_", image_table[NB_IMAGE_META].map);
	struct map_view CLEANUP_VIEW view = {0};

	if (fd < 0 || map_view_open(fd, &view))
		return error_set(err, EXIT_SYSTEM,
				 "cannot read the META map of %s/%s: %s. Run "
				 "as root.",
				 pin, g->name, strerror(errno));
	return meta_parse(view.at, view.len, out, err);
}
