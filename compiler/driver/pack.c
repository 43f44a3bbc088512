/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image → bundle: an object for each kernel level that the policy's lowest kernel
 * leaves open, the map images, the sources, and the manifest. No clock is read:
 * the date is SOURCE_DATE_EPOCH or the policy's own.
 */
#include <stdlib.h>
#include <string.h>
#include "bundles/write.h"
#include "compiler/driver/pack_sources.h"
#include "compiler/driver/pipeline.h"
#include "compiler/specialise/specialise.h"

#define DATE_MAX 077777777777ll /* what a tar header holds */

static const struct level {
	uint32_t value;
	const char *name;
} levels[] = {
#define LEVEL(value, text, major, minor) {value, text},
	NB_LEVELS(LEVEL)
#undef LEVEL
};
#define LEVELS (sizeof levels / sizeof *levels)

static const char *const map_files[NB_IMAGE_COUNT] = {
#define IMAGE(name, map, file) [NB_IMAGE_##name] = file,
#include "bpf-templates/images.def"
#undef IMAGE
};

enum hook_kind { FILE_HOOK, LSM_HOOK, NET_HOOK, PACKET_HOOK, EXE_HOOK, SCAN_HOOK, SHARED_HOOK };
static const enum hook_kind hook_kinds[NB_HOOK_COUNT] = {
#define HOOK(name, fn, text, kind) [NB_HOOK_##name] = kind##_HOOK,
#include "bpf-templates/hooks.def"
#undef HOOK
};

static bool needs(const struct image *image, enum hook_kind kind)
{
	for (int i = 0; i < NB_HOOK_COUNT; i++)
		if (image->hooks >> i & 1 && hook_kinds[i] == kind)
			return true;
	return false;
}

int policy_date(const struct policy *p, int64_t *out, struct error *err)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	int64_t date = 0;

	*out = p->created;
	if (!text || !*text)
		return 0;
	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9' || date > DATE_MAX / 10)
			return error_set(
				err, EXIT_USAGE,
				"SOURCE_DATE_EPOCH is '%s', which is not a number of "
				"seconds since 1970; set it right, or unset it",
				text);
		date = date * 10 + (*c - '0');
	}
	*out = date;
	return 0;
}

static int fill_manifest(const struct image *image, struct manifest *out,
			 struct error *err)
{
	const struct policy *p = image->policy;
	struct manifest m = {
		.seq = p->seq,
		.expires = p->expires,
		.abi = NB_ABI,
		.kernel = (uint32_t)p->kernel_major << 8 | p->kernel_minor,
		.needs_lsm = image->needs_lsm,
		.needs_cgroup = needs(image, NET_HOOK),
		.audit_only = p->audit_only,
	};

	if (strlen(p->name) >= sizeof m.policy)
		return error_set(err, EXIT_POLICY,
				 "the name of policy '%s' is longer than %zu bytes; shorten it",
				 p->name, sizeof m.policy - 1);
	strcpy(m.policy, p->name);
	if (policy_date(p, &m.created, err))
		return -1;
	*out = m;
	return 0;
}

/* Everything that goes into the bundle; objects are malloc'ed. */
struct parts {
	struct bundle_entry entries[LEVELS + NB_IMAGE_COUNT + PACK_ENTRIES_MAX];
	size_t n;
	struct specialised objects[LEVELS];
	size_t n_objects;
};

static void free_parts(struct parts *p)
{
	for (size_t i = 0; i < p->n_objects; i++)
		free(p->objects[i].object);
}

static struct bundle_entry *add_part(struct parts *parts, const uint8_t *at, size_t len)
{
	struct bundle_entry *e = &parts->entries[parts->n++];

	e->at = at;
	e->len = len;
	return e;
}

/* The levels from the lowest kernel on, and the highest that is not above it. */
static int add_objects(const struct image *image, uint32_t kernel, struct parts *parts,
		       struct error *err)
{
	const char *names[LEVELS];

	for (size_t i = 0; i < LEVELS; i++) {
		if (i + 1 < LEVELS && levels[i + 1].value <= kernel)
			continue;
		names[parts->n_objects] = levels[i].name;
		parts->objects[parts->n_objects++].level = levels[i].value;
	}
	if (specialise(image, parts->objects, parts->n_objects, err))
		return -1;
	for (size_t i = 0; i < parts->n_objects; i++) {
		struct bundle_entry *e =
			add_part(parts, parts->objects[i].object, parts->objects[i].len);

		snprintf(e->name, sizeof e->name, "bpf/netbpf-%s.bpf.o", names[i]);
	}
	return 0;
}

static void add_maps(const struct image *image, struct parts *parts)
{
	for (int i = 0; i < NB_IMAGE_COUNT; i++) {
		const struct blob *b = &image->maps[i];

		if (b->len)
			snprintf(add_part(parts, b->at, b->len)->name,
				 BUNDLE_MAX_NAME + 1, "maps/%s.img", map_files[i]);
	}
}

int image_pack(const struct image *image, const char *path, const struct secret_key *key,
	       struct error *err)
{
	__attribute__((cleanup(free_parts))) struct parts parts = {0};
	struct manifest manifest;

	if (fill_manifest(image, &manifest, err))
		return -1;
	if (add_objects(image, manifest.kernel, &parts, err))
		return -1;
	add_maps(image, &parts);
	parts.n += pack_sources(image->policy->sources, &parts.entries[parts.n]);
	return bundle_write(path, &manifest, parts.entries, parts.n, key, err);
}
