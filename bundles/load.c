/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bundle of which some entries are read to where they will be used. The signature is
 * checked before anything of them is read, and says where they are in the file; their
 * hashes are those of the memory that they were read to, once nobody can change it.
 */
#include <stdlib.h>

#include "bundles/canonical.h"
#include "bundles/minisig.h"
#include "bundles/read.h"
#include "bundles/verify.h"

/* MANIFEST and SIGS/ end before this byte, or are refused. */
#define FRONT_MAX                                                                         \
	(TAR_BLOCK + BUNDLE_MAX_MANIFEST + BUNDLE_MAX_SIGNATURES * (TAR_BLOCK + MINISIG_MAX) + \
	 TAR_BLOCK)

struct loading {
	struct bundle_promise promise;
	struct input_span spans[BUNDLE_MAX_ENTRIES];
	size_t entry[BUNDLE_MAX_ENTRIES]; /* of each span */
	size_t n;
	const uint8_t *at[BUNDLE_MAX_ENTRIES]; /* of each entry; NULL: among the others */
};

/* A bundle that is larger than one may be is refused when it has been read. */
static void ask_for_places(struct loading *l, const struct bundle_places *places)
{
	size_t at = l->promise.end;

	for (size_t i = 0; i < l->promise.list.n; i++) {
		const struct manifest_entry *e = &l->promise.list.entries[i];
		uint8_t *to;

		at += TAR_BLOCK;
		if (e->size > BUNDLE_MAX_BYTES || at + e->size > BUNDLE_MAX_BYTES)
			return;
		to = places->offer(places->arg, e->name, e->size);
		if (to) {
			l->spans[l->n] = (struct input_span){at, e->size, to};
			l->entry[l->n++] = i;
		}
		at += canonical_padded(e->size);
	}
}

static int seal(struct loading *l, const struct bundle_places *places, struct error *err)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *name = l->promise.list.entries[l->entry[i]].name;

		l->at[l->entry[i]] = places->seal(places->arg, name, err);
		if (!l->at[l->entry[i]])
			return -1;
	}
	return 0;
}

int bundle_load(const char *path, const struct public_key *keys, size_t n_keys,
		const struct bundle_places *places, uint8_t **bytes, struct bundle *out,
		struct error *err)
{
	CLEANUP_FREE struct loading *l = calloc(1, sizeof *l);
	struct input CLEANUP_INPUT in = {.opened = -1};

	if (!l)
		return error_set(err, EXIT_SYSTEM, "no memory to check the bundle");
	if (bundle_keys_given(keys, n_keys, err) < 0 || input_open(path, &in, err) < 0 ||
	    input_read(&in, FRONT_MAX, err) < 0 ||
	    bundle_promise_read(in.bytes, in.n, keys, n_keys, &l->promise, err) < 0)
		return -1;
	if (places)
		ask_for_places(l, places);
	input_set_aside(&in, l->spans, l->n);
	if (input_read(&in, SIZE_MAX, err) < 0 || seal(l, places, err) < 0 ||
	    bundle_promise_check(&l->promise, in.bytes, in.n, l->at, out, err) < 0)
		return -1;
	*bytes = TAKE(in.bytes);
	return 0;
}
