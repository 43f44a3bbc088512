/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With log level 4 the verifier writes its statistics, and where it refuses a
 * program the reason, but not the instructions it walked; so a small buffer for each
 * program holds everything. Before Linux 6.4 a log that does not fit fails the load.
 */
#include "runtime/stats.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOG_BYTES 16384
#define LEVEL_STATS 4 /* BPF_LOG_STATS, which linux/bpf.h does not have */

struct verifier_stats {
	int64_t began_ns;
	char log[NB_HOOK_COUNT][LOG_BYTES];
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
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
	stats->began_ns = now_ns();
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
	int64_t spent = now_ns() - stats->began_ns;

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
	fprintf(out, "verifier: all programs and maps loaded in %lld us\n",
		(long long)(spent / 1000));
}

void stats_free(struct verifier_stats *stats)
{
	free(stats);
}
