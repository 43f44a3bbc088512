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
#include <dirent.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/un.h>
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

/* ---- the tree ---- */

/* By descriptors: some trees are deeper than a path can say. */
static void remove_at(int at, const char *name)
{
	struct dirent *e;
	DIR *d;
	int fd;

	if (!unlinkat(at, name, 0))
		return;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	d = fd < 0 ? NULL : fdopendir(fd);
	while (d && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			remove_at(fd, e->d_name);
	if (d)
		closedir(d);
	unlinkat(at, name, AT_REMOVEDIR);
}

static void unmount_all(void)
{
	static const char *const tops[] = { "/b/", "/f/", "/b", "/late" };
	char line[512], at[256];

	for (int again = 0; again < 8; again++) {
		FILE *mounts = fopen("/proc/self/mounts", "re");
		bool any = false;

		while (mounts && fgets(line, sizeof line, mounts))
			for (size_t i = 0; i < sizeof tops / sizeof *tops; i++)
				if (sscanf(line, "%*s %255s", at) == 1 &&
				    !strncmp(at, tops[i], strlen(tops[i])) &&
				    (tops[i][strlen(tops[i]) - 1] == '/' || !strcmp(at, tops[i])))
					any |= !umount2(at, MNT_DETACH);
		if (mounts)
			fclose(mounts);
		if (!any)
			return;
	}
}

static void make(const char *path, mode_t mode)
{
	mkdir(path, mode);
	chmod(path, mode);
}

static bool is(const struct target *t, const char *op) { return !strcmp(t->op, op); }

/* Everything whose change shows that the tree is not what it was. Times are set long
 * back when it is made, so that any change shows. */
static const char *watched(const struct target *t, int i)
{
	const char *all[] = { "/b", "/f", "/f/dir", "/f/plain", "/f/dir/plain", "/late", t->dir, t->sub, t->path };

	return i < (int)(sizeof all / sizeof *all) ? all[i] : NULL;
}

static bool intact(const struct target *t)
{
	static const char *last;
	static dev_t device;
	bool same = last == t->op && !is(t, "xattr") && !is(t, "acl"); /* leave no time behind */
	struct stat st;
	const char *path;

	for (int i = 0; same && (path = watched(t, i)); i++)
		same = !lstat(path, &st) && st.st_dev == device && st.st_mtim.tv_sec == 1 &&
		       (i < 8 || (st.st_nlink == 1 && (st.st_mode & 07777) == 0666 && st.st_uid == USER));
	last = t->op;
	if (!same && !stat("/", &st))
		device = st.st_dev;
	return same;
}

static void age(const struct target *t)
{
	struct timespec back[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = 1 } };
	const char *path;

	for (int i = 0; (path = watched(t, i)); i++)
		utimensat(AT_FDCWD, path, back, AT_SYMLINK_NOFOLLOW);
}

/* A socket that listens at the name, until the next tree is made. */
static int listens(const char *path, int type, int *kept)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	close(*kept);
	*kept = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
	return bind(*kept, (void *)&name, sizeof name) || (type == SOCK_STREAM && listen(*kept, 64)) ||
	       chmod(path, 0777);
}

static int fill(struct target *t)
{
	static int kept[2] = { -1, -1 };
	int rc;

	if (intact(t))
		return 0;
	unmount_all();
	remove_at(AT_FDCWD, "/bb");
	remove_at(AT_FDCWD, "/b");
	remove_at(AT_FDCWD, "/f");
	make("/b", 0777);
	make("/f", 0777);
	make("/f/dir", 0777);
	make("/late", 0777);
	make(t->dir, 0777);
	make(t->sub, 0777);
	rc = put(t->path, SECRET) | put(text("%s/secret", t->sub), SECRET);
	rc |= put("/f/plain", "PLAIN\n") | put("/f/dir/plain", "PLAIN\n");
	if (is(t, "exec") || is(t, "load"))
		rc |= copy_to("/t/prog", t->prog, 0755) |
		      put(text("%s/script", t->dir), "#!/t/prog\n") |
		      chmod(text("%s/script", t->dir), 0755) |
		      copy_to("/t/dynamic", text("%s/dynamic", t->dir), 0755);
	if (is(t, "agent") || is(t, "worker") || is(t, "uid")) {
		make("/b/bin", 0777);
		rc |= link("/t/bypass", "/b/bin/agent") | link("/t/bypass", "/b/bin/worker") |
		      link("/t/bypass", "/b/bin/other");
	}
	if (is(t, "connect"))
		rc |= listens(text("%s/stream", t->dir), SOCK_STREAM, &kept[0]) |
		      listens(text("%s/datagram", t->dir), SOCK_DGRAM, &kept[1]);
	rc |= chown(t->dir, USER, USER) | chown(t->sub, USER, USER) | chown(t->path, USER, USER);
	rc |= symlink(t->path, "/f/link") | symlink(t->dir, "/f/linkdir");
	age(t);
	return rc;
}

static bool changed(int fd, const char *path)
{
	char seen[64] = "";
	ssize_t n = pread(fd, seen, sizeof seen - 1, 0);
	int again;

	if (n != (ssize_t)strlen(SECRET) || strcmp(seen, SECRET))
		return true;
	again = open(path, O_RDONLY | O_CLOEXEC);
	memset(seen, 0, sizeof seen);
	n = again < 0 ? -1 : read(again, seen, sizeof seen - 1);
	close(again);
	return n < 0 || strcmp(seen, SECRET);
}

/* ---- one try ---- */

static void become(uid_t uid)
{
	must(setresuid(0, 0, 0), "uid 0");
	must(prctl(PR_SET_SECUREBITS, 0), "securebits");
	if (uid) {
		must(setgroups(0, NULL), "groups");
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
	become(t->root ? 0 : USER);
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
	bool got;
	pid_t pid;

	snprintf(t.dir, sizeof t.dir, "/b/%s", row->op);
	snprintf(t.path, sizeof t.path, "%s/secret", t.dir);
	snprintf(t.sub, sizeof t.sub, "%s/sub", t.dir);
	snprintf(t.prog, sizeof t.prog, "%s/prog", t.dir);
	t.flags = is(&t, "write") ? O_WRONLY : O_RDONLY;
	if (fill(&t) || pipe2(pipes, O_CLOEXEC) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, boxes)) {
		printf("TRIED %s %d broken no fresh tree: %s\n", row->name, root ? 0 : USER,
		       strerror(errno));
		return;
	}
	t.held[0] = open(t.path, O_RDONLY | O_CLOEXEC);
	t.held[1] = open(t.path, O_RDWR | O_CLOEXEC);
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
	if (is(&t, "write") && !strcmp(word, "reached") && !r.elsewhere &&
	    !changed(t.held[0], t.path))
		word = "broken", snprintf(r.step, sizeof r.step, "said so, but nothing changed");
	else if (is(&t, "write") && r.error && !r.elsewhere && changed(t.held[0], t.path))
		word = "reached", snprintf(r.step, sizeof r.step, "refused, but the content changed");
	close(t.held[0]);
	close(t.held[1]);
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
