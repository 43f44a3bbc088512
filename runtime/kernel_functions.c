/* SPDX-License-Identifier: BSD-2-Clause */
/* The linker makes libbpf ask here for the kernel's types (--wrap, Makefile.am). */
#include "runtime/kernel_functions.h"
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bundles/error.h"

#define FUNCTIONS_MAX 32

struct btf *__real_btf__load_vmlinux_btf(void);
struct btf *__wrap_btf__load_vmlinux_btf(void);

/* libbpf hands nothing on to those it asks, so this is the process's. */
static struct {
	const struct btf *types; /* of the object; NULL: libbpf shall read the kernel's */
	bool given;
	struct type_wanted functions[FUNCTIONS_MAX]; /* the kernel's numbers */
	u32 numbers[FUNCTIONS_MAX];		     /* the object's, of the same */
	size_t n;
} now;

struct btf *__wrap_btf__load_vmlinux_btf(void)
{
	const void *bytes;
	u32 size;

	if (!now.types)
		return __real_btf__load_vmlinux_btf();
	now.given = true;
	bytes = btf__raw_data(now.types, &size);
	return btf__new(bytes, size);
}

/* Functions that are neither static nor the templates' own: libbpf has already called
 * those that are declared only global. false: there is something that only libbpf knows
 * how to find. */
static bool list(const struct btf *types)
{
	for (u32 id = 1; id < btf__type_cnt(types); id++) {
		const struct btf_type *type = btf__type_by_id(types, id);
		const char *name = btf__name_by_offset(types, type->name_off);

		if (btf_is_var(type) && btf_var(type)->linkage == BTF_VAR_GLOBAL_EXTERN)
			return false;
		if (!btf_is_func(type) || btf_vlen(type) == BTF_FUNC_STATIC ||
		    !strncmp(name, "nb_", 3))
			continue;
		if (now.n == FUNCTIONS_MAX)
			return false;
		now.numbers[now.n] = id;
		now.functions[now.n++] =
			(struct type_wanted){.name = name, .kinds = 1u << BTF_KIND_FUNC};
	}
	return true;
}

void functions_begin(const struct bpf_object *object, const struct kernel_types *kernel,
		     bool passed_by)
{
	const struct btf *types = bpf_object__btf(object);

	functions_end();
	if (passed_by || !types || !kernel->n || !list(types))
		return;
	kernel_types_find(kernel, now.functions, now.n);
	for (size_t i = 0; i < now.n; i++)
		if (!now.functions[i].id)
			return;
	now.types = types;
}

void functions_end(void)
{
	memset(&now, 0, sizeof now);
}

static bool is_call(const struct bpf_insn *at)
{
	return at->code == (BPF_JMP | BPF_CALL) && at->src_reg == BPF_PSEUDO_KFUNC_CALL;
}

int functions_number(struct bpf_program *program)
{
	size_t n = bpf_program__insn_cnt(program);
	struct bpf_insn *to CLEANUP_FREE = NULL;

	if (!now.given)
		return 0;
	to = malloc(n * sizeof *to);
	if (!to)
		return -ENOMEM;
	memcpy(to, bpf_program__insns(program), n * sizeof *to);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		if (!is_call(&to[i]))
			continue;
		while (k < now.n && now.numbers[k] != (u32)to[i].imm)
			k++;
		if (k == now.n)
			return -ESRCH;
		to[i].imm = (s32)now.functions[k].id;
	}
	return bpf_program__set_insns(program, to, n);
}
