/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /proc/PID/fd and maps, and the decision functions compiled for the host. What is not known of
 * a process (its executable may be forged, its cgroup out of sight) does not take it
 * from the list: the programs would deny it, too.
 */
#include "runtime/held.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "bpf-templates/decide_host.h"
#include "runtime/escape.h"
#include "runtime/files.h"
#include "runtime/hooks.h"
#include "runtime/mapped.h"
#include "runtime/open_name.h"
#include "runtime/process.h"
#include "runtime/rows.h"

#define SHOWN_MAX 20
#define GIDS_MAX 64
#define FD_PATH 010000000 /* O_PATH, in fdinfo */

struct search {
	const struct meta *meta;
	struct nb_host_images images;
	struct nb_params params;
	struct mounts mounts;
	u32 mount_ns;
	FILE *out;
	unsigned held, mapped, ended;
	/* of the process at hand */
	u32 pid;
	struct nb_host_subject who;
	u32 gids[GIDS_MAX];
};

/* The last of the four numbers of a Uid: or Gid: line counts for files. */
static bool fourth(const char *text, const char *key, u32 *out)
{
	const char *at = strstr(text, key);
	unsigned number;

	if (!at || sscanf(at + strlen(key), "%*u %*u %*u %u", &number) != 1)
		return false;
	*out = number;
	return true;
}

static void know_ids(struct search *s, const char *status)
{
	const char *at = strstr(status, "\nGroups:");
	char *end;

	s->who.uid_known = fourth(status, "\nUid:", &s->who.uid);
	if (!at || !fourth(status, "\nGid:", &s->gids[0]))
		return;
	s->who.gids = s->gids;
	s->who.n_gids = 1;
	for (at += 8; *at == '\t' || *at == ' '; at++)
		;
	while (*at >= '0' && *at <= '9' && s->who.n_gids < GIDS_MAX) {
		s->gids[s->who.n_gids++] = (u32)strtoul(at, &end, 10);
		at = end + (*end == ' ');
	}
	s->who.gids_known = *at == '\n';
}

static void know(struct search *s, const char *folder)
{
	char path[64], name[PATH_MAX], *text CLEANUP_FREE = NULL, *groups CLEANUP_FREE = NULL;
	char *at, *line_end;
	struct stat st;
	size_t len;

	s->who = (struct nb_host_subject){.exe_row = NB_ATOMS_UNKNOWN,
					  .cgroup_row = NB_ATOMS_UNKNOWN};
	snprintf(path, sizeof path, "%s/status", folder);
	if (!file_read(path, &text, &len))
		know_ids(s, text);
	snprintf(path, sizeof path, "%s/cgroup", folder);
	if (!file_read(path, &groups, &len) && (at = strstr(groups, "0::/"))) {
		line_end = strchr(at, '\n');
		if (line_end)
			*line_end = '\0';
		s->who.cgroup_row = nb_host_cgroup_row(s->images.paths, &s->params, at + 3);
	}
	snprintf(path, sizeof path, "%s/ns/mnt", folder);
	if (stat(path, &st) || st.st_ino != s->mount_ns)
		return;
	snprintf(path, sizeof path, "%s/exe", folder);
	if (open_name(&s->mounts, path, name, sizeof name))
		s->who.exe_row = nb_host_exe_row(s->images.paths, &s->params, name);
}

/* What becomes of something that the policy would refuse now. */
enum fate { HELD, MAPPED, ENDED };

static void print(struct search *s, enum fate fate, const char *name, enum nb_op op,
		  u32 number)
{
	static const char *const words[] = {
		[HELD] = "held open: process %u (",
		[MAPPED] = "mapped: process %u (",
		[ENDED] = "ended: process %u (",
	};
	const struct meta_rule *rule = meta_rule_find(s->meta, number);
	char path[64], comm[64] = "";

	snprintf(path, sizeof path, "/proc/%u/comm", s->pid);
	file_read_line(path, comm, sizeof comm);
	fprintf(s->out, words[fate], s->pid);
	escape_lines(s->out, comm, strlen(comm));
	fprintf(s->out, fate == ENDED ? ") can no longer %s " : ") may go on to %s ", op_words[op]);
	escape_lines(s->out, name, strlen(name));
	if (rule) {
		fputs(fate == ENDED ? ", by the rule at " : ", against the rule at ", s->out);
		escape_lines(s->out, rule->source, strlen(rule->source));
		fprintf(s->out, ":%u", rule->line);
	}
	fputc('\n', s->out);
}

/* Of the operations that are possible by what is open, the first that is denied. */
static void judge(struct search *s, enum fate fate, const char *name, u32 possible)
{
	static const enum nb_op ops[] = {NB_OP_READ, NB_OP_WRITE, NB_OP_LIST, NB_OP_LOAD};
	unsigned *count;

	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		struct nb_host_decision d;

		if (!(s->params.file_ops & possible & 1u << ops[i]))
			continue;
		d = nb_host_file(&s->images, &s->who, ops[i], name);
		if (d.verdict != NB_DENY)
			continue;
		if (fate == HELD &&
		    nb_host_again(&s->images, &s->who, ops[i], name).verdict == NB_DENY)
			fate = ENDED;
		count = fate == HELD ? &s->held : fate == MAPPED ? &s->mapped : &s->ended;
		if ((*count)++ < SHOWN_MAX)
			print(s, fate, name, ops[i], d.rule);
		return;
	}
}

static int look_at_fd(uint32_t fd, void *arg)
{
	/* O_RDONLY 0, O_WRONLY 1, O_RDWR 2 */
	static const u32 possible[] = {1u << NB_OP_READ, 1u << NB_OP_WRITE,
				       1u << NB_OP_READ | 1u << NB_OP_WRITE, 0};
	struct search *s = arg;
	char path[64], name[PATH_MAX], *info CLEANUP_FREE = NULL, *at;
	unsigned long flags;
	struct stat st;
	size_t len;

	snprintf(path, sizeof path, "/proc/%u/fdinfo/%u", s->pid, fd);
	if (file_read(path, &info, &len) || !(at = strstr(info, "flags:")))
		return 0;
	flags = strtoul(at + 6, NULL, 8);
	snprintf(path, sizeof path, "/proc/%u/fd/%u", s->pid, fd);
	if (flags & FD_PATH || stat(path, &st) ||
	    !open_name(&s->mounts, path, name, sizeof name))
		return 0;
	judge(s, HELD, name,
	      S_ISDIR(st.st_mode) ? 1u << NB_OP_LIST : possible[flags & 3]);
	return 0;
}

static int look_at_mapping(const struct mapping *m, void *arg)
{
	struct search *s = arg;
	char name[PATH_MAX];

	if (open_name(&s->mounts, m->link, name, sizeof name))
		judge(s, MAPPED, name,
		      (m->r ? 1u << NB_OP_READ : 0) | (m->w ? 1u << NB_OP_WRITE : 0) |
			      (m->x ? 1u << NB_OP_LOAD : 0));
	return 0;
}

static int look_at_process(uint32_t pid, void *arg)
{
	struct search *s = arg;
	char folder[32], fds[40];

	s->pid = pid;
	snprintf(folder, sizeof folder, "/proc/%u", pid);
	snprintf(fds, sizeof fds, "%s/fd", folder);
	if (pid == (u32)getpid())
		return 0;
	know(s, folder);
	process_each(fds, look_at_fd, s); /* one that has ended holds nothing */
	mapped_each(pid, look_at_mapping, s);
	return 0;
}

static void sum(FILE *out, unsigned n, const char *word, const char *what, const char *which,
		const char *then)
{
	if (n)
		fprintf(out, "%s: %u %s%s from before %s%s; %s\n", word, n, what,
			n == 1 ? "" : "s", which, n > SHOWN_MAX ? ", the first 20 above" : "",
			then);
}

void held_print(const struct bundle *bundle, const struct meta *meta, u32 host_mount_ns,
		FILE *out)
{
	const struct bundle_entry *paths =
		bundle_find(bundle, image_table[NB_IMAGE_PATHS].entry);
	const struct bundle_entry *rows =
		bundle_find(bundle, image_table[NB_IMAGE_ROWS].entry);
	struct search s = {.meta = meta, .mount_ns = host_mount_ns, .out = out};
	struct error err;

	if (!paths || !rows || !rows_params(rows->at, rows->len, &s.params) ||
	    !(s.params.file_ops & (NB_AGAIN_OPS | 1u << NB_OP_LOAD)))
		return;
	s.images = (struct nb_host_images){.paths = paths->at, .rows = rows->at};
	if (mounts_read("/proc/self/mountinfo", &s.mounts, &err) ||
	    process_each("/proc", look_at_process, &s))
		fputs("note: who holds files open could not be found out\n", out);
	mounts_free(&s.mounts);
	sum(out, s.held, "held open", "descriptor",
	    "that the policy would refuse now", "whoever has them keeps them until he closes them or ends");
	sum(out, s.mapped, "mapped", "mapping",
	    "that the policy would refuse now", "they stay until their process unmaps them or ends");
	sum(out, s.ended, "ended", "descriptor",
	    "on files of rules with revalidate", "they have no further use");
}
