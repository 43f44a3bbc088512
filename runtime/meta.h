/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The META image: policy, sequence number and rules, as text for people. The
 * loader keeps it as a frozen map, so that what status and events say about a
 * rule comes from the same place as the rule. Its records are in abi.h.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bundles/error.h"

struct meta_rule {
	uint32_t number;  /* from 1, ascending */
	const char *name; /* NULL if the rule has none */
	const char *source;
	uint32_t line;
	const char *text;
};

struct meta {
	char *storage; /* owns every string below */
	const char *policy;
	uint64_t seq;
	bool audit_only;
	struct meta_rule *rules;
	size_t n_rules;
};

/* Everything must parse; *out untouched on failure. EXIT_REFUSED. */
int meta_parse(const void *image, size_t len, struct meta *out, struct error *err);
void meta_free(struct meta *);
#define CLEANUP_META __attribute__((cleanup(meta_free)))

/* NULL if there is no such rule. */
const struct meta_rule *meta_rule_find(const struct meta *, uint32_t number);
