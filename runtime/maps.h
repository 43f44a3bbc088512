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

struct map_view {
	const uint8_t *at;
	size_t len, mapped;
};

/* Maps the value of an image map for reading. -1 with errno. */
int map_view_open(int map_fd, struct map_view *out);
void map_view_close(struct map_view *);
#define CLEANUP_VIEW __attribute__((cleanup(map_view_close)))

/* An image map that its maker fills at *fill and seals; the descriptor, or -1. */
int image_map_make(const char *name, size_t len, uint8_t **fill, struct error *err);
/* Takes fill away and freezes the map; what it has from now on is in *out. fill is gone in
 * any case. */
int image_map_seal(const char *name, int map_fd, uint8_t *fill, size_t len,
		   struct map_view *out, struct error *err);
/* Fill of a map that is not to be sealed. */
void image_map_drop(uint8_t *fill, size_t len);

/* fdinfo says that user space can no longer write it. */
bool map_frozen(int map_fd);
