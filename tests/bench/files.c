/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files [-e OBJECT | -l RULES] WHAT ARG...   what opening files costs, in nanoseconds of
 * CLOCK_MONOTONIC an open and its close: under `qemu -icount shift=0` guest instructions
 *
 *   open FILE           the same file again and again; the least of several rounds
 *   make DIR COUNT      COUNT files that nobody opens
 *   siblings DIR COUNT  each of them once: first opens in a directory that is known
 *   chains DIR COUNT DEPTH   makes COUNT files, each in directories of its own
 *   strangers DIR COUNT DEPTH   each of them once: a directory never seen
 *
 * First opens are the least of the averages of ten at a time. -e attaches the empty
 * program of OBJECT before; -l restricts this process with so many Landlock rules, of
 * which one allows to read below /srv and the others speak of other directories.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clock.h"

#define ROUNDS 9
#define CALLS 2000
#define TOGETHER 10

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(3);
}

static void attach_empty(const char *object)
{
	struct bpf_object *o = bpf_object__open_file(object, NULL);
	struct bpf_program *p;

	if (!o)
		die(object);
	bpf_object__for_each_program(p, o)
		bpf_program__set_autoload(p, bpf_program__type(p) == BPF_PROG_TYPE_LSM);
	if (bpf_object__load(o))
		die(object);
	bpf_object__for_each_program(p, o)
		if (bpf_program__autoload(p) && !bpf_program__attach(p))
			die("attaching");
}

static void allow(int rules, const char *directory)
{
	struct landlock_path_beneath_attr below = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
		.parent_fd = open(directory, O_PATH | O_CLOEXEC),
	};

	if (below.parent_fd < 0 ||
	    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0))
		die(directory);
	close(below.parent_fd);
}

static void restrict_self(int n)
{
	const struct landlock_ruleset_attr handled = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE |
				     LANDLOCK_ACCESS_FS_WRITE_FILE,
	};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
	char name[64];

	if (rules < 0)
		die("Landlock");
	mkdir("/landlocked", 0755);
	for (int i = 1; i < n; i++) {
		snprintf(name, sizeof name, "/landlocked/%d", i);
		mkdir(name, 0755);
		allow(rules, name);
	}
	allow(rules, "/srv");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_landlock_restrict_self, rules, 0))
		die("Landlock");
}

static void open_close(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		die(path);
	close(fd);
}

static uint64_t again(const char *path)
{
	uint64_t best = UINT64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t began = now_ns(), spent;

		for (int i = 0; i < CALLS; i++)
			open_close(path);
		spent = (now_ns() - began) / CALLS;
		best = spent < best ? spent : best;
	}
	return best;
}

/* Names of equal length; depth 0: all in one directory. */
static void name_of(char out[256], const char *dir, int i, int depth)
{
	int len = snprintf(out, 200, "%s/%05d", dir, i);

	for (int level = 1; level < depth; level++)
		len += snprintf(out + len, (size_t)(200 - len), "/d%d", level);
	if (depth)
		snprintf(out + len, (size_t)(200 - len), "/file");
}

/* By mknod, which opens nothing. */
static void make(const char *dir, int count, int depth)
{
	char name[256];

	mkdir(dir, 0755);
	for (int i = 0; i < count; i++) {
		name_of(name, dir, i, depth);
		for (char *at = strchr(name + strlen(dir) + 1, '/'); at; at = strchr(at + 1, '/')) {
			*at = '\0';
			if (mkdir(name, 0755) && errno != EEXIST)
				die(name);
			*at = '/';
		}
		if (mknod(name, S_IFREG | 0644, 0))
			die(name);
	}
}

static uint64_t once_each(const char *dir, int count, int depth)
{
	static char names[TOGETHER][256];
	uint64_t best = UINT64_MAX;

	for (int i = 0; i + TOGETHER <= count; i += TOGETHER) {
		uint64_t began, spent;

		for (int k = 0; k < TOGETHER; k++)
			name_of(names[k], dir, i + k, depth);
		began = now_ns();
		for (int k = 0; k < TOGETHER; k++)
			open_close(names[k]);
		spent = (now_ns() - began) / TOGETHER;
		best = spent < best ? spent : best;
	}
	return best;
}

int main(int argc, char **argv)
{
	int at = 1, count, depth;
	uint64_t cost = 0;

	if (argc > 3 && !strcmp(argv[1], "-e"))
		attach_empty(argv[2]);
	if (argc > 3 && !strcmp(argv[1], "-l"))
		restrict_self(atoi(argv[2]));
	if (argc > 3 && argv[1][0] == '-')
		at = 3;
	if (argc < at + 2)
		return 2;
	count = argc > at + 2 ? atoi(argv[at + 2]) : 0;
	depth = argc > at + 3 ? atoi(argv[at + 3]) : 0;
	if (!strcmp(argv[at], "make") || !strcmp(argv[at], "chains")) {
		make(argv[at + 1], count, depth);
		return 0;
	}
	if (!strcmp(argv[at], "open"))
		cost = again(argv[at + 1]);
	else
		cost = once_each(argv[at + 1], count, depth);
	printf("%llu\n", (unsigned long long)cost);
	return 0;
}
