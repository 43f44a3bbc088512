/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories without directories, which may move to where other rules hold: what was
 * known of them must be forgotten, and nothing may leave the tree by one.
 */
#include "bypass.h"
#include <linux/fs.h>

/* A free directory whose file is read once, so that its label is known. */
static const char *leaf(const struct target *t)
{
	must(mkdir("/f/leaf", 0777), "mkdir");
	must(put("/f/leaf/secret", SECRET), "file");
	must(try_open(t, "/f/leaf/secret"), "file of the free directory");
	return text("%s/leaf", t->dir);
}

int leaf_into(const struct target *t)
{
	char *in = strdup(leaf(t));

	must(rename("/f/leaf", in), "rename into the tree");
	return elsewhere(try_open(t, text("%s/secret", in)));
}

int leaf_held(const struct target *t)
{
	const char *in = leaf(t);
	int at = (int)must(open("/f/leaf", O_PATH | O_DIRECTORY), "directory");

	must(rename("/f/leaf", in), "rename into the tree");
	return elsewhere(try_at(t, at, "secret"));
}

int leaf_worked_in(const struct target *t)
{
	const char *in = leaf(t);

	must(chdir("/f/leaf"), "chdir");
	must(rename("/f/leaf", in), "rename into the tree");
	return elsewhere(try_open(t, "secret"));
}

int leaf_bound(const struct target *t)
{
	char *in = strdup(leaf(t));

	own_mounts(t);
	must(mkdir("/f/mnt", 0777), "mkdir");
	must(mount("/f/leaf", "/f/mnt", NULL, MS_BIND, NULL), "bind mount");
	must(rename("/f/leaf", in), "rename into the tree");
	return elsewhere(try_open(t, "/f/mnt/secret"));
}

/* The directory goes in, the secret into the directory, both out again. */
int leaf_and_back(const struct target *t)
{
	char *in = strdup(leaf(t));

	must(rename("/f/leaf", in), "rename into the tree");
	must(rename(t->path, text("%s/s", in)), "rename inside the tree");
	must(rename(in, "/f/back"), "rename out of the tree");
	return try_open(t, "/f/back/s");
}

/* The same by a directory that was made in it. */
int leaf_grown(const struct target *t)
{
	char *in = strdup(leaf(t)), *grown;

	must(rename("/f/leaf", in), "rename into the tree");
	grown = strdup(text("%s/grown", in));
	must(mkdir(grown, 0777), "mkdir");
	must(rename(t->path, text("%s/s", grown)), "rename inside the tree");
	must(rename(grown, "/f/grown"), "rename out of the tree");
	return try_open(t, "/f/grown/s");
}

int leaf_over_empty(const struct target *t)
{
	must(mkdir("/f/empty", 0777), "mkdir");
	must(rename(t->sub, "/f/empty"), "rename out of the tree");
	return elsewhere(try_open(t, "/f/empty/secret"));
}

int leaf_exchanged(const struct target *t)
{
	leaf(t);
	must(syscall(SYS_renameat2, AT_FDCWD, "/f/leaf", AT_FDCWD, t->sub, RENAME_EXCHANGE), "exchange");
	return elsewhere(try_open(t, "/f/leaf/secret"));
}

/* What is moved into a directory that has moved. */
int leaf_in_leaf(const struct target *t)
{
	char *in = strdup(leaf(t)), *inner;

	must(mkdir("/f/inner", 0777), "mkdir");
	must(put("/f/inner/secret", SECRET), "file");
	must(try_open(t, "/f/inner/secret"), "file of the free directory");
	must(rename("/f/leaf", in), "rename into the tree");
	inner = strdup(text("%s/inner", in));
	must(rename("/f/inner", inner), "rename into the directory");
	return elsewhere(try_open(t, text("%s/secret", inner)));
}
