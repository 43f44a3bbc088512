/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold of a manifest whatever its text: asked by the reader of what it
 * parsed and by the writer of what it is about to print.
 */
#include "bundles/manifest.h"

#include <inttypes.h>
#include <string.h>

#include "bundles/canonical.h"
#include "bundles/minisig.h"

/* The room kept for MANIFEST, every signature and the end, so that a bundle can
 * always be signed by as many as may sign. */
#define ENTRY_BYTES(max) (TAR_BLOCK + (max))
#define FRONT_BYTES                         \
	(ENTRY_BYTES(BUNDLE_MAX_MANIFEST) + \
	 BUNDLE_MAX_SIGNATURES * ENTRY_BYTES(MINISIG_MAX) + 2 * TAR_BLOCK)

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static bool policy_name(const char name[65])
{
	size_t len = strnlen(name, 65);

	return len > 0 && len < 65 && strchr("._-", name[0]) == NULL &&
	       strspn(name, LETTERS "._-") == len;
}

static int check_head(const struct manifest *m, struct error *err)
{
	if (!policy_name(m->policy))
		return error_set(
			err, EXIT_REFUSED,
			"MANIFEST: a policy's name is 1 to 64 letters, digits and "
			"'.', '_', '-', beginning with a letter or digit");
	if (m->created < 0 || m->created > TAR_MAX_NUMBER)
		return error_set(err, EXIT_REFUSED,
				 "MANIFEST: 'created' is %" PRId64
				 ", a tar header can hold 0 "
				 "to %llu seconds",
				 m->created, (unsigned long long)TAR_MAX_NUMBER);
	if (m->expires != 0 && m->expires <= m->created)
		return error_set(err, EXIT_REFUSED,
				 "MANIFEST: 'expires' (%" PRId64
				 ") is not after 'created' (%" PRId64 ")",
				 m->expires, m->created);
	if (m->kernel > 0xffff)
		return error_set(
			err, EXIT_REFUSED,
			"MANIFEST: kernel %#x is not MAJOR.MINOR of 0 to 255 each",
			m->kernel);
	return 0;
}

static int check_entry(const struct manifest_entry *e, const char *before,
		       struct error *err)
{
	char quoted[ERROR_QUOTE];

	if (!canonical_name(e->name))
		return error_set(
			err, EXIT_REFUSED,
			"MANIFEST: the entry name '%s' is not FOLDER/NAME of small "
			"letters, digits and '.', '_', '-', at most %d bytes",
			error_quote(quoted, e->name, strnlen(e->name, sizeof e->name)),
			BUNDLE_MAX_NAME);
	if (before && strcmp(before, e->name) >= 0)
		return error_set(
			err, EXIT_REFUSED,
			"MANIFEST: '%s' stands %s; entries are sorted by name and "
			"each has its own",
			e->name,
			strcmp(before, e->name) ? "out of order" : "there twice");
	if (e->size > BUNDLE_MAX_BYTES)
		return error_set(err, EXIT_REFUSED,
				 "MANIFEST: '%s' has %" PRIu64
				 " bytes, a whole bundle has at "
				 "most %u",
				 e->name, e->size, BUNDLE_MAX_BYTES);
	return 0;
}

int manifest_check(const struct manifest_list *list, struct error *err)
{
	uint64_t total = FRONT_BYTES;

	if (check_head(&list->head, err) < 0)
		return -1;
	if (list->n == 0 || list->n > BUNDLE_MAX_ENTRIES)
		return error_set(err, EXIT_REFUSED,
				 "MANIFEST: %zu entries, a bundle has 1 to %d", list->n,
				 BUNDLE_MAX_ENTRIES);
	for (size_t i = 0; i < list->n; i++) {
		const struct manifest_entry *e = &list->entries[i];

		if (check_entry(e, i ? list->entries[i - 1].name : NULL, err) < 0)
			return -1;
		total += TAR_BLOCK + canonical_padded(e->size);
	}
	if (total > BUNDLE_MAX_BYTES)
		return error_set(err, EXIT_REFUSED,
				 "MANIFEST: the entries have %" PRIu64
				 " bytes together, a "
				 "bundle has at most %u",
				 total - FRONT_BYTES, BUNDLE_MAX_BYTES);
	return 0;
}
