/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host can enforce. host_examine only looks; host_require says, in one
 * paragraph for each thing that is missing, why it is needed and how to get it.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "bpf-templates/abi.h"
#include "bundles/error.h"

struct host {
	char release[65];
	u32 kernel;	   /* major << 8 | minor */
	bool proc;	   /* /proc is mounted; without it the rest is not known */
	bool btf;	   /* /sys/kernel/btf/vmlinux can be read */
	char lacking[128]; /* capabilities that we do not have, "" = none */
	bool first_user_ns, first_pid_ns;
	char lsm[256];		/* /sys/kernel/security/lsm, "" = cannot be read */
	int lsm_refused;	/* errno of loading an empty LSM program, 0 = loads */
	char cgroup_root[4096]; /* "" = no cgroup v2 */
	u32 mount_ns;		/* of process 1; 0 = cannot be read */
	bool same_mount_ns;	/* ours is that of process 1 */
	u64 mount_lock;		/* kernel address, 0 = hidden */
	bool kallsyms_hidden;	/* all addresses read as 0 */
};

struct needs {
	u32 kernel;
	bool lsm;   /* file rules that must be enforced */
	bool names; /* programs that name files: hooks on files or on exec */
	bool cgroup;     /* to hang programs on */
	bool in_cgroups; /* subjects by the cgroup they are in */
};

struct kernel_types;
void host_examine(struct host *, const struct kernel_types *);
/* What only policies need that name files: it may take a while to find. */
void host_examine_names(struct host *);
/* Fills host->lsm alone. */
void host_examine_lsm(struct host *);
int host_require(const struct host *, const struct needs *, struct error *err);

/* "bpf" is among the comma-separated words of /sys/kernel/security/lsm. */
bool host_lsm_has_bpf(const char *lsm);
/* "6.12.3-x" is 0x060c; 0 when not understood. */
u32 host_kernel_number(const char *release);
/* The paragraph about the BPF LSM alone; "" when it works. */
void host_explain_lsm(const struct host *, char *out, size_t cap);
