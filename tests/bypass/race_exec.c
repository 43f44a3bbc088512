/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One process that is /r/bin/worker and /r/bin/other in turns, by execve, and opens what
 * is denied to the first: after each execve, and from a second thread until the next one
 * ends it. What it saw is in memory that lives on. `other` may be denied where its name
 * was not known at its execve (docs/limits.md); `worker` may never get through.
 */
#define _GNU_SOURCE
#include "tests/bypass/race.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct chain *chain;
static bool worker;

static void try_one(_Atomic unsigned long *count)
{
	int denied = verdict(open("/r/worker/f", O_RDONLY));

	(*count)++;
	if (worker && denied == 0)
		chain->wrong++;
	if (!worker && denied == 1)
		chain->unknown++;
}

static void *beside(void *arg)
{
	(void)arg;
	while (!chain->over) {
		try_one(&chain->beside);
		sched_yield(); /* or the next execve waits long */
	}
	return NULL;
}

static int map(int fd)
{
	chain = mmap(NULL, sizeof *chain, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return chain == MAP_FAILED ? -1 : 0;
}

static void become(const char *program, int fd)
{
	char number[16], *argv[] = { (char *)program, (char *)"chain", number, NULL }, *none[] = { NULL };

	snprintf(number, sizeof number, "%d", fd);
	execve(program, argv, none);
	_exit(2);
}

int chain_start(void)
{
	int fd = memfd_create("chain", 0);
	pid_t pid;

	if (fd < 0 || ftruncate(fd, sizeof *chain) || map(fd))
		return -1;
	pid = fork();
	if (!pid)
		become("/r/bin/worker", fd);
	return pid;
}

int chain_link(char **argv)
{
	pthread_t thread;

	worker = strstr(argv[0], "worker");
	if (map(atoi(argv[2])))
		return 2;
	chain->execs++;
	try_one(&chain->opens);
	if (pthread_create(&thread, NULL, beside, NULL))
		return 2;
	for (int i = 0; i < 4; i++) {
		try_one(&chain->opens);
		sched_yield();
	}
	if (chain->over)
		_exit(0);
	become(worker ? "/r/bin/other" : "/r/bin/worker", atoi(argv[2]));
	return 2;
}
