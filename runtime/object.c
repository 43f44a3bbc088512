/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens and loads the object of a bundle. What does not fit together (a program
 * this loader does not know, an image without its map) is refused here: half a
 * policy in the kernel would look like a whole one.
 */
#include "runtime/object.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "runtime/core_types.h"
#include "runtime/kernel_functions.h"
#include "runtime/log.h"
#include "runtime/maps.h"
#include "runtime/sections.h"
#include "runtime/stats.h"

static const struct level {
	u32 kernel;
	const char *text;
} levels[] = {
#define LEVEL(number, name, major, minor) {number, name},
	NB_LEVELS(LEVEL)
#undef LEVEL
};

static const struct bundle_entry *choose(const struct bundle *bundle, u32 kernel,
					 const char **level)
{
	const struct bundle_entry *best = NULL;
	char name[64];

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		const struct bundle_entry *entry;

		snprintf(name, sizeof name, "bpf/netbpf-%s.bpf.o", levels[i].text);
		entry = bundle_find(bundle, name);
		if (!entry || levels[i].kernel > kernel)
			continue;
		best = entry;
		*level = levels[i].text;
	}
	return best;
}

static int load_error(struct error *err, const char *what, int code)
{
	char tail[560];

	log_tail(tail, sizeof tail);
	return error_set(err, EXIT_SYSTEM,
			 "%s: %s. Nothing was installed. libbpf says:\n%s", what,
			 strerror(code), tail[0] ? tail : "(nothing)");
}

static bool type_fits(enum bpf_prog_type type, enum nb_hook hook)
{
	switch (hook_table[hook].kind) {
	case HOOK_FILE:
	case HOOK_LSM:
	case HOOK_SCAN:
		return type == BPF_PROG_TYPE_LSM;
	case HOOK_EXE:
		return type == BPF_PROG_TYPE_TRACING;
	case HOOK_SHARED:
		return type == BPF_PROG_TYPE_EXT;
	case HOOK_PACKET:
		return type == BPF_PROG_TYPE_CGROUP_SKB;
	case HOOK_NET:
		break;
	}
	return type == (hook == NB_HOOK_SOCKET ? BPF_PROG_TYPE_CGROUP_SOCK
					       : BPF_PROG_TYPE_CGROUP_SOCK_ADDR);
}

static int find_programs(struct object *object, struct error *err)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object->bpf)
	{
		const char *name = bpf_program__name(program);
		enum nb_hook hook = hook_find(name);

		if (hook == NB_HOOK_COUNT)
			return error_set(
				err, EXIT_REFUSED,
				"the bundle has a program '%s' that this netbpf-load does "
				"not know. Use a netbpf-load of the same release as the "
				"netbpfc that made the bundle.",
				name);
		if (!type_fits(bpf_program__type(program), hook))
			return error_set(
				err, EXIT_REFUSED,
				"the program '%s' of the bundle is not of the type that "
				"its hook takes.",
				name);
		object->programs[hook] = program;
	}
	return 0;
}

static struct bpf_map *image_map(const struct object *object, const struct image_row *row)
{
	char name[64];

	snprintf(name, sizeof name, NB_IMAGE_SECTION "%s", row->map);
	return bpf_object__find_map_by_name(object->bpf, name);
}

/* Every image the programs read is in the bundle, and the other way round. META
 * is for people: no program reads it. */
static int match_images(const struct object *object, const struct bundle *bundle,
			struct error *err)
{
	/* a policy without rules has no programs, and nothing to read */
	if (!bpf_object__next_program(object->bpf, NULL))
		return 0;
	for (unsigned i = 0; i < NB_IMAGE_COUNT; i++) {
		const struct image_row *row = &image_table[i];
		bool bytes = bundle_find(bundle, row->entry) != NULL;
		struct bpf_map *map = image_map(object, row);

		if (i == NB_IMAGE_META && bytes)
			continue;
		if (bytes != (map != NULL))
			return error_set(
				err, EXIT_REFUSED,
				"the bundle has %s %s but %s map %s to read it. The "
				"bundle was not made by netbpfc.",
				bytes ? "the image" : "no image", row->entry,
				bytes ? "no" : "a", row->map);
		if (map &&
		    (bpf_map__type(map) != BPF_MAP_TYPE_ARRAY ||
		     bpf_map__key_size(map) != 4 || bpf_map__max_entries(map) != 1 ||
		     bpf_map__map_flags(map) != BPF_F_MMAPABLE))
			return error_set(
				err, EXIT_REFUSED,
				"the map %s of the bundle is not an array of one value "
				"that can be mapped.",
				row->map);
	}
	return 0;
}

/* The numbers at the head of ROWS speak of the sizes of all images. */
static int check_sizes(const struct bundle *bundle, struct error *err)
{
	const struct bundle_entry *entry =
		bundle_find(bundle, image_table[NB_IMAGE_ROWS].entry);
	struct nb_params params;
	size_t want[NB_IMAGE_COUNT] = {0};

	if (!entry || entry->len < sizeof params)
		return error_set(err, EXIT_REFUSED, "the image maps/rows.img is %s.",
				 entry ? "too short" : "missing");
	memcpy(&params, entry->at, sizeof params);
	want[NB_IMAGE_ROWS] = params.rows_bytes;
	want[NB_IMAGE_PATHS] = params.paths_bytes;
	want[NB_IMAGE_NET4] = params.net4_bytes;
	want[NB_IMAGE_NET6] = params.net6_bytes;
	for (unsigned i = 0; i < NB_IMAGE_COUNT; i++) {
		entry = bundle_find(bundle, image_table[i].entry);
		if (i != NB_IMAGE_META && (entry ? entry->len : 0) != want[i])
			return error_set(err, EXIT_REFUSED,
					 "%s has %zu bytes and its parameters say %zu.",
					 image_table[i].entry, entry ? entry->len : 0,
					 want[i]);
	}
	return 0;
}

int object_open(const struct bundle *bundle, u32 kernel, struct kernel_types *types,
		struct object *out, struct error *err)
{
	struct object CLEANUP_OBJECT object = {.bpf = NULL, .types = types};
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "netbpf");
	const struct bundle_entry *entry = choose(bundle, kernel, &object.level);
	char path[64];

	object.core_types = -1;
	memset(object.images, -1, sizeof object.images);
	if (!entry)
		return error_set(
			err, EXIT_SYSTEM,
			"the bundle has no object for this kernel (Linux %u.%u; the oldest "
			"that NetBPF knows is 5.10). Boot a newer kernel, or lower `kernel` "
			"in the policy.",
			kernel >> 8, kernel & 255);
	if (check_sizes(bundle, err))
		return -1;
	log_start();
	sections_register(&object);
	if (core_types_short(types))
		object.core_types = memfd_create("types", MFD_CLOEXEC);
	if (object.core_types >= 0) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", object.core_types);
		opts.btf_custom_path = path;
	}
	object.bpf = bpf_object__open_mem(entry->at, entry->len, &opts);
	if (!object.bpf)
		return load_error(err, "cannot open the object of the bundle", errno);
	if (find_programs(&object, err) || match_images(&object, bundle, err))
		return -1;
	sections_find(&object);
	*out = object;
	object = (struct object){.core_types = -1};
	return 0;
}

bool object_has_kind(const struct object *object, enum hook_kind kind)
{
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++)
		if (object->programs[i] && !object->skipped[i] &&
		    hook_table[i].kind == kind)
			return true;
	return false;
}

static void skip(struct object *object, unsigned hook)
{
	bpf_program__set_autoload(object->programs[hook], false);
	object->skipped[hook] = true;
}

void object_skip_optional(struct object *object, FILE *out)
{
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		if (!object->programs[i] || object->skipped[i] || !hook_optional[i])
			continue;
		skip(object, i);
		fprintf(out, "left out: %s (%s); without the BPF LSM %s\n",
			hook_table[i].function, hook_table[i].text, hook_optional[i]);
	}
}

void object_skip_lsm(struct object *object)
{
	static const char *const storage[] = {"nb_labels", "nb_scratch"};

	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		if (object->programs[i] && hook_is_lsm(hook_table[i].kind))
			skip(object, i);
	}
	/* Kernels built without the BPF LSM may lack these types of map. */
	for (unsigned i = 0; i < sizeof storage / sizeof *storage; i++) {
		struct bpf_map *map =
			bpf_object__find_map_by_name(object->bpf, storage[i]);

		if (map && libbpf_probe_bpf_map_type(bpf_map__type(map), NULL) != 1)
			bpf_map__set_autocreate(map, false);
	}
}

void object_skip_absent(struct object *object, FILE *out)
{
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		struct bpf_program *program = object->programs[i];

		if (!program || object->skipped[i] || !hook_absent[i] || object->types->hooks[i])
			continue;
		skip(object, i);
		fprintf(out, "left out: %s (%s), because %s\n", hook_table[i].function,
			hook_table[i].text, hook_absent[i]);
	}
}

static int make_images(struct object *object, const struct bundle *bundle,
		       struct error *err)
{
	for (unsigned i = 0; i < NB_IMAGE_COUNT; i++) {
		const struct image_row *row = &image_table[i];
		const struct bundle_entry *entry = bundle_find(bundle, row->entry);
		struct bpf_map *map = image_map(object, row);
		int code;

		if (!entry)
			continue;
		object->images[i] =
			image_map_create(row->map, entry->at, entry->len, err);
		if (object->images[i] < 0)
			return -1;
		code = map ? bpf_map__reuse_fd(map, object->images[i]) : 0;
		if (code)
			return load_error(err, "cannot use a filled image map", -code);
	}
	return 0;
}

int object_load(struct object *object, const struct bundle *bundle, struct error *err)
{
	int code;

	if (sections_check(object, err))
		return -1;
	stats_maps_begin();
	code = make_images(object, bundle, err);
	stats_maps_end();
	if (code)
		return -1;
	if (object->core_types >= 0 && bpf_object__btf(object->bpf) &&
	    !core_types_write(object->types, bpf_object__btf(object->bpf), object->core_types))
		return error_set(err, EXIT_SYSTEM,
				 "cannot keep the kernel's types in memory: %s. Nothing was "
				 "installed.",
				 strerror(errno));
	log_start();
	/* without a file of types libbpf takes offsets from those that it has read as well */
	functions_begin(object->bpf, object->types,
			object->core_types < 0 || object_has_kind(object, HOOK_NET) ||
				object_has_kind(object, HOOK_PACKET));
	code = bpf_object__load(object->bpf);
	functions_end();
	if (code)
		return load_error(err, "the kernel refuses the programs", -code);
	return 0;
}

int object_map(const struct object *object, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object->bpf, name);

	return map && bpf_map__autocreate(map) ? bpf_map__fd(map) : -1;
}

/*
 * libbpf maps the eight bytes of an image's variable into our memory, and unmaps as many as
 * the array has that stands there when the object is closed: one of eight, or it would
 * unmap what is ours. False: there is none to be had.
 */
static bool give_back(const struct object *object)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);

	for (unsigned i = 0; i < NB_IMAGE_COUNT; i++) {
		struct bpf_map *map = object->bpf ? image_map(object, &image_table[i]) : NULL;
		int fd CLEANUP_FD = -1;

		if (!map || object->images[i] < 0)
			continue;
		fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "nb_none", 4, NB_IMAGE_VARIABLE, 1, &opts);
		if (fd < 0 || bpf_map__reuse_fd(map, fd))
			return false;
	}
	return true;
}

void object_close(struct object *object)
{
	if (give_back(object)) /* else it is left to the end of the process */
		bpf_object__close(object->bpf);
	sections_forget(object);
	cleanup_fd(&object->core_types);
	if (object->bpf)
		for (unsigned i = 0; i < NB_IMAGE_COUNT; i++)
			if (object->images[i] >= 0)
				close(object->images[i]);
	object->bpf = NULL;
}
