/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A blocked task shows its system call in /proc, a running one only "running":
 * it is asked again until it is seen blocked or outside, or has used a second of
 * CPU since (a rename waits, it does not compute: whoever has spent that much has
 * been in user space). Others rename, too: kernel threads (nfsd, ksmbd), io_uring
 * workers, and overlays, which rename in their layers in the middle of an open or a
 * chmod. So whoever is not in a rename by its system call is asked for vfs_rename on
 * its stack; where the kernel shows no stacks, nobody is ever seen outside.
 */
#include "runtime/settle.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "bundles/error.h"
#include "runtime/files.h"
#include "runtime/process.h"

#define ENOUGH_TICKS 100

static const char *const inside[] = {"vfs_rename", "vfs_mkdir"};

static const long rename_calls[] = {
#ifdef SYS_rename
	SYS_rename,
#endif
#ifdef SYS_renameat
	SYS_renameat,
#endif
	SYS_renameat2,
#ifdef SYS_mkdir
	SYS_mkdir,
#endif
	SYS_mkdirat,
#ifdef __x86_64__
	38,
	302,
	353, /* of 32-bit programs, whose numbers look the same here */
#endif
};

struct task {
	uint32_t pid, tid;
	uint64_t start_ticks, cpu_ticks;
};

struct settling {
	struct task *at;
	size_t n, cap;
	uint32_t pid; /* of the process being read */
};

enum settle_state settle_syscall(const char *text)
{
	char *end;
	long number;

	if (!strncmp(text, "running", 7))
		return SETTLE_RUNNING;
	number = strtol(text, &end, 10);
	if (end == text)
		return SETTLE_RUNNING;
	for (size_t i = 0; i < sizeof rename_calls / sizeof *rename_calls; i++)
		if (number == rename_calls[i])
			return SETTLE_INSIDE;
	return SETTLE_OUTSIDE;
}

enum settle_state settle_stack(const char *text)
{
	/* of a task that runs, nothing is shown */
	if (!*text)
		return SETTLE_RUNNING;
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
		if (strstr(text, inside[i]))
			return SETTLE_INSIDE;
	return SETTLE_OUTSIDE;
}

static bool is_gone(void)
{
	return errno == ESRCH || (errno == ENOENT && !access("/proc/self/stack", F_OK));
}

static enum settle_state look(const char *folder, const struct process_stat *stat)
{
	char path[80], line[512], *stack CLEANUP_FREE = NULL;
	enum settle_state state = SETTLE_OUTSIDE;
	size_t len;

	if (stat->dead)
		return SETTLE_OUTSIDE;
	if (!(stat->flags & (PROCESS_KERNEL | PROCESS_WORKER))) {
		snprintf(path, sizeof path, "%s/syscall", folder);
		if (file_read_line(path, line, sizeof line))
			return errno == ENOENT || errno == ESRCH ? SETTLE_OUTSIDE
								 : SETTLE_RUNNING;
		state = settle_syscall(line);
	}
	if (state != SETTLE_OUTSIDE)
		return state;
	snprintf(path, sizeof path, "%s/stack", folder);
	if (file_read(path, &stack, &len))
		return is_gone() ? SETTLE_OUTSIDE : SETTLE_RUNNING;
	return settle_stack(stack);
}

static int note_task(uint32_t tid, void *arg)
{
	struct settling *s = arg;
	struct process_stat stat;
	char folder[64];

	snprintf(folder, sizeof folder, "/proc/%u/task/%u", s->pid, tid);
	if (!process_stat_read(folder, &stat) || look(folder, &stat) == SETTLE_OUTSIDE)
		return 0;
	if (s->n == s->cap) {
		size_t more = s->cap ? s->cap * 2 : 64;
		void *grown = reallocarray(s->at, more, sizeof *s->at);

		if (!grown)
			return -1;
		s->at = grown;
		s->cap = more;
	}
	s->at[s->n++] = (struct task){s->pid, tid, stat.start_ticks, stat.cpu_ticks};
	return 0;
}

static int note_process(uint32_t pid, void *arg)
{
	struct settling *s = arg;
	char folder[32];

	if (pid == (uint32_t)getpid()) /* would see itself running for ever */
		return 0;
	snprintf(folder, sizeof folder, "/proc/%u/task", pid);
	s->pid = pid;
	/* a process that has just ended has no tasks: nothing to note */
	return process_each(folder, note_task, s) == -1 && errno == ENOMEM ? -1 : 0;
}

struct settling *settle_begin(void)
{
	struct settling *s = calloc(1, sizeof *s);

	if (s && process_each("/proc", note_process, s)) {
		settle_end(s);
		return NULL;
	}
	return s;
}

static bool has_left(const struct task *task)
{
	struct process_stat stat;
	char folder[64];
	enum settle_state state;

	snprintf(folder, sizeof folder, "/proc/%u/task/%u", task->pid, task->tid);
	if (!process_stat_read(folder, &stat) || stat.start_ticks != task->start_ticks)
		return true;
	state = look(folder, &stat);
	return state == SETTLE_OUTSIDE ||
	       (state == SETTLE_RUNNING &&
		stat.cpu_ticks >= task->cpu_ticks + ENOUGH_TICKS);
}

bool settle_wait(struct settling *s, unsigned seconds)
{
	const struct timespec pause = {.tv_nsec = 2000000};
	struct timespec now;
	time_t deadline;

	clock_gettime(CLOCK_MONOTONIC, &now);
	deadline = now.tv_sec + seconds;
	for (;;) {
		size_t left = 0;

		for (size_t i = 0; i < s->n; i++)
			if (!has_left(&s->at[i]))
				s->at[left++] = s->at[i];
		s->n = left;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (!left || now.tv_sec >= deadline)
			return left == 0;
		nanosleep(&pause, NULL);
	}
}

void settle_end(struct settling *s)
{
	if (s)
		free(s->at);
	free(s);
}
