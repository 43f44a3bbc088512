/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host lacks, in paragraphs: what is missing, why it is needed, the fix.
 * All that is missing at once, so that an operator does not meet it piece by piece.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "runtime/host.h"

__attribute__((format(printf, 2, 3))) static void missing(struct error *err,
							  const char *fmt, ...)
{
	size_t len = err->code == EXIT_OK ? 0 : strlen(err->text);
	va_list args;

	if (len)
		len += (size_t)snprintf(err->text + len, sizeof err->text - len, "\n\n");
	err->code = EXIT_SYSTEM;
	if (len >= sizeof err->text)
		return;
	va_start(args, fmt);
	vsnprintf(err->text + len, sizeof err->text - len, fmt, args);
	va_end(args);
}

void host_explain_lsm(const struct host *host, char *out, size_t cap)
{
	out[0] = '\0';
	if (!host->lsm[0])
		snprintf(
			out, cap,
			"The list of security modules cannot be read, and without bpf in it "
			"rules that need it would load and never run. Mount it: mount -t securityfs "
			"securityfs /sys/kernel/security");
	else if (!host_lsm_has_bpf(host->lsm))
		snprintf(
			out, cap,
			"The BPF LSM is not active: /sys/kernel/security/lsm holds '%s', and "
			"without bpf in it the rules that need it (on files, listen, and making "
			"sockets of other families than IP) would load and never run. Boot with the "
			"kernel parameter lsm=%s,bpf",
			host->lsm, host->lsm);
	else if (host->lsm_refused)
		snprintf(
			out, cap,
			"This kernel lists bpf in /sys/kernel/security/lsm and yet refuses "
			"every LSM program: %s. Lockdown or a vendor's patch does that; use a "
			"kernel without it",
			strerror(host->lsm_refused));
}

static void require_rights(const struct host *host, struct error *err)
{
	if (host->lacking[0])
		missing(err,
			"Not enough rights to load BPF programs: %s missing. Run as root, "
			"outside of a container.",
			host->lacking);
	else if (!host->first_user_ns)
		missing(err,
			"This is root of a user namespace only; the kernel loads these "
			"programs for the host's root. Run on the host itself.");
}

/* Programs that name files ask which mount is the host's, and when mounts change. */
static void require_names(const struct host *host, struct error *err)
{
	if (!host->mount_ns)
		missing(err,
			"The mount namespace of process 1 cannot be read, and a name means "
			"the host's name. Run as root of the host (/proc/1/ns/mnt).");
	else if (!host->same_mount_ns || !host->first_pid_ns)
		missing(err,
			"netbpf-load runs in a mount or pid namespace of its own and would "
			"mistake its names for the host's. Run it on the host: nsenter -t 1 -m -p.");
	if (host->mount_lock)
		return;
	if (host->kallsyms_hidden)
		missing(err,
			"The kernel hides its symbols, and rules that name files need the "
			"address of mount_lock. Run: sysctl kernel.kptr_restrict=1.");
	else
		missing(err,
			"/proc/kallsyms has no mount_lock, which rules that name files "
			"need. Use a kernel built with CONFIG_KALLSYMS_ALL=y.");
}

int host_require(const struct host *host, const struct needs *needs, struct error *err)
{
	char lsm[512];

	*err = (struct error){.code = EXIT_OK};
	if (!host->proc)
		return error_set(
			err, EXIT_SYSTEM,
			"/proc is not mounted, so that nothing can be "
			"learnt about this host. Run: mount -t proc proc /proc.");
	if (host->kernel < needs->kernel)
		missing(err,
			"The policy asks for Linux %u.%u or newer and this is '%s'. Boot a "
			"newer kernel, or lower `kernel` in the policy.",
			needs->kernel >> 8, needs->kernel & 255, host->release);
	require_rights(host, err);
	if (!host->btf)
		missing(err,
			"The kernel does not describe its types: /sys/kernel/btf/vmlinux "
			"cannot be read. Use a kernel built with CONFIG_DEBUG_INFO_BTF=y.");
	if (needs->cgroup && !host->cgroup_root[0])
		missing(err,
			"No cgroup v2 is mounted, and network rules hang on it. Run: mkdir "
			"-p /sys/fs/cgroup/unified && mount -t cgroup2 none "
			"/sys/fs/cgroup/unified (it may stand beside v1).");
	else if (needs->in_cgroups && !host->cgroup_root[0])
		missing(err,
			"No cgroup v2 is mounted, so that every process is in its root, and the "
			"policy has rules for other cgroups: they would bind nobody. Boot with "
			"systemd.unified_cgroup_hierarchy=1, or mount it and put the processes "
			"there.");
	host_explain_lsm(host, lsm, sizeof lsm);
	if (needs->lsm && lsm[0])
		missing(err,
			"%s; or install the other rules alone with --audit-only-files.",
			lsm);
	if (needs->lsm && host->kernel >= 0x050c && host->kernel < 0x0600)
		missing(err,
			"Linux 5.12 to 5.19 skip a program of the BPF LSM for a task that "
			"preempted another in the middle of one, so that they would sometimes "
			"allow what the policy denies. Boot 5.10, or 6.1 or newer.");
	if (needs->names)
		require_names(host, err);
	return err->code == EXIT_OK ? 0 : -1;
}
