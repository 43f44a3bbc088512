/* SPDX-License-Identifier: BSD-2-Clause */
/* cost COMMAND ARG...   runs it, its output thrown away; prints wall seconds, CPU
 * seconds of it and its children, and peak memory in MiB; exits as it did */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct timespec began, ended;
	struct rusage usage;
	int status;
	pid_t pid;

	if (argc < 2)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &began);
	pid = fork();
	if (!pid) {
		dup2(open("/dev/null", O_WRONLY), 1);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return 3;
	clock_gettime(CLOCK_MONOTONIC, &ended);
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%.3f %.3f %ld\n",
	       (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9,
	       seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss / 1024);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
