/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * events: consumes the ring buffers of all installed generations. With --follow it
 * outlives updates: when the set of generations changes it reads the rest of the
 * old ones (an open map lives on after it is unpinned) and opens the new ones.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "runtime/cgroups.h"
#include "runtime/clock.h"
#include "runtime/event_text.h"
#include "runtime/log.h"
#include "runtime/options.h"
#include "runtime/pins.h"

#define POLL_MS 500

struct reader {
	const struct options *options;
	FILE *out;
	uint64_t printed;
	int cgroup_root;
	struct mounts mounts;
	int64_t boot_offset_ns;
	struct generations list;
	struct source {
		struct reader *reader;
		const struct generation *generation;
		struct ring_buffer *ring;
		struct meta meta;
		u32 programs[NB_HOOK_COUNT];
		int map, lock;
	} sources[GENERATIONS_MAX];
	size_t n_sources;
	struct event_facts facts;
};

/* Called by libbpf for each event; non-zero stops after this one. */
static int print_event(void *arg, void *data, size_t len)
{
	struct source *source = arg;
	struct reader *r = source->reader;
	const struct nb_event *event = data;
	struct event_facts *facts = &r->facts;

	if (len < sizeof *event)
		return 0;
	facts->event = event;
	facts->meta = &source->meta;
	facts->generation = source->generation->name;
	facts->program = event->hook < NB_HOOK_COUNT ? source->programs[event->hook] : 0;
	facts->time_ns = (int64_t)event->time_ns + r->boot_offset_ns;
	facts->object[0] = facts->exe[0] = '\0';
	if (!event->family)
		event_path(&r->mounts, event->object_dev, event->object,
			   event->object_len, facts->object);
	if (event->exe_len)
		event_path(&r->mounts, event->exe_dev, event->exe, event->exe_len,
			   facts->exe);
	cgroup_path(r->cgroup_root, event->cgroup, facts->cgroup, sizeof facts->cgroup);
	if (r->options->json)
		event_print_json(facts, r->out);
	else
		event_print_text(facts, r->out);
	r->printed++;
	return r->options->count && r->printed >= r->options->count ? -ECANCELED : 0;
}

static void read_programs(struct reader *r, struct source *source)
{
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		struct bpf_link_info info = {0};
		uint32_t size = sizeof info;
		int fd CLEANUP_FD = pins_open(r->options->pin, source->generation,
					      "link_", hook_table[i].function);

		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size))
			source->programs[i] = info.prog_id;
	}
}

static void close_source(struct source *source)
{
	ring_buffer__free(source->ring);
	meta_free(&source->meta);
	cleanup_fd(&source->map);
	cleanup_fd(&source->lock);
}

/* A ring buffer has one reader: the lock on the generation's folder is his. */
static int lock_source(struct reader *r, struct source *source, struct error *err)
{
	char folder[4400];

	snprintf(folder, sizeof folder, "%s/%s", r->options->pin,
		 source->generation->name);
	source->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (source->lock >= 0 && !flock(source->lock, LOCK_EX | LOCK_NB))
		return 0;
	return error_set(
		err, EXIT_SYSTEM,
		"cannot read the events of %s: %s. An event goes to one reader; is "
		"another netbpf-load events running?",
		folder, strerror(errno));
}

static int open_source(struct reader *r, const struct generation *g, struct error *err)
{
	struct source *source = &r->sources[r->n_sources];

	*source = (struct source){.reader = r, .generation = g, .lock = -1};
	source->map = pins_open(r->options->pin, g, "map_", "nb_events");
	if (source->map < 0 || !g->complete) {
		cleanup_fd(&source->map);
		return 0;
	}
	if (lock_source(r, source, err) ||
	    pins_meta(r->options->pin, g, &source->meta, err)) {
		close_source(source);
		return -1;
	}
	read_programs(r, source);
	source->ring = ring_buffer__new(source->map, print_event, source, NULL);
	if (!source->ring) {
		error_set(err, EXIT_SYSTEM, "cannot map the ring buffer of %s: %s.",
			  g->name, strerror(errno));
		close_source(source);
		return -1;
	}
	r->n_sources++;
	return 0;
}

static void close_sources(struct reader *r)
{
	for (size_t i = 0; i < r->n_sources; i++)
		close_source(&r->sources[i]);
	r->n_sources = 0;
}

static int open_sources(struct reader *r, struct error *err)
{
	if (pins_list(r->options->pin, &r->list, err))
		return -1;
	for (size_t i = 0; i < r->list.n; i++)
		if (open_source(r, &r->list.at[i], err))
			return -1;
	return 0;
}

/* True when --count is reached. Mounts and the clock are read anew each time. */
static bool drain(struct reader *r)
{
	struct mounts now;
	struct error ignored;

	if (!mounts_read("/proc/self/mountinfo", &now, &ignored)) {
		mounts_free(&r->mounts);
		r->mounts = now;
	}
	r->boot_offset_ns = clock_boot_offset_ns();
	for (size_t i = 0; i < r->n_sources; i++)
		if (ring_buffer__consume(r->sources[i].ring) == -ECANCELED)
			return true;
	return false;
}

static bool same(const struct generations *a, const struct generations *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->at[i].name, b->at[i].name) ||
		    a->at[i].complete != b->at[i].complete)
			return false;
	return true;
}

/* Until there is an event, or it is time to look for an update. */
static void wait_for_events(const struct reader *r)
{
	struct pollfd fds[GENERATIONS_MAX];

	for (size_t i = 0; i < r->n_sources; i++)
		fds[i] = (struct pollfd){ring_buffer__epoll_fd(r->sources[i].ring),
					 POLLIN, 0};
	poll(fds, r->n_sources, POLL_MS);
}

/* An install may remove a generation while it is being opened: then once more. */
static int reopen(struct reader *r, struct error *err)
{
	struct generations now;

	for (;;) {
		close_sources(r);
		if (!open_sources(r, err))
			return 0;
		if (pins_list(r->options->pin, &now, err) || same(&now, &r->list))
			return -1;
	}
}

static int follow(struct reader *r, struct error *err)
{
	struct generations now;

	for (;;) {
		if (drain(r) || fflush(r->out))
			return 0;
		wait_for_events(r);
		if (pins_list(r->options->pin, &now, err))
			return -1;
		if (same(&now, &r->list))
			continue;
		if (drain(r))
			return 0;
		if (reopen(r, err))
			return -1;
	}
}

int command_events(const struct options *options, FILE *out, struct error *err)
{
	struct reader *r CLEANUP_FREE = calloc(1, sizeof *r);
	int code;

	if (!r)
		return error_set(err, EXIT_SYSTEM, "no memory.");
	r->options = options;
	r->out = out;
	r->cgroup_root = cgroup_root_open();
	log_start();
	code = open_sources(r, err);
	if (!code && !r->n_sources && !options->follow)
		code = error_set(err, EXIT_SYSTEM,
				 "nothing is installed under %s, so there are no events.",
				 options->pin);
	if (!code && options->follow)
		code = follow(r, err);
	else if (!code)
		drain(r);
	close_sources(r);
	mounts_free(&r->mounts);
	cleanup_fd(&r->cgroup_root);
	return code;
}
