/* SPDX-License-Identifier: BSD-2-Clause */
/* The META image: what people need to read a rule number, as text (abi.h). */
#include <inttypes.h>
#include "compiler/lower/lower.h"

/* Tabs and line ends separate; the checker let no other control character by. */
static void field(struct byte_list *out, const char *text)
{
	size_t n = strlen(text), from = out->bytes.n;
	uint8_t *at;

	if (out->bytes.cap < from + n)
		out->bytes.at = arena_grow(out->arena, out->bytes.at, from, &out->bytes.cap,
					   from + n, 1);
	at = out->bytes.at + from;
	for (size_t i = 0; i < n; i++)
		at[i] = (uint8_t)text[i] < 0x20 || text[i] == 0x7f ? '?' : (uint8_t)text[i];
	out->bytes.n += n;
}

static void number(struct byte_list *out, uint32_t n)
{
	char text[11], *at = text + sizeof(text) - 1;

	*at = '\0';
	do
		*--at = (char)('0' + n % 10);
	while (n /= 10);
	field(out, at);
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
	const char *source = NULL; /* that of most rules is the one of the rule before */
	uint32_t number_of = 0;

	field(&out, "netbpf-meta 1");
	separator(&out, '\n');
	line(&out, l->arena, "policy", policy->name);
	line(&out, l->arena, "seq", arena_printf(l->arena, "%" PRIu64, policy->seq));
	line(&out, l->arena, "mode", policy->audit_only ? "audit" : "enforce");
	for (uint32_t r = 0; r < policy->n_rules; r++) {
		const struct rule *rule = &policy->rules[r];

		field(&out, "rule");
		separator(&out, '\t');
		number(&out, rule->number);
		separator(&out, '\t');
		field(&out, rule->name ? rule->name : "-");
		separator(&out, '\t');
		/* from the main policy's folder: the same bytes wherever that is */
		if (!source || rule->span.source != number_of)
			source = source_relative(policy->sources, number_of = rule->span.source);
		field(&out, source);
		separator(&out, '\t');
		number(&out, rule->line);
		separator(&out, '\t');
		field(&out, rule->text);
		separator(&out, '\n');
	}
	l->image->maps[NB_IMAGE_META] = bytes_blob(&out);
}
