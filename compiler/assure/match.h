/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The single questions that the evaluator and explain ask of a rule, each
 * answered the direct way: does this pattern name this path, is this address in
 * one of these ranges, may this subject be meant.
 */
#pragma once
#include "compiler/assure/evaluate.h"

/* Kleene's logic: `and` is the smaller, `or` the larger, `not x` is YES - x. A
 * rule binds unless the answer is NO: what is unknown never weakens it. */
enum truth { TRUTH_NO, TRUTH_UNKNOWN, TRUTH_YES };

enum truth atom_truth(const struct atom *, const struct request *);
enum truth subject_truth(const struct subject *, const struct request *);

/* One component. */
bool glob_matches(const uint16_t *glob, uint32_t len, struct bytes name);
/* path is absolute; "/" has no component. */
bool path_matches(const struct path_pattern *, const char *path);

/* An address as rules see it. `any`: a bind to every local address of the
 * family, which meets every range of that family. */
enum view_why { VIEW_PLAIN, VIEW_MAPPED, VIEW_LOOPBACK, VIEW_ANY, VIEW_NAT64, VIEW_6TO4 };
struct view {
	enum view_why why;
	bool v6;
	uint8_t addr[16]; /* IPv4 in the first 4 bytes, the rest zero */
};
#define VIEWS_MAX 2

/* How many views the request's address has: 1 or 2. */
size_t request_views(const struct request *, struct view out[VIEWS_MAX]);
bool protocol_has_ports(uint8_t protocol);

/* What of `except on` names the request's path, or NULL. */
const struct path_pattern *rule_exception(const struct rule *, const struct request *);
/* What of the rule's object names the request's object: the first in source
 * order, or NULL. *view is set when rule_range found one. */
const struct path_pattern *rule_path(const struct rule *, const struct request *);
const struct addr_range *rule_range(const struct rule *, const struct request *,
				    struct view *view);
const struct port_box *rule_box(const struct rule *, const struct request *);

const struct socket_kind *rule_socket(const struct rule *, const struct request *);

/* Operation and object, whoever asks. */
bool rule_names(const struct rule *, const struct request *);
bool rule_matches(const struct rule *, const struct request *);
