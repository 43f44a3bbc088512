/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of netbpf-load that need no kernel: parsers of /proc and META, and what
 * is said about a host. test_event.c has the text of events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "runtime/cgroups.h"
#include "runtime/hooks.h"
#include "runtime/host.h"
#include "runtime/mapped.h"
#include "runtime/mounts.h"
#include "runtime/process.h"
#include "runtime/rows.h"
#include "runtime/settle.h"

/* ---- META ---- */

static const char meta_text[] =
	"netbpf-meta 1\n"
	"policy\tweb\nseq\t18446744073709551615\nmode\tenforce\n"
	"rule\t1\tsecrets-stay\tweb.nbp\t14\tdeny read on \"/etc/shadow\"\n"
	"rule\t3\t-\tnet.nbp\t2\taudit connect to anywhere\n";

static void reads_meta(void **state)
{
	struct meta meta;
	struct error err;

	(void)state;
	assert_int_equal(meta_parse(meta_text, sizeof meta_text - 1, &meta, &err), 0);
	assert_string_equal(meta.policy, "web");
	assert_true(meta.seq == UINT64_MAX);
	assert_false(meta.audit_only);
	assert_int_equal(meta.n_rules, 2);
	assert_string_equal(meta_rule_find(&meta, 1)->name, "secrets-stay");
	assert_string_equal(meta_rule_find(&meta, 1)->text,
			    "deny read on \"/etc/shadow\"");
	assert_null(meta_rule_find(&meta, 3)->name);
	assert_int_equal(meta_rule_find(&meta, 3)->line, 2);
	assert_null(meta_rule_find(&meta, 0));
	assert_null(meta_rule_find(&meta, 2));
	assert_null(meta_rule_find(&meta, 4));
	meta_free(&meta);
}

static void refuses_meta(void **state)
{
#define HEAD "netbpf-meta 1\npolicy\tp\nseq\t1\nmode\taudit\n"
	static const char *const wrong[] = {
		"",
		"netbpf-meta 2\n",
		"netbpf-meta 1",
		"netbpf-meta 1\npolicy\tp\nseq\t1\n",
		HEAD "seq\t2\n",
		HEAD "x\ty\n",
		HEAD "rule\t1\t-\tf\t1\n",
		HEAD "rule\t0\t-\tf\t1\tt\n",
		HEAD "rule\t-1\t-\tf\t1\tt\n",
		HEAD "rule\t4294967296\t-\tf\t1\tt\n",
		HEAD "rule\t1\t-\tf\t1x\tt\n",
		HEAD "rule\t2\t-\tf\t1\tt\nrule\t2\t-\tf\t1\tt\n",
		HEAD "rule\t1\t-\tf\t1\tt",
		"netbpf-meta 1\npolicy\tp\nseq\t1\nmode\tloose\n",
		"netbpf-meta 1\npolicy\tp\nseq\t18446744073709551616\nmode\taudit\n",
	};
	struct meta meta;
	struct error err;

	(void)state;
	assert_int_equal(meta_parse(HEAD, strlen(HEAD), &meta, &err), 0);
	assert_true(meta.audit_only);
	meta_free(&meta);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_equal(meta_parse(wrong[i], strlen(wrong[i]), &meta, &err), -1);
		assert_int_equal(err.code, EXIT_REFUSED);
	}
	assert_int_equal(meta_parse(HEAD "\0", sizeof HEAD, &meta, &err), -1);
	for (size_t cut = 0; cut + 1 < strlen(HEAD); cut++)
		assert_int_equal(meta_parse(HEAD, cut, &meta, &err), -1);
}

/* ---- mounts ---- */

static const char mount_text[] =
	"26 1 8:2 / / rw,relatime - ext4 /dev/sda2 rw\n"
	"30 26 0:25 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
	"31 26 0:40 / /my\\040place\\134x rw shared:7 master:2 - tmpfs none rw\n"
	"32 26 8:2 /srv/a /mnt/b rw - ext4 /dev/sda2 rw\n"
	"33 26 0:50 /@ /vol rw - btrfs /dev/sdb rw\n"
	"34 26 0:25 /deep /elsewhere rw - cgroup2 cgroup2 rw\n";

static void mounts_of(struct mounts *out, const char *text)
{
	struct error err;

	assert_int_equal(mounts_parse(text, strlen(text), out, &err), 0);
}

static void reads_mounts(void **state)
{
	struct mounts m;
	struct error err;

	(void)state;
	mounts_of(&m, mount_text);
	assert_int_equal(m.n, 6);
	assert_int_equal(m.at[0].dev, 8 << 20 | 2);
	assert_string_equal(mounts_by_id(&m, 31)->point, "/my place\\x");
	assert_string_equal(mounts_by_id(&m, 31)->type, "tmpfs");
	assert_null(mounts_by_id(&m, 99));
	assert_string_equal(mounts_by_type(&m, "cgroup2")->point,
			    "/sys/fs/cgroup/unified");
	assert_null(mounts_by_type(&m, "cgroup"));
	mounts_free(&m);
	assert_int_equal(mounts_parse("nonsense\n", 9, &m, &err), -1);
	assert_int_equal(mounts_parse("1 2 3:4 / /x rw\n", 16, &m, &err), -1);
	mounts_of(&m, "30 26 0:25 /deep /elsewhere rw - cgroup2 cgroup2 rw\n");
	assert_string_equal(mounts_by_type(&m, "cgroup2")->point, "/elsewhere");
	mounts_free(&m);
}

static void names_places(void **state)
{
	static const struct {
		uint32_t dev;
		const char *inside, *want;
	} cases[] = {
		{8 << 20 | 2, "/etc/shadow", "/etc/shadow"},
		{8 << 20 | 2, "/srv/a/f", "/srv/a/f"}, /* the first, and so oldest, mount wins */
		{8 << 20 | 2, "/", "/"},
		{40, "/f", "/my place\\x/f"},
		{40, "/", "/my place\\x"},
		{50, "/@/x", "/vol/x"},
		{50, "/@", "/vol"},
		{50, "/@home/x", NULL},
		{77, "/f", NULL},
	};
	struct mounts m;
	char out[4096];

	(void)state;
	mounts_of(&m, mount_text);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
			mounts_name(&m, cases[i].dev, cases[i].inside, out, sizeof out),
			cases[i].want != NULL);
		if (cases[i].want)
			assert_string_equal(out, cases[i].want);
	}
	assert_false(mounts_name(&m, 40, "/f", out, 13));
	assert_true(mounts_inside(mounts_by_id(&m, 32), "/mnt/b/f", out, sizeof out));
	assert_string_equal(out, "/srv/a/f");
	assert_true(mounts_inside(mounts_by_id(&m, 26), "/bin/sh", out, sizeof out));
	assert_string_equal(out, "/bin/sh");
	assert_false(mounts_inside(mounts_by_id(&m, 32), "/mnt/bc", out, sizeof out));
	mounts_free(&m);
}

/* ---- the host ---- */

static void reads_versions(void **state)
{
	(void)state;
	assert_int_equal(host_kernel_number("5.10.0-32-cloud-amd64"), 0x050a);
	assert_int_equal(host_kernel_number("6.12.117+deb12-amd64"), 0x060c);
	assert_int_equal(host_kernel_number("7.3"), 0x0703);
	assert_int_equal(host_kernel_number("7"), 0);
	assert_int_equal(host_kernel_number(""), 0);
	assert_int_equal(host_kernel_number("999.1"), 0);
	assert_true(host_lsm_has_bpf("lockdown,capability,bpf"));
	assert_true(host_lsm_has_bpf("bpf"));
	assert_true(host_lsm_has_bpf("a,bpf,ima"));
	assert_false(host_lsm_has_bpf("lockdown,xbpf,bpfx"));
	assert_false(host_lsm_has_bpf(""));
}

/* Everything that is missing, each with its fix; nothing when nothing is. */
static void says_what_is_missing(void **state)
{
	struct host host = {.release = "6.12.1",
			    .kernel = 0x060c,
			    .proc = true,
			    .btf = true,
			    .first_user_ns = true,
			    .first_pid_ns = true,
			    .lsm = "capability,bpf",
			    .cgroup_root = "/sys/fs/cgroup",
			    .mount_ns = 1,
			    .same_mount_ns = true,
			    .mount_lock = 1};
	struct needs needs = {
		.kernel = 0x050a, .lsm = true, .names = true, .cgroup = true};
	struct error err;

	(void)state;
	assert_int_equal(host_require(&host, &needs, &err), 0);
	snprintf(host.lsm, sizeof host.lsm, "lockdown,yama");
	host.mount_lock = 0;
	host.kallsyms_hidden = true;
	assert_int_equal(host_require(&host, &needs, &err), -1);
	assert_int_equal(err.code, EXIT_SYSTEM);
	assert_non_null(strstr(err.text, "lsm=lockdown,yama,bpf"));
	assert_non_null(strstr(err.text, "--audit-only-files"));
	assert_non_null(strstr(err.text, "kernel.kptr_restrict"));
	assert_null(strstr(err.text, "BTF"));
	needs = (struct needs){.cgroup = true};
	assert_int_equal(host_require(&host, &needs, &err), 0);
	host.btf = false;
	host.cgroup_root[0] = '\0';
	assert_int_equal(host_require(&host, &needs, &err), -1);
	assert_non_null(strstr(err.text, "CONFIG_DEBUG_INFO_BTF"));
	assert_non_null(strstr(err.text, "mount -t cgroup2"));
	needs = (struct needs){.in_cgroups = true};
	assert_int_equal(host_require(&host, &needs, &err), -1);
	assert_non_null(strstr(err.text, "would bind nobody"));
	needs.kernel = 0x0612;
	assert_int_equal(host_require(&host, &needs, &err), -1);
	assert_non_null(strstr(err.text, "6.18"));
	host.proc = false;
	assert_int_equal(host_require(&host, &needs, &err), -1);
	assert_non_null(strstr(err.text, "mount -t proc"));
	host.proc = true;
	memset(host.lacking, 'x', sizeof host.lacking - 1);
	assert_int_equal(host_require(&host, &needs, &err),
			 -1); /* longer than err.text */
}

static void reads_processes(void **state)
{
	struct process_stat stat;

	(void)state;
	assert_true(process_stat_parse(
		"12 (a) b (c) S 1 2 3 4 5 2097152 7 8 9 10 100 23 16 17 "
		"20 0 1 0 4711 99 5",
		&stat));
	assert_true(stat.start_ticks == 4711);
	assert_true(stat.cpu_ticks == 123);
	assert_int_equal(stat.flags, PROCESS_KERNEL);
	assert_false(process_stat_parse("12 (x) S 1 2", &stat));
	assert_false(process_stat_parse("", &stat));
	assert_int_equal(settle_syscall("running"), SETTLE_RUNNING);
	assert_int_equal(settle_syscall(""), SETTLE_RUNNING);
	assert_int_equal(settle_syscall("-1 0x0 0x0"), SETTLE_OUTSIDE);
	assert_int_equal(settle_syscall("0 0x3 0x7f 0x1"), SETTLE_OUTSIDE);
	assert_int_equal(settle_stack(""), SETTLE_RUNNING);
	assert_int_equal(settle_stack("[<0>] rwsem_down_write_slowpath+0x1/0x2\n[<0>] "
				      "vfs_rename+0x3/0x4\n[<0>] ovl_copy_up_flags+0x5/0x6\n"),
			 SETTLE_INSIDE);
	assert_int_equal(settle_stack("[<0>] vfs_mkdir+0x1/0x2\n"), SETTLE_INSIDE);
	assert_int_equal(settle_stack("[<0>] hrtimer_nanosleep+0x1/0x2\n"), SETTLE_OUTSIDE);
	assert_true(process_stat_parse("12 (a) Z 1 2 3 4 5 0 7 8 9 10 0 0 16 17 20 0 1 0 1 99 5",
				       &stat) && stat.dead);
#ifdef __x86_64__
	assert_int_equal(settle_syscall("82 0x1 0x2"), SETTLE_INSIDE);
	assert_int_equal(settle_syscall("264 0x1"), SETTLE_INSIDE);
	assert_int_equal(settle_syscall("316 0x1"), SETTLE_INSIDE);
	assert_int_equal(settle_syscall("8 0x1"), SETTLE_OUTSIDE);
#endif
	assert_int_equal(hook_find("nb_connect6"), NB_HOOK_CONNECT6);
	assert_int_equal(hook_find("nb_connect"), NB_HOOK_COUNT);
	assert_int_equal(ops_on_files, (1u << NB_OP_CONNECT) - 1); /* files come first */
}

static void unknown_cgroup(void **state)
{
	char out[64];

	(void)state;
	assert_string_equal(cgroup_path(-1, 77, out, sizeof out), "id 77");
}

/* ---- rules that need the BPF LSM ---- */

static void finds_lsm_rules(void **state)
{
	struct {
		struct nb_params params;
		struct nb_entry entries[3];
	} rows = {.params = {.entries_off = sizeof(struct nb_params), .entries = 3},
		  .entries = {{.verdict = NB_DENY, .ops = 1 << NB_OP_CONNECT, .rule = 3},
			      {.verdict = NB_AUDIT, .ops = 1 << NB_OP_READ, .rule = 1},
			      {.verdict = NB_DENY, .ops = 1 << NB_OP_READ, .rule = 9}}};
	struct meta meta;
	struct error err;
	char *out = NULL;
	size_t size;
	FILE *file = open_memstream(&out, &size);

	(void)state;
	assert_int_equal(meta_parse(meta_text, sizeof meta_text - 1, &meta, &err), 0);
	rows_print_lsm_rules((uint8_t *)&rows, sizeof rows, &meta, "> ", file);
	rows.params.entries = UINT32_MAX; /* must stop at the image's end */
	rows_print_lsm_rules((uint8_t *)&rows, sizeof rows.params + 13, &meta, "> ",
			      file);
	rows_print_lsm_rules((uint8_t *)&rows, 3, &meta, "> ", file);
	fclose(file);
	assert_string_equal(out, "> rule 1 (web.nbp:14): deny read on \"/etc/shadow\"\n");
	free(out);
	meta_free(&meta);
}

static void reads_mappings(void **state)
{
	static const struct {
		const char *line, *link;
		bool r, w, x;
	} good[] = {
		{"7f0c9a000000-7f0c9a028000 r--p 00000000 08:01 131 /usr/lib/libc.so.6",
		 "/proc/7/map_files/7f0c9a000000-7f0c9a028000", true, false, false},
		{"400000-401000 r-xp 00001000 fe:00 9 /bin/a b", "/proc/7/map_files/400000-401000",
		 true, false, true},
		{"1000-2000 rw-s 00000000 00:1b 5 /dev/shm/x", "/proc/7/map_files/1000-2000", true,
		 true, false},
		{"1000-2000 rw-p 00000000 00:1b 5 /x", "/proc/7/map_files/1000-2000", true, false,
		 false},
	};
	static const char *const others[] = {
		"7ffd1000-7ffd2000 rw-p 00000000 00:00 0 [stack]",
		"1000-2000 rw-p 00000000 00:00 0 ",
		"1000-2000 rw-s 00000000 00:0f 5 anon_inode:[perf_event]",
		"1000-2000 rwx 00000000 08:01 5 /x",
		"nonsense",
		"",
	};
	uint64_t inode[2];
	struct mapping m;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(mapping_parse(good[i].line, 7, &m, inode));
		assert_string_equal(m.link, good[i].link);
		assert_int_equal(m.r, good[i].r);
		assert_int_equal(m.w, good[i].w);
		assert_int_equal(m.x, good[i].x);
	}
	assert_int_equal(inode[1], 5);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(mapping_parse(others[i], 7, &m, inode));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_meta),
		cmocka_unit_test(refuses_meta),
		cmocka_unit_test(reads_mounts),
		cmocka_unit_test(names_places),
		cmocka_unit_test(reads_versions),
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(reads_processes),
		cmocka_unit_test(unknown_cgroup),
		cmocka_unit_test(finds_lsm_rules),
		cmocka_unit_test(reads_mappings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
