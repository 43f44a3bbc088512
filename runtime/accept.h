/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * May this bundle be installed? Signature and hashes first, before any other part
 * of the loader sees a byte of it; then its age, its format, and its sequence.
 */
#pragma once
#include <stdio.h>
#include "bundles/bundle.h"
#include "runtime/meta.h"
#include "runtime/options.h"
#include "runtime/pins.h"

/* Reads and verifies; *out points into *bytes, which the caller frees, and into places if
 * they are not NULL. */
int accept_bundle(const struct options *, const struct bundle_places *places,
		  uint8_t **bytes, struct bundle *out, struct error *err);
/* Not expired by the host's clock, made for this loader's ABI. */
int accept_manifest(const struct bundle *, struct error *err);
/* META is there, parses, and speaks of the policy that the manifest names. */
int accept_meta(const struct bundle *, struct meta *out, struct error *err);
/* No older than an installed policy of the same name. */
int accept_seq(const char *pin, const struct generations *, const struct meta *,
	       struct error *err);

/* The rules that are lost without the BPF LSM. */
void print_lost_rules(const struct bundle *, const struct meta *, FILE *out);
