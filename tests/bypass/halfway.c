/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * halfway IMAGE LOOP PLACE OTHER   opens below a directory that has no parent yet
 *
 * A directory that is found by its handle, with nothing in the cache, gets what lies above
 * it one after the other, and the kernel opens each of them to look for a name: fanotify
 * tells of it, and holds the last. Meanwhile the topmost that is there is its own parent, as
 * a root is, and a directory below it can be opened from. All is in PLACE/w, which is
 * protected: both opens must be denied.
 *
 * Then all is mounted at PLACE and at OTHER, which is not protected, in turns: what was
 * known of a filesystem that is gone must not be believed of another that the kernel keeps
 * at the same address. Exit 0 if no open was wrong.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ROUNDS = 4, /* a dentry may get the address of one that had a label */
	MOUNTS = 16, /* and a filesystem that of one that is gone */
};

static struct {
	struct file_handle head;
	char room[128];
} handle;
static int place, found;
static unsigned wrong;

static void check(int rc, const char *what)
{
	if (rc < 0) {
		perror(what);
		exit(3);
	}
}

/* ---- a disk: w/d1/d2/d3, w/d1/d2/f, and free ---- */

enum { SECTOR = 2048, ROOT = 18, W, D1, D2, D3, CONTENT, SECTORS };

static unsigned char disk[SECTORS][SECTOR];

static void both(unsigned char *at, unsigned bytes, unsigned value)
{
	for (unsigned i = 0; i < bytes; i++) /* the one end first, then the other */
		at[i] = at[2 * bytes - 1 - i] = (unsigned char)(value >> 8 * i);
}

static unsigned record(unsigned char *at, const char *name, unsigned length, unsigned sector)
{
	unsigned size = (33 + length + 1) & ~1u;

	at[0] = (unsigned char)size;
	both(at + 2, 4, sector);
	both(at + 10, 4, sector == CONTENT ? 2 : SECTOR);
	at[25] = sector == CONTENT ? 0 : 2;
	both(at + 28, 2, 1);
	at[32] = (unsigned char)length;
	memcpy(at + 33, name, length);
	return size;
}

static void directory(unsigned at, unsigned above, const char *below, unsigned sector, const char *file)
{
	unsigned char *to = disk[at];

	to += record(to, "", 1, at);
	to += record(to, "\1", 1, above);
	if (below)
		to += record(to, below, (unsigned)strlen(below), sector);
	if (file)
		record(to, file, (unsigned)strlen(file), CONTENT);
}

static void make(const char *image, const char *device)
{
	int file = open(image, O_RDWR | O_CREAT | O_TRUNC, 0600), loop = open(device, O_RDONLY);

	check(file, image);
	check(loop, device);
	memcpy(disk[16], "\1CD001\1", 7);
	both(disk[16] + 80, 4, SECTORS);
	both(disk[16] + 120, 2, 1);
	both(disk[16] + 124, 2, 1);
	both(disk[16] + 128, 2, SECTOR);
	record(disk[16] + 156, "", 1, ROOT);
	memcpy(disk[17], "\377CD001\1", 7);
	directory(ROOT, ROOT, "w", W, "free");
	directory(W, ROOT, "d1", D1, NULL);
	directory(D1, W, "d2", D2, NULL);
	directory(D2, D1, "d3", D3, "f");
	directory(D3, D2, NULL, 0, NULL);
	memcpy(disk[CONTENT], "x\n", 2);
	check(write(file, disk, sizeof disk) == sizeof disk ? 0 : -1, image);
	check(ioctl(loop, LOOP_SET_FD, file), device);
}

/* ---- halfway ---- */

static void *finder(void *arg)
{
	found = open_by_handle_at(place, &handle.head, O_PATH);
	return arg;
}

static void denied(int at, const char *path, const char *when)
{
	int fd = openat(at, path, O_RDONLY);

	if (fd < 0 && errno == EPERM)
		return;
	wrong++;
	printf("%s: %s: %s\n", path, when, fd < 0 ? strerror(errno) : "opened");
	if (fd >= 0)
		close(fd);
}

/* The next directory that the kernel opens; the one who opens it waits. */
static int opened(int events)
{
	struct fanotify_event_metadata event;

	check((int)read(events, &event, sizeof event), "read an event");
	check(event.fd, "the directory of an event");
	return event.fd;
}

static void let_go(int events, int directory)
{
	struct fanotify_response answer = { directory, FAN_ALLOW };

	check((int)write(events, &answer, sizeof answer), "answer an event");
}

static ino_t number(int at, const char *path)
{
	struct stat st;

	check(fstatat(at, path, &st, 0), path);
	return st.st_ino;
}

static void meet(void)
{
	int events = fanotify_init(FAN_CLASS_CONTENT, O_RDONLY), way[3];
	pthread_t thread;

	check(events, "fanotify_init");
	check(fanotify_mark(events, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN_PERM | FAN_ONDIR,
			    place, NULL),
	      "fanotify_mark");
	check(-pthread_create(&thread, NULL, finder, NULL), "thread");
	for (int i = 0; i < 3; i++) { /* d2, d1, and w */
		way[i] = opened(events);
		if (i < 2)
			let_go(events, way[i]);
	}
	check(fanotify_mark(events, FAN_MARK_FLUSH | FAN_MARK_FILESYSTEM, 0, place, NULL),
	      "fanotify_mark");
	if (number(way[0], "..") != number(way[1], ".") || number(way[1], "..") != number(way[1], ".")) {
		fprintf(stderr, "the directory has its parents already\n");
		exit(3);
	}
	denied(way[0], "f", "halfway");
	let_go(events, way[2]);
	pthread_join(thread, NULL);
	check(found, "open_by_handle_at");
	denied(place, "w/d1/d2/f", "afterwards");
	close(found);
	close(events);
	for (int i = 0; i < 3; i++)
		close(way[i]);
}

/* ---- where another filesystem was ---- */

/* Names that stay, so that those of the next filesystem are where no label was yet. */
static void fill(void)
{
	static int n;
	char name[16];

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "/name%d", n++);
		check(mknod(name, S_IFREG | 0600, 0), name);
	}
}

static void mounted(const char *device, const char *at, int allowed)
{
	int fd;

	fill();
	check(mount(device, at, "iso9660", MS_RDONLY, ""), "mount");
	check(chdir(at), at);
	fd = open("w/d1/d2/f", O_RDONLY);
	if ((fd >= 0) != allowed) {
		wrong++;
		printf("%s/w/d1/d2/f, mounted where another was: %s\n", at,
		       fd < 0 ? strerror(errno) : "opened");
	}
	if (fd >= 0)
		close(fd);
	check(chdir("/"), "/");
	check(umount(at), "umount");
	usleep(30000); /* it goes a moment later */
}

int main(int argc, char **argv)
{
	int fd, id;

	if (argc != 5)
		return 2;
	make(argv[1], argv[2]);
	handle.head.handle_bytes = sizeof handle.room;
	for (int i = 0; i <= ROUNDS; i++) {
		check(mount(argv[2], argv[3], "iso9660", MS_RDONLY, ""), "mount");
		place = open(argv[3], O_RDONLY | O_DIRECTORY);
		check(place, argv[3]);
		fd = openat(place, "free", O_RDONLY); /* from here on the filesystem's place is known */
		check(fd, "free");
		close(fd);
		if (i)
			meet();
		else
			check(name_to_handle_at(place, "w/d1/d2/d3", &handle.head, &id, 0), "name_to_handle_at");
		close(place);
		check(umount(argv[3]), "umount");
	}
	for (int i = 0; i < MOUNTS; i++) { /* in turns that do not repeat */
		id = __builtin_parity((unsigned)i);
		mounted(argv[2], argv[3 + id], id);
	}
	printf("%d directories met halfway, %d mounts, %u wrong\n", ROUNDS, MOUNTS, wrong);
	return wrong != 0;
}
