/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With log level 4 the verifier writes its statistics, and where it refuses a
 * program the reason, but not the instructions it walked; so a small buffer for each
 * program holds everything. Before Linux 6.4 a log that does not fit fails the load.
 */
#include "runtime/stats.h"
#include <bpf/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOG_BYTES 16384
#define LEVEL_STATS 4 /* BPF_LOG_STATS, which linux/bpf.h does not have */

struct verifier_stats {
	int64_t began_ns; /* as if right after the maps that were there before */
	char log[NB_HOOK_COUNT][LOG_BYTES];
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* libbpf makes maps and programs in one go, so the linker makes it ask here (Makefile.am). */
static struct {
	int64_t began_ns, spent_ns;
	unsigned within;
} maps;

void stats_maps_begin(void)
{
	if (!maps.within++)
		maps.began_ns = now_ns();
}

void stats_maps_end(void)
{
	if (!--maps.within)
		maps.spent_ns += now_ns() - maps.began_ns;
}

int __real_bpf_map_create(enum bpf_map_type type, const char *name, __u32 key_size,
			  __u32 value_size, __u32 max_entries,
			  const struct bpf_map_create_opts *opts);
int __wrap_bpf_map_create(enum bpf_map_type type, const char *name, __u32 key_size,
			  __u32 value_size, __u32 max_entries,
			  const struct bpf_map_create_opts *opts);

int __wrap_bpf_map_create(enum bpf_map_type type, const char *name, __u32 key_size,
			  __u32 value_size, __u32 max_entries,
			  const struct bpf_map_create_opts *opts)
{
	int fd;

	stats_maps_begin();
	fd = __real_bpf_map_create(type, name, key_size, value_size, max_entries, opts);
	stats_maps_end();
	return fd;
}

struct verifier_stats *stats_ask(struct object *object)
{
	struct verifier_stats *stats = calloc(1, sizeof *stats);

	if (!stats)
		return NULL;
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		if (!object->programs[i] || object->skipped[i])
			continue;
		bpf_program__set_log_level(object->programs[i], LEVEL_STATS);
		bpf_program__set_log_buf(object->programs[i], stats->log[i], LOG_BYTES);
	}
	stats->began_ns = now_ns() - maps.spent_ns;
	return stats;
}

/* The number behind `word`, 0 if the log has none. */
static unsigned long number(const char *log, const char *word)
{
	const char *at = strstr(log, word);

	return at ? strtoul(at + strlen(word), NULL, 10) : 0;
}

/* The log of a program that is fine holds statistics only. */
const char *stats_refusal(const struct object *object, const struct verifier_stats *stats)
{
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++)
		if (object->programs[i] && stats->log[i][0] &&
		    strncmp(stats->log[i], "verification time ", 18) != 0)
			return stats->log[i];
	return "";
}

void stats_print(const struct object *object, const struct verifier_stats *stats, FILE *out)
{
	int64_t spent = now_ns() - stats->began_ns, on_maps = maps.spent_ns;

	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		const char *log = stats->log[i], *stack = strstr(log, "stack depth ");
		int len;

		if (!object->programs[i] || object->skipped[i])
			continue;
		stack = stack ? stack + strlen("stack depth ") : "?";
		len = (int)strcspn(stack, "\n");
		fprintf(out,
			"verifier: %-14s %6lu instructions, %5lu peak states, %6lu us, "
			"stack %.*s\n",
			hook_table[i].function, number(log, "processed "),
			number(log, "peak_states "), number(log, "verification time "),
			len, stack);
	}
	fprintf(out,
		"verifier: all programs and maps loaded in %lld us: maps %lld us, programs "
		"%lld us\n",
		(long long)(spent / 1000), (long long)(on_maps / 1000),
		(long long)((spent - on_maps) / 1000));
}

void stats_free(struct verifier_stats *stats)
{
	free(stats);
}
