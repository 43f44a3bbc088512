/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bypass OPERATIONS   tries each technique as root and as uid 1000
 *
 * OPERATIONS is a file of the words that the installed policy denies, or would. Prints a line
 *   TRIED name uid reached|failed|skipped|broken text
 * for each try. The driver itself is the keeper, whom every rule excepts, so that
 * it can make the tree again and see what became of the object.
 * As "agent" or "worker" it is a program that the rules name: see subjects.c.
 */
#include "bypass.h"
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <linux/capability.h>
#include <linux/securebits.h>

struct report {
	int error; /* 0 = reached, > 0 = errno, -1 = cannot be tried */
	int elsewhere;
	char step[60];
};
static int report_to = -1, not_the_secret;

static _Noreturn void end(int error, const char *step)
{
	struct report r = { .error = error, .elsewhere = not_the_secret };

	snprintf(r.step, sizeof r.step, "%s", step);
	if (report_to >= 0 && write(report_to, &r, sizeof r) < 0)
		_exit(4);
	_exit(error == 0 ? WORKED : 1);
}

long must(long rc, const char *step)
{
	if (rc < 0)
		end(errno ? errno : EIO, step);
	return rc;
}

int elsewhere(int rc)
{
	not_the_secret = 1;
	return rc;
}

void not_here(const char *why)
{
	end(-1, why);
}

const char *text(const char *format, ...)
{
	static char ring[8][4200];
	static unsigned next;
	char *at = ring[next++ & 7];
	va_list ap;

	va_start(ap, format);
	vsnprintf(at, sizeof ring[0], format, ap);
	va_end(ap);
	return at;
}

int put(const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, content, strlen(content));
	fchmod(fd, 0666);
	close(fd);
	return n < 0 ? -1 : 0;
}

int copy_to(const char *from, const char *to, int mode)
{
	int in = open(from, O_RDONLY), out = -1;
	struct stat st;
	ssize_t n = -1;

	if (in >= 0 && !fstat(in, &st)) {
		out = open(to, O_WRONLY | O_CREAT | O_TRUNC, mode);
		n = out < 0 ? -1 : sendfile(out, in, NULL, (size_t)st.st_size);
	}
	if (out >= 0)
		fchmod(out, (mode_t)mode);
	close(in);
	close(out);
	return n < 0 ? -1 : 0;
}

/* More than once: the first pass only takes away that a name was used of late. */
void drop_caches(void)
{
	for (int i = 0; i < 3; i++)
		must(put("/proc/sys/vm/drop_caches", "3"), "drop_caches");
}

int dump_core(const char *pattern)
{
	pid_t pid;
	int status;

	must(put("/proc/sys/kernel/core_pattern", pattern), "core_pattern");
	pid = (pid_t)must(fork(), "fork");
	if (!pid) {
		struct { long soft, hard; } most = { -1, -1 };

		syscall(SYS_setrlimit, 4, &most);
		abort();
	}
	must(waitpid(pid, &status, 0), "wait");
	return status;
}

int reach(const struct target *t, int fd)
{
	char seen[sizeof SECRET] = "";

	if (fd < 0)
		return -errno;
	if ((t->flags & O_ACCMODE) != O_RDONLY)
		return write(fd, "X", 1) == 1 ? 0 : -errno;
	must(read(fd, seen, sizeof seen - 1), "read");
	return strcmp(seen, SECRET) ? -EBADMSG : 0;
}

int try_at(const struct target *t, int at, const char *path)
{
	return reach(t, openat(at, path, t->flags));
}

int try_open(const struct target *t, const char *path)
{
	return try_at(t, AT_FDCWD, path);
}

void own_mounts(const struct target *t)
{
	uid_t uid = getuid();

	if (t->root) {
		must(unshare(CLONE_NEWNS), "unshare of mounts");
	} else {
		must(unshare(CLONE_NEWUSER | CLONE_NEWNS), "user namespace");
		must(put("/proc/self/setgroups", "deny"), "setgroups");
		must(put("/proc/self/uid_map", text("0 %u 1", uid)), "uid_map");
		must(put("/proc/self/gid_map", text("0 %u 1", uid)), "gid_map");
	}
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
}

int waited(pid_t pid)
{
	int status;

	must(waitpid(pid, &status, 0), "wait");
	if (WIFEXITED(status) && WEXITSTATUS(status) == WORKED)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127) /* ld.so could not map something */
		return -EPERM;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

int run(const char *path, char *const argv[])
{
	pid_t pid = (pid_t)must(fork(), "fork");

	if (!pid) {
		execv(path, argv);
		_exit(errno);
	}
	return waited(pid);
}

/* ---- one try ---- */

static void become(uid_t uid, bool in_group)
{
	gid_t group = 2000;

	must(setresuid(0, 0, 0), "uid 0");
	must(prctl(PR_SET_SECUREBITS, 0), "securebits");
	must(setgroups(in_group, &group), "groups");
	if (uid) {
		must(setresgid(uid, uid, uid), "gid");
		must(setresuid(uid, uid, uid), "uid");
	}
	must(prctl(PR_SET_DUMPABLE, 1), "dumpable");
	must(prctl(PR_SET_PDEATHSIG, SIGKILL), "death signal");
}

static const struct row {
	const char *name, *op;
	technique *call;
} rows[] = {
#define T(function, group, op, limit, how) { #op "/" #function, #op, function },
#include "techniques.def"
#undef T
};

/* The keeper's end, until the child is gone: whoever asks by one byte gets the
 * object's descriptor. */
static void serve(const struct target *t, int box, pid_t pid)
{
	struct pollfd on[2] = { { .fd = box, .events = POLLIN },
				{ .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN } };
	char what;

	fcntl(on[1].fd, F_SETFD, FD_CLOEXEC);
	while (poll(on, 2, -1) > 0 && on[0].revents & POLLIN && read(box, &what, 1) == 1) {
		union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } control;
		struct iovec one = { .iov_base = &what, .iov_len = 1 };
		struct msghdr m = { .msg_iov = &one, .msg_iovlen = 1, .msg_control = control.room,
				    .msg_controllen = sizeof control.room };
		int fd;

		if (what == 'o') { /* an open that others may watch */
			close(open(t->path, O_RDONLY | O_CLOEXEC));
			if (send(box, "o", 1, MSG_NOSIGNAL) != 1)
				break;
			continue;
		}
		fd = what == 'p' ? open(t->path, O_PATH | O_CLOEXEC) : t->held[what == 'w'];
		control.head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
						 .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
		if (sendmsg(box, &m, MSG_NOSIGNAL) < 0)
			break;
		if (what == 'p')
			close(fd);
	}
	close(on[1].fd);
}

static void attempt(const struct row *row, struct target *t, int to, int box)
{
	int rc;

	report_to = to;
	t->box = box;
	alarm(20);
	setsid();
	become(t->root ? 0 : USER, !strcmp(t->op, "group"));
	umask(0);
	rc = row->call(t);
	end(rc < 0 ? -rc : 0, "the call itself");
}

static void try_one(const struct row *row, bool root)
{
	struct target t = { .op = row->op, .root = root };
	struct report r = { .error = -2 };
	int pipes[2], boxes[2], status = 0;
	const char *word;
	bool got, writes;
	pid_t pid;

	snprintf(t.dir, sizeof t.dir, "/b/%s", row->op);
	snprintf(t.path, sizeof t.path, "%s/secret", t.dir);
	snprintf(t.sub, sizeof t.sub, "%s/sub", t.dir);
	snprintf(t.prog, sizeof t.prog, "%s/prog", t.dir);
	writes = !strcmp(t.op, "write") || !strcmp(t.op, "rewrite");
	t.flags = writes ? O_WRONLY : O_RDONLY;
	if (fill(&t) || pipe2(pipes, O_CLOEXEC) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, boxes)) {
		printf("TRIED %s %d broken no fresh tree: %s\n", row->name, root ? 0 : USER,
		       strerror(errno));
		return;
	}
	t.held[0] = open(t.path, O_RDONLY | O_CLOEXEC);
	t.held[1] = open(t.path, O_RDWR | O_CLOEXEC);
	t.cloned = open(text("/s/%s/secret", row->op), O_RDWR | O_CLOEXEC);
	t.held_dir = open(t.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	t.mapped = mmap(NULL, 4096, PROT_READ, MAP_SHARED, t.held[0], 0);
	pid = fork();
	if (!pid) {
		close(pipes[0]);
		close(boxes[1]);
		attempt(row, &t, pipes[1], boxes[0]);
	}
	close(pipes[1]);
	close(boxes[0]);
	serve(&t, boxes[1], pid);
	waitpid(pid, &status, 0);
	kill(-pid, SIGKILL); /* what it left behind: the session is its own */
	close(boxes[1]);
	got = read(pipes[0], &r, sizeof r) == sizeof r;
	close(pipes[0]);
	word = !got || r.error < -1 ? "broken" : r.error < 0 ? "skipped" : r.error ? "failed" : "reached";
	if (writes && !strcmp(word, "reached") && !r.elsewhere &&
	    !changed(t.held[0], t.path))
		word = "broken", snprintf(r.step, sizeof r.step, "said so, but nothing changed");
	else if (writes && r.error && !r.elsewhere && changed(t.held[0], t.path))
		word = "reached", snprintf(r.step, sizeof r.step, "refused, but the content changed");
	close(t.held[0]);
	close(t.held[1]);
	close(t.held_dir);
	close(t.cloned);
	munmap((void *)(uintptr_t)t.mapped, 4096);
	printf("TRIED %s %d %s %s%s%s\n", row->name, root ? 0 : USER, word,
	       got ? r.step : WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "no answer",
	       r.error > 0 ? ": " : "", r.error > 0 ? strerrorname_np(r.error) : "");
}

static bool listed(const char *file, const char *op)
{
	FILE *in = fopen(file, "re");
	char line[64];
	bool found = false;

	while (in && !found && fscanf(in, "%63s", line) == 1)
		found = !strcmp(line, op);
	if (in)
		fclose(in);
	return found;
}

int act(int argc, char **argv); /* subjects.c: as a program that rules name */

int main(int argc, char **argv)
{
	if (argc > 1 && !strncmp(argv[1], "act:", 4))
		return act(argc, argv);
	if (argc < 2) {
		fputs("usage: bypass OPERATIONS [TECHNIQUE]\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	umask(0);
	must(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP), "securebits");
	must(setresuid(KEEPER, KEEPER, KEEPER), "keeper");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (argc > 2 && strcmp(argv[2], rows[i].name))
			continue;
		if (!listed(argv[1], rows[i].op))
			continue;
		try_one(&rows[i], true);
		try_one(&rows[i], false);
	}
	unmount_all();
	return 0;
}
