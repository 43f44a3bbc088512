/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime/images.h"
#include <string.h>
#include "runtime/stats.h"

void images_begin(struct images *images)
{
	*images = (struct images){.why.code = EXIT_OK};
	for (unsigned i = 0; i < NB_IMAGE_COUNT; i++)
		images->at[i].fd = -1;
}

static unsigned find(const char *entry)
{
	unsigned i = 0;

	while (i < NB_IMAGE_COUNT && strcmp(image_table[i].entry, entry) != 0)
		i++;
	return i;
}

static uint8_t *offer(void *arg, const char *name, size_t len)
{
	struct images *images = arg;
	unsigned i = find(name);
	struct image *image = &images->at[i];

	if (i == NB_IMAGE_COUNT || images->why.code != EXIT_OK)
		return NULL;
	stats_maps_begin();
	image->fd = image_map_make(image_table[i].map, len, &image->fill, &images->why);
	stats_maps_end();
	image->len = len;
	return image->fd < 0 ? NULL : image->fill;
}

static const uint8_t *seal(void *arg, const char *name, struct error *err)
{
	struct images *images = arg;
	unsigned i = find(name);
	struct image *image = &images->at[i];
	int code;

	stats_maps_begin();
	code = image_map_seal(image_table[i].map, image->fd, TAKE(image->fill), image->len,
			      &image->view, err);
	stats_maps_end();
	return code < 0 ? NULL : image->view.at;
}

struct bundle_places images_places(struct images *images)
{
	return (struct bundle_places){.arg = images, .offer = offer, .seal = seal};
}

int images_take(struct images *images, unsigned image, struct error *err)
{
	int fd = images->at[image].fd;

	if (fd < 0) {
		*err = images->why;
		return -1;
	}
	images->at[image].fd = -1;
	return fd;
}

void images_end(struct images *images)
{
	for (unsigned i = 0; i < NB_IMAGE_COUNT; i++) {
		struct image *image = &images->at[i];

		if (image->fill)
			image_map_drop(TAKE(image->fill), image->len);
		map_view_close(&image->view);
		cleanup_fd(&image->fd);
	}
}
