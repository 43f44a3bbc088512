/* SPDX-License-Identifier: BSD-2-Clause */
/* hooks.def, absent.def, optional.def, images.def, ops.def and sockets.def as arrays. */
#include "runtime/hooks.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const struct hook_row hook_table[NB_HOOK_COUNT] = {
#define HOOK(name, fn, text, kind) [NB_HOOK_##name] = {#fn, text, HOOK_##kind},
#include "bpf-templates/hooks.def"
#undef HOOK
};

const char *const hook_absent[NB_HOOK_COUNT] = {
#define ABSENT(name, why) [NB_HOOK_##name] = why,
#include "bpf-templates/absent.def"
#undef ABSENT
};

const char *const hook_optional[NB_HOOK_COUNT] = {
#define OPTIONAL(name, what) [NB_HOOK_##name] = what,
#include "bpf-templates/optional.def"
#undef OPTIONAL
};

const struct image_row image_table[NB_IMAGE_COUNT] = {
#define IMAGE(name, map, file) [NB_IMAGE_##name] = {#map, "maps/" file ".img"},
#include "bpf-templates/images.def"
#undef IMAGE
};

const char *const op_words[NB_OP_COUNT] = {
#define OP(name, word, kind) [NB_OP_##name] = word,
#include "bpf-templates/ops.def"
#undef OP
};

enum { OP_IS_FILE = 1, OP_IS_NET = 0 };
const u32 ops_on_files = 0
#define OP(name, word, kind) | (u32)OP_IS_##kind << NB_OP_##name
#include "bpf-templates/ops.def"
#undef OP
	;

void socket_text(u32 family, u32 type, char out[SOCKET_TEXT])
{
	static const struct {
		u32 number;
		bool type;
		const char *word;
	} words[] = {
#define FAMILY(name, number) {number, false, #name},
#define TYPE(name, number) {number, true, #name},
#include "bpf-templates/sockets.def"
#undef FAMILY
#undef TYPE
	};
	char numbers[2][12];
	const char *text[2] = {numbers[0], numbers[1]};

	snprintf(numbers[0], sizeof *numbers, "%u", family);
	snprintf(numbers[1], sizeof *numbers, "%u", type);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].number == (words[i].type ? type : family))
			text[words[i].type] = words[i].word;
	snprintf(out, SOCKET_TEXT, "%s/%s", text[0], text[1]);
}

enum nb_hook hook_find(const char *function)
{
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++)
		if (!strcmp(hook_table[i].function, function))
			return (enum nb_hook)i;
	return NB_HOOK_COUNT;
}
