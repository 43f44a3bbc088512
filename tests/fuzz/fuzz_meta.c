/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the loader reads besides bundles: the first byte says which reader gets the
 * rest. META and ROWS come from bundles, events from the ring buffer, the others from
 * /proc and minisign's key files.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bpf-templates/decide_host.h"
#include "bundles/bundle.h"
#include "runtime/event_text.h"
#include "runtime/host.h"
#include "runtime/mounts.h"
#include "runtime/process.h"
#include "runtime/rows.h"
#include "runtime/settle.h"
#include "tests/fuzz/target.h"

static const char some_meta[] = "netbpf-meta 1\npolicy\tp\nseq\t1\nmode\tenforce\n"
				"rule\t1\t-\tp.nbp\t2\tdeny read on \"/a\"\n"
				"rule\t3\tname\tp.nbp\t4\tdeny read on \"/b\"\n";

static void read_meta(const uint8_t *at, size_t len)
{
	struct meta CLEANUP_META meta = { 0 };
	struct error err;

	if (meta_parse(at, len, &meta, &err))
		return;
	FUZZ_REQUIRE(meta.policy);
	for (size_t i = 0; i < meta.n_rules; i++) {
		const struct meta_rule *rule = &meta.rules[i];

		FUZZ_REQUIRE(meta_rule_find(&meta, rule->number) == rule);
		fprintf(fuzz_sink(), "%s%s%s", rule->name ? rule->name : "", rule->source,
			rule->text);
	}
	FUZZ_REQUIRE(!meta_rule_find(&meta, 0));
}

static void read_rows(const uint8_t *at, size_t len)
{
	struct meta CLEANUP_META meta = { 0 };
	struct error err;

	FUZZ_REQUIRE(!meta_parse(some_meta, sizeof some_meta - 1, &meta, &err));
	rows_print_lsm_rules(at, len, &meta, "", fuzz_sink());
}

/* Sizes are what the loader has compared with the parameters; the rest of them may
 * say anything. Offsets are even: this host reads odd ones, the sanitizer does not. */
static void classify(const uint8_t *at, size_t len)
{
	struct nb_params params;
	static char name[5000];
	size_t rest;
	uint8_t *paths;
	char *slash = name;

	if (len < sizeof params)
		return;
	memcpy(&params, at, sizeof params);
	rest = len - sizeof params;
	params.states_off &= ~7u;
	params.names_off &= ~7u;
	params.globs_off &= ~7u;
	params.paths_bytes = (uint32_t)rest;
	paths = malloc(rest ? rest : 1);
	FUZZ_REQUIRE(paths);
	memcpy(paths, at + sizeof params, rest);
	for (size_t i = 0; i < rest && i < sizeof name - 2; i++)
		*slash++ = (char)(paths[i] % 16 < 12 ? 'a' + paths[i] % 16 : '/');
	*slash = '\0';
	name[0] = '/';
	nb_host_exe_row(paths, &params, name);
	nb_host_cgroup_row(paths, &params, "/a/b");
	free(paths);
}

static void read_mounts(const uint8_t *at, size_t len)
{
	struct mounts CLEANUP_MOUNTS mounts = { 0 };
	char *text = strndup((const char *)at, len);
	char out[256];
	struct error err;

	if (text && !mounts_parse(text, strlen(text), &mounts, &err)) {
		for (size_t i = 0; i < mounts.n; i++) {
			mounts_name(&mounts, mounts.at[i].dev, "/a/b", out, sizeof out);
			mounts_inside(&mounts.at[i], "/a/b", out, sizeof out);
		}
		mounts_by_type(&mounts, "cgroup2");
	}
	free(text);
}

static void read_proc(const uint8_t *at, size_t len)
{
	char *text = strndup((const char *)at, len);
	struct process_stat stat;

	if (text) {
		process_stat_parse(text, &stat);
		settle_syscall(text);
		host_kernel_number(text);
		host_lsm_has_bpf(text);
	}
	free(text);
}

static void print_event(const uint8_t *at, size_t len)
{
	static struct event_facts facts;
	struct meta CLEANUP_META meta = { 0 };
	struct mounts none = { 0 };
	struct nb_event event = { 0 };
	struct error err;

	FUZZ_REQUIRE(!meta_parse(some_meta, sizeof some_meta - 1, &meta, &err));
	memcpy(&event, at, len < sizeof event ? len : sizeof event);
	facts = (struct event_facts){ .event = &event, .meta = &meta, .generation = "gen" };
	event_path(&none, event.pid, (const char *)&event + 88, event.tid, facts.object);
	event_path(&none, event.uid, (const char *)&event + 88 + NB_EVENT_PATH, NB_EVENT_PATH,
		   facts.exe);
	event_print_text(&facts, fuzz_sink());
	event_print_json(&facts, fuzz_sink());
}

static void read_key(const uint8_t *at, size_t len)
{
	int fd = memfd_create("key", 0);
	struct public_key key;
	struct error err;
	char path[40];

	FUZZ_REQUIRE(fd >= 0 && write(fd, at, len) == (ssize_t)len);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	public_key_read(path, &key, &err);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static void (*const readers[])(const uint8_t *, size_t) = {
		read_meta, read_rows, classify, read_mounts, read_proc, print_event, read_key,
	};

	if (len)
		readers[*at % (sizeof readers / sizeof *readers)](at + 1, len - 1);
	return 0;
}
