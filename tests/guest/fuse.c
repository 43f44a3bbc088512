/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuse PLACE   serves, in the background, a filesystem whose server renames a directory
 * behind the kernel's back: it holds "secret", "plain" and one directory with a file
 * "f". The directory is "a" until somebody looks for "b", and "b" from then on.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <linux/fuse.h>

enum { ROOT = 1, SECRET, PLAIN, DIRECTORY, FILE_BELOW };

static const char *directory = "a";

static unsigned long find(unsigned long at, const char *name)
{
	if (at == DIRECTORY)
		return strcmp(name, "f") ? 0 : FILE_BELOW;
	if (!strcmp(name, "b"))
		directory = "b";
	return !strcmp(name, "secret")	  ? SECRET
	       : !strcmp(name, "plain")	  ? PLAIN
	       : !strcmp(name, directory) ? DIRECTORY
					  : 0;
}

static struct fuse_attr attributes(unsigned long node)
{
	int folder = node == ROOT || node == DIRECTORY;

	return (struct fuse_attr){ .ino = node, .size = folder ? 0 : 2, .nlink = 1,
				   .mode = folder ? S_IFDIR | 0755 : S_IFREG | 0666 };
}

static void answer(int fd, const struct fuse_in_header *in, int error, const void *out, size_t len)
{
	struct fuse_out_header head = { .len = (unsigned)(sizeof head + len), .error = error,
					.unique = in->unique };
	struct iovec parts[2] = { { &head, sizeof head }, { (void *)out, len } };

	if (writev(fd, parts, 2) < 0 && errno != ENOENT)
		_exit(1);
}

static void serve(int fd, const struct fuse_in_header *in, const void *args)
{
	struct fuse_init_out init = { .major = 7, .minor = 31, .max_write = 4096 };
	struct fuse_entry_out entry = { .nodeid = 0 };
	struct fuse_attr_out attr = { .attr = attributes(in->nodeid) };
	struct fuse_open_out open = { .fh = 0 };

	switch (in->opcode) {
	case FUSE_INIT:
		answer(fd, in, 0, &init, sizeof init);
		return;
	case FUSE_LOOKUP: /* valid for no time: it is asked each time */
		entry.nodeid = find(in->nodeid, args);
		entry.attr = attributes(entry.nodeid);
		answer(fd, in, entry.nodeid ? 0 : -ENOENT, &entry, entry.nodeid ? sizeof entry : 0);
		return;
	case FUSE_GETATTR:
		answer(fd, in, 0, &attr, sizeof attr);
		return;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		answer(fd, in, 0, &open, sizeof open);
		return;
	case FUSE_READ:
		answer(fd, in, 0, "x\n", ((const struct fuse_read_in *)args)->offset ? 0 : 2);
		return;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
		return;
	default:
		answer(fd, in, in->opcode == FUSE_RELEASE || in->opcode == FUSE_FLUSH ? 0 : -ENOSYS,
		       NULL, 0);
	}
}

int main(int argc, char **argv)
{
	static _Alignas(8) char room[1 << 16];
	int fd = argc == 2 ? open("/dev/fuse", O_RDWR) : -1;
	char options[80];

	snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	if (fd < 0 || mount("fuse", argv[1], "fuse", 0, options))
		return 1;
	if (fork())
		return 0;
	while (read(fd, room, sizeof room) > 0)
		serve(fd, (struct fuse_in_header *)room, room + sizeof(struct fuse_in_header));
	return 0;
}
