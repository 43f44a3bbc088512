/* SPDX-License-Identifier: BSD-2-Clause */
/* One pass to find where each type begins, one for all names that are asked for. */
#include "runtime/kernel_types.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "bundles/error.h"

#define KINDS 20
#define TYPES_MAX (1u << 22)

/* What follows a type of each kind: bytes, and bytes for each member. */
static const struct {
	uint8_t known, fixed, each;
} tails[KINDS] = {
	[BTF_KIND_INT] = {1, 4, 0},	   [BTF_KIND_PTR] = {1, 0, 0},
	[BTF_KIND_ARRAY] = {1, 12, 0},	   [BTF_KIND_STRUCT] = {1, 0, 12},
	[BTF_KIND_UNION] = {1, 0, 12},	   [BTF_KIND_ENUM] = {1, 0, 8},
	[BTF_KIND_FWD] = {1, 0, 0},	   [BTF_KIND_TYPEDEF] = {1, 0, 0},
	[BTF_KIND_VOLATILE] = {1, 0, 0},   [BTF_KIND_CONST] = {1, 0, 0},
	[BTF_KIND_RESTRICT] = {1, 0, 0},   [BTF_KIND_FUNC] = {1, 0, 0},
	[BTF_KIND_FUNC_PROTO] = {1, 0, 8}, [BTF_KIND_VAR] = {1, 4, 0},
	[BTF_KIND_DATASEC] = {1, 0, 12},   [BTF_KIND_FLOAT] = {1, 0, 0},
	[BTF_KIND_DECL_TAG] = {1, 4, 0},   [BTF_KIND_TYPE_TAG] = {1, 0, 0},
	[BTF_KIND_ENUM64] = {1, 0, 12},
};

/* The file says how long it is, so that nothing has to grow. */
static uint8_t *read_whole(int fd, size_t len)
{
	uint8_t *bytes CLEANUP_FREE = malloc(len);
	size_t used = 0;

	while (bytes && used < len) {
		ssize_t got = read(fd, bytes + used, len - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return NULL;
		used += (size_t)got;
	}
	return TAKE(bytes);
}

static bool find_parts(struct kernel_types *t, size_t len)
{
	const struct btf_header *head = (const void *)t->bytes;
	size_t types, strings;

	if (len < sizeof *head || head->magic != BTF_MAGIC || head->hdr_len > len)
		return false;
	types = (size_t)head->hdr_len + head->type_off;
	strings = (size_t)head->hdr_len + head->str_off;
	if (types > len || head->type_len > len - types || strings > len || !head->str_len ||
	    head->str_len > len - strings || t->bytes[strings + head->str_len - 1])
		return false;
	t->types = t->bytes + types;
	t->types_len = head->type_len;
	t->strings = (const char *)t->bytes + strings;
	t->strings_len = head->str_len;
	return true;
}

static bool find_types(struct kernel_types *t)
{
	size_t most = t->types_len / sizeof(struct btf_type) + 1;

	t->at = most < TYPES_MAX ? malloc(most * sizeof *t->at) : NULL;
	if (!t->at)
		return false;
	t->n = 1;
	for (size_t off = 0; off < t->types_len;) {
		const struct btf_type *type = (const void *)(t->types + off);
		u32 kind, more;

		if (t->types_len - off < sizeof *type)
			return false;
		kind = BTF_INFO_KIND(type->info);
		if (kind >= KINDS || !tails[kind].known)
			return false;
		t->at[t->n++] = (u32)off;
		more = tails[kind].fixed + tails[kind].each * BTF_INFO_VLEN(type->info);
		if (t->types_len - off - sizeof *type < more)
			return false;
		off += sizeof *type + more;
	}
	return true;
}

static bool parse(struct kernel_types *t)
{
	if (t->bytes && find_parts(t, t->len) && find_types(t))
		return true;
	kernel_types_free(t);
	return false;
}

bool kernel_types_parse(uint8_t *bytes, size_t len, struct kernel_types *out)
{
	*out = (struct kernel_types){.bytes = bytes, .len = len};
	return parse(out);
}

/* From 6.16 on the kernel's own copy can be looked at; it never changes. Others give it
 * by pages. */
bool kernel_types_read(struct kernel_types *out)
{
	int fd CLEANUP_FD = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *mapped;

	*out = (struct kernel_types){0};
	if (fd < 0 || fstat(fd, &st) || st.st_size <= 0 || st.st_size > 1 << 28)
		return false;
	out->len = (size_t)st.st_size;
	mapped = mmap(NULL, out->len, PROT_READ, MAP_PRIVATE, fd, 0);
	out->mapped = mapped != MAP_FAILED;
	out->bytes = out->mapped ? mapped : read_whole(fd, out->len);
	return parse(out);
}

void kernel_types_free(struct kernel_types *t)
{
	if (t->mapped)
		munmap((void *)(uintptr_t)t->bytes, t->len);
	else
		free((void *)(uintptr_t)t->bytes);
	free(t->at);
	*t = (struct kernel_types){0};
}

const struct btf_type *kernel_type(const struct kernel_types *t, u32 id)
{
	return id && id < t->n ? (const void *)(t->types + t->at[id]) : NULL;
}

const char *kernel_type_name(const struct kernel_types *t, u32 offset)
{
	return offset < t->strings_len ? t->strings + offset : "";
}

/* The first bytes of a name, at most four, in twelve bits: nearly all types are told from
 * all that is wanted by it. */
static u32 start_of(const char *name)
{
	u32 word = 0;

	if (*name && name[1] && name[2])
		memcpy(&word, name, sizeof word);
	else
		memcpy(&word, name, strlen(name));
	return word * 0x9e3779b1u >> 20;
}

bool kernel_types_each(const struct kernel_types *t, const struct type_wanted *wanted, size_t n,
		       type_found *found, void *arg)
{
	bool starts[4096] = {false};
	u32 kinds = 0;

	for (size_t w = 0; w < n; w++) {
		kinds |= wanted[w].kinds;
		starts[start_of(wanted[w].name)] = true;
	}
	for (u32 id = 1; kinds && id < t->n; id++) {
		const struct btf_type *type = (const void *)(t->types + t->at[id]);
		u32 bit = 1u << BTF_INFO_KIND(type->info);
		const char *name;

		if (!(kinds & bit))
			continue;
		name = kernel_type_name(t, type->name_off);
		if (!starts[start_of(name)])
			continue;
		for (size_t w = 0; w < n; w++)
			if (wanted[w].kinds & bit && !strcmp(name, wanted[w].name) &&
			    !found(arg, &wanted[w], id))
				return false;
	}
	return true;
}

struct finding {
	struct type_wanted *wanted;
	size_t left;
};

/* The array is the caller's to change, through wanted or through us. */
static bool note(void *arg, const struct type_wanted *wanted, u32 id)
{
	struct finding *f = arg;
	struct type_wanted *one = f->wanted + (wanted - f->wanted);

	if (one->id)
		return true;
	one->id = id;
	return --f->left > 0;
}

void kernel_types_find(const struct kernel_types *t, struct type_wanted *wanted, size_t n)
{
	struct finding f = {wanted, n};

	for (size_t w = 0; w < n; w++)
		wanted[w].id = 0;
	kernel_types_each(t, wanted, n, note, &f);
}
