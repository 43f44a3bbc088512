/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns a manifest's head and entries, or a bundle and one more signature, into a
 * bundle file. Never looks at the clock. The file appears whole, after both our
 * strict reader and libarchive have read back what was meant, or not at all.
 */
#include "bundles/write.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundles/canonical.h"
#include "bundles/manifest.h"
#include "bundles/sha256.h"
#include "bundles/sign.h"
#include "bundles/tar_write.h"
#include "bundles/verify.h"

/* Everything an archive holds, in its order. */
struct parts {
	struct bundle_entry at[1 + BUNDLE_MAX_SIGNATURES + BUNDLE_MAX_ENTRIES];
	size_t n;
	int64_t created;
};

static void add(struct parts *parts, const char *name, const void *at, size_t len)
{
	struct bundle_entry *e = &parts->at[parts->n++];

	snprintf(e->name, sizeof e->name, "%s", name);
	e->at = at;
	e->len = len;
}

/* A file to be, under another name in the same folder. */
struct draft {
	char *folder; /* with its slash; "" for the working directory */
	char *temp;
	int fd;
};

static void cleanup_draft(struct draft *d)
{
	if (d->temp)
		unlink(d->temp);
	cleanup_fd(&d->fd);
	free(d->temp);
	free(d->folder);
}

static int not_written(const char *path, struct error *err)
{
	return error_set(err, EXIT_SYSTEM, "%s: cannot write the bundle: %s", path,
			 strerror(errno));
}

/* Only a plain file is replaced: renaming over a device or a link would remove it. */
static int check_target(const char *path, mode_t *mode, struct error *err)
{
	struct stat st;

	*mode = 0;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : not_written(path, err);
	if (!S_ISREG(st.st_mode))
		return error_set(
			err, EXIT_SYSTEM,
			"%s: cannot write the bundle: it is there already and is not a "
			"plain file; name another file",
			path);
	*mode = st.st_mode & 0777;
	return 0;
}

static int open_draft(const char *path, struct draft *d, struct error *err)
{
	const char *slash = strrchr(path, '/');
	uint64_t number;
	mode_t mode;

	if (path[0] == '\0' || (slash && slash[1] == '\0'))
		return error_set(err, EXIT_SYSTEM, "%s: is not the name of a file",
				 path[0] ? path : "''");
	if (check_target(path, &mode, err) < 0)
		return -1;
	d->folder = strndup(path, slash ? (size_t)(slash + 1 - path) : 0);
	randombytes_buf(&number, sizeof number);
	if (!d->folder ||
	    asprintf(&d->temp, "%s.netbpf-%016" PRIx64 ".tmp", d->folder, number) < 0) {
		d->temp = NULL;
		return not_written(path, err);
	}
	d->fd = open(d->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (d->fd < 0) {
		int saved = errno;

		free(TAKE(d->temp)); /* not ours to unlink */
		errno = saved;
		return not_written(path, err);
	}
	if (mode && fchmod(d->fd, mode) < 0)
		return not_written(path, err);
	return 0;
}

/* The names change places; only then is the folder made durable too. */
static int publish(struct draft *d, const char *path, struct error *err)
{
	CLEANUP_FD int folder = -1;

	if (rename(d->temp, path) < 0)
		return not_written(path, err);
	free(TAKE(d->temp));
	folder = open(d->folder[0] ? d->folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0 && fsync(folder) < 0 && errno != EINVAL)
		return not_written(path, err);
	return 0;
}

static int same_entries(const struct bundle *back, const struct parts *parts,
			struct error *err)
{
	size_t front = parts->n < back->n_entries ? 0 : parts->n - back->n_entries;

	for (size_t i = 0; i < back->n_entries; i++) {
		const struct bundle_entry *e = &back->entries[i],
					  *want = &parts->at[front + i];

		if (front == 0 || strcmp(e->name, want->name) != 0 ||
		    e->len != want->len ||
		    (e->len && memcmp(e->at, want->at, e->len) != 0))
			return error_set(
				err, EXIT_SYSTEM,
				"what was read back at '%s' is not what was written; the "
				"disk may be failing",
				e->name);
	}
	return 0;
}

static int read_back(const char *path, const struct parts *parts,
		     const struct secret_key *key, struct error *err)
{
	CLEANUP_FREE struct bundle *back = calloc(1, sizeof *back);
	CLEANUP_FREE uint8_t *bytes = NULL;
	size_t len;
	int rc;

	if (!back)
		return error_set(err, EXIT_SYSTEM, "no memory to read the bundle back");
	if (bundle_read(path, &bytes, &len, err) < 0)
		return -1;
	rc = key ? bundle_verify(bytes, len, secret_key_public(key), 1, back, err)
		 : bundle_parse(bytes, len, back, err);
	if (rc < 0 || same_entries(back, parts, err) < 0)
		return -1;
	return tar_compare(bytes, len, parts->at, parts->n, parts->created, err);
}

static int write_parts(const char *path, const struct parts *parts,
		       const struct secret_key *key, struct error *err)
{
	__attribute__((cleanup(cleanup_draft))) struct draft d = {.fd = -1};

	if (open_draft(path, &d, err) < 0)
		return -1;
	if (tar_write(d.fd, parts->at, parts->n, parts->created, err) < 0)
		return error_wrap(err, "%s", path);
	if (fsync(d.fd) < 0)
		return not_written(path, err);
	if (read_back(d.temp, parts, key, err) < 0) {
		err->code = EXIT_SYSTEM; /* nobody gave us a bad bundle */
		return error_wrap(err, "%s: not written, reading back failed", path);
	}
	return publish(&d, path, err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct bundle_entry *)a)->name,
		      ((const struct bundle_entry *)b)->name);
}

/* The manifest of entries, which are sorted on the way. */
static int list_entries(const struct manifest *m, struct bundle_entry *entries, size_t n,
			struct manifest_list *out, struct error *err)
{
	qsort(entries, n, sizeof *entries, by_name);
	out->head = *m;
	out->n = n;
	for (size_t i = 0; i < n; i++) {
		memcpy(out->entries[i].name, entries[i].name,
		       sizeof out->entries[i].name);
		out->entries[i].size = entries[i].len;
		sha256(out->entries[i].sha256, entries[i].at, entries[i].len);
	}
	if (manifest_check(out, err) < 0) {
		err->code = EXIT_POLICY;
		return -1;
	}
	return 0;
}

int bundle_write(const char *path, const struct manifest *m,
		 const struct bundle_entry *entries, size_t n,
		 const struct secret_key *key, struct error *err)
{
	CLEANUP_FREE struct bundle_entry *sorted = calloc(n ? n : 1, sizeof *sorted);
	CLEANUP_FREE struct manifest_list *list = calloc(1, sizeof *list);
	CLEANUP_FREE char *text = malloc(BUNDLE_MAX_MANIFEST + 1);
	CLEANUP_FREE struct parts *parts = calloc(1, sizeof *parts);
	char sig[MINISIG_MAX], name[BUNDLE_MAX_NAME + 1];
	size_t len;

	if (!sorted || !list || !text || !parts)
		return error_set(err, EXIT_SYSTEM, "%s: no memory to write the bundle",
				 path);
	if (sodium_init() < 0)
		return error_set(err, EXIT_SYSTEM,
				 "libsodium cannot start: no random numbers");
	if (n > BUNDLE_MAX_ENTRIES)
		return error_set(err, EXIT_POLICY,
				 "%s: %zu entries, a bundle has at most %d", path, n,
				 BUNDLE_MAX_ENTRIES);
	if (n)
		memcpy(sorted, entries, n * sizeof *sorted);
	if (list_entries(m, sorted, n, list, err) < 0)
		return error_wrap(err, "%s", path);
	len = manifest_print(list, text);
	if (len == 0)
		return error_set(err, EXIT_POLICY,
				 "%s: MANIFEST would be longer than %u bytes", path,
				 BUNDLE_MAX_MANIFEST);

	parts->created = m->created;
	add(parts, "MANIFEST", text, len);
	if (key) {
		minisig_name(secret_key_public(key)->id, name);
		add(parts, name, sig,
		    sign_manifest(key, m, (const uint8_t *)text, len, sig));
	}
	for (size_t i = 0; i < n; i++)
		add(parts, sorted[i].name, sorted[i].at, sorted[i].len);
	return write_parts(path, parts, key, err);
}

/* The old signatures and the new one, ascending. A signature that is there already
 * under the key's id gives way: were it good, it would be the same bytes. */
static int add_signatures(struct parts *parts, const struct bundle_front *front,
			  const char *name, const char *sig, size_t len,
			  struct error *err)
{
	bool added = false;

	for (size_t i = 0; i < front->n_sigs; i++) {
		const struct bundle_entry *old = &front->sigs[i];

		if (!added && strcmp(name, old->name) <= 0) {
			add(parts, name, sig, len);
			added = true;
		}
		if (strcmp(name, old->name) != 0)
			add(parts, old->name, old->at, old->len);
	}
	if (!added)
		add(parts, name, sig, len);
	if (parts->n > 1 + BUNDLE_MAX_SIGNATURES)
		return error_set(err, EXIT_REFUSED,
				 "it has %d signatures, no more fit in a bundle",
				 BUNDLE_MAX_SIGNATURES);
	return 0;
}

int bundle_sign(const char *path, const struct secret_key *key, struct error *err)
{
	CLEANUP_FREE struct bundle *bundle = calloc(1, sizeof *bundle);
	CLEANUP_FREE struct parts *parts = calloc(1, sizeof *parts);
	CLEANUP_FREE uint8_t *bytes = NULL;
	char sig[MINISIG_MAX], name[BUNDLE_MAX_NAME + 1];
	struct bundle_front front;
	size_t len, sig_len;

	if (!bundle || !parts)
		return error_set(err, EXIT_SYSTEM, "%s: no memory to sign the bundle",
				 path);
	if (bundle_read(path, &bytes, &len, err) < 0)
		return -1;
	if (bundle_parse(bytes, len, bundle, err) < 0 ||
	    bundle_front_read(bytes, len, &front, err) < 0)
		return error_wrap(err, "%s", path);
	minisig_name(secret_key_public(key)->id, name);
	sig_len = sign_manifest(key, &bundle->manifest, front.manifest.at,
				front.manifest.len, sig);

	parts->created = bundle->manifest.created;
	add(parts, "MANIFEST", front.manifest.at, front.manifest.len);
	if (add_signatures(parts, &front, name, sig, sig_len, err) < 0)
		return error_wrap(err, "%s", path);
	for (size_t i = 0; i < bundle->n_entries; i++)
		add(parts, bundle->entries[i].name, bundle->entries[i].at,
		    bundle->entries[i].len);
	return write_parts(path, parts, key, err);
}
