/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the command line said, and the commands. Each command writes its answer
 * to `out` and leaves *err to main, which alone prints errors and exits.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "bundles/error.h"

#define DEFAULT_PUB "/etc/netbpf/policy.pub"
#define DEFAULT_PIN "/sys/fs/bpf/netbpf"

struct options {
	const char *bundle; /* "-" = standard input */
	const char *pub;
	const char *cgroup; /* NULL = root of the cgroup v2 hierarchy */
	const char *pin;
	bool audit_only_files;
	bool print_verifier_stats;
	bool partial_scan;
	bool json;
	bool follow;
	uint64_t count; /* 0 = no limit */
};

/* 0, or -1 with *err filled. */
int command_verify(const struct options *, FILE *out, struct error *err);
int command_install(const struct options *, FILE *out, struct error *err);
int command_status(const struct options *, FILE *out, struct error *err);
int command_uninstall(const struct options *, FILE *out, struct error *err);
int command_events(const struct options *, FILE *out, struct error *err);
