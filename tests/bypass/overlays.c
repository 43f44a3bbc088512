/* SPDX-License-Identifier: BSD-2-Clause */
/* The object as a layer of an overlay; the other layer is on a tmpfs of its own. */
#include "bypass.h"

static void layers(const struct target *t, const char *lower, const char *options)
{
	own_mounts(t);
	must(mount("none", "/f/dir", "tmpfs", 0, NULL), "tmpfs");
	must(mkdir("/f/dir/up", 0777) | mkdir("/f/dir/work", 0777) | mkdir("/f/dir/all", 0777) |
		     mkdir("/f/dir/all2", 0777) | mkdir("/f/dir/empty", 0777), "mkdir");
	must(mount("overlay", "/f/dir/all", "overlay", 0,
		   text("lowerdir=%s,upperdir=/f/dir/up,workdir=/f/dir/work%s", lower, options)),
	     "overlay");
}

int by_overlay(const struct target *t)
{
	layers(t, t->dir, "");
	return try_open(t, "/f/dir/all/secret");
}

int by_overlay_above(const struct target *t)
{
	layers(t, "/b", "");
	return try_open(t, text("/f/dir/all/%s/secret", t->op));
}

int by_overlay_copied_up(const struct target *t)
{
	layers(t, t->dir, "");
	must(chmod("/f/dir/all/secret", 0644), "chmod, which copies up");
	return try_open(t, "/f/dir/up/secret");
}

int by_overlay_metacopy(const struct target *t)
{
	layers(t, t->dir, ",metacopy=on,redirect_dir=on");
	must(chmod("/f/dir/all/secret", 0644), "chmod, which copies up");
	return try_open(t, "/f/dir/all/secret");
}

int by_overlay_renamed(const struct target *t)
{
	layers(t, t->dir, "");
	must(rename("/f/dir/all/secret", "/f/dir/all/x"), "rename in the overlay");
	return try_open(t, "/f/dir/all/x");
}

int by_overlay_linked(const struct target *t)
{
	layers(t, t->dir, "");
	must(link("/f/dir/all/secret", "/f/dir/all/x"), "link in the overlay");
	return try_open(t, "/f/dir/all/x");
}

int by_overlay_redirected(const struct target *t)
{
	layers(t, "/b", ",redirect_dir=on");
	must(rename(text("/f/dir/all/%s", t->op), "/f/dir/all/x"), "rename of a directory");
	return try_open(t, "/f/dir/all/x/secret");
}

int by_overlay_of_overlay(const struct target *t)
{
	layers(t, t->dir, "");
	must(mount("overlay", "/f/dir/all2", "overlay", 0, "lowerdir=/f/dir/all:/f/dir/empty"),
	     "overlay");
	return try_open(t, "/f/dir/all2/secret");
}

int by_overlay_mmap(const struct target *t)
{
	int fd;
	char *at;

	layers(t, t->dir, "");
	fd = (int)must(open("/f/dir/all/secret", O_RDONLY), "open");
	at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	must(at == MAP_FAILED ? -1 : 0, "mmap");
	return strcmp(at, SECRET) ? -EBADMSG : 0;
}

/* The tree as the upper layer: what the overlay writes lands in it. */
int by_overlay_upper(const struct target *t)
{
	own_mounts(t);
	must(mkdir(text("%s/work", t->dir), 0777), "mkdir");
	must(mount("overlay", "/f/dir", "overlay", 0,
		   text("lowerdir=/f,upperdir=%s,workdir=%s/work", t->sub, t->dir)), "overlay");
	return elsewhere(try_open(t, "/f/dir/secret"));
}
