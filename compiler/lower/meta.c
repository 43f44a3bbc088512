/* SPDX-License-Identifier: BSD-2-Clause */
/* The META image: what people need to read a rule number, as text (abi.h). */
#include <inttypes.h>
#include "compiler/lower/lower.h"

/* Tabs and line ends separate; the checker let no other control character by. */
static void field(struct byte_list *out, const char *text)
{
	for (; *text; text++) {
		uint8_t byte = (uint8_t)*text < 0x20 || *text == 0x7f ? '?' : (uint8_t)*text;

		VEC_PUSH(out->arena, &out->bytes, byte);
	}
}

static void separator(struct byte_list *out, char c)
{
	VEC_PUSH(out->arena, &out->bytes, (uint8_t)c);
}

static void line(struct byte_list *out, struct arena *arena, const char *key, const char *value)
{
	field(out, arena_printf(arena, "%s", key));
	separator(out, '\t');
	field(out, value);
	separator(out, '\n');
}

void lower_meta(struct lowering *l)
{
	const struct policy *policy = l->policy;
	struct byte_list out = { .arena = l->arena };

	field(&out, "netbpf-meta 1");
	separator(&out, '\n');
	line(&out, l->arena, "policy", policy->name);
	line(&out, l->arena, "seq", arena_printf(l->arena, "%" PRIu64, policy->seq));
	line(&out, l->arena, "mode", policy->audit_only ? "audit" : "enforce");
	for (uint32_t r = 0; r < policy->n_rules; r++) {
		const struct rule *rule = &policy->rules[r];
		const char *fields[] = {
			"rule",
			arena_printf(l->arena, "%u", rule->number),
			rule->name ? rule->name : "-",
			/* from the main policy's folder: the same bytes wherever that is */
			source_relative(policy->sources, rule->span.source),
			arena_printf(l->arena, "%u", rule->line),
			rule->text,
		};

		for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
			if (i)
				separator(&out, '\t');
			field(&out, fields[i]);
		}
		separator(&out, '\n');
	}
	l->image->maps[NB_IMAGE_META] = bytes_blob(&out);
}
