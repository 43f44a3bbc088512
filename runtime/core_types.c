/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is copied of a structure is what offsets depend on: its members, their sizes and
 * the structures that lie inside of it. All pointers are one pointer to nothing, since
 * no offset reaches through one. Numbers of types are others than the kernel's but for
 * the one type whose number programs use, NB_CAST_TYPE: the gap before it is filled.
 */
#include "runtime/core_types.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bundles/error.h"

#define NESTING 32
#define GAP_MAX 4096 /* filling a wider one costs more than it saves */
#define NAMES_MAX 512

#define AGGREGATES (1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION)
#define ENUMS (1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64)
#define ALIASES                                                                \
	(1u << BTF_KIND_TYPEDEF | 1u << BTF_KIND_CONST | 1u << BTF_KIND_VOLATILE | \
	 1u << BTF_KIND_RESTRICT | 1u << BTF_KIND_TYPE_TAG)

struct copying {
	const struct kernel_types *from;
	struct btf *to;
	int *made; /* numbers in `to` by those of the kernel, 0 = not yet */
	u32 keep;  /* the type that has to keep its number */
	int pointer;
};

static int copy(struct copying *c, u32 id, unsigned depth);

static int copy_enum(struct copying *c, const struct btf_type *type, const char *name)
{
	bool wide = btf_is_enum64(type), is_signed = btf_kflag(type);
	int made = wide ? btf__add_enum64(c->to, name, type->size, is_signed)
			: btf__add_enum(c->to, name, type->size);

	for (u32 i = 0; made > 0 && i < btf_vlen(type); i++) {
		int code;

		if (wide) {
			const struct btf_enum64 *value = &btf_enum64(type)[i];

			code = btf__add_enum64_value(c->to,
						     kernel_type_name(c->from, value->name_off),
						     btf_enum64_value(value));
		} else {
			const struct btf_enum *value = &btf_enum(type)[i];

			code = btf__add_enum_value(c->to,
						   kernel_type_name(c->from, value->name_off),
						   is_signed ? value->val : (int64_t)(uint32_t)value->val);
		}
		if (code)
			return -1;
	}
	return made;
}

/* What lies inside is there before, so that a structure's members follow it at once. */
static int copy_members(struct copying *c, u32 id, const struct btf_type *type,
			const char *name, unsigned depth)
{
	const struct btf_member *members = btf_members(type);
	int made;

	for (u32 i = 0; i < btf_vlen(type); i++)
		if (copy(c, members[i].type, depth) < 0)
			return -1;
	while (id == c->keep && btf__type_cnt(c->to) < id)
		if (btf__add_const(c->to, 0) < 0)
			return -1;
	made = btf_is_struct(type) ? btf__add_struct(c->to, name, type->size)
				   : btf__add_union(c->to, name, type->size);
	if (made < 0 || (id == c->keep && made != (int)id))
		return -1;
	for (u32 i = 0; i < btf_vlen(type); i++)
		if (btf__add_field(c->to, kernel_type_name(c->from, members[i].name_off),
				   copy(c, members[i].type, depth),
				   btf_member_bit_offset(type, i),
				   btf_member_bitfield_size(type, i)))
			return -1;
	return made;
}

static int make(struct copying *c, u32 id, const struct btf_type *type, unsigned depth)
{
	const char *name = kernel_type_name(c->from, type->name_off);
	int element, index;

	switch (btf_kind(type)) {
	case BTF_KIND_INT:
		return btf__add_int(c->to, name, type->size, btf_int_encoding(type));
	case BTF_KIND_FLOAT:
		return btf__add_float(c->to, name, type->size);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return copy_enum(c, type, name);
	case BTF_KIND_FWD:
		return btf__add_fwd(c->to, name, btf_kflag(type) ? BTF_FWD_UNION : BTF_FWD_STRUCT);
	case BTF_KIND_PTR:
		if (!c->pointer)
			c->pointer = btf__add_ptr(c->to, 0);
		return c->pointer;
	case BTF_KIND_ARRAY:
		element = copy(c, btf_array(type)->type, depth);
		index = copy(c, btf_array(type)->index_type, depth);
		return element < 0 || index < 0
			       ? -1
			       : btf__add_array(c->to, index, element, btf_array(type)->nelems);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return copy_members(c, id, type, name, depth);
	default: /* nothing that lies inside of a structure */
		return -1;
	}
}

/* The number of the kernel's type `id` in the copy; negative: it cannot be copied. */
static int copy(struct copying *c, u32 id, unsigned depth)
{
	const struct btf_type *type = kernel_type(c->from, id);

	while (type && 1u << btf_kind(type) & ALIASES && depth < NESTING) {
		id = type->type;
		type = kernel_type(c->from, id);
		depth++;
	}
	if (!id)
		return 0;
	if (!type || depth >= NESTING)
		return -1;
	if (!c->made[id])
		c->made[id] = make(c, id, type, depth + 1);
	return c->made[id];
}

/* Names of the object's own types as the kernel has them: without what follows ___. */
static size_t names_of(const struct btf *object, struct type_wanted *wanted, char (*names)[64])
{
	size_t n = 0;

	for (u32 id = 1; id < btf__type_cnt(object); id++) {
		const struct btf_type *type = btf__type_by_id(object, id);
		const char *name = btf__name_by_offset(object, type->name_off);
		const char *end = name ? strstr(name, "___") : NULL;
		u32 bit = 1u << btf_kind(type);

		if (!(bit & (AGGREGATES | ENUMS)) || !name || !*name)
			continue;
		if (n == NAMES_MAX)
			return 0;
		snprintf(names[n], sizeof names[n], "%.*s",
			 end ? (int)(end - name) : (int)strlen(name), name);
		wanted[n] = (struct type_wanted){.name = names[n],
						 .kinds = bit & ENUMS ? ENUMS : bit};
		n++;
	}
	return n;
}

/* All of a name: where there are several, it is for libbpf to choose or refuse. */
static bool copy_found(void *arg, const struct type_wanted *wanted, u32 id)
{
	(void)wanted;
	return copy(arg, id, 0) > 0;
}

static u32 kept(const struct kernel_types *types)
{
	struct type_wanted one = {.name = NB_CAST_TYPE_TEXT, .kinds = AGGREGATES};
	struct kernel_types first = *types;

	if (first.n > GAP_MAX + 1)
		first.n = GAP_MAX + 1;
	kernel_types_find(&first, &one, 1);
	return one.id;
}

bool core_types_short(const struct kernel_types *types)
{
	return kept(types) != 0;
}

static struct btf *reduce(const struct kernel_types *types, const struct btf *object)
{
	struct type_wanted *wanted CLEANUP_FREE = calloc(NAMES_MAX, sizeof *wanted);
	char(*names)[64] CLEANUP_FREE = calloc(NAMES_MAX, sizeof *names);
	int *made CLEANUP_FREE = calloc(types->n, sizeof *made);
	struct copying c = {.from = types, .made = made, .keep = kept(types)};
	size_t n = wanted && names ? names_of(object, wanted, names) : 0;

	c.to = n && made && c.keep ? btf__new_empty() : NULL;
	if (c.to && copy(&c, c.keep, 0) > 0 && kernel_types_each(types, wanted, n, copy_found, &c))
		return c.to;
	btf__free(c.to);
	return NULL;
}

bool core_types_write(const struct kernel_types *types, const struct btf *object, int fd)
{
	struct btf *few = reduce(types, object);
	const uint8_t *bytes = types->bytes;
	size_t len = types->len;
	bool written;
	u32 size;

	if (few) {
		bytes = btf__raw_data(few, &size);
		len = size;
	}
	written = bytes && write(fd, bytes, len) == (ssize_t)len;
	btf__free(few);
	return written;
}
