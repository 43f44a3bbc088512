/* SPDX-License-Identifier: BSD-2-Clause */
/* Which program has which function is asked of the kernel: it knows what it took. */
#include "runtime/shares.h"
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define FUNCTIONS_MAX 256

static bool has_function(int program, u32 function)
{
	struct bpf_func_info functions[FUNCTIONS_MAX];
	struct bpf_prog_info info = {.nr_func_info = FUNCTIONS_MAX,
				     .func_info_rec_size = sizeof *functions,
				     .func_info = (uintptr_t)functions};
	uint32_t size = sizeof info;

	if (program < 0 || bpf_obj_get_info_by_fd(program, &info, &size) ||
	    info.func_info_rec_size != sizeof *functions)
		return false;
	for (u32 i = 0; i < info.nr_func_info && i < FUNCTIONS_MAX; i++)
		if (functions[i].type_id == function)
			return true;
	return false;
}

/* The number, among those types, of the function whose place the hook takes: nb_walk_shared
 * stands for nb_walk. 0: none. */
static u32 function_of(const struct btf *types, unsigned of)
{
	const char *by = hook_table[of].function, *end = strstr(by, "_shared");
	char name[SHARE_NAME];
	int id = -1;

	if (types && hook_table[of].kind == HOOK_SHARED && end) {
		snprintf(name, sizeof name, "%.*s", (int)(end - by), by);
		id = btf__find_by_name_kind(types, name, BTF_KIND_FUNC);
	}
	return id < 0 ? 0 : (u32)id;
}

bool shares_calls(int program, const struct btf *types, unsigned of)
{
	u32 function = function_of(types, of);

	return function && has_function(program, function);
}

void shares_name(unsigned of, unsigned by, char *out, size_t size)
{
	snprintf(out, size, "share_%s_%s", hook_table[of].function, hook_table[by].function);
}

int shares_caller(struct bpf_object *object, const struct bpf_program *shared, u32 *function)
{
	enum nb_hook of = hook_find(bpf_program__name(shared));
	u32 id = of == NB_HOOK_COUNT ? 0 : function_of(bpf_object__btf(object), of);
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		int fd = bpf_program__fd(program);

		if (program == shared || !id || !has_function(fd, id))
			continue;
		*function = id;
		return fd;
	}
	return -1;
}

static int put(struct shares *shares, const struct object *object, unsigned of, unsigned by,
	       u32 function, struct error *err)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .target_btf_id = function);
	int link = bpf_link_create(bpf_program__fd(object->programs[of]),
				   bpf_program__fd(object->programs[by]), 0, &opts);

	if (link < 0)
		return error_set(err, EXIT_SYSTEM,
				 "the kernel refuses to put %s (%s) into %s: %s. Nothing was "
				 "attached.",
				 hook_table[of].function, hook_table[of].text,
				 hook_table[by].function, strerror(errno));
	shares->at[shares->n++] = (struct share){.of = (u8)of, .by = (u8)by, .link = link};
	return 0;
}

static bool is_loaded(const struct object *object, unsigned hook)
{
	return object->programs[hook] && !object->skipped[hook];
}

int shares_put(struct shares *shares, const struct object *object, struct error *err)
{
	for (unsigned of = 0; of < NB_HOOK_COUNT; of++) {
		u32 function;

		if (!is_loaded(object, of) || hook_table[of].kind != HOOK_SHARED)
			continue;
		function = function_of(bpf_object__btf(object->bpf), of);
		for (unsigned by = 0; by < NB_HOOK_COUNT; by++)
			if (by != of && is_loaded(object, by) && shares->n < SHARES_MAX &&
			    has_function(bpf_program__fd(object->programs[by]), function) &&
			    put(shares, object, of, by, function, err))
				return -1;
	}
	return 0;
}

void shares_take(struct shares *shares, unsigned by)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < shares->n; i++) {
		if (by == NB_HOOK_COUNT || shares->at[i].by == by)
			close(shares->at[i].link);
		else
			shares->at[kept++] = shares->at[i];
	}
	shares->n = kept;
}
