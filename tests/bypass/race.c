/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * race OPENS   opens objects while their names change, and judges each verdict
 *
 * Whoever moves an object raises its sequence before and after. An open is wrong if
 * its verdict fits neither the name before nor the one after the moves that overlapped
 * it; objects that stay on one side are judged at every open. Prints one line a kind;
 * exit 1 if anything was wrong. All run in one process on one CPU, preempted anywhere.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/fs.h>
#include <linux/securebits.h>
#include "tests/bypass/race.h"

#define KEEPER 4242
enum kind { CROSSING, INSIDE, OUTSIDE, EXCHANGED, FREE_DIR, PROT_DIR, LEAF, KINDS };
static const char *const kind_names[] = {
	"files moved in and out", "files moved inside", "files moved outside", "files exchanged",
	"directories from outside", "directories from inside",
	"directories without directories",
};
enum { EACH = 4, PLACES = 4 };

struct object {
	enum kind kind;
	_Atomic unsigned seq; /* odd: being moved */
	_Atomic int from, to; /* protected before and after the move that is on or was last;
				 set when seq is odd */
	int fd;               /* O_PATH of the file, or of the directory that holds "f" */
	char path[64];
	int number;
	int made; /* of directories without directories: how many there were */
};
static struct object objects[KINDS * EACH];
static _Atomic unsigned long opens, judged, limit, wrong_by_kind[KINDS], moves, refused, cycles, mounts, starts;
static _Atomic unsigned long wrong_cycles, wrong_mounts, wrong_starts, wrong_uids, uids, unknown_starts;
static _Atomic unsigned long leaves, leaves_over, spoiled;
static _Atomic bool over;

static void check(int rc, const char *what)
{
	if (rc < 0) {
		perror(what);
		exit(2);
	}
}

/* Threads change only their own uid; files are judged by the filesystem's. */
static void as(uid_t uid)
{
	syscall(SYS_setfsuid, uid);
}

int verdict(int rc)
{
	if (rc >= 0)
		close(rc);
	else if (errno != EPERM)
		return -1; /* not there just now */
	return rc < 0;
}

static unsigned next(unsigned *seed)
{
	return *seed = *seed * 1103515245 + 12345, *seed >> 16;
}

/* ---- who opens ---- */

static void judge(struct object *o)
{
	char path[64];
	unsigned before = o->seq, after;
	int from, to, denied;

	if (o->kind >= FREE_DIR) {
		denied = verdict(openat(o->fd, opens & 1 ? "sub/g" : "f", O_RDONLY));
	} else {
		snprintf(path, sizeof path, "/proc/self/fd/%d", o->fd);
		denied = verdict(open(path, O_RDONLY));
	}
	after = o->seq;
	from = o->from;
	to = o->to;
	opens++;
	if (denied < 0)
		return;
	if (o->kind == INSIDE || o->kind == OUTSIDE)
		from = to = o->kind == INSIDE;
	else if (o->seq != after || after - before > 2 || (after - before == 2 && before & 1))
		return; /* more than one move: each verdict may be right */
	else if (before == after && !(before & 1))
		from = to;
	judged++;
	if (denied != from && denied != to)
		wrong_by_kind[o->kind]++;
}

static void *opener(void *arg)
{
	unsigned seed = (unsigned)(uintptr_t)arg;

	as(0);
	while (!over) {
		judge(&objects[next(&seed) % (KINDS * EACH)]);
		if (opens >= limit)
			over = true;
	}
	return NULL;
}

/* ---- who moves ---- */

/* The places of an object; of the first half of them each is protected. */
static void place(const struct object *o, unsigned which, char *path, int *protected)
{
	static const char *const shapes[PLACES] = {
		"/r/prot/a/%s%d", "/r/prot/%s%d", "/r/free/%s%d", "/r/free/b/%s%d",
	};
	char name[24];

	snprintf(name, sizeof name, "o%d-", o->kind);
	*protected = which < 2;
	snprintf(path, 64, shapes[which], name, o->number);
	if (o->kind == CROSSING && which == 1) /* or by a pattern */
		snprintf(path, 64, "/r/free/%s%d.pem", name, o->number);
}

static bool move(struct object *o, unsigned which)
{
	char path[64];
	int protected, old = o->to;
	bool exdev = false;

	place(o, which, path, &protected);
	o->seq++;
	o->from = old;
	o->to = protected;
	moves++;
	if (rename(o->path, path)) {
		exdev = errno == EXDEV;
		refused += exdev;
		o->from = old;
		o->to = old;
	} else {
		strcpy(o->path, path);
	}
	o->seq++;
	return exdev;
}

/* A directory that has had another in it may not move again: a new one takes its place. */
static void renew(struct object *o)
{
	char path[64], file[80];
	int fd;

	snprintf(path, sizeof path, "/r/free/n%d-%d", o->number, ++o->made);
	snprintf(file, sizeof file, "%s/f", path);
	check(mkdir(path, 0777), path);
	close(creat(file, 0666));
	fd = open(path, O_PATH);
	check(fd, path);
	o->seq += 3; /* as if it had moved more than once */
	o->from = (int)o->to;
	o->to = 0;
	dup2(fd, o->fd);
	o->seq++;
	close(fd);
	snprintf(file, sizeof file, "%s/sub/g", o->path);
	unlink(file);
	snprintf(file, sizeof file, "%s/sub", o->path);
	rmdir(file);
	snprintf(file, sizeof file, "%s/f", o->path);
	unlink(file);
	rmdir(o->path);
	strcpy(o->path, path);
}

static void move_leaf(struct object *o, unsigned *seed)
{
	if (!(next(seed) % 200))
		renew(o);
	leaves_over += move(o, next(seed) % PLACES);
	leaves++;
}

/* Makes directories in what moves, before and between the moves. */
static void *spoiler(void *arg)
{
	unsigned seed = 99;

	(void)arg;
	as(KEEPER);
	while (!over) {
		struct object *o = &objects[LEAF * EACH + next(&seed) % EACH];

		if (!mkdirat(o->fd, "sub", 0777)) {
			close(openat(o->fd, "sub/g", O_CREAT | O_WRONLY, 0666));
			spoiled++;
		}
		usleep(20000 + next(&seed) % 40000);
	}
	return NULL;
}

static void exchange(struct object *a, struct object *b)
{
	int a_was = a->to, b_was = b->to;
	char path[64];

	a->seq++;
	b->seq++;
	a->from = a_was;
	a->to = b_was;
	b->from = b_was;
	b->to = a_was;
	moves++;
	if (syscall(SYS_renameat2, AT_FDCWD, a->path, AT_FDCWD, b->path, RENAME_EXCHANGE)) {
		a->to = a_was;
		b->to = b_was;
	} else {
		strcpy(path, a->path);
		strcpy(a->path, b->path);
		strcpy(b->path, path);
	}
	a->seq++;
	b->seq++;
}

static void *mover(void *arg)
{
	unsigned seed = 7 + (unsigned)(uintptr_t)arg;
	enum kind kind = (enum kind)(uintptr_t)arg;
	struct object *mine = &objects[kind * EACH];

	as(KEEPER);
	while (!over) {
		unsigned k = next(&seed) % EACH;

		if (kind == EXCHANGED)
			exchange(&mine[k & ~1u], &mine[k | 1]);
		else if (kind == LEAF)
			move_leaf(&mine[k], &seed);
		else if (kind == INSIDE)
			move(&mine[k], next(&seed) % 2);
		else if (kind == OUTSIDE)
			move(&mine[k], 2 + next(&seed) % 2);
		else
			move(&mine[k], next(&seed) % PLACES);
		sched_yield();
	}
	return NULL;
}

/* ---- names that go and inodes that come again ---- */

static int tried(const char *path)
{
	int denied;

	as(0);
	denied = verdict(open(path, O_RDONLY));
	as(KEEPER);
	return denied;
}

static void *reuser(void *arg)
{
	(void)arg;
	as(KEEPER);
	for (unsigned i = 0; !over; i++) {
		bool in = i & 1;

		/* a/x is opened and so known, its directory goes, another may get its memory */
		mkdir(in ? "/r/prot/gone" : "/r/free/gone", 0777);
		close(creat(in ? "/r/prot/gone/x" : "/r/free/gone/x", 0666));
		wrong_cycles += tried(in ? "/r/prot/gone/x" : "/r/free/gone/x") == !in;
		link(in ? "/r/prot/gone/x" : "/r/free/gone/x", "/r/kept");
		unlink(in ? "/r/prot/gone/x" : "/r/free/gone/x");
		rmdir(in ? "/r/prot/gone" : "/r/free/gone");
		mkdir(in ? "/r/free/come" : "/r/prot/come", 0777);
		link("/r/kept", in ? "/r/free/come/x" : "/r/prot/come/x");
		wrong_cycles += tried(in ? "/r/free/come/x" : "/r/prot/come/x") == in;
		unlink(in ? "/r/free/come/x" : "/r/prot/come/x");
		unlink("/r/kept");
		rmdir(in ? "/r/free/come" : "/r/prot/come");
		cycles++;
		sched_yield();
	}
	return NULL;
}

static void *mounter(void *arg)
{
	(void)arg;
	as(KEEPER);
	while (!over) {
		if (mount("none", "/r/late", "tmpfs", 0, NULL))
			continue;
		close(creat("/r/late/secret", 0666));
		close(creat("/r/late/plain", 0666));
		wrong_mounts += tried("/r/late/secret") == 0;
		wrong_mounts += tried("/r/late/plain") == 1;
		mount("/r/late", "/r/bound", NULL, MS_BIND, NULL);
		umount2("/r/late", MNT_DETACH);
		wrong_mounts += tried("/r/bound/secret") == 0;
		wrong_mounts += tried("/r/bound/plain") == 1;
		umount2("/r/bound", MNT_DETACH);
		mounts++;
		usleep(1000);
	}
	return NULL;
}

/* ---- who one is ---- */

/* What it gets, or what a child of it gets, which is what its parent is. */
static int started(const char *program, bool child)
{
	char *argv[] = { (char *)program, (char *)"/r/worker/f", (char *)(child ? "forks" : NULL), NULL };
	char *none[] = { NULL };
	pid_t pid;
	int status;

	if (posix_spawn(&pid, program, NULL, NULL, argv, none))
		return -1;
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void *starter(void *arg)
{
	(void)arg;
	while (!over) {
		wrong_starts += started("/r/bin/worker", false) != EPERM;
		wrong_starts += started("/r/bin/worker", true) != EPERM;
		/* not wrong by docs/limits.md, but worth seeing: started while mounts change, and unknown */
		unknown_starts += started("/r/bin/other", false) == EPERM;
		starts++;
		usleep(2000);
	}
	return NULL;
}

static void *changer(void *arg)
{
	(void)arg;
	while (!over) {
		for (int i = 0; i < 2; i++) {
			uid_t uid = i ? 0 : 1000;

			syscall(SYS_setresuid, uid, uid, KEEPER);
			wrong_uids += verdict(open("/r/uid/f", O_RDONLY)) != !i;
			syscall(SYS_setresuid, KEEPER, KEEPER, KEEPER);
			uids++;
		}
		sched_yield();
	}
	return NULL;
}

/* ---- */

/* Until all is over: a line every ten seconds. */
static void tell(void)
{
	for (unsigned s = 1; !over; s++) {
		unsigned long wrong = wrong_cycles + wrong_mounts + wrong_starts + wrong_uids + chain->wrong;

		sleep(1);
		for (int i = 0; i < KINDS; i++)
			wrong += wrong_by_kind[i];
		if (s % 10 == 0) {
			printf("RACE progress: %u s, %lu of %lu opens, %lu moves, %lu mounts, %lu execve, %lu wrong\n",
			       s, opens, limit, moves, mounts, chain->execs, wrong);
			fflush(stdout);
		}
	}
}

static int copy_self(const char *to)
{
	return link("/t/race", to);
}

static void make(void)
{
	static const char *const dirs[] = { "/r/prot", "/r/prot/a", "/r/free", "/r/free/b", "/r/late",
					    "/r/bound", "/r/bin", "/r/worker", "/r/uid" };
	char file[80];

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		check(mkdir(dirs[i], 0777) && errno != EEXIST ? -1 : 0, dirs[i]);
		chmod(dirs[i], 0777);
	}
	close(creat("/r/worker/f", 0666));
	close(creat("/r/uid/f", 0666));
	check(copy_self("/r/bin/worker") | copy_self("/r/bin/other"), "programs");
	for (int i = 0; i < KINDS * EACH; i++) {
		struct object *o = &objects[i];
		int protected;

		o->kind = (enum kind)(i / EACH);
		o->number = i % EACH;
		place(o, o->kind == INSIDE || o->kind == PROT_DIR || (o->kind == EXCHANGED && i & 1) ? 0 : 2,
		      o->path, &protected);
		o->from = o->to = protected;
		if (o->kind >= FREE_DIR) {
			check(mkdir(o->path, 0777), o->path);
			snprintf(file, sizeof file, "%s/f", o->path);
			close(creat(file, 0666));
			snprintf(file, sizeof file, "%s/sub", o->path);
			if (o->kind != LEAF) {
				check(mkdir(file, 0777), file);
				strcat(file, "/g");
				close(creat(file, 0666));
			}
		} else {
			close(creat(o->path, 0666));
		}
		o->fd = open(o->path, O_PATH);
		check(o->fd, o->path);
	}
}

int main(int argc, char **argv)
{
	pthread_t threads[20];
	unsigned long wrong = 0;
	int n = 0, chained, status;

	if (argc == 3 && argv[1][0] != '/')
		return chain_link(argv);
	if (argc == 3 && (status = fork()))
		return waitpid(status, &status, 0) < 0 ? 1 : WEXITSTATUS(status);
	if (argc > 1 && argv[1][0] == '/') /* as worker or other */
		return open(argv[1], O_RDONLY) < 0 ? errno : 0;
	limit = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	umask(0);
	check(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP), "securebits");
	check((int)syscall(SYS_setresuid, KEEPER, KEEPER, KEEPER), "keeper");
	make();
	chained = chain_start();
	check(chained, "chain");
	for (uintptr_t i = 0; i < KINDS; i++)
		pthread_create(&threads[n++], NULL, mover, (void *)i);
	for (uintptr_t i = 1; i <= 3; i++)
		pthread_create(&threads[n++], NULL, opener, (void *)i);
	pthread_create(&threads[n++], NULL, spoiler, NULL);
	pthread_create(&threads[n++], NULL, reuser, NULL);
	pthread_create(&threads[n++], NULL, mounter, NULL);
	pthread_create(&threads[n++], NULL, starter, NULL);
	pthread_create(&threads[n++], NULL, changer, NULL);
	tell();
	while (n)
		pthread_join(threads[--n], NULL);
	chain->over = true;
	waitpid(chained, &status, 0);
	for (int i = 0; i < KINDS; i++) {
		printf("RACE %s: %lu wrong\n", kind_names[i], wrong_by_kind[i]);
		wrong += wrong_by_kind[i];
	}
	printf("RACE %lu moves of directories without directories, %lu refused, %lu got one\n", leaves,
	       leaves_over, spoiled);
	printf("RACE directories and inodes used again: %lu cycles, %lu wrong\n", cycles, wrong_cycles);
	printf("RACE mounts: %lu rounds, %lu wrong\n", mounts, wrong_mounts);
	printf("RACE programs started: %lu pairs, %lu unknown and denied, %lu wrong\n", starts, unknown_starts,
	       wrong_starts);
	printf("RACE changes of uid: %lu, %lu wrong\n", uids, wrong_uids);
	printf("RACE execve in one process: %lu, %lu opens after it, %lu beside it, %lu unknown and denied, %lu wrong\n",
	       chain->execs, chain->opens, chain->beside, chain->unknown, chain->wrong);
	if (status) {
		printf("RACE the process of execve ended with %d\n", status);
		wrong++;
	}
	wrong += wrong_cycles + wrong_mounts + wrong_starts + wrong_uids + chain->wrong;
	printf("RACE %lu opens, %lu judged, %lu moves, %lu of them refused: %lu wrong\n", opens, judged, moves,
	       refused, wrong);
	return wrong != 0;
}
