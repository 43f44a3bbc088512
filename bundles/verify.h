/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands in a bundle before its entries, for adding a signature to it. */
#pragma once
#include "bundles/bundle.h"

struct bundle_front {
	struct bundle_entry manifest;
	struct bundle_entry sigs[BUNDLE_MAX_SIGNATURES];
	size_t n_sigs;
	int64_t created; /* as the header of MANIFEST has it */
	size_t end;	 /* where the first entry's header is */
};

/* Only the tar form of this part is checked. *out points into bytes. */
int bundle_front_read(const uint8_t *bytes, size_t len, struct bundle_front *out,
		      struct error *err);
