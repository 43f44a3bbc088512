/* SPDX-License-Identifier: BSD-2-Clause */
/* Making bundles and keys: netbpfc only. */
#pragma once
#include "bundles/bundle.h"

struct secret_key; /* in guarded memory, wiped when freed */

/* minisign's unencrypted secret key format (what `minisign -G -W` writes). */
int secret_key_read(const char *path, struct secret_key **out, struct error *err);
void secret_key_free(struct secret_key *);
/* New pair; refuses to overwrite either file. secret 0600, public 0644. */
int keygen(const char *secret_path, const char *public_path, struct error *err);

/* Entries in any order; names like "bpf/x.bpf.o". Writes MANIFEST, SIGS/ (when
 * key is not NULL) and the sorted entries as canonical ustar through libarchive,
 * into a temporary beside path, fsync, rename: path is either whole or untouched.
 * Before the rename the strict reader and libarchive read the file back, and both
 * are compared with what was meant. EXIT_POLICY if the contents fit no bundle. */
int bundle_write(const char *path, const struct manifest *, const struct bundle_entry *,
		 size_t n, const struct secret_key *key, struct error *err);

/* Adds a signature to an existing bundle, in place, atomically. The signatures that
 * it has are kept as they are, except one under this key's id, which is replaced. */
int bundle_sign(const char *path, const struct secret_key *, struct error *err);
