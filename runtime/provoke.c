/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One function a hook. File hooks are provoked in several folders, because a
 * policy that is already installed may deny in one of them, and then no later
 * program of that hook runs. The functions touch nothing but their own
 * temporary folders, UDP sockets on the loopback address, and a child that prints
 * this program's version to /dev/null. Files are made with mknod: no open needed.
 */
#include "runtime/provoke.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_SECONDS 10
#define PORT_DISCARD 9

static int result(int code)
{
	return code < 0 ? errno : 0;
}

static int open_file(int dir)
{
	int fd CLEANUP_FD = openat(dir, "a", O_RDONLY | O_CLOEXEC);
	int again CLEANUP_FD = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return result(fd < 0 ? fd : again);
}

static int set_attribute(int dir)
{
	int memory CLEANUP_FD = memfd_create("netbpf-proof", MFD_CLOEXEC);
	char path[64];

	if (memory >= 0 && ftruncate(memory, 1))
		return errno;
	snprintf(path, sizeof path, "/proc/self/fd/%d/a", dir);
	return result(truncate(path, 0));
}

static int rename_file(int dir)
{
	return result(renameat(dir, "a", dir, "b"));
}

static int link_file(int dir)
{
	return result(linkat(dir, "c", dir, "d", 0));
}

static int free_filesystem(int dir)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    fchdir(dir) || mount("none", "m", "tmpfs", 0, NULL))
		return errno;
	return result(umount2("m", 0));
}

static int with_socket4(int (*call)(int, const struct sockaddr *, socklen_t),
			uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd CLEANUP_FD = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return result(fd < 0 ? fd : call(fd, (struct sockaddr *)&to, sizeof to));
}

static int with_socket6(int (*call)(int, const struct sockaddr *, socklen_t),
			uint16_t port)
{
	struct sockaddr_in6 to = {.sin6_family = AF_INET6,
				  .sin6_port = htons(port),
				  .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd CLEANUP_FD = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return result(fd < 0 ? fd : call(fd, (struct sockaddr *)&to, sizeof to));
}

static int send_one(int fd, const struct sockaddr *to, socklen_t len)
{
	return sendto(fd, "", 0, MSG_DONTWAIT, to, len) < 0 ? -1 : 0;
}

static int connect4(int dir)
{
	(void)dir;
	return with_socket4(connect, PORT_DISCARD);
}

static int connect6(int dir)
{
	(void)dir;
	return with_socket6(connect, PORT_DISCARD);
}

static int sendmsg4(int dir)
{
	(void)dir;
	return with_socket4(send_one, PORT_DISCARD);
}

static int sendmsg6(int dir)
{
	(void)dir;
	return with_socket6(send_one, PORT_DISCARD);
}

static int bind4(int dir)
{
	(void)dir;
	return with_socket4(bind, 0);
}

static int bind6(int dir)
{
	(void)dir;
	return with_socket6(bind, 0);
}

/* A raw socket: no other hook is asked on the way to the packet's. */
static int ping(int dir)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	const char echo[8] = {8};
	int fd CLEANUP_FD = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);

	(void)dir;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || sendto(fd, echo, sizeof echo, MSG_DONTWAIT, (struct sockaddr *)&to,
			     sizeof to) < 0)
		return errno;
	return 0;
}

/* fork, exec and exit at once; a second program in case the first is denied. */
static int run_program(int dir)
{
	pid_t pid = fork();
	int status;

	(void)dir;
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		for (int fd = 0; fd < 3 && null >= 0; fd++)
			dup2(null, fd);
		execl("/proc/self/exe", "netbpf-load", "--version", (char *)NULL);
		execl("/bin/true", "true", (char *)NULL);
		_exit(126);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EACCES;
}

/* In this order; the file named is there when its turn comes. */
static const struct {
	enum nb_hook hook;
	int (*go)(int dir);
} steps[] = {
	{NB_HOOK_FILE_OPEN, open_file},	  {NB_HOOK_SETATTR, set_attribute},
	{NB_HOOK_LINK, link_file},	  {NB_HOOK_RENAME, rename_file},
	{NB_HOOK_CONNECT4, connect4},	  {NB_HOOK_CONNECT6, connect6},
	{NB_HOOK_SENDMSG4, sendmsg4},	  {NB_HOOK_SENDMSG6, sendmsg6},
	{NB_HOOK_BIND4, bind4},		  {NB_HOOK_BIND6, bind6},
	{NB_HOOK_SOCKET, ping},		  {NB_HOOK_EGRESS, ping},
	{NB_HOOK_INGRESS, ping},	  {NB_HOOK_TASK_EXEC, run_program},
	{NB_HOOK_TASK_FORK, run_program}, {NB_HOOK_TASK_EXIT, run_program},
	{NB_HOOK_SB_FREE, free_filesystem},
};
_Static_assert(sizeof steps / sizeof *steps == NB_HOOK_COUNT, "a hook without its step");

static int join_cgroup(const char *cgroup)
{
	char path[4200];
	int fd CLEANUP_FD = -1;

	snprintf(path, sizeof path, "%s/cgroup.procs", cgroup);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd < 0 || write(fd, "0", 1) != 1 ? errno : 0;
}

static const char *const places[] = {"/run", "/tmp", "/dev/shm", "/var/tmp"};
#define PLACES (sizeof places / sizeof *places)
typedef char folder_name[64];

static void act(uint64_t hooks, const char *cgroup, const folder_name *folders,
		struct provocation *out)
{
	int dirs[PLACES], fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "netbpf-proof");
	alarm(CHILD_SECONDS);
	out->cgroup_errno = *cgroup ? join_cgroup(cgroup) : 0;
	if (out->cgroup_errno)
		_exit(0);
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	out->no_ipv6 = fd < 0 && errno == EAFNOSUPPORT;
	for (size_t i = 0; i < PLACES; i++)
		dirs[i] = folders[i][0]
				  ? open(folders[i], O_PATH | O_DIRECTORY | O_CLOEXEC)
				  : -1;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		enum nb_hook hook = steps[i].hook;

		for (size_t j = 0; hooks >> hook & 1 && j < PLACES; j++) {
			if (hook_table[hook].kind == HOOK_FILE && dirs[j] >= 0)
				out->done[hook] = steps[i].go(dirs[j]);
			else if (hook_table[hook].kind != HOOK_FILE && j == 0)
				out->done[hook] = steps[i].go(-1);
		}
	}
	_exit(0);
}

/* Fresh folders with the files that the steps use; "" where one cannot be made. */
static bool make_folders(folder_name *folders)
{
	char path[sizeof(folder_name) + 8];
	bool any = false;

	for (size_t i = 0; i < PLACES; i++) {
		snprintf(folders[i], sizeof *folders, "%s/netbpf-proof-XXXXXX",
			 places[i]);
		if (!mkdtemp(folders[i])) {
			folders[i][0] = '\0';
			continue;
		}
		any = true;
		snprintf(path, sizeof path, "%.63s/a", folders[i]);
		mknod(path, S_IFREG | 0600, 0);
		snprintf(path, sizeof path, "%.63s/c", folders[i]);
		mknod(path, S_IFREG | 0600, 0);
		snprintf(path, sizeof path, "%.63s/m", folders[i]);
		mkdir(path, 0700);
	}
	return any;
}

static void remove_folders(const folder_name *folders)
{
	static const char *const files[] = {"a", "b", "c", "d"};
	char path[sizeof(folder_name) + 8];

	for (size_t i = 0; i < PLACES; i++) {
		if (!folders[i][0])
			continue;
		for (size_t j = 0; j < sizeof files / sizeof *files; j++) {
			snprintf(path, sizeof path, "%.63s/%s", folders[i], files[j]);
			unlink(path);
		}
		snprintf(path, sizeof path, "%.63s/m", folders[i]);
		rmdir(path);
		rmdir(folders[i]);
	}
}

int provoke(uint64_t hooks, const char *cgroup, struct provocation *out,
	    struct error *err)
{
	struct provocation *shared;
	folder_name folders[PLACES];
	int status = 0, code;
	pid_t pid;

	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return error_set(err, EXIT_SYSTEM, "no memory for the proof.");
	pid = make_folders(folders) ? fork() : -1;
	code = errno;
	if (pid == 0)
		act(hooks, cgroup, folders, shared);
	if (pid > 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	*out = *shared;
	munmap(shared, sizeof *shared);
	remove_folders(folders);
	if (pid < 0)
		return error_set(
			err, EXIT_SYSTEM,
			"cannot make a process and a folder in /run, "
			"/tmp, /dev/shm or /var/tmp for the proof: %s. Everything was "
			"detached again.",
			strerror(code));
	if (!WIFEXITED(status))
		return error_set(err, EXIT_SYSTEM,
				 "the process of the proof did not come to its "
				 "end (signal %d). Everything was detached again.",
				 WTERMSIG(status));
	return 0;
}
