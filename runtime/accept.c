/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges a bundle by its signature, its manifest, and what is installed. */
#include "runtime/accept.h"
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include "bpf-templates/abi.h"
#include "runtime/clock.h"
#include "runtime/hooks.h"
#include "runtime/rows.h"

int accept_bundle(const struct options *options, const struct bundle_places *places,
		  uint8_t **bytes, struct bundle *out, struct error *err)
{
	struct public_key key;

	if (public_key_read(options->pub, &key, err))
		return -1;
	return bundle_load(options->bundle, &key, 1, places, bytes, out, err);
}

int accept_manifest(const struct bundle *bundle, struct error *err)
{
	const struct manifest *m = &bundle->manifest;
	char then[CLOCK_TEXT], here[CLOCK_TEXT];
	int64_t now = time(NULL);

	clock_text(here, now, -1);
	if (m->abi != NB_ABI)
		return error_set(
			err, EXIT_REFUSED,
			"the bundle is of ABI %u and this netbpf-load of ABI %d. Use the "
			"netbpf-load of the netbpfc that made it.",
			m->abi, NB_ABI);
	if (m->expires && now < m->created)
		return error_set(
			err, EXIT_REFUSED,
			"the bundle was made on %s and expires, and this host's clock says "
			"%s: whether it has expired cannot be told. Set the clock.",
			clock_text(then, m->created, -1), here);
	if (m->expires && now >= m->expires)
		return error_set(
			err, EXIT_REFUSED,
			"the bundle expired on %s (this host's clock: %s). Compile and "
			"sign it again with a later `expires`. What is installed goes on "
			"being enforced.",
			clock_text(then, m->expires, -1), here);
	return 0;
}

int accept_meta(const struct bundle *bundle, struct meta *out, struct error *err)
{
	const struct bundle_entry *entry =
		bundle_find(bundle, image_table[NB_IMAGE_META].entry);
	struct meta CLEANUP_META meta = {0};

	if (!entry)
		return error_set(err, EXIT_REFUSED, "the bundle has no %s.",
				 image_table[NB_IMAGE_META].entry);
	if (meta_parse(entry->at, entry->len, &meta, err))
		return -1;
	if (strcmp(meta.policy, bundle->manifest.policy) ||
	    meta.seq != bundle->manifest.seq)
		return error_set(err, EXIT_REFUSED,
				 "the bundle's MANIFEST speaks of policy %s seq %" PRIu64
				 " and its "
				 "META image of %s seq %" PRIu64 ".",
				 bundle->manifest.policy, bundle->manifest.seq,
				 meta.policy, meta.seq);
	*out = meta;
	meta = (struct meta){0};
	return 0;
}

int accept_seq(const char *pin, const struct generations *before, const struct meta *meta,
	       struct error *err)
{
	for (size_t i = 0; i < before->n; i++) {
		struct meta CLEANUP_META old = {0};

		if (!before->at[i].complete)
			continue;
		if (pins_meta(pin, &before->at[i], &old, err))
			return error_wrap(
				err, "what is installed cannot be read (uninstall it, "
				     "then install)");
		if (!strcmp(old.policy, meta->policy) && old.seq > meta->seq)
			return error_set(
				err, EXIT_REFUSED,
				"policy %s is installed with seq %" PRIu64
				" and the bundle "
				"has seq %" PRIu64 ", which is older. Raise seq in the "
				"policy and compile again; to go back all the same, "
				"uninstall first.",
				meta->policy, old.seq, meta->seq);
	}
	return 0;
}

void print_lost_rules(const struct bundle *bundle, const struct meta *meta, FILE *out)
{
	const struct bundle_entry *rows =
		bundle_find(bundle, image_table[NB_IMAGE_ROWS].entry);

	fputs("With --audit-only-files these rules are NOT enforced and NOT logged, as far as "
	      "they need the BPF LSM:\n",
	      out);
	if (rows)
		rows_print_lsm_rules(rows->at, rows->len, meta, "  ", out);
}
