/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's types as the loader reads and shortens them: of a kernel made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "runtime/core_types.h"

/* struct pt_regs behind `gap` types that nobody asks for. */
static struct btf *kernel(int gap)
{
	struct btf *b = btf__new_empty();
	int number = btf__add_int(b, "int", 4, BTF_INT_SIGNED), other, self, word;

	btf__add_func(b, "bpf_lsm_file_open", BTF_FUNC_GLOBAL, btf__add_func_proto(b, number));
	for (int i = 0; i < gap; i++)
		btf__add_ptr(b, number);
	btf__add_struct(b, "pt_regs", 8);
	btf__add_field(b, "tv_sec", number, 0, 0);
	btf__add_field(b, "tv_nsec", number, 32, 0);
	word = btf__add_typedef(b, "word", number);
	btf__add_struct(b, "inner", 8);
	btf__add_field(b, "few", number, 0, 3);
	btf__add_field(b, "more", number, 3, 5);
	btf__add_field(b, "next", word, 32, 0);
	other = btf__add_struct(b, "unasked", 4);
	btf__add_field(b, "x", number, 0, 0);
	self = btf__add_ptr(b, other);
	btf__add_struct(b, "outer", 8);
	btf__add_field(b, "self", self, 0, 0);
	return b;
}

static void add_outer(struct btf *b)
{
	int inner = btf__find_by_name_kind(b, "inner", BTF_KIND_STRUCT);
	int number = btf__find_by_name_kind(b, "int", BTF_KIND_INT);
	int list = btf__add_const(b, btf__add_array(b, number, inner, 3));

	btf__add_struct(b, "holder", 28);
	btf__add_field(b, "first", number, 0, 0);
	btf__add_field(b, "list", list, 32, 0);
	btf__add_enum(b, "colour", 4);
	btf__add_enum_value(b, "RED", -7);
}

static bool read_kernel(const struct btf *b, size_t len, struct kernel_types *out)
{
	uint32_t size;
	const void *bytes = btf__raw_data(b, &size);
	uint8_t *copy = malloc(size);

	memcpy(copy, bytes, size);
	return kernel_types_parse(copy, len < size ? len : size, out);
}

static void finds_names(void **state)
{
	struct type_wanted wanted[] = {
		{.name = "bpf_lsm_file_open", .kinds = 1u << BTF_KIND_FUNC},
		{.name = "bpf_lsm_file_open", .kinds = 1u << BTF_KIND_TYPEDEF},
		{.name = "word", .kinds = 1u << BTF_KIND_TYPEDEF},
		{.name = "bpf_lsm_file_opens", .kinds = 1u << BTF_KIND_FUNC}};
	struct btf *b = kernel(3);
	struct kernel_types types;

	(void)state;
	assert_true(read_kernel(b, SIZE_MAX, &types));
	assert_int_equal(types.n, btf__type_cnt(b));
	kernel_types_find(&types, wanted, 4);
	assert_int_equal(wanted[0].id, btf__find_by_name_kind(b, "bpf_lsm_file_open", BTF_KIND_FUNC));
	assert_int_equal(wanted[1].id, 0);
	assert_int_equal(wanted[2].id, btf__find_by_name_kind(b, "word", BTF_KIND_TYPEDEF));
	assert_int_equal(wanted[3].id, 0);
	kernel_types_free(&types);
	btf__free(b);
}

/* A description that ends anywhere is none. */
static void refuses_what_is_cut(void **state)
{
	struct btf *b = kernel(3);
	struct kernel_types types;
	uint32_t size;

	(void)state;
	btf__raw_data(b, &size);
	for (size_t len = 0; len < size; len++)
		assert_false(read_kernel(b, len, &types));
	btf__free(b);
}

/* The last type says that it has more members than there is room for. */
static void refuses_too_many_members(void **state)
{
	struct btf *b = kernel(3);
	struct kernel_types good, types;
	struct btf_type *last;
	uint8_t *copy;

	(void)state;
	assert_true(read_kernel(b, SIZE_MAX, &good));
	copy = malloc(good.len);
	memcpy(copy, good.bytes, good.len);
	last = (void *)(copy + (good.types - good.bytes) + good.at[good.n - 1]);
	last->info = BTF_KIND_STRUCT << 24 | 2;
	assert_false(kernel_types_parse(copy, good.len, &types));
	kernel_types_free(&good);
	btf__free(b);
}

/* What the object asks for, with and without ___, and nothing else by name. */
static struct btf *shorten(const struct kernel_types *types, size_t *len)
{
	struct btf *object = btf__new_empty(), *few;
	int fd = memfd_create("test", 0);
	char path[64];

	btf__add_struct(object, "holder___old", 4);
	btf__add_struct(object, "outer", 4);
	btf__add_enum(object, "colour", 4);
	assert_true(core_types_write(types, object, fd));
	*len = (size_t)lseek(fd, 0, SEEK_END);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	few = btf__parse(path, NULL);
	assert_non_null(few);
	close(fd);
	btf__free(object);
	return few;
}

static void keeps_what_offsets_depend_on(void **state)
{
	struct btf *b = kernel(40), *few;
	const struct btf_type *type;
	struct kernel_types types;
	size_t len;

	(void)state;
	add_outer(b);
	assert_true(read_kernel(b, SIZE_MAX, &types));
	assert_true(core_types_short(&types));
	few = shorten(&types, &len);
	assert_int_equal(btf__find_by_name_kind(few, "pt_regs", BTF_KIND_STRUCT),
			 btf__find_by_name_kind(b, "pt_regs", BTF_KIND_STRUCT));
	assert_true(btf__find_by_name_kind(few, "unasked", BTF_KIND_STRUCT) < 0);
	type = btf__type_by_id(few, (uint32_t)btf__find_by_name_kind(few, "holder", BTF_KIND_STRUCT));
	assert_int_equal(type->size, 28);
	assert_int_equal(btf_member_bit_offset(type, 1), 32);
	type = btf__type_by_id(few, btf_members(type)[1].type);
	assert_true(btf_is_array(type) && btf_array(type)->nelems == 3);
	type = btf__type_by_id(few, btf_array(type)->type);
	assert_string_equal(btf__name_by_offset(few, type->name_off), "inner");
	assert_int_equal(btf_member_bit_offset(type, 1), 3);
	assert_int_equal(btf_member_bitfield_size(type, 1), 5);
	type = btf__type_by_id(few, btf_members(type)[2].type);
	assert_true(btf_is_int(type));
	type = btf__type_by_id(few, (uint32_t)btf__find_by_name_kind(few, "colour", BTF_KIND_ENUM));
	assert_int_equal(btf_enum(type)[0].val, -7);
	btf__free(few);
	kernel_types_free(&types);
	btf__free(b);
}

/* Too far behind to keep its number cheaply: the whole description. */
static void gives_all_where_it_is_no_shorter(void **state)
{
	struct btf *b = kernel(5000), *few;
	struct kernel_types types;
	size_t len;

	(void)state;
	assert_true(read_kernel(b, SIZE_MAX, &types));
	assert_false(core_types_short(&types));
	few = shorten(&types, &len);
	assert_int_equal(len, types.len);
	btf__free(few);
	kernel_types_free(&types);
	btf__free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_names),
		cmocka_unit_test(refuses_what_is_cut),
		cmocka_unit_test(refuses_too_many_members),
		cmocka_unit_test(keeps_what_offsets_depend_on),
		cmocka_unit_test(gives_all_where_it_is_no_shorter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
