/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of a bundle as they come in. Some of them can be set aside: they are read into
 * other memory, and the place that they would have had among the rest is left untouched.
 */
#pragma once
#include "bundles/bundle.h"

struct input_span {
	size_t at, len; /* in the file */
	uint8_t *to;
};

struct input {
	const char *path; /* "-" = standard input */
	int fd, opened;	  /* opened: -1 = not ours to close */
	uint8_t *bytes;
	size_t capacity, n;
	bool ended;
	const struct input_span *aside; /* ascending, apart */
	size_t n_aside;
};

int input_open(const char *path, struct input *out, struct error *err);
/* Until n is at least `enough`, or it has ended. */
int input_read(struct input *, size_t enough, struct error *err);
/* From now on; of what was read already it takes copies. The spans must stay. */
void input_set_aside(struct input *, const struct input_span *, size_t n);
void input_close(struct input *);
#define CLEANUP_INPUT __attribute__((cleanup(input_close)))
