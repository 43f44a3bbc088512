/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signed bundle, whole in memory.
 *
 * Reading (linked into the loader): bundle_verify checks the canonical tar, the
 * signature over MANIFEST, and every hash, and only then hands out entries, which
 * point into the very bytes that were checked.
 * Writing (write.h, sign.h) is never linked into the loader.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bundles/error.h"

#define BUNDLE_MAX_BYTES (512u << 20)
#define BUNDLE_MAX_ENTRIES 256
#define BUNDLE_MAX_NAME 99
#define BUNDLE_MAX_MANIFEST 65536
#define BUNDLE_MAX_SIGNATURES 16

/* An Ed25519 public key in minisign's form. */
struct public_key {
	uint8_t id[8];
	uint8_t key[32];
};

struct bundle_entry {
	char name[BUNDLE_MAX_NAME + 1];
	const uint8_t *at; /* into the bundle's bytes */
	size_t len;
};

struct manifest {
	char policy[65];
	uint64_t seq;
	int64_t created; /* seconds since 1970; the mtime of every entry */
	int64_t expires; /* 0 = never */
	uint32_t abi;
	uint32_t kernel; /* lowest, major << 8 | minor */
	bool needs_lsm, needs_cgroup;
	bool audit_only;
};

struct bundle {
	struct manifest manifest;
	struct bundle_entry entries[BUNDLE_MAX_ENTRIES]; /* without MANIFEST, SIGS/ */
	size_t n_entries;
	uint8_t signer[8]; /* id of the key that verified it; zero if unverified */
	uint8_t digest[32]; /* SHA-256 of MANIFEST */
};

/* Reads path ("-" = standard input) once into *bytes (malloc, caller frees). */
int bundle_read(const char *path, uint8_t **bytes, size_t *len, struct error *err);

/* EXIT_REFUSED unless bytes are one canonical bundle whose MANIFEST is signed by
 * one of keys (n_keys >= 1) and whose entries have the sizes and hashes it lists.
 * *out points into bytes; untouched on failure. */
int bundle_verify(const uint8_t *bytes, size_t len, const struct public_key *keys,
		  size_t n_keys, struct bundle *out, struct error *err);

/* Memory for entries that are not to lie among the others. */
struct bundle_places {
	void *arg;
	/* len bytes to read the entry to; NULL: none, it stays among the others */
	uint8_t *(*offer)(void *arg, const char *name, size_t len);
	/* the same bytes, which nobody can change any more; NULL with *err */
	const uint8_t *(*seal)(void *arg, const char *name, struct error *err);
};

/* bundle_read and bundle_verify in one, and without a copy of what has a place (NULL: nothing
 * has). */
int bundle_load(const char *path, const struct public_key *keys, size_t n_keys,
		const struct bundle_places *, uint8_t **bytes, struct bundle *out,
		struct error *err);

/* The same without a signature: structure and hashes only. For `inspect`, which
 * says so; never used to install. *out->signer is zero. */
int bundle_parse(const uint8_t *bytes, size_t len, struct bundle *out,
		 struct error *err);

/* NULL if there is no such entry. */
const struct bundle_entry *bundle_find(const struct bundle *, const char *name);

/* The id as it stands in SIGS/ID.minisig: minisign's own number, 16 hex digits. */
void public_key_name(const uint8_t id[8], char out[17]);
int public_key_read(const char *path, struct public_key *out, struct error *err);
