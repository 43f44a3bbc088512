/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts runs before and after the provocation of provoke.c. */
#include "runtime/prove.h"
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "runtime/provoke.h"

#define WAIT_STEPS 200 /* of 10 ms: some hooks run a moment after their cause */
#define CGROUP_PREFIX "netbpf-proof-"

struct proof {
	const struct object *object;
	const char *cgroup; /* "" if there is none */
	FILE *out;
	uint64_t hooks, before[NB_HOOK_COUNT]; /* those attached, and how often each had run */
};

static uint64_t runs(const struct object *object, unsigned hook)
{
	struct bpf_prog_info info = {0};
	uint32_t size = sizeof info;

	if (bpf_obj_get_info_by_fd(bpf_program__fd(object->programs[hook]), &info, &size))
		return 0;
	return info.run_cnt;
}

/* Cgroups of proofs that were killed; only empty ones can be removed. */
static void sweep(const char *parent)
{
	DIR *dir = opendir(parent);
	struct dirent *entry;
	char path[4400];

	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, CGROUP_PREFIX, strlen(CGROUP_PREFIX)))
			continue;
		snprintf(path, sizeof path, "%s/%s", parent, entry->d_name);
		rmdir(path);
	}
	if (dir)
		closedir(dir);
}

static int silent_error(struct error *err, unsigned hook, const char *cgroup, int tried)
{
	const struct hook_row *row = &hook_table[hook];
	const char *why =
		hook_is_lsm(row->kind)
			? "The kernel was booted without an active BPF LSM: add bpf to the lsm= parameter"
		: row->kind == HOOK_EXE ? "Tracing may be switched off in this kernel"
		: row->kind == HOOK_PACKET
			? "A firewall may drop what is sent to 127.0.0.1, or this host is too busy "
			  "to deliver it; see nft list ruleset, and try again"
			: "Another program on the way may deny first; see "
			  "bpftool cgroup tree";

	return error_set(
		err, EXIT_SYSTEM,
		"%s (%s) was attached%s%s and did not run when it was provoked (%s), so it "
		"would enforce nothing. Everything was detached again. %s.",
		row->function, row->text, row->kind == HOOK_NET || row->kind == HOOK_PACKET ? " to " : "",
		row->kind == HOOK_NET || row->kind == HOOK_PACKET ? cgroup : "",
		tried ? strerror(tried) : "the call went through", why);
}

static bool is_v6(unsigned hook)
{
	return hook == NB_HOOK_CONNECT6 || hook == NB_HOOK_SENDMSG6 ||
	       hook == NB_HOOK_BIND6;
}

/* Why the hook cannot be made to run here; NULL: it must. */
static const char *unproved(unsigned hook, const struct provocation *seen, bool ran)
{
	if (seen->no_ipv6 && is_v6(hook))
		return "this kernel has no IPv6";
	if (hook == NB_HOOK_IOCTL32 && seen->done[hook] == ENOSYS)
		return "this kernel has no calls of 32-bit programs";
	if (hook == NB_HOOK_BINDX && !ran)
		return seen->done[hook] == EPERM ? "a policy that is there already denies it"
						 : "this kernel has no SCTP loaded";
	if (hook == NB_HOOK_MMAP_LAYER && seen->done[hook] == ENODEV && !ran)
		return "no overlay can be mounted on this host now";
	if (hook_table[hook].kind == HOOK_PACKET && seen->done[hook] && !ran)
		return "no packet can be sent to the loopback address";
	return NULL;
}

/* Of `hooks` those whose count has not risen; waits a moment for the last ones. */
static uint64_t find_silent(const struct proof *proof, uint64_t hooks)
{
	for (int step = 0; hooks && step < WAIT_STEPS; step++) {
		for (unsigned i = 0; i < NB_HOOK_COUNT; i++)
			if (hooks >> i & 1 && runs(proof->object, i) > proof->before[i])
				hooks &= ~(1ull << i);
		if (hooks)
			nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	return hooks;
}

static int look(const struct provocation *seen, void *arg, struct error *err)
{
	const struct proof *proof = arg;
	uint64_t hooks = proof->hooks, silent;

	if (seen->cgroup_errno)
		return error_set(
			err, EXIT_SYSTEM,
			"a process cannot join the cgroup of the proof below %s: %s. Everything was "
			"detached again.",
			proof->cgroup, strerror(seen->cgroup_errno));
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		const char *why = unproved(i, seen, runs(proof->object, i) > proof->before[i]);

		if (!why || !(hooks >> i & 1))
			continue;
		fprintf(proof->out, "not proved: %s, because %s\n", hook_table[i].function, why);
		hooks &= ~(1ull << i);
	}
	silent = find_silent(proof, hooks);
	if (silent) {
		unsigned hook = (unsigned)__builtin_ctzll(silent);

		return silent_error(err, hook, proof->cgroup, seen->done[hook]);
	}
	fputs("proved:", proof->out);
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++)
		if (hooks >> i & 1)
			fprintf(proof->out, " %s", hook_table[i].function);
	fputs(hooks ? "\n" : " nothing to prove\n", proof->out);
	return 0;
}

static int provoke_in_child_cgroup(struct proof *proof, struct error *err)
{
	char path[4400] = "";
	int code;

	if (*proof->cgroup) {
		sweep(proof->cgroup);
		snprintf(path, sizeof path, "%s/" CGROUP_PREFIX "%d", proof->cgroup,
			 (int)getpid());
		if (mkdir(path, 0700))
			return error_set(
				err, EXIT_SYSTEM,
				"cannot make the cgroup %s for the proof: %s. Everything "
				"was detached again.",
				path, strerror(errno));
	}
	code = provoke(proof->hooks, path, look, proof, err);
	for (int i = 0; *path && rmdir(path) && errno == EBUSY && i < WAIT_STEPS; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	return code;
}

int prove_hooks(const struct object *object, const struct links *links,
		const char *cgroup, FILE *out, struct error *err)
{
	int stats CLEANUP_FD = bpf_enable_stats(BPF_STATS_RUN_TIME);
	struct proof proof = {.object = object, .cgroup = cgroup, .out = out};

	if (stats < 0)
		return error_set(
			err, EXIT_SYSTEM,
			"the kernel does not count runs of programs: %s. Without that "
			"nothing shows that hooks run; everything was detached again.",
			strerror(errno));
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		if (!links->at[i])
			continue;
		proof.hooks |= 1ull << i;
		proof.before[i] = runs(object, i);
	}
	return provoke_in_child_cgroup(&proof, err);
}
