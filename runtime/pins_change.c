/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pinning and unpinning a generation. A link that is unpinned cannot be found any
 * more at once, but a worker of the kernel detaches its program a moment later and
 * then lets go of it: removal waits until the program is gone too, so that
 * "detached" is true when it is printed.
 */
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "runtime/pins.h"

#define WAIT_STEPS 300 /* of 10 ms, since the last one that went */
#define LINKS_MAX 64

static int pin_error(struct error *err, const char *path)
{
	return error_set(err, EXIT_SYSTEM,
			 "cannot pin %s: %s. The new policy was detached again; what was "
			 "installed before is untouched.",
			 path, strerror(errno));
}

/* The names of the hooks, where a symbolic link has its target. */
static int pin_list(const char *folder, const struct links *links, struct error *err)
{
	char path[4500], names[NB_HOOK_COUNT * HOOK_NAME + 1] = " ";

	for (unsigned i = 0; i < NB_HOOK_COUNT; i++)
		if (links->at[i]) {
			strcat(names, hook_table[i].function);
			strcat(names, " ");
		}
	snprintf(path, sizeof path, "%s/" PINS_LIST, folder);
	return symlink(names, path) ? pin_error(err, path) : 0;
}

static int pin_links(const char *folder, const struct links *links, struct error *err)
{
	char path[4500];

	/* first: a hook that stays without what it shares would deny all */
	for (unsigned i = 0; i < links->shares.n; i++) {
		const struct share *share = &links->shares.at[i];
		char name[SHARE_NAME];

		shares_name(share->of, share->by, name, sizeof name);
		snprintf(path, sizeof path, "%s/%s", folder, name);
		if (bpf_obj_pin(share->link, path))
			return pin_error(err, path);
	}
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		if (!links->at[i])
			continue;
		snprintf(path, sizeof path, "%s/link_%s", folder, hook_table[i].function);
		if (bpf_obj_pin(bpf_link__fd(links->at[i]), path))
			return pin_error(err, path);
	}
	return pin_list(folder, links, err);
}

static int pin_maps(const char *folder, const struct object *object, struct error *err)
{
	struct bpf_map *map;
	char path[4500];

	bpf_object__for_each_map(map, object->bpf)
	{
		/* images come below; maps of constants (.rodata) have no use outside */
		if (!bpf_map__autocreate(map) || bpf_map__is_internal(map))
			continue;
		snprintf(path, sizeof path, "%s/map_%s", folder, bpf_map__name(map));
		if (bpf_obj_pin(bpf_map__fd(map), path))
			return pin_error(err, path);
	}
	return 0;
}

static int pin_images(const char *folder, const struct object *object, struct error *err)
{
	char path[4500];

	for (unsigned i = 0; i < NB_IMAGE_COUNT; i++) {
		if (object->images[i] < 0)
			continue;
		snprintf(path, sizeof path, "%s/map_%s", folder, image_table[i].map);
		if (bpf_obj_pin(object->images[i], path))
			return pin_error(err, path);
	}
	return 0;
}

/* See shares.h of the programs. */
static int set_store(int control, u32 store)
{
	struct nb_control value;
	u32 zero = 0;

	if (control < 0)
		return 0;
	if (bpf_map_lookup_elem(control, &zero, &value))
		return -1;
	value.store = store;
	return bpf_map_update_elem(control, &zero, &value, BPF_ANY);
}

int pins_write(const char *pin, const struct generation *g, const struct object *object,
	       const struct links *links, struct error *err)
{
	int control = object_map(object, "nb_control");
	char folder[4400];
	struct error ignored;

	snprintf(folder, sizeof folder, "%s/%s", pin, g->name);
	if (mkdir(folder, 0700))
		return pin_error(err, folder);
	if (!pin_links(folder, links, err) && !pin_maps(folder, object, err)) {
		if (set_store(control, 0))
			error_set(err, EXIT_SYSTEM, "cannot write the map nb_control: %s.",
				  strerror(errno));
		else if (!pin_images(folder, object, err))
			return 0;
	}
	set_store(control, NB_LEAVING);
	pins_remove(pin, g, NULL, &ignored);
	return -1;
}

struct attached {
	uint32_t link, program;
};

static struct attached read_link(const char *path)
{
	struct bpf_link_info info = {0};
	uint32_t size = sizeof info;
	int fd CLEANUP_FD = bpf_obj_get(path);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		return (struct attached){0};
	return (struct attached){info.id, info.prog_id};
}

/* Ids of the pinned links, so that their end can be seen. */
static size_t collect_links(const char *folder, struct attached *out)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4700];
	size_t n = 0;

	while (dir && n < LINKS_MAX && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "link_", 5))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		out[n] = read_link(path);
		n += out[n].link != 0;
	}
	if (dir)
		closedir(dir);
	return n;
}

/* Removes the pins whose names start with prefix; counts them. */
static int unpin(const char *folder, const char *prefix, unsigned *removed)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4700];
	int code = 0;

	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (unlink(path))
			code = -1;
		else
			++*removed;
	}
	closedir(dir);
	return code;
}

static bool link_exists(uint32_t id)
{
	int fd CLEANUP_FD = bpf_link_get_fd_by_id(id);

	return fd >= 0;
}

static bool program_exists(uint32_t id)
{
	int fd CLEANUP_FD = bpf_prog_get_fd_by_id(id);

	return fd >= 0;
}

/* 0 when everything is detached, else the id of a link that somebody holds. A
 * program that outlives its link is held by somebody who looks at it, or shares. */
static uint32_t wait_for_links(const struct attached *at, size_t n, bool programs)
{
	size_t before = n;

	for (int step = 0; step < WAIT_STEPS; step++) {
		size_t left = 0;

		for (size_t i = 0; i < n; i++)
			left += link_exists(at[i].link) ||
				(programs && program_exists(at[i].program));
		if (!left)
			return 0;
		if (left < before)
			step = 0;
		before = left;
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	for (size_t i = 0; i < n; i++)
		if (link_exists(at[i].link))
			return at[i].link;
	return 0;
}

/* A hook whose link has gone is detached a moment later: until then what it shares would
 * deny when it is gone. Where a link is held, that is what it shall do. */
static int let_leave(int control, const struct attached *at, size_t n)
{
	if (wait_for_links(at, n, false))
		return 0;
	return set_store(control, NB_LEAVING);
}

int pins_remove(const char *pin, const struct generation *g, FILE *out, struct error *err)
{
	char folder[4400];
	struct attached attached[LINKS_MAX];
	int control CLEANUP_FD = pins_open(pin, g, "map_", "nb_control");
	unsigned maps = 0, links = 0, shares = 0;
	uint32_t held;
	size_t n;

	snprintf(folder, sizeof folder, "%s/%s", pin, g->name);
	n = collect_links(folder, attached);
	if (unpin(folder, "map_nb_meta", &maps) || unpin(folder, "link_", &links) ||
	    (out && let_leave(control, attached, n)) || unpin(folder, "share_", &shares) ||
	    unpin(folder, PINS_LIST, &shares) || unpin(folder, "", &maps) || rmdir(folder))
		return error_set(err, EXIT_SYSTEM,
				 "cannot remove %s: %s. Run as root; what is "
				 "left of it still denies.",
				 folder, strerror(errno));
	/* pins_write's failure path comes here with links that it still holds */
	held = out ? wait_for_links(attached, n, true) : 0;
	if (held)
		return error_set(
			err, EXIT_SYSTEM,
			"%s was removed, but a process still holds its link %u, which "
			"therefore goes on denying. Find it: bpftool link show id %u.",
			g->name, held, held);
	if (out)
		fprintf(out, "removed %s: %u hooks detached, %u maps freed\n", g->name,
			links, maps);
	return 0;
}
