/* SPDX-License-Identifier: BSD-2-Clause */
/* What each program costs the verifier, in the verifier's own words. */
#pragma once
#include <stdio.h>
#include "runtime/object.h"

struct verifier_stats; /* libbpf writes into it while the object is loaded */

/* NULL = out of memory. To be called between object_open and object_load. */
struct verifier_stats *stats_ask(struct object *);
/* The log of the program that was refused, "" if none was. */
const char *stats_refusal(const struct object *, const struct verifier_stats *);
/* Around what makes maps, so that their part of the time can be told; within each other,
 * once. */
void stats_maps_begin(void);
void stats_maps_end(void);
/* A line for each program that was loaded, and for all of them together. */
void stats_print(const struct object *, const struct verifier_stats *, FILE *out);
void stats_free(struct verifier_stats *);
