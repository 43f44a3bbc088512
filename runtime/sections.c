/* SPDX-License-Identifier: BSD-2-Clause */
/* libbpf lets its user say what a section means; its own way goes through all types of
 * the kernel once for each program. */
#include "runtime/sections.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "runtime/kernel_functions.h"
#include "runtime/shares.h"

static const struct {
	const char *section, *prefix;
	enum bpf_prog_type type;
	enum bpf_attach_type attach;
	u32 kind;
} kinds[] = {
	{"lsm/", "bpf_lsm_", BPF_PROG_TYPE_LSM, BPF_LSM_MAC, BTF_KIND_FUNC},
	{"tp_btf/", "btf_trace_", BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, BTF_KIND_TYPEDEF},
	{NB_SHARED_SECTION, NULL, BPF_PROG_TYPE_EXT, 0, 0},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static int give_number(struct bpf_program *program, struct bpf_prog_load_opts *opts,
		       long cookie)
{
	const struct kernel_types *types = (const void *)cookie;
	enum nb_hook hook = hook_find(bpf_program__name(program));
	int code = functions_number(program);

	if (code)
		return code;
	if (bpf_program__type(program) == BPF_PROG_TYPE_EXT) { /* loaded after who calls it */
		int caller = shares_caller(types->object, program, &opts->attach_btf_id);

		opts->attach_prog_fd = caller < 0 ? 0 : (u32)caller;
		return caller < 0 ? -ESRCH : 0;
	}
	if (hook == NB_HOOK_COUNT || !types->hooks[hook])
		return -ESRCH;
	opts->attach_btf_id = types->hooks[hook];
	return 0;
}

void sections_register(struct object *object)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .cookie = (long)object->types,
		    .prog_prepare_load_fn = give_number);
	char section[16];

	_Static_assert(KINDS == sizeof object->sections / sizeof *object->sections, "one each");
	for (size_t k = 0; k < KINDS; k++) {
		snprintf(section, sizeof section, "%.*s+", (int)strlen(kinds[k].section) - 1,
			 kinds[k].section);
		object->sections[k] = libbpf_register_prog_handler(
			section, kinds[k].type, kinds[k].attach, &opts);
	}
}

void sections_forget(struct object *object)
{
	for (size_t k = 0; k < KINDS; k++)
		if (object->sections[k] > 0)
			libbpf_unregister_prog_handler(object->sections[k]);
	memset(object->sections, 0, sizeof object->sections);
}

/* Which of kinds[] the program is, KINDS if none. */
static size_t kind_of(const struct bpf_program *program)
{
	const char *section = program ? bpf_program__section_name(program) : "";
	size_t k = 0;

	while (k < KINDS && strncmp(section, kinds[k].section, strlen(kinds[k].section)) != 0)
		k++;
	return k;
}

void sections_find(struct object *object)
{
	struct type_wanted wanted[NB_HOOK_COUNT];
	char names[NB_HOOK_COUNT][80];

	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		size_t k = kind_of(object->programs[i]);

		wanted[i] = (struct type_wanted){.name = "?"};
		if (k == KINDS || !kinds[k].prefix)
			continue;
		snprintf(names[i], sizeof names[i], "%s%s", kinds[k].prefix,
			 bpf_program__section_name(object->programs[i]) +
				 strlen(kinds[k].section));
		wanted[i] = (struct type_wanted){.name = names[i], .kinds = 1u << kinds[k].kind};
	}
	kernel_types_find(object->types, wanted, NB_HOOK_COUNT);
	object->types->object = object->bpf;
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++)
		object->types->hooks[i] = wanted[i].id;
}

int sections_check(const struct object *object, struct error *err)
{
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		size_t k = kind_of(object->programs[i]);

		if (object->skipped[i] || object->types->hooks[i] || k == KINDS || !kinds[k].prefix)
			continue;
		return error_set(err, EXIT_SYSTEM,
				 "this kernel has no hook %s, on which %s (%s) has to hang. Nothing "
				 "was installed. Use a kernel of the list in docs/limits.md.",
				 bpf_program__section_name(object->programs[i]),
				 hook_table[i].function, hook_table[i].text);
	}
	return 0;
}
