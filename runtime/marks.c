/* SPDX-License-Identifier: BSD-2-Clause */
/* Attaches the marking program, scans until nothing was moved meanwhile, detaches it. */
#include "runtime/marks.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "runtime/process.h"
#include "runtime/scan.h"

#define PASSES_MAX 3
#define TICK_NS 10000000u

static const struct scan_bounds bounds = {.names = 20000000, .seconds = 120};

static int write_state(int fd, const struct nb_scan *state)
{
	u32 zero = 0;

	return fd < 0 ? 0 : bpf_map_update_elem(fd, &zero, state, BPF_ANY);
}

/* The scanner may list and stat what policies deny to list and stat: this one, and those
 * that are still installed. Nobody, if state is all zero. */
static int announce(int fd, const char *pin, const struct generations *before,
		    const struct nb_scan *state)
{
	int code = write_state(fd, state);

	for (size_t i = 0; i < before->n; i++) {
		int old CLEANUP_FD = pins_open(pin, &before->at[i], "map_", "nb_scan");

		code |= write_state(old, state);
	}
	return code;
}

static unsigned count(int marks)
{
	struct nb_mark_key key, next;
	unsigned n = 0;

	for (bool more = !bpf_map_get_next_key(marks, NULL, &next); more; n++) {
		key = next;
		more = !bpf_map_get_next_key(marks, &key, &next);
	}
	return n;
}

/* Until a pass during which nothing moved; *state is what programs said of the last. */
static int passes(int fd, const struct bundle *bundle, struct nb_scan *state,
		  struct scan *scan, FILE *out, struct error *err)
{
	u32 zero = 0;

	for (int pass = 0; pass < PASSES_MAX; pass++) {
		state->moved = 0;
		if (write_state(fd, state))
			return error_set(err, EXIT_SYSTEM, "cannot write the map nb_scan: %s.",
					 strerror(errno));
		scan->linked = 0;
		if (scan_walk(bundle, &bounds, pass ? NULL : out, stderr, scan, err))
			return -1;
		if (bpf_map_lookup_elem(fd, &zero, state) || !state->moved || scan->why[0])
			return 0;
	}
	return 0;
}

static const char *what_is_missing(const struct nb_scan *state, const struct scan *scan)
{
	if (scan->why[0])
		return scan->why;
	if (state->full)
		return "there are more than 65536 such files, or one has names of more than eight "
		       "kinds";
	if (state->unnamed)
		return "the name of a file could not be told";
	return state->moved ? "files and directories there are renamed all the time" : NULL;
}

int marks_make(const struct object *object, struct links *links, const struct bundle *bundle,
	       const char *pin, const struct generations *before, bool partial, bool settled,
	       FILE *out, struct error *err)
{
	int fd = object_map(object, "nb_scan"), marks = object_map(object, "nb_marks"), code;
	struct nb_scan state = {.scanner = (u32)getpid()}, nobody = {0};
	struct process_stat stat;
	struct scan scan = {0};
	const char *missing;

	if (fd < 0 || marks < 0 || !object->programs[NB_HOOK_MARK] ||
	    object->skipped[NB_HOOK_MARK])
		return 0;
	if (!process_stat_read("/proc/self", &stat))
		return error_set(err, EXIT_SYSTEM, "cannot read /proc/self/stat.");
	state.scanner_start_ns = stat.start_ticks * TICK_NS;
	code = announce(fd, pin, before, &state);
	if (code)
		error_set(err, EXIT_SYSTEM, "cannot write the map nb_scan: %s.", strerror(errno));
	/* who holds a rename open may hold the lock of a directory: a scan could wait for ever */
	if (!code && settled)
		code = links_attach(links, object, HOOK_SCAN, -1, "", err) ||
		       passes(fd, bundle, &state, &scan, out, err);
	bpf_link__destroy(links->at[NB_HOOK_MARK]);
	links->at[NB_HOOK_MARK] = NULL;
	shares_take(&links->shares, NB_HOOK_MARK);
	announce(fd, pin, before, &nobody);
	if (code)
		return -1;
	missing = settled ? what_is_missing(&state, &scan)
			  : "a rename that began before the install has not ended";
	if (missing && !partial)
		return error_set(
			err, EXIT_SYSTEM,
			"hard links that files of this policy have from before cannot all be "
			"found, so that files could be reached by names that no rule knows: "
			"%s. Everything was detached again. With --partial-scan that is "
			"accepted.",
			missing);
	fprintf(out, "hard links: %llu names looked at, %u files with several names marked\n",
		(unsigned long long)scan.looked, count(marks));
	if (missing)
		fprintf(out, "warning: not all hard links were found: %s\n", missing);
	return 0;
}
