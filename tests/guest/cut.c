/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut kill|fail N COMMAND...   runs COMMAND until its Nth call of bpf that attaches, pins,
 *                              or writes a map, which does not happen: COMMAND is killed
 *                              there, or gets EIO
 *
 * cut slow MS COMMAND...       COMMAND waits so long before each file that it removes
 *
 * Prints what the call was to do, nothing if there are not as many calls; what COMMAND says
 * goes to stderr.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *what(unsigned long long command)
{
	switch (command) {
	case BPF_MAP_UPDATE_ELEM:
		return "write";
	case BPF_RAW_TRACEPOINT_OPEN:
	case BPF_LINK_CREATE:
		return "attach";
	case BPF_OBJ_PIN:
		return "pin";
	default:
		return NULL;
	}
}

/* Goes on to the next begin or end of a call; exits when the command has ended. */
static void go_on(pid_t pid, int *status)
{
	int signal = WIFSTOPPED(*status) && WSTOPSIG(*status) != (SIGTRAP | 0x80) &&
				     WSTOPSIG(*status) != SIGTRAP
			     ? WSTOPSIG(*status)
			     : 0;

	if (ptrace(PTRACE_SYSCALL, pid, 0, signal) || waitpid(pid, status, 0) != pid)
		exit(3);
}

int main(int argc, char **argv)
{
	struct user_regs_struct at;
	int status, left, slow;
	pid_t pid;

	if (argc < 4)
		return 2;
	slow = strcmp(argv[1], "slow") ? 0 : atoi(argv[2]);
	left = slow ? 0 : atoi(argv[2]);
	pid = fork();
	if (!pid) {
		dup2(2, 1);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execvp(argv[3], argv + 3);
		_exit(3);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL))
		return 3;
	for (;;) {
		go_on(pid, &status);
		if (!WIFSTOPPED(status))
			return 0;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue;
		ptrace(PTRACE_GETREGS, pid, 0, &at);
		if (at.orig_rax == SYS_unlink && slow)
			usleep((unsigned)slow * 1000);
		if (at.orig_rax == SYS_bpf && !slow && what(at.rdi) && !--left)
			break;
		go_on(pid, &status); /* its end */
		if (!WIFSTOPPED(status))
			return 0;
	}
	puts(what(at.rdi));
	if (!strcmp(argv[1], "kill")) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		return 0;
	}
	at.orig_rax = (unsigned long long)-1; /* no call */
	ptrace(PTRACE_SETREGS, pid, 0, &at);
	go_on(pid, &status);
	at.rax = (unsigned long long)-EIO;
	ptrace(PTRACE_SETREGS, pid, 0, &at);
	ptrace(PTRACE_DETACH, pid, 0, 0);
	waitpid(pid, &status, 0);
	return 0;
}
