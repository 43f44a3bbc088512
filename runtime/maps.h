/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Image maps: arrays of one value that hold an image's bytes and never change
 * again, and reading them back from a pinned map.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bundles/error.h"

/* Created, filled, read back, frozen. The descriptor, or -1. */
int image_map_create(const char *name, const uint8_t *bytes, size_t len,
		     struct error *err);

struct map_view {
	const uint8_t *at;
	size_t len, mapped;
};

/* Maps the value of an image map for reading. -1 with errno. */
int map_view_open(int map_fd, struct map_view *out);
void map_view_close(struct map_view *);
#define CLEANUP_VIEW __attribute__((cleanup(map_view_close)))

/* fdinfo says that user space can no longer write it. */
bool map_frozen(int map_fd);
