/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sources → entries below meta/. A bundle's format allows few names and few entries,
 * so that they are numbered, in the order in which they were read, and a list says
 * what each was called. A policy of one file has no list.
 */
#include "compiler/driver/pack_sources.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bundles/gzip.h"

#define LONG_FEED 65536 /* bytes */
#define SHARED "meta/source-rest.txt"

typedef VEC(char) text;

static void put(struct arena *a, text *out, const char *at, size_t len)
{
	out->at = arena_grow(a, out->at, out->n, &out->cap, out->n + len, 1);
	if (len)
		memcpy(out->at + out->n, at, len);
	out->n += len;
}

static void add(struct bundle_entry *out, const char *name, const char *at, size_t len)
{
	*out = (struct bundle_entry){.at = (const uint8_t *)at, .len = len};
	snprintf(out->name, sizeof out->name, "%s", name);
}

/* A long feed becomes half of it or less: a host reads all of a bundle to verify it. Says so,
 * or does nothing. */
static bool add_short(struct arena *a, struct bundle_entry *out, uint32_t number,
		      const struct source *s)
{
	size_t room = gzip_room(s->len), len;
	char *at = room ? arena_alloc(a, room) : NULL;

	len = at ? gzip_write((const uint8_t *)s->text, s->len, (uint8_t *)at, room) : 0;
	if (len)
		add(out, arena_printf(a, "meta/source-%u.txt.gz", number), at, len);
	return len;
}

/* The name of the main policy came from the command line; a line ends once. */
static void put_name(struct arena *a, text *out, const char *name)
{
	for (; *name; name++)
		put(a, out, (unsigned char)*name < 0x20 || *name == 0x7f ? "?" : name, 1);
}

size_t pack_sources(const struct sources *sources,
		    struct bundle_entry out[PACK_ENTRIES_MAX])
{
	struct arena *a = sources->arena;
	text list = {0}, rest = {0};
	size_t n = 0;

	for (uint32_t i = 0; i < sources->list.n; i++) {
		const struct source *s = &sources->list.at[i];
		bool feed = i < sources->origins.n &&
			    sources->origins.at[i].kind == ORIGIN_FEED;
		const char *entry = SHARED, *line;
		size_t first = 0;

		if (i < PACK_SOURCES_MAX) {
			if (!feed || s->len < LONG_FEED || !add_short(a, &out[n], i + 1, s))
				add(&out[n],
				    i ? arena_printf(a, "meta/source-%u.%s", i + 1,
						     feed ? "txt" : "nbp")
				      : "meta/policy.nbp",
				    s->text, s->len);
			entry = out[n++].name;
		} else {
			first = rest.n;
			put(a, &rest, s->text, s->len);
		}
		line = arena_printf(a, "%u\t%s\t%zu\t%zu\t", i + 1, entry, first, s->len);
		put(a, &list, line, strlen(line));
		put_name(a, &list, source_relative(sources, i));
		put(a, &list, "\n", 1);
	}
	if (sources->list.n > PACK_SOURCES_MAX)
		add(&out[n++], SHARED, rest.at, rest.n);
	if (sources->list.n > 1)
		add(&out[n++], "meta/sources.txt", list.at, list.n);
	return n;
}
