/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leaveprobe free DIR      in DIR, which nothing speaks of: opens, changes, links and renames
 * leaveprobe denied FILE   opens FILE and hopes to be denied
 *
 * Goes on until SIGTERM, then prints how many answers it got and how many were wrong.
 * Directories are new in each round, so that no label decides.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t ends;
static unsigned long answers, wrong;
static char first[64] = "none";

static void end(int signal)
{
	ends = signal;
}

static void answer(const char *what, int code, int wanted)
{
	answers++;
	if (code == wanted)
		return;
	if (!wrong++)
		snprintf(first, sizeof first, "%s: %s", what, code ? strerror(code) : "success");
}

static int opened(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

#define TELL(call) answer(#call, (call) ? errno : 0, 0)

static void change(unsigned long i)
{
	char d[32], a[48], b[48];

	snprintf(d, sizeof d, "d%lu", i);
	snprintf(a, sizeof a, "%s/a", d);
	snprintf(b, sizeof b, "%s/b", d);
	TELL(mkdir(d, 0700));
	answer("create", opened(a, O_WRONLY | O_CREAT), 0);
	answer("open", opened(a, O_RDONLY), 0);
	TELL(chmod(a, 0644));
	TELL(link(a, b));
	answer("open by the other name", opened(b, O_RDWR), 0);
	TELL(unlink(a));
	TELL(rename(b, a));
	TELL(unlink(a));
	TELL(rmdir(d));
}

int main(int argc, char **argv)
{
	int denied = argc == 3 && !strcmp(argv[1], "denied");

	if (argc != 3 || (!denied && (strcmp(argv[1], "free") || chdir(argv[2]))))
		return 2;
	signal(SIGTERM, end);
	for (unsigned long i = 0; !ends; i++) {
		if (denied)
			answer("open", opened(argv[2], O_RDONLY), EPERM);
		else
			change(i);
	}
	printf("%s: %s answers, %lu wrong, first %s\n", argv[1], answers < 100 ? "few" : "many", wrong,
	       first);
	fprintf(stderr, "%lu answers\n", answers);
	return wrong || answers < 100;
}
