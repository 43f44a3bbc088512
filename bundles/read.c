/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a file or standard input into memory, once. What is checked and used later
 * are these bytes: the file may change or vanish behind them.
 */
#include "bundles/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_CAPACITY ((size_t)1 << 16)
#define LARGE ((size_t)4 << 20)

static const char first_name[] = "MANIFEST"; /* with its NUL */

static int too_large(const char *path, struct error *err)
{
	return error_set(
		err, EXIT_REFUSED,
		"%s: larger than %u bytes, the most a bundle may have; is it the "
		"right file?",
		path, BUNDLE_MAX_BYTES);
}

/* Cheap and early, so that an endless or huge file of another kind is not read to
 * its end; bundle_verify checks everything. */
static bool other_kind(const uint8_t *at, size_t len)
{
	size_t n = len < sizeof first_name ? len : sizeof first_name;

	return memcmp(at, first_name, n) != 0;
}

static int open_input(const char *path, size_t *capacity, int *fd, struct error *err)
{
	struct stat st;

	if (strcmp(path, "-") != 0 &&
	    (*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return error_set(err, EXIT_SYSTEM, "%s: cannot open the bundle: %s", path,
				 strerror(errno));
	if (fstat(*fd < 0 ? STDIN_FILENO : *fd, &st) < 0)
		return error_set(err, EXIT_SYSTEM, "%s: cannot read the bundle: %s", path,
				 strerror(errno));
	if (S_ISDIR(st.st_mode))
		return error_set(err, EXIT_SYSTEM,
				 "%s: is a directory; name the bundle file (*.tar) in it",
				 path);
	if (!S_ISREG(st.st_mode))
		return 0;
	if (st.st_size > (off_t)BUNDLE_MAX_BYTES)
		return too_large(path, err);
	*capacity = (size_t)st.st_size + 1; /* the one more shows that it ended */
	return 0;
}

/* Where most of it is made of large pages, reading tens of megabytes takes half the time.
 * Advice: what the kernel answers does not matter. */
static void advise(uint8_t *buffer, size_t capacity)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), skip = -(uintptr_t)buffer & (page - 1);

	if (capacity >= LARGE)
		madvise(buffer + skip, capacity - skip, MADV_HUGEPAGE);
}

/* Makes room for more; BUNDLE_MAX_BYTES + 1 is the last size. */
static int grow(uint8_t **buffer, size_t *capacity, struct error *err)
{
	size_t wanted = *buffer ? *capacity * 2 : *capacity;
	uint8_t *larger;

	if (wanted > (size_t)BUNDLE_MAX_BYTES + 1)
		wanted = (size_t)BUNDLE_MAX_BYTES + 1;
	larger = realloc(*buffer, wanted);
	if (!larger)
		return error_set(err, EXIT_SYSTEM, "no memory to read %zu bytes", wanted);
	*buffer = larger;
	*capacity = wanted;
	advise(larger, wanted);
	return 0;
}

int bundle_read(const char *path, uint8_t **bytes, size_t *len, struct error *err)
{
	CLEANUP_FREE uint8_t *buffer = NULL;
	CLEANUP_FD int opened = -1;
	size_t capacity = FIRST_CAPACITY, n = 0;
	ssize_t got;
	int fd;

	if (open_input(path, &capacity, &opened, err) < 0)
		return -1;
	fd = opened < 0 ? STDIN_FILENO : opened;
	do {
		if ((!buffer || n == capacity) && grow(&buffer, &capacity, err) < 0)
			return error_wrap(err, "%s", path);
		got = read(fd, buffer + n, capacity - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set(err, EXIT_SYSTEM,
					 "%s: cannot read the bundle: %s", path,
					 strerror(errno));
		n += (size_t)got;
		if (n > BUNDLE_MAX_BYTES)
			return too_large(path, err);
		if (other_kind(buffer, n))
			return error_set(
				err, EXIT_REFUSED,
				"%s: not a NetBPF bundle: it does not begin with the "
				"tar entry MANIFEST; bundles are made by netbpfc and "
				"are not compressed",
				path);
	} while (got != 0);
	*bytes = TAKE(buffer);
	*len = n;
	return 0;
}
