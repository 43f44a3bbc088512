/* SPDX-License-Identifier: BSD-2-Clause */
/* status: reads every generation and hands it to a printer. */
#include "runtime/status.h"
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "runtime/cgroups.h"
#include "runtime/escape.h"
#include "runtime/host.h"
#include "runtime/options.h"
#include "runtime/rows.h"

static bool has_share(const char *pin, const struct generation *g, unsigned of, unsigned by)
{
	char name[SHARE_NAME];
	int fd CLEANUP_FD = -1;

	shares_name(of, by, name, sizeof name);
	fd = pins_open(pin, g, "", name);
	return fd >= 0;
}

static void read_program(const char *pin, struct status *s, unsigned hook)
{
	struct hook_state *state = &s->hooks[hook];
	struct bpf_prog_info info = {0};
	uint32_t size = sizeof info;
	int fd CLEANUP_FD = bpf_prog_get_fd_by_id(state->program);
	struct btf *types;

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		return;
	state->skipped = info.recursion_misses;
	types = btf__load_from_kernel_by_id(info.btf_id);
	for (unsigned of = 0; types && of < NB_HOOK_COUNT; of++) {
		if (!shares_calls(fd, types, of) || has_share(pin, &s->generation, of, hook))
			continue;
		state->lacks = true;
		state->lacking = (u8)of;
	}
	btf__free(types);
}

static void read_hook(const char *pin, struct status *s, unsigned hook, int cgroup_root)
{
	struct hook_state *state = &s->hooks[hook];
	struct bpf_link_info info = {0};
	uint32_t size = sizeof info;
	int fd CLEANUP_FD =
		pins_open(pin, &s->generation, "link_", hook_table[hook].function);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size)) {
		state->cut_off = !s->unlisted && s->listed >> hook & 1;
		return;
	}
	state->pinned = true;
	state->link = info.id;
	state->program = info.prog_id;
	if (info.type == BPF_LINK_TYPE_CGROUP) {
		state->detached = info.cgroup.cgroup_id == 0;
		if (!state->detached)
			cgroup_path(cgroup_root, info.cgroup.cgroup_id, state->target,
				    sizeof state->target);
	} else {
		snprintf(state->target, sizeof state->target, "%s",
			 hook_table[hook].kind == HOOK_EXE ? "tracepoint" : "BPF LSM");
	}
	read_program(pin, s, hook);
}

static void read_maps(const char *pin, struct status *s)
{
	char folder[4400];
	DIR *dir;
	struct dirent *entry;

	snprintf(folder, sizeof folder, "%s/%s", pin, s->generation.name);
	dir = opendir(folder);
	while (dir && s->n_maps < STATUS_MAPS && (entry = readdir(dir))) {
		struct map_state *map = &s->maps[s->n_maps];
		struct bpf_map_info info = {0};
		uint32_t size = sizeof info;
		int fd CLEANUP_FD = -1;

		if (strncmp(entry->d_name, "map_", 4))
			continue;
		fd = pins_open(pin, &s->generation, "", entry->d_name);
		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
			continue;
		snprintf(map->name, sizeof map->name, "%.19s", entry->d_name + 4);
		map->id = info.id;
		map->bytes = (u64)info.value_size * info.max_entries;
		if (info.type == BPF_MAP_TYPE_RINGBUF)
			map->bytes = info.max_entries;
		map->frozen = map_frozen(fd);
		s->n_maps++;
	}
	if (dir)
		closedir(dir);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct map_state *)a)->name,
		      ((const struct map_state *)b)->name);
}

static void read_counts(const char *pin, struct status *s)
{
	int fd CLEANUP_FD = pins_open(pin, &s->generation, "map_", "nb_counts");
	int cpus = libbpf_num_possible_cpus();
	u64 *values CLEANUP_FREE = cpus > 0 ? calloc((size_t)cpus, sizeof *values) : NULL;

	for (u32 i = 0; fd >= 0 && values && i < NB_COUNT_MAX; i++) {
		if (bpf_map_lookup_elem(fd, &i, values))
			continue;
		for (int cpu = 0; cpu < cpus; cpu++)
			s->counts[i] += values[cpu];
	}
}

static void read_contents(const char *pin, struct status *s)
{
	int rows CLEANUP_FD = pins_open(pin, &s->generation, "map_", "nb_rows");
	int control CLEANUP_FD = pins_open(pin, &s->generation, "map_", "nb_control");
	struct map_view CLEANUP_VIEW view = {0};
	struct nb_params params;
	struct nb_control value;
	u32 zero = 0;

	if (rows >= 0 && !map_view_open(rows, &view) &&
	    rows_params(view.at, view.len, &params)) {
		s->file_ops = params.file_ops;
		s->net_ops = params.net_ops;
		s->sockets_other = params.sockets_other;
	}
	if (control >= 0 && !bpf_map_lookup_elem(control, &zero, &value))
		s->stores_labels = value.store == NB_STORING;
	read_counts(pin, s);
}

static void read_generation(const char *pin, const struct generation *g, int cgroup_root,
			    struct status *s)
{
	struct error ignored;

	*s = (struct status){.generation = *g};
	s->known = g->complete && !pins_meta(pin, g, &s->meta, &ignored);
	s->listed = pins_hooks(pin, g);
	s->unlisted = s->listed == ~0ull;
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++)
		read_hook(pin, s, i, cgroup_root);
	read_maps(pin, s);
	qsort(s->maps, s->n_maps, sizeof *s->maps, by_name);
	read_contents(pin, s);
}

void status_blame(const char *pin, struct error *err)
{
	struct status *status CLEANUP_FREE = malloc(sizeof *status);
	char damage[STATUS_DAMAGE];
	struct generations list;
	struct error ignored;
	bool damaged = false;

	if (!status || pins_list(pin, &list, &ignored))
		return;
	for (size_t i = 0; i < list.n && !damaged; i++) {
		read_generation(pin, &list.at[i], -1, status);
		for (unsigned hook = 0; hook < NB_HOOK_COUNT && !damaged; hook++)
			damaged = status_damage(status, hook, damage, sizeof damage);
		meta_free(&status->meta);
		if (damaged)
			error_wrap(err, "%s, which is installed, is damaged, and that may be why this fails: %s "
				   "What failed", list.at[i].name, damage);
	}
}

static int print_generations(const struct options *options,
			     const struct generations *list, FILE *out, struct error *err)
{
	struct status *status CLEANUP_FREE = malloc(sizeof *status);
	struct host *host CLEANUP_FREE = malloc(sizeof *host);
	int cgroup_root CLEANUP_FD = cgroup_root_open();

	if (!status || !host)
		return error_set(err, EXIT_SYSTEM, "no memory.");
	host_examine_lsm(host);
	for (size_t i = 0; i < list->n; i++) {
		read_generation(options->pin, &list->at[i], cgroup_root, status);
		if (options->json) {
			fputs(i ? ",\n" : "\n", out);
			status_print_json(status, host->lsm, out);
		} else {
			status_print_text(status, options->pin, host->lsm, out);
		}
		meta_free(&status->meta);
	}
	return 0;
}

int command_status(const struct options *options, FILE *out, struct error *err)
{
	struct generations list;
	int code = 0;

	if (pins_list(options->pin, &list, err))
		return -1;
	if (options->json) {
		fputs("{\"schema\":\"netbpf.status/1\",\"pin\":", out);
		escape_json(out, options->pin, strlen(options->pin));
		fputs(",\"generations\":[", out);
	} else if (!list.n) {
		fputs("nothing installed\n", out);
	}
	if (list.n)
		code = print_generations(options, &list, out, err);
	if (options->json)
		fputs("]}\n", out);
	return code;
}
