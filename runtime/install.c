/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * install: verify, look at the host, load, attach, prove, pin, and only then
 * detach what was there before. Until the pins are there the new programs hang on
 * this process alone: when it fails or dies, the host is as it was.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include "runtime/accept.h"
#include "runtime/adopt.h"
#include "runtime/adopt_sockets.h"
#include "runtime/folding.h"
#include "runtime/held.h"
#include "runtime/host.h"
#include "runtime/marks.h"
#include "runtime/options.h"
#include "runtime/pins.h"
#include "runtime/prove.h"
#include "runtime/rows.h"
#include "runtime/settle.h"
#include "runtime/stats.h"
#include "runtime/status.h"

#define SETTLE_SECONDS 5
#define CGROUP_ROOT_ID 1 /* an inode number is the id of its cgroup */

struct install {
	const struct options *options;
	FILE *out;
	struct bundle bundle;
	struct meta meta;
	struct kernel_types types;
	struct host host;
	struct images images;
	struct object object;
	struct links links;
	struct generations before;
	struct generation now;
	const char *cgroup;
	int cgroup_fd;
	u64 cgroup_id; /* 0: the root */
	bool file_hooks;
};

static bool asks_for_cgroups(const struct bundle *bundle)
{
	const struct bundle_entry *rows = bundle_find(bundle, image_table[NB_IMAGE_ROWS].entry);
	struct nb_params params;

	return rows && rows_params(rows->at, rows->len, &params) && params.cgroup_rows;
}

/* Names the rules that are lost without the BPF LSM, or refuses. */
static int choose_hooks(struct install *in, struct error *err)
{
	struct needs needs = {.kernel = in->bundle.manifest.kernel};
	bool lsm = in->bundle.manifest.needs_lsm || object_has_kind(&in->object, HOOK_FILE);
	char reason[640];

	host_explain_lsm(&in->host, reason, sizeof reason);
	if (lsm && reason[0] && in->options->audit_only_files) {
		fprintf(in->out, "warning: %s.\n", reason);
		print_lost_rules(&in->bundle, &in->meta, in->out);
		object_skip_optional(&in->object, in->out);
		object_skip_lsm(&in->object);
		lsm = false;
		if (!object_has_kind(&in->object, HOOK_NET))
			return error_set(
				err, EXIT_SYSTEM,
				"without the BPF LSM nothing of this policy can be "
				"enforced: all its rules need it. Nothing was installed.");
	} else if (!lsm && reason[0]) {
		object_skip_optional(&in->object, in->out);
	}
	in->file_hooks = object_has_kind(&in->object, HOOK_FILE);
	needs.lsm = lsm;
	needs.names = in->file_hooks || object_has_kind(&in->object, HOOK_EXE);
	needs.cgroup = object_has_kind(&in->object, HOOK_NET) && !in->options->cgroup;
	needs.in_cgroups = asks_for_cgroups(&in->bundle);
	if (needs.names)
		host_examine_names(&in->host);
	return host_require(&in->host, &needs, err);
}

/* Programs of the BPF LSM that judge the network ask for the cgroup themselves. */
static int open_cgroup(struct install *in, struct error *err)
{
	bool hangs = object_has_kind(&in->object, HOOK_NET);
	struct statfs fs;
	struct stat st;

	in->cgroup = in->options->cgroup ? in->options->cgroup : in->host.cgroup_root;
	if (!hangs && !(object_has_kind(&in->object, HOOK_LSM) && *in->cgroup)) {
		in->cgroup = "";
		return 0;
	}
	in->cgroup_fd = open(in->cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in->cgroup_fd < 0)
		return error_set(
			err, EXIT_SYSTEM,
			"cannot open the cgroup %s: %s. Give a folder of cgroup v2 with "
			"--cgroup.",
			in->cgroup, strerror(errno));
	if (fstatfs(in->cgroup_fd, &fs) || fs.f_type != CGROUP2_SUPER_MAGIC)
		return error_set(
			err, EXIT_SYSTEM,
			"%s is not a folder of cgroup v2, the only one that programs can "
			"hang on. Here its root is %s.",
			in->cgroup,
			in->host.cgroup_root[0] ? in->host.cgroup_root : "not mounted");
	if (fstat(in->cgroup_fd, &st))
		return error_set(err, EXIT_SYSTEM, "cannot examine the cgroup %s: %s.", in->cgroup,
				 strerror(errno));
	in->cgroup_id = st.st_ino == CGROUP_ROOT_ID ? 0 : st.st_ino;
	if (!hangs)
		in->cgroup = "";
	return 0;
}

/* Labels are stored later, see settle.h. */
static int write_control(const struct install *in, u32 store, struct error *err)
{
	struct nb_control control = {
		.store = store,
		.host_mnt_ns = in->host.mount_ns,
		.mount_lock = in->host.mount_lock,
		.cgroup = in->cgroup_id,
	};
	int fd = object_map(&in->object, "nb_control");
	u32 zero = 0;

	if (fd >= 0 && bpf_map_update_elem(fd, &zero, &control, BPF_ANY))
		return error_set(err, EXIT_SYSTEM, "cannot write the map nb_control: %s.",
				 strerror(errno));
	return 0;
}

/* What decides who somebody is first, what denies after it. */
static int attach_all(struct install *in, struct error *err)
{
	int exes = object_map(&in->object, "nb_exes");
	int socks = object_map(&in->object, "nb_socks");
	int before = object_map(&in->object, "nb_before");
	struct adopted adopted = {0};
	struct adopted_sockets sockets = {0};

	if (write_control(in, NB_LEAVING, err) || shares_put(&in->links.shares, &in->object, err) ||
	    links_attach(&in->links, &in->object, HOOK_EXE, -1, "", err))
		return -1;
	if (exes >= 0 && object_has_kind(&in->object, HOOK_EXE)) {
		if (adopt_processes(exes, &in->bundle, in->host.mount_ns, &adopted, err))
			return -1;
		fprintf(in->out,
			"processes: %u recognised, %u unknown until their next exec\n",
			adopted.known, adopted.unknown);
	}
	if (links_attach(&in->links, &in->object, HOOK_NET, in->cgroup_fd, in->cgroup, err))
		return -1;
	if (socks >= 0) {
		if (adopt_sockets(socks, before, exes, &in->bundle, &sockets, err))
			return -1;
		fprintf(in->out, "sockets: %u labelled that were open\n", sockets.labelled);
		if (before >= 0)
			fprintf(in->out,
				"connections: %u are older than the policy, rules that except "
				"established ones leave them alone\n",
				sockets.established);
	}
	return links_attach(&in->links, &in->object, HOOK_PACKET, in->cgroup_fd, in->cgroup,
			    err) ||
			       links_attach(&in->links, &in->object, HOOK_LSM, -1, "", err) ||
			       links_attach(&in->links, &in->object, HOOK_FILE, -1, "",
					    err)
		       ? -1
		       : 0;
}

static void name_generation(struct install *in)
{
	const uint8_t *d = in->bundle.digest;
	struct generations *before = &in->before;

	in->now.number = before->n ? before->at[before->n - 1].number + 1 : 1;
	snprintf(in->now.name, sizeof in->now.name, "gen-%02x%02x%02x%02x%02x%02x-%u",
		 d[0], d[1], d[2], d[3], d[4], d[5], in->now.number);
}

/* Every task that was inside a rename has left it: labels are safe to store. */
static void let_store(struct install *in, bool settled)
{
	struct error ignored;

	if (settled && !write_control(in, NB_STORING, &ignored))
		return;
	fprintf(in->out,
		"note: a rename that began before the install has not ended within %d seconds, so "
		"directory labels are not stored. Enforcement is complete, opening files is "
		"slower; install again later to change that.\n",
		SETTLE_SECONDS);
}

/* From the first attached program to the last detached old one. */
static int swap(struct install *in, struct error *err)
{
	struct settling *settling = NULL;
	bool settled = false;
	int code;

	code = attach_all(in, err);
	if (!code && in->file_hooks)
		settling = settle_begin();
	code = code || prove_hooks(&in->object, &in->links, in->cgroup, in->out, err);
	if (!code && settling)
		settled = settle_wait(settling, SETTLE_SECONDS);
	settle_end(settling);
	code = code ||
	       marks_make(&in->object, &in->links, &in->bundle, in->options->pin, &in->before,
			  in->options->partial_scan, settled, in->out, err);
	if (!code) {
		name_generation(in);
		code = pins_write(in->options->pin, &in->now, &in->object, &in->links,
				  err);
	}
	for (size_t i = 0; !code && i < in->before.n; i++)
		if (pins_remove(in->options->pin, &in->before.at[i], in->out, err))
			code = error_wrap(
				err,
				"the new policy is installed as %s, but what was "
				"there before could not be removed",
				in->now.name);
	if (!code && in->file_hooks) {
		let_store(in, settled);
		folding_print(&in->bundle, in->out);
		held_print(&in->bundle, &in->meta, in->host.mount_ns, in->out);
	}
	return code ? -1 : 0;
}

static int load(struct install *in, struct error *err)
{
	struct verifier_stats *stats = NULL;
	int code;

	if (in->options->print_verifier_stats && !(stats = stats_ask(&in->object)))
		return error_set(err, EXIT_SYSTEM, "out of memory.");
	code = object_load(&in->object, &in->bundle, &in->images, err);
	if (code && stats && stats_refusal(&in->object, stats)[0])
		error_set(err, EXIT_SYSTEM,
			  "the kernel refuses the programs. Nothing was installed. The "
			  "verifier says:\n%s",
			  stats_refusal(&in->object, stats));
	if (!code && stats)
		stats_print(&in->object, stats, in->out);
	stats_free(stats);
	if (!code)
		fprintf(in->out, "loaded: the object for Linux %s on %s\n",
			in->object.level, in->host.release);
	return code;
}

static int install(struct install *in, struct error *err)
{
	const struct options *options = in->options;
	int lock CLEANUP_FD = -1;
	sigset_t stop, old;
	int code;

	kernel_types_read(&in->types);
	host_examine(&in->host, &in->types);
	if (object_open(&in->bundle, in->host.kernel, &in->types, &in->object, err) ||
	    choose_hooks(in, err) || open_cgroup(in, err))
		return -1;
	object_skip_absent(&in->object, in->out);
	lock = pins_lock(options->pin, in->out, err);
	if (lock < 0 || pins_list(options->pin, &in->before, err) ||
	    accept_seq(options->pin, &in->before, &in->meta, err))
		return -1;
	if (load(in, err))
		return -1;
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	sigprocmask(SIG_BLOCK, &stop, &old);
	code = swap(in, err);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (!code)
		fprintf(in->out, "installed: policy %s, seq %llu, as %s/%s\n",
			in->meta.policy, (unsigned long long)in->meta.seq, options->pin,
			in->now.name);
	return code;
}

int command_install(const struct options *options, FILE *out, struct error *err)
{
	struct install in = {
		.options = options, .out = out, .cgroup_fd = -1, .object.core_types = -1};
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	struct bundle_places places = images_places(&in.images);
	uint8_t *bytes CLEANUP_FREE = NULL;
	int code;

	/* Matters on 5.10 only, and may be refused where it is not needed. */
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	images_begin(&in.images);
	code = accept_bundle(options, &places, &bytes, &in.bundle, err) ||
	       accept_manifest(&in.bundle, err) ||
	       accept_meta(&in.bundle, &in.meta, err) || install(&in, err);
	links_close(&in.links);
	object_close(&in.object);
	images_end(&in.images);
	kernel_types_free(&in.types);
	meta_free(&in.meta);
	cleanup_fd(&in.cgroup_fd);
	if (code)
		status_blame(options->pin, err);
	return code ? -1 : 0;
}
