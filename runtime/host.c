/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks at the host. Nothing here changes it: securityfs, where it is not
 * mounted, is read through a mount that is attached nowhere.
 */
#include "runtime/host.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "runtime/files.h"
#include "runtime/kernel_types.h"
#include "runtime/mounts.h"
#include "runtime/symbol.h"

/* Fixed inode numbers of the first namespaces (include/linux/proc_ns.h). */
#define FIRST_USER_NS 0xeffffffdu
#define FIRST_PID_NS 0xeffffffcu

static const struct {
	int number;
	const char *name;
} capabilities[] = {
	{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
	{CAP_NET_ADMIN, "CAP_NET_ADMIN"},
	{CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH"},
};

u32 host_kernel_number(const char *release)
{
	unsigned major, minor;

	if (sscanf(release, "%3u.%3u", &major, &minor) != 2 || major > 255 || minor > 255)
		return 0;
	return major << 8 | minor;
}

bool host_lsm_has_bpf(const char *lsm)
{
	while (*lsm) {
		size_t len = strcspn(lsm, ",");

		if (len == 3 && !memcmp(lsm, "bpf", 3))
			return true;
		lsm += len + (lsm[len] == ',');
	}
	return false;
}

/* By system call: /proc may not be there. */
static void look_at_capabilities(struct host *host)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	syscall(SYS_capget, &head, data);
	for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) {
		int number = capabilities[i].number;
		size_t len = strlen(host->lacking);

		if (data[CAP_TO_INDEX(number)].effective & CAP_TO_MASK(number))
			continue;
		snprintf(host->lacking + len, sizeof host->lacking - len, "%s%s",
			 len ? ", " : "", capabilities[i].name);
	}
}

static ino_t namespace(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

static void look_at_namespaces(struct host *host)
{
	ino_t ours = namespace("/proc/self/ns/mnt");

	host->first_user_ns = namespace("/proc/self/ns/user") == FIRST_USER_NS;
	host->first_pid_ns = namespace("/proc/self/ns/pid") == FIRST_PID_NS;
	host->mount_ns = (u32) namespace("/proc/1/ns/mnt");
	host->same_mount_ns = host->mount_ns && ours == host->mount_ns;
}

void host_examine_lsm(struct host *host)
{
	int context CLEANUP_FD = -1, top CLEANUP_FD = -1, fd CLEANUP_FD = -1;
	ssize_t got;

	if (!file_read_line("/sys/kernel/security/lsm", host->lsm, sizeof host->lsm))
		return;
	host->lsm[0] = '\0';
	context = fsopen("securityfs", FSOPEN_CLOEXEC);
	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return;
	top = fsmount(context, FSMOUNT_CLOEXEC, 0);
	fd = top < 0 ? -1 : openat(top, "lsm", O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? -1 : read(fd, host->lsm, sizeof host->lsm - 1);
	if (got >= 0)
		host->lsm[got] = '\0';
	host->lsm[strcspn(host->lsm, "\n")] = '\0';
}

/* A program that returns 0 at file_open, loaded and closed at once: some kernels
 * list bpf and still refuse every LSM program (lockdown, vendor patches). */
static void try_lsm_program(struct host *host, const struct kernel_types *types)
{
	const struct bpf_insn code[] = {
		{.code = 0xb7, .dst_reg = 0, .imm = 0}, /* r0 = 0 */
		{.code = 0x95},				/* exit */
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_LSM_MAC);
	struct type_wanted hook = {.name = "bpf_lsm_file_open", .kinds = 1u << BTF_KIND_FUNC};
	int fd;

	kernel_types_find(types, &hook, 1);
	if (!hook.id) {
		host->lsm_refused = ENOENT;
		return;
	}
	opts.attach_btf_id = hook.id;
	fd = bpf_prog_load(BPF_PROG_TYPE_LSM, "nb_try", "GPL", code, 2, &opts);
	if (fd < 0)
		host->lsm_refused = -fd;
	else
		close(fd);
}

void host_examine(struct host *host, const struct kernel_types *types)
{
	struct mounts CLEANUP_MOUNTS mounts = {0};
	const struct mount *cgroup = NULL;
	struct utsname names;
	struct error ignored;

	*host = (struct host){0};
	if (!uname(&names)) {
		snprintf(host->release, sizeof host->release, "%s", names.release);
		host->kernel = host_kernel_number(names.release);
	}
	host->proc = access("/proc/self/mountinfo", R_OK) == 0;
	host->btf = access("/sys/kernel/btf/vmlinux", R_OK) == 0;
	if (!mounts_read("/proc/self/mountinfo", &mounts, &ignored))
		cgroup = mounts_by_type(&mounts, "cgroup2");
	if (cgroup)
		snprintf(host->cgroup_root, sizeof host->cgroup_root, "%s",
			 cgroup->point);
	look_at_capabilities(host);
	look_at_namespaces(host);
	host_examine_lsm(host);
	if (!host->lacking[0] && host->first_user_ns && host->btf)
		try_lsm_program(host, types);
}

void host_examine_names(struct host *host)
{
	/* guards the tree of mounts; the programs compare its sequence */
	host->mount_lock = symbol_address("mount_lock", &host->kallsyms_hidden);
}
