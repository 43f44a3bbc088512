/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /proc/PID/fd to labels, by pidfd_getfd(2): the storage of a socket is named by a
 * descriptor. Two walks: which TCP ports are listened on, and with that, which
 * connections were accepted and which were called for.
 */
#include "runtime/adopt_sockets.h"
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bpf-templates/decide_host.h"
#include "runtime/files.h"
#include "runtime/hooks.h"
#include "runtime/process.h"

#define GROUPS_MAX 64 /* as many as the programs ask */

struct port { /* that is listened on, in that network namespace */
	ino_t netns;
	in_port_t number_be;
};

struct walk {
	int socks_fd, before_fd, exes_fd;
	struct nb_host_images images;
	struct nb_params params;
	struct port *ports;
	size_t n_ports, cap_ports;
	struct adopted_sockets *adopted;
	bool listeners; /* the first walk */
	bool no_memory;
};

/* One process, as the labels of all its sockets say. */
struct holder {
	char folder[32];
	ino_t netns;
	bool read;
	struct nb_sock label;
};

/* ---- who ---- */

static void read_ids(const char *folder, struct nb_host_subject *subject, u32 *gids,
		     struct nb_sock *label)
{
	char path[64], *text CLEANUP_FREE = NULL, *at;
	size_t len;

	snprintf(path, sizeof path, "%s/status", folder);
	if (file_read(path, &text, &len))
		return;
	at = strstr(text, "\nUid:");
	if (at && sscanf(at, "\nUid: %*u %u", &subject->uid) == 1)
		subject->uid_known = 1;
	label->uid = subject->uid;
	at = strstr(text, "\nGid:");
	if (!at || sscanf(at, "\nGid: %*u %u", &gids[0]) != 1)
		return;
	subject->n_gids = 1;
	at = strstr(text, "\nGroups:");
	for (at = at ? at + 8 : NULL; at && *at != '\n' && *at;) {
		char *end;
		unsigned long gid = strtoul(at, &end, 10);

		if (end == at)
			break;
		if (subject->n_gids == GROUPS_MAX)
			return; /* more than are asked: unknown */
		gids[subject->n_gids++] = (u32)gid;
		at = end + strspn(end, " \t");
	}
	subject->gids_known = 1;
}

static u32 cgroup_row(const struct walk *w, const char *folder)
{
	char path[64], *text CLEANUP_FREE = NULL, *at;
	size_t len;

	snprintf(path, sizeof path, "%s/cgroup", folder);
	if (!w->params.cgroup_rows || file_read(path, &text, &len))
		return NB_ATOMS_UNKNOWN;
	at = strncmp(text, "0::", 3) ? strstr(text, "\n0::") : text - 1;
	if (!at)
		return NB_ATOMS_UNKNOWN;
	at += 4;
	at[strcspn(at, "\n")] = '\0';
	return nb_host_cgroup_row(w->images.paths, &w->params, at);
}

/* May be all that both may be, surely is only what both surely are. */
static void merge(struct nb_sock *label, const struct nb_sock *other)
{
	for (unsigned i = 0; i < NB_SOCK_WORDS; i++) {
		label->may[i] |= other->may[i];
		label->must[i] &= other->must[i];
	}
}

static void read_holder(const struct walk *w, uint32_t pid, struct holder *h)
{
	u32 gids[GROUPS_MAX];
	struct nb_host_subject subject = {.exe_row = NB_ATOMS_UNKNOWN, .gids = gids};
	struct nb_exe exe;
	char path[64];

	h->read = true;
	h->label = (struct nb_sock){.pid = pid, .flags = NB_SOCK_ADOPTED};
	read_ids(h->folder, &subject, gids, &h->label);
	if (w->exes_fd >= 0 && !bpf_map_lookup_elem(w->exes_fd, &pid, &exe)) {
		subject.exe_row = exe.row;
		subject.exe_foreign = exe.flags & NB_EXE_FOREIGN;
	}
	subject.cgroup_row = cgroup_row(w, h->folder);
	nb_host_subject_bits(&w->images, &subject, h->label.may, h->label.must);
	snprintf(path, sizeof path, "%s/comm", h->folder);
	file_read_line(path, h->label.comm, sizeof h->label.comm);
}

/* ---- which sockets ---- */

static bool is_inet(int fd)
{
	int domain = 0;
	socklen_t len = sizeof domain;

	return !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) &&
	       (domain == AF_INET || domain == AF_INET6);
}

static in_port_t own_port(int fd)
{
	struct sockaddr_in6 own = {0}; /* the port is where IPv4 has it, too */
	socklen_t len = sizeof own;

	return getsockname(fd, (struct sockaddr *)&own, &len) ? 0 : own.sin6_port;
}

static int option(int fd, int name)
{
	int value = 0;
	socklen_t len = sizeof value;

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) ? 0 : value;
}

static void note_listener(struct walk *w, const struct holder *h, int fd)
{
	struct port *more;

	if (!option(fd, SO_ACCEPTCONN))
		return;
	if (w->n_ports == w->cap_ports) {
		w->cap_ports = w->cap_ports ? w->cap_ports * 2 : 64;
		more = realloc(w->ports, w->cap_ports * sizeof *more);
		if (!more) {
			w->no_memory = true;
			return;
		}
		w->ports = more;
	}
	w->ports[w->n_ports++] = (struct port){h->netns, own_port(fd)};
}

static bool is_listened_on(const struct walk *w, ino_t netns, in_port_t port)
{
	for (size_t i = 0; i < w->n_ports; i++)
		if (w->ports[i].netns == netns && w->ports[i].number_be == port)
			return true;
	return false;
}

/* Of TCP and MPTCP; < 0 of others. The kernel reads it before it takes the socket's lock,
 * which a call holds from the hook to the state that it leads to: asked twice, it is what
 * calls have led to that no hook has seen. */
static int tcp_state(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof info;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) ||
	    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len))
		return -1;
	return info.tcpi_state;
}

/* A stream that is calling, or one that has a peer, and a port that nobody listens on. */
static bool has_called(const struct walk *w, const struct holder *h, int fd)
{
	struct sockaddr_in6 peer;
	socklen_t len = sizeof peer;

	if (option(fd, SO_TYPE) != SOCK_STREAM || option(fd, SO_ACCEPTCONN))
		return false;
	return tcp_state(fd) == TCP_SYN_SENT ||
	       (!getpeername(fd, (struct sockaddr *)&peer, &len) &&
		!is_listened_on(w, h->netns, own_port(fd)));
}

static void label_socket(struct walk *w, struct holder *h, int fd)
{
	struct nb_sock label, before;

	if (!bpf_map_lookup_elem(w->socks_fd, &fd, &before)) {
		if (!(before.flags & NB_SOCK_ADOPTED))
			return; /* the hooks know better */
		merge(&before, &h->label);
		bpf_map_update_elem(w->socks_fd, &fd, &before, BPF_EXIST);
		return;
	}
	label = h->label;
	label.flags |= has_called(w, h, fd) ? NB_SOCK_CONNECTED : 0;
	if (!bpf_map_update_elem(w->socks_fd, &fd, &label, BPF_NOEXIST))
		w->adopted->labelled++;
}

/* One whose end has begun may have much to say yet; one that is being
 * made is judged as a new one. */
static bool is_established(int fd)
{
	switch (tcp_state(fd)) {
	case TCP_ESTABLISHED:
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
	case TCP_CLOSE_WAIT:
	case TCP_LAST_ACK:
	case TCP_CLOSING:
		return true;
	default:
		return false;
	}
}

/* Never over a mark that is there: the socket may have called since it was looked at,
 * which leaves one. */
static void mark_established(struct walk *w, int fd)
{
	u32 before = 1;

	if (is_established(fd) &&
	    !bpf_map_update_elem(w->before_fd, &fd, &before, BPF_NOEXIST))
		w->adopted->established++;
}

static int visit(uint32_t pid, void *arg)
{
	struct walk *w = arg;
	struct holder h = {.read = false};
	char path[320], target[32];
	struct dirent *entry;
	struct stat st;
	DIR *fds;
	int pidfd;

	snprintf(h.folder, sizeof h.folder, "/proc/%u", pid);
	snprintf(path, sizeof path, "%s/ns/net", h.folder);
	h.netns = stat(path, &st) ? 0 : st.st_ino;
	snprintf(path, sizeof path, "%s/fd", h.folder);
	fds = opendir(path);
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	while (fds && pidfd >= 0 && (entry = readdir(fds))) {
		ssize_t len;
		int fd CLEANUP_FD = -1;

		len = readlinkat(dirfd(fds), entry->d_name, target, sizeof target - 1);
		if (len < 8 || strncmp(target, "socket:[", 8))
			continue;
		fd = (int)syscall(SYS_pidfd_getfd, pidfd, atoi(entry->d_name), 0);
		if (fd < 0 || !is_inet(fd))
			continue;
		if (w->listeners) {
			note_listener(w, &h, fd);
			continue;
		}
		if (!h.read)
			read_holder(w, pid, &h);
		label_socket(w, &h, fd);
		if (w->before_fd >= 0)
			mark_established(w, fd);
	}
	if (pidfd >= 0)
		close(pidfd);
	if (fds)
		closedir(fds);
	return w->no_memory;
}

int adopt_sockets(int socks_fd, int before_fd, int exes_fd, const struct bundle *bundle,
		  struct adopted_sockets *adopted, struct error *err)
{
	const struct bundle_entry *paths =
		bundle_find(bundle, image_table[NB_IMAGE_PATHS].entry);
	const struct bundle_entry *rows =
		bundle_find(bundle, image_table[NB_IMAGE_ROWS].entry);
	struct walk w = {.socks_fd = socks_fd, .before_fd = before_fd, .exes_fd = exes_fd,
			 .adopted = adopted, .listeners = true};
	int code;

	w.images.paths = paths ? paths->at : NULL;
	w.images.rows = rows->at; /* object_open has seen that it is there */
	memcpy(&w.params, rows->at, sizeof w.params);
	code = process_each("/proc", visit, &w);
	w.listeners = false;
	if (!code)
		code = process_each("/proc", visit, &w);
	free(w.ports);
	if (code)
		return error_set(err, EXIT_SYSTEM, "cannot label the sockets that are open: %s.",
				 w.no_memory ? "no memory" : strerror(errno));
	return 0;
}
