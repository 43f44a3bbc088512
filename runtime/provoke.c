/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One function a hook. File hooks (provoke_files.c) are provoked in several folders,
 * because a policy that is already installed may deny in one of them, and then no
 * later program of that hook runs. The functions touch nothing but their own
 * temporary folders, UDP sockets on the loopback address, and a child that prints
 * this program's version to /dev/null. Files are made with mknod: no open needed.
 */
#include "runtime/provoke.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "runtime/provoke_files.h"

#define CHILD_SECONDS 10
#define PORT_DISCARD 9
#define SCTP_BINDX_ADD 100

static int result(int code)
{
	return code < 0 ? errno : 0;
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

static int connect4(void)
{
	return with_socket4(connect, PORT_DISCARD);
}

static int connect6(void)
{
	return with_socket6(connect, PORT_DISCARD);
}

static int sendmsg4(void)
{
	return with_socket4(send_one, PORT_DISCARD);
}

static int sendmsg6(void)
{
	return with_socket6(send_one, PORT_DISCARD);
}

static int bind4(void)
{
	return with_socket4(bind, 0);
}

static int bind6(void)
{
	return with_socket6(bind, 0);
}

/* A datagram socket cannot listen, so that no policy speaks of it; the hook is asked. */
static int try_listen(void)
{
	int fd CLEANUP_FD = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return result(fd < 0 ? fd : listen(fd, 1));
}

/* Where SCTP is loaded already; to load it is not ours to do. */
static int bindx(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	int fd CLEANUP_FD = -1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (access("/proc/net/sctp", F_OK))
		return EPROTONOSUPPORT;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP);
	return result(fd < 0 ? fd : setsockopt(fd, IPPROTO_SCTP, SCTP_BINDX_ADD, &to, sizeof to));
}

/* A raw socket: no other hook is asked on the way to the packet's. It stays open for the
 * packet to arrive at. */
static int ping(void)
{
	static int fd = -1;
	struct sockaddr_in to = {.sin_family = AF_INET};
	const char echo[8] = {8};

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	if (fd < 0 || sendto(fd, echo, sizeof echo, MSG_DONTWAIT, (struct sockaddr *)&to,
			     sizeof to) < 0)
		return errno;
	return 0;
}

/* fork, exec and exit at once; a second program in case the first is denied. */
static int run_program(void)
{
	pid_t pid = fork();
	int status;

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

static const struct {
	enum nb_hook hook;
	int (*go)(void);
} steps[] = {
	{NB_HOOK_CONNECT4, connect4},	  {NB_HOOK_CONNECT6, connect6},
	{NB_HOOK_SENDMSG4, sendmsg4},	  {NB_HOOK_SENDMSG6, sendmsg6},
	{NB_HOOK_BIND4, bind4},		  {NB_HOOK_BIND6, bind6},
	{NB_HOOK_SOCKET, ping},		  {NB_HOOK_EGRESS, ping},
	{NB_HOOK_INGRESS, ping},	  {NB_HOOK_TASK_EXEC, run_program},
	{NB_HOOK_TASK_FORK, run_program}, {NB_HOOK_TASK_EXIT, run_program},
	{NB_HOOK_MAKE, bind4},		  {NB_HOOK_LISTEN, try_listen},
	{NB_HOOK_BIND_REST, bind4},	  {NB_HOOK_BINDX, bindx},
};
enum { OF_FILE = 0, OF_LSM = 1, OF_NET = 1, OF_PACKET = 1, OF_EXE = 1, OF_SCAN = 0,
       OF_SHARED = 0 };
_Static_assert(sizeof steps / sizeof *steps == 0
#define HOOK(name, fn, text, kind) +OF_##kind
#include "bpf-templates/hooks.def"
#undef HOOK
	       ,
	       "a hook without its step");

static int join_cgroup(const char *cgroup)
{
	char path[4200];
	int fd CLEANUP_FD = -1;

	snprintf(path, sizeof path, "%s/cgroup.procs", cgroup);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd < 0 || write(fd, "0", 1) != 1 ? errno : 0;
}

/* A child that begins in the cgroup: one that joins it waits for all processors, a tenth of
 * what an install takes. 0 in the child, -1 where that cannot be had. */
static pid_t fork_into(const char *cgroup)
{
	int fd CLEANUP_FD = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct clone_args how = {.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD};

	how.cgroup = (uint64_t)fd;
	return fd < 0 ? -1 : (pid_t)syscall(SYS_clone3, &how, sizeof how);
}

static const char *const places[] = {"/run", "/tmp", "/dev/shm", "/var/tmp"};
#define PLACES (sizeof places / sizeof *places)
typedef char folder_name[64];

/* Tells the parent, which looks and then kills. A busy kernel may lose a packet, so they
 * are sent until then. */
static _Noreturn void rest(uint64_t hooks, int done)
{
	const uint64_t packets = 1ull << NB_HOOK_EGRESS | 1ull << NB_HOOK_INGRESS;

	if (write(done, "", 1) != 1)
		_exit(1);
	for (;;) {
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		if (hooks & packets)
			ping();
	}
}

static _Noreturn void act(uint64_t hooks, const char *cgroup, const folder_name *folders,
			  struct provocation *out, int done)
{
	int dirs[PLACES], fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "netbpf-proof");
	alarm(CHILD_SECONDS);
	out->cgroup_errno = *cgroup ? join_cgroup(cgroup) : 0;
	if (out->cgroup_errno)
		rest(0, done);
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	out->no_ipv6 = fd < 0 && errno == EAFNOSUPPORT;
	for (size_t i = 0; i < PLACES; i++)
		dirs[i] = folders[i][0]
				  ? open(folders[i], O_PATH | O_DIRECTORY | O_CLOEXEC)
				  : -1;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (hooks >> steps[i].hook & 1)
			out->done[steps[i].hook] = steps[i].go();
	for (size_t i = 0; i < n_file_steps; i++)
		for (size_t j = 0; hooks >> file_steps[i].hook & 1 && j < PLACES; j++)
			if (dirs[j] >= 0)
				out->done[file_steps[i].hook] = file_steps[i].go(dirs[j]);
	rest(hooks, done);
}

static const struct {
	const char *name;
	bool directory;
} fresh[] = {{"a", false}, {"c", false}, {"x", false}, {"m", true}, {"y", true}};

static bool uses_folders(uint64_t hooks)
{
	for (size_t i = 0; i < n_file_steps; i++)
		if (hooks >> file_steps[i].hook & 1)
			return true;
	return false;
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
		for (size_t j = 0; j < sizeof fresh / sizeof *fresh; j++) {
			snprintf(path, sizeof path, "%.63s/%s", folders[i], fresh[j].name);
			if (fresh[j].directory)
				mkdir(path, 0700);
			else
				mknod(path, S_IFREG | 0600, 0);
		}
	}
	return any;
}

static void remove_folders(const folder_name *folders)
{
	static const char *const files[] = {"a", "b", "c", "d", "e", "p", "s", "x"};
	static const char *const directories[] = {"m", "n", "y"};
	char path[sizeof(folder_name) + 8];

	for (size_t i = 0; i < PLACES; i++) {
		if (!folders[i][0])
			continue;
		for (size_t j = 0; j < sizeof files / sizeof *files; j++) {
			snprintf(path, sizeof path, "%.63s/%s", folders[i], files[j]);
			unlink(path);
		}
		for (size_t j = 0; j < sizeof directories / sizeof *directories; j++) {
			snprintf(path, sizeof path, "%.63s/%s", folders[i], directories[j]);
			rmdir(path);
		}
		rmdir(folders[i]);
	}
}

/* Not its end alone: what it runs may live on with the pipe. */
static bool has_rested(int done)
{
	struct pollfd p = {.fd = done, .events = POLLIN};
	char byte;
	int n;

	do
		n = poll(&p, 1, (CHILD_SECONDS + 1) * 1000);
	while (n < 0 && errno == EINTR);
	return n == 1 && read(done, &byte, 1) == 1;
}

static pid_t begin(uint64_t hooks, const char *cgroup, const folder_name *folders,
		   struct provocation *seen, int done)
{
	pid_t pid = *cgroup ? fork_into(cgroup) : -1;

	if (pid == 0)
		act(hooks, "", folders, seen, done);
	if (pid < 0 && (pid = fork()) == 0)
		act(hooks, cgroup, folders, seen, done);
	return pid;
}

static void refuse_process(struct error *err)
{
	error_set(err, EXIT_SYSTEM,
		  "cannot make a process and a folder in /run, "
		  "/tmp, /dev/shm or /var/tmp for the proof: %s. Everything was "
		  "detached again.",
		  strerror(errno));
}

int provoke(uint64_t hooks, const char *cgroup,
	    int (*look)(const struct provocation *, void *arg, struct error *), void *arg,
	    struct error *err)
{
	struct provocation *seen;
	folder_name folders[PLACES] = {""};
	int done[2], status, code = -1;
	bool rested = false;
	pid_t pid = -1;

	seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		    0);
	if (seen == MAP_FAILED)
		return error_set(err, EXIT_SYSTEM, "no memory for the proof.");
	if ((!uses_folders(hooks) || make_folders(folders)) && !pipe2(done, O_CLOEXEC)) {
		pid = begin(hooks, cgroup, folders, seen, done[1]);
		if (pid < 0)
			refuse_process(err);
		close(done[1]);
		rested = pid > 0 && has_rested(done[0]);
		close(done[0]);
	} else {
		refuse_process(err);
	}
	if (rested)
		code = look(seen, arg, err);
	if (pid > 0)
		kill(pid, SIGKILL);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && !rested)
		error_set(err, EXIT_SYSTEM,
			  "the process of the proof did not come to its "
			  "end (signal %d). Everything was detached again.",
			  WTERMSIG(status));
	munmap(seen, sizeof *seen);
	remove_folders(folders);
	return code;
}
