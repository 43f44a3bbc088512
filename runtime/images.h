/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory of image maps as the place that a bundle's images are read to. Their hashes are
 * then those of what is in the kernel, frozen: nothing is copied after it was verified.
 */
#pragma once
#include "bundles/bundle.h"
#include "runtime/hooks.h"
#include "runtime/maps.h"

struct images {
	struct image {
		int fd;	       /* -1 = there is none, or it was taken */
		uint8_t *fill; /* until it is sealed */
		size_t len;
		struct map_view view; /* what the bundle's entry points into, from then on */
	} at[NB_IMAGE_COUNT];
	struct error why; /* the first map could not be made; EXIT_OK: all could */
};

void images_begin(struct images *);
/* For bundle_load. A map that cannot be made is no error yet: what is wrong with the bundle
 * or the host is said first. */
struct bundle_places images_places(struct images *);
/* The map of an image that the bundle has, to own; or -1. */
int images_take(struct images *, unsigned image, struct error *err);
void images_end(struct images *);
