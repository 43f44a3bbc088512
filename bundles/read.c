/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a file or standard input into memory, once. What is checked and used later
 * are these bytes: the file may change or vanish behind them.
 */
#include "bundles/read.h"

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

int input_open(const char *path, struct input *out, struct error *err)
{
	struct input CLEANUP_INPUT in = {
		.path = path, .opened = -1, .capacity = FIRST_CAPACITY};
	struct stat st;

	if (strcmp(path, "-") != 0 &&
	    (in.opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return error_set(err, EXIT_SYSTEM, "%s: cannot open the bundle: %s", path,
				 strerror(errno));
	in.fd = in.opened < 0 ? STDIN_FILENO : in.opened;
	if (fstat(in.fd, &st) < 0)
		return error_set(err, EXIT_SYSTEM, "%s: cannot read the bundle: %s", path,
				 strerror(errno));
	if (S_ISDIR(st.st_mode))
		return error_set(err, EXIT_SYSTEM,
				 "%s: is a directory; name the bundle file (*.tar) in it",
				 path);
	if (S_ISREG(st.st_mode) && st.st_size > (off_t)BUNDLE_MAX_BYTES)
		return too_large(path, err);
	if (S_ISREG(st.st_mode))
		in.capacity = (size_t)st.st_size + 1; /* one more shows that it ended */
	*out = in;
	in = (struct input){.opened = -1};
	return 0;
}

void input_close(struct input *in)
{
	cleanup_fd(&in->opened);
	free(TAKE(in->bytes));
}

/* Where most of it is made of large pages, reading tens of megabytes takes half the time.
 * Advice: what the kernel answers does not matter. */
static void advise(uint8_t *buffer, size_t capacity)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), skip = -(uintptr_t)buffer & (page - 1);

	if (capacity >= LARGE)
		madvise(buffer + skip, capacity - skip, MADV_HUGEPAGE);
}

/* Makes room for the byte n and more; BUNDLE_MAX_BYTES + 1 is the last size. */
static int grow(struct input *in, struct error *err)
{
	size_t wanted = in->capacity;
	uint8_t *larger;

	while (in->bytes && wanted <= in->n)
		wanted *= 2;
	if (wanted > (size_t)BUNDLE_MAX_BYTES + 1)
		wanted = (size_t)BUNDLE_MAX_BYTES + 1;
	larger = realloc(in->bytes, wanted);
	if (!larger)
		return error_set(err, EXIT_SYSTEM, "%s: no memory to read %zu bytes",
				 in->path, wanted);
	in->bytes = larger;
	in->capacity = wanted;
	advise(larger, wanted);
	return 0;
}

/* Where the byte n goes, and how many follow it there. */
static size_t place(const struct input *in, uint8_t **to)
{
	size_t until = in->capacity;

	for (size_t i = in->n_aside; i-- > 0;) {
		const struct input_span *s = &in->aside[i];

		if (in->n < s->at) {
			until = s->at < until ? s->at : until;
		} else if (in->n - s->at < s->len) {
			*to = s->to + (in->n - s->at);
			return s->len - (in->n - s->at);
		}
	}
	*to = in->bytes + in->n;
	return in->n < until ? until - in->n : 0;
}

int input_read(struct input *in, size_t enough, struct error *err)
{
	while (in->n < enough && !in->ended) {
		uint8_t *to = NULL;
		size_t room = in->bytes ? place(in, &to) : 0;
		ssize_t got;

		if (!room) {
			if (grow(in, err) < 0)
				return -1;
			continue;
		}
		got = read(in->fd, to, room);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set(err, EXIT_SYSTEM, "%s: cannot read the bundle: %s",
					 in->path, strerror(errno));
		in->ended = got == 0;
		in->n += (size_t)got;
		if (in->n > BUNDLE_MAX_BYTES)
			return too_large(in->path, err);
		if (other_kind(in->bytes, in->n))
			return error_set(
				err, EXIT_REFUSED,
				"%s: not a NetBPF bundle: it does not begin with the "
				"tar entry MANIFEST; bundles are made by netbpfc and "
				"are not compressed",
				in->path);
	}
	return in->n > in->capacity ? grow(in, err) : 0; /* it ended in what is set aside */
}

void input_set_aside(struct input *in, const struct input_span *spans, size_t n)
{
	in->aside = spans;
	in->n_aside = n;
	for (size_t i = 0; i < n && spans[i].at < in->n; i++) {
		size_t here = in->n - spans[i].at;

		memcpy(spans[i].to, in->bytes + spans[i].at,
		       here < spans[i].len ? here : spans[i].len);
	}
}

int bundle_read(const char *path, uint8_t **bytes, size_t *len, struct error *err)
{
	struct input CLEANUP_INPUT in = {.opened = -1};

	if (input_open(path, &in, err) < 0 || input_read(&in, SIZE_MAX, err) < 0)
		return -1;
	*len = in.n;
	*bytes = TAKE(in.bytes);
	return 0;
}
