/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns a key file of minisign into its bytes, and one base64 line into bytes. It
 * judges the form only; what the bytes mean is judged by who asked.
 */
#include "bundles/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE 2048 /* minisign's comment is at most 1024 */
#define COMMENT "untrusted comment:"

size_t base64_len(size_t n)
{
	return (n + 2) / 3 * 4;
}

/* libsodium up to 1.0.18 takes every byte above 0x7f for a digit: a second spelling,
 * found by encoding again. */
bool base64_read(const char *text, size_t len, uint8_t *out, size_t n)
{
	char again[(KEYFILE_SECRET + 2) / 3 * 4 + 1];
	size_t got;
	bool same;

	if (n > KEYFILE_SECRET || len != base64_len(n) ||
	    sodium_base642bin(out, n, text, len, NULL, &got, NULL,
			      sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    got != n)
		return false;
	sodium_bin2base64(again, sizeof again, out, n, sodium_base64_VARIANT_ORIGINAL);
	same = sodium_memcmp(again, text, len) == 0;
	sodium_memzero(again, sizeof again);
	return same;
}

static int read_all(const char *path, char *text, size_t *len, struct error *err)
{
	CLEANUP_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = 0;
	size_t n = 0;

	while (fd >= 0 && n < MAX_FILE) {
		got = read(fd, text + n, MAX_FILE - n);
		if (got == 0 || (got < 0 && errno != EINTR))
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	if (fd < 0 || got < 0)
		return error_set(err, EXIT_SYSTEM, "%s: cannot read the key: %s", path,
				 strerror(errno));
	*len = n;
	return 0;
}

static int wrong_size(const char *path, size_t n, size_t len, struct error *err)
{
	if (n == KEYFILE_PUBLIC && len == base64_len(KEYFILE_SECRET))
		return error_set(
			err, EXIT_SYSTEM,
			"%s: holds a secret key, but the public key is wanted here: "
			"name the other file of the pair, and keep this one where it "
			"was made",
			path);
	if (n == KEYFILE_SECRET && len == base64_len(KEYFILE_PUBLIC))
		return error_set(
			err, EXIT_SYSTEM,
			"%s: holds a public key, but signing needs the secret one: "
			"name the other file of the pair",
			path);
	return error_set(
		err, EXIT_SYSTEM,
		"%s: damaged key: expected %zu base64 characters alone on line 2; copy "
		"the file again from where the key was made",
		path, base64_len(n));
}

static int parse(const char *path, const char *text, size_t len, uint8_t *out, size_t n,
		 struct error *err)
{
	const char *line = memchr(text, '\n', len), *end;

	if (!line || strncmp(text, COMMENT, sizeof COMMENT - 1) != 0)
		return error_set(
			err, EXIT_SYSTEM,
			"%s: not a key file: the first line must begin '%s'; make a pair "
			"with `netbpfc keygen` or `minisign -G -W`",
			path, COMMENT);
	line++;
	len -= (size_t)(line - text);
	end = memchr(line, '\n', len);
	if (end && end + 1 != line + len)
		return wrong_size(path, n, 0, err);
	if (end)
		len--;
	if (!base64_read(line, len, out, n))
		return wrong_size(path, n, len, err);
	return 0;
}

int keyfile_read(const char *path, uint8_t *out, size_t n, struct error *err)
{
	char *text;
	size_t len = 0;
	int rc = -1;

	if (sodium_init() < 0)
		return error_set(err, EXIT_SYSTEM,
				 "libsodium cannot start: no random numbers");
	text = sodium_malloc(MAX_FILE);
	if (!text)
		return error_set(err, EXIT_SYSTEM, "no memory to read the key %s", path);
	if (read_all(path, text, &len, err) == 0)
		rc = parse(path, text, len, out, n, err);
	sodium_free(text);
	return rc;
}

void public_key_name(const uint8_t id[8], char out[17])
{
	uint8_t reversed[8]; /* minisign shows the id as a little-endian number */

	for (int i = 0; i < 8; i++)
		reversed[i] = id[7 - i];
	sodium_bin2hex(out, 17, reversed, sizeof reversed);
}

int public_key_read(const char *path, struct public_key *out, struct error *err)
{
	uint8_t bytes[KEYFILE_PUBLIC];

	if (keyfile_read(path, bytes, sizeof bytes, err) < 0)
		return -1;
	if (memcmp(bytes, "Ed", 2) != 0 ||
	    !crypto_core_ed25519_is_valid_point(bytes + 10))
		return error_set(
			err, EXIT_SYSTEM,
			"%s: not an Ed25519 public key; copy the file again from where "
			"the key was made",
			path);
	memcpy(out->id, bytes + 2, sizeof out->id);
	memcpy(out->key, bytes + 10, sizeof out->key);
	return 0;
}
