/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One event as a line of text or of JSON. Pure: everything that had to be asked
 * of the system is in struct event_facts already.
 *
 *   2027-01-05T03:00:01.250Z DENY read "/etc/shadow" rule=secrets-stay
 *   web.nbp:14 pid=812 tid=812 uid=33 comm="cat" exe="/usr/bin/cat"
 *   cgroup="/system.slice/nginx.service" hook=nb_file_open program=77
 */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include "bpf-templates/abi.h"
#include "runtime/meta.h"
#include "runtime/mounts.h"

#define EVENT_NAME 4096

struct event_facts {
	const struct nb_event *event;
	const struct meta *meta;
	const char *generation;
	uint32_t program;	 /* id of the program of event->hook, 0 = unknown */
	int64_t time_ns;	 /* since 1970 */
	char object[EVENT_NAME]; /* files only */
	char exe[EVENT_NAME];	 /* "" = none: a kernel thread */
	char cgroup[EVENT_NAME];
};

/* Components as in struct nb_event to the host's name: joined, put behind the
 * mount point of device dev. "[8:1]/x" where no mount shows the device, ".../x"
 * where the kernel gave only the end of a long name. */
void event_path(const struct mounts *, uint32_t dev, const char *components, size_t len,
		char out[EVENT_NAME]);

void event_print_text(const struct event_facts *, FILE *out);
void event_print_json(const struct event_facts *, FILE *out);
