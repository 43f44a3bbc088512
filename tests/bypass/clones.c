/* SPDX-License-Identifier: BSD-2-Clause */
/* Content without a copy, on btrfs: extents that two files share, snapshots, and what a
 * loop device makes of a descriptor. All of it lies in /s, see guest.run. */
#include "bypass.h"
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#define LENGTH 8192 /* of each file there */

static int opened(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0 && errno == ENOENT)
		not_here("no btrfs here");
	return (int)must(fd, "open");
}

static const char *secret(const struct target *t) { return text("/s/%s/secret", t->op); }

static int is_secret(int fd)
{
	char seen[sizeof SECRET] = "";

	must(pread(fd, seen, sizeof seen - 1, 0), "read");
	return strcmp(seen, SECRET) ? -EBADMSG : 0;
}

static int cloned(int from, int to)
{
	must(ioctl(to, FICLONE, from), "FICLONE");
	return 0;
}

static int clone_out(int from)
{
	int to = opened("/s/plain", O_RDWR | O_TRUNC);

	must(is_secret(to) == -EBADMSG ? 0 : -1, "an empty file");
	cloned(from, to);
	return elsewhere(is_secret(to));
}

int by_reflink(const struct target *t)
{
	if (t->flags == O_WRONLY)
		return elsewhere(cloned(opened("/s/guess", O_RDONLY), opened(secret(t), O_WRONLY)));
	return clone_out(opened(secret(t), O_RDONLY));
}

int by_reflink_range(const struct target *t)
{
	struct file_clone_range range = { .src_fd = opened(secret(t), O_RDONLY), .src_length = LENGTH };
	int to = opened("/s/plain", O_RDWR | O_TRUNC);

	must(ioctl(to, FICLONERANGE, &range), "FICLONERANGE");
	return elsewhere(is_secret(to));
}

/* The status of one comparison; its content is then shared. */
static int same(int from, int to)
{
	struct {
		struct file_dedupe_range head;
		struct file_dedupe_range_info to;
	} both = { .head = { .src_length = LENGTH, .dest_count = 1 }, .to.dest_fd = to };

	must(ioctl(from, FIDEDUPERANGE, &both), "FIDEDUPERANGE");
	errno = both.to.status < 0 ? -both.to.status : EBADMSG;
	must(both.to.status == FILE_DEDUPE_RANGE_SAME ? 0 : -1, "the comparison");
	return 0;
}

int by_dedupe(const struct target *t)
{
	return elsewhere(same(opened(secret(t), O_RDONLY), opened("/s/guess", O_RDWR)));
}

/* Who may write learns whether the content is what he thinks. */
int by_dedupe_compared(const struct target *t)
{
	return elsewhere(same(opened("/s/guess", O_RDONLY), opened(secret(t), O_WRONLY)));
}

int again_reflink(const struct target *t)
{
	if (t->cloned < 0)
		not_here("no btrfs here");
	return clone_out(t->cloned);
}

int rewrite_reflink(const struct target *t)
{
	if (t->cloned < 0)
		not_here("no btrfs here");
	return elsewhere(cloned(opened("/s/guess", O_RDONLY), t->cloned));
}

int again_loop(const struct target *t)
{
	char block[512];
	int control = opened("/dev/loop-control", O_RDWR), loop, rc;

	if (t->cloned < 0)
		not_here("no btrfs here");
	loop = opened(text("/dev/loop%ld", must(ioctl(control, LOOP_CTL_GET_FREE), "a loop device")), O_RDONLY);
	must(ioctl(loop, LOOP_SET_FD, t->cloned), "LOOP_SET_FD");
	rc = pread(loop, block, sizeof block, 0) < 0 ? -EPERM : 0; /* as a device says it: EIO */
	ioctl(loop, LOOP_CLR_FD);
	errno = EPERM;
	must(rc, "read of the device");
	rc = strncmp(block, SECRET, strlen(SECRET)) ? -EBADMSG : 0;
	return elsewhere(rc);
}

/* ---- names that no hook is asked for ---- */

static void volume(const char *where, unsigned long call, const char *name, int source)
{
	struct btrfs_ioctl_vol_args args = { .fd = source };

	snprintf(args.name, sizeof args.name, "%s", name);
	must(ioctl(opened(where, O_RDONLY | O_DIRECTORY), call, &args), "ioctl of btrfs");
}

int by_snapshot(const struct target *t)
{
	const char *name = text("snap%d", getpid());

	volume("/s", BTRFS_IOC_SNAP_CREATE, name, opened("/s/snapped", O_RDONLY | O_DIRECTORY));
	return elsewhere(try_open(t, text("/s/%s/secret", name)));
}

int mkdir_subvolume(const struct target *t)
{
	volume(text("/s/%s", t->op), BTRFS_IOC_SUBVOL_CREATE, text("new%d", getpid()), -1);
	return 0;
}
