/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Secret keys and what they make. A key lives in guarded memory (sodium_malloc: locked
 * if the limits allow it, wiped when freed) and never passes through stdio.
 */
#include "bundles/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundles/keyfile.h"

/* minisign's secret key file, decoded. */
struct secret_file {
	uint8_t algorithm[2];	       /* "Ed" */
	uint8_t kdf[2];		       /* two zero bytes: no password */
	uint8_t checksum_algorithm[2]; /* "B2" */
	uint8_t salt[32], opslimit[8], memlimit[8];
	uint8_t id[8];
	uint8_t key[64];      /* seed, public key */
	uint8_t checksum[32]; /* BLAKE2b-256 of algorithm, id, key */
};
_Static_assert(sizeof(struct secret_file) == KEYFILE_SECRET, "no padding");

struct secret_key {
	struct public_key public;
	uint8_t key[64];
};

static void checksum(const struct secret_file *file, uint8_t out[32])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, 32);
	crypto_generichash_update(&state, file->algorithm, sizeof file->algorithm);
	crypto_generichash_update(&state, file->id, sizeof file->id);
	crypto_generichash_update(&state, file->key, sizeof file->key);
	crypto_generichash_final(&state, out, 32);
	sodium_memzero(&state, sizeof state);
}

/* minisign -G -W leaves the checksum zero, minisign -C -W fills it; then the public
 * half, which the seed determines, is what shows damage. */
static bool intact(const struct secret_file *file)
{
	uint8_t sum[32], public[32], again[64];
	bool same;

	checksum(file, sum);
	crypto_sign_seed_keypair(public, again, file->key);
	same = sodium_memcmp(again, file->key, sizeof again) == 0;
	sodium_memzero(again, sizeof again);
	return same && (sodium_is_zero(file->checksum, sizeof file->checksum) ||
			sodium_memcmp(file->checksum, sum, sizeof sum) == 0);
}

static int judge(const char *path, const struct secret_file *file, struct error *err)
{
	if (memcmp(file->algorithm, "Ed", 2) != 0 ||
	    memcmp(file->checksum_algorithm, "B2", 2) != 0)
		return error_set(
			err, EXIT_SYSTEM,
			"%s: not a secret key of minisign; make a pair with `netbpfc "
			"keygen` or `minisign -G -W`",
			path);
	if (!sodium_is_zero(file->kdf, sizeof file->kdf))
		return error_set(
			err, EXIT_SYSTEM,
			"%s: the key is protected by a password, and nobody can be asked "
			"for one in a build; copy the file and remove the password from "
			"the copy with `minisign -C -W -s COPY`",
			path);
	if (!intact(file))
		return error_set(
			err, EXIT_SYSTEM,
			"%s: damaged key: its parts do not belong together; copy the "
			"file again from where the key was made",
			path);
	return 0;
}

static int no_memory(struct error *err)
{
	return error_set(err, EXIT_SYSTEM, "no guarded memory for a secret key: %s",
			 strerror(errno));
}

int secret_key_read(const char *path, struct secret_key **out, struct error *err)
{
	struct secret_file *file;
	struct secret_key *key;
	int rc = -1;

	if (sodium_init() < 0)
		return error_set(err, EXIT_SYSTEM,
				 "libsodium cannot start: no random numbers");
	file = sodium_malloc(sizeof *file);
	key = sodium_malloc(sizeof *key);
	if (!file || !key)
		no_memory(err);
	else if (keyfile_read(path, (uint8_t *)file, sizeof *file, err) == 0)
		rc = judge(path, file, err);
	if (rc == 0) {
		memcpy(key->public.id, file->id, sizeof key->public.id);
		memcpy(key->public.key, file->key + 32, sizeof key->public.key);
		memcpy(key->key, file->key, sizeof key->key);
		sodium_mprotect_readonly(key);
		*out = TAKE(key);
	}
	sodium_free(file);
	sodium_free(key);
	return rc;
}

void secret_key_free(struct secret_key *key)
{
	sodium_free(key);
}

const struct public_key *secret_key_public(const struct secret_key *key)
{
	return &key->public;
}

/* A new file of one line of base64 below a comment; removed again if that fails. */
static int write_key(const char *path, mode_t mode, const char *comment,
		     const void *bytes, size_t n, struct error *err)
{
	CLEANUP_FD int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	char text[512];
	size_t len;
	int rc = -1;

	if (fd < 0)
		return error_set(err, EXIT_SYSTEM, "%s: cannot create the key file: %s%s",
				 path, strerror(errno),
				 errno == EEXIST
					 ? " (it is never overwritten: name another "
					   "file, or move this one away)"
					 : "");
	len = (size_t)snprintf(text, sizeof text, "untrusted comment: %s\n", comment);
	sodium_bin2base64(text + len, sizeof text - len, bytes, n,
			  sodium_base64_VARIANT_ORIGINAL);
	len += base64_len(n);
	text[len++] = '\n';
	if (fchmod(fd, mode) == 0 && write(fd, text, len) == (ssize_t)len &&
	    fsync(fd) == 0) {
		rc = 0;
	} else {
		error_set(err, EXIT_SYSTEM, "%s: cannot write the key file: %s", path,
			  strerror(errno));
		unlink(path);
	}
	sodium_memzero(text, sizeof text);
	return rc;
}

static void generate(struct secret_file *file, uint8_t public[KEYFILE_PUBLIC])
{
	memset(file, 0, sizeof *file);
	memcpy(file->algorithm, "Ed", 2);
	memcpy(file->checksum_algorithm, "B2", 2);
	randombytes_buf(file->id, sizeof file->id);
	memcpy(public, "Ed", 2);
	memcpy(public + 2, file->id, sizeof file->id);
	crypto_sign_keypair(public + 10, file->key);
	checksum(file, file->checksum);
}

int keygen(const char *secret_path, const char *public_path, struct error *err)
{
	uint8_t public[KEYFILE_PUBLIC];
	char comment[64], id[17];
	struct secret_file *file;
	int rc;

	if (sodium_init() < 0)
		return error_set(err, EXIT_SYSTEM,
				 "libsodium cannot start: no random numbers");
	file = sodium_malloc(sizeof *file);
	if (!file)
		return no_memory(err);
	generate(file, public);
	public_key_name(file->id, id);
	snprintf(comment, sizeof comment, "netbpf public key %s", id);
	rc = write_key(public_path, 0644, comment, public, sizeof public, err);
	if (rc == 0) {
		rc = write_key(secret_path, 0600, "netbpf secret key, without a password",
			       file, sizeof *file, err);
		if (rc < 0)
			unlink(public_path);
	}
	sodium_free(file);
	return rc;
}

size_t sign_manifest(const struct secret_key *key, const struct manifest *m,
		     const uint8_t *text, size_t len, char out[MINISIG_MAX])
{
	uint8_t prehash[crypto_generichash_BYTES_MAX], blob[74], global[64];
	uint8_t bound[64 + MINISIG_COMMENT];
	char comment[MINISIG_COMMENT], line2[128], line4[128];
	size_t comment_len = minisig_comment(m, comment);

	memcpy(blob, "ED", 2);
	memcpy(blob + 2, key->public.id, 8);
	crypto_generichash(prehash, sizeof prehash, text, len, NULL, 0);
	crypto_sign_detached(blob + 10, NULL, prehash, sizeof prehash, key->key);

	memcpy(bound, blob + 10, 64);
	memcpy(bound + 64, comment, comment_len);
	crypto_sign_detached(global, NULL, bound, 64 + comment_len, key->key);

	sodium_bin2base64(line2, sizeof line2, blob, sizeof blob,
			  sodium_base64_VARIANT_ORIGINAL);
	sodium_bin2base64(line4, sizeof line4, global, sizeof global,
			  sodium_base64_VARIANT_ORIGINAL);
	return (size_t)snprintf(out, MINISIG_MAX, "%s\n%s\n%s%s\n%s\n", MINISIG_UNTRUSTED,
				line2, MINISIG_TRUSTED, comment, line4);
}
