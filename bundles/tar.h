/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A forward walk over a canonical archive in memory. The caller says which entry
 * must come next; nothing in a header is believed that the caller did not expect.
 */
#pragma once
#include "bundles/bundle.h"

struct tar {
	const uint8_t *at;
	size_t len;
	size_t pos; /* of the next header */
};

/* What the next header claims, for deciding what to ask tar_take for. False if
 * there is no header or its numbers or name are not even readable. */
struct tar_claim {
	char name[BUNDLE_MAX_NAME + 1];
	uint64_t size;
	int64_t mtime;
};
bool tar_peek(const struct tar *, struct tar_claim *out);

/* The next entry, provided that its header and padding are exactly those of this
 * name, size and time. EXIT_REFUSED otherwise; then neither argument has changed. */
int tar_take(struct tar *, const char *name, uint64_t size, int64_t mtime,
	     struct bundle_entry *out, struct error *err);

/* Two zero blocks, then nothing. */
int tar_end(const struct tar *, struct error *err);
