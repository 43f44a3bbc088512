/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kinds of sockets: a family, a family and a type, or `raw`, which is what everybody
 * calls the raw sockets of IPv4 and IPv6 (netlink's are of that type too).
 */
#include <string.h>
#include <sys/socket.h>
#include "compiler/base/spell.h"
#include "compiler/check/check.h"

static const struct word {
	const char *text;
	uint16_t number;
	bool type;
} words[] = {
#define FAMILY(name, number) {#name, number, false},
#define TYPE(name, number) {#name, number, true},
#include "bpf-templates/sockets.def"
#undef FAMILY
#undef TYPE
};

enum { WORDS_COUNT = sizeof words / sizeof *words };

static const struct word *find(const char *text, size_t len, bool type)
{
	for (size_t i = 0; i < WORDS_COUNT; i++)
		if (words[i].type == type && strlen(words[i].text) == len &&
		    !memcmp(words[i].text, text, len))
			return &words[i];
	return NULL;
}

const char *socket_word(uint16_t number, bool type)
{
	for (size_t i = 0; i < WORDS_COUNT; i++)
		if (words[i].type == type && words[i].number == number)
			return words[i].text;
	return NULL;
}

const char *socket_text(struct arena *arena, const struct socket_kind *kind)
{
	const char *family = socket_word(kind->family, false);
	const char *type = socket_word(kind->type, true);

	if (!family)
		family = arena_printf(arena, "%u", kind->family);
	return arena_printf(arena, "%s%s%s", family, type ? "/" : "", type ? type : "");
}

bool socket_parse(const char *text, struct socket_kind *out)
{
	size_t len = strcspn(text, "/");
	const struct word *family = find(text, len, false), *type = NULL;
	uint64_t number = 0;
	const char *end;

	if (text[len] && !(type = find(text + len + 1, strlen(text + len + 1), true)))
		return false;
	if (!family) { /* a family that has no name here */
		end = number_read(text, UINT16_MAX, &number);
		if (end != text + len || !len)
			return false;
	}
	out->family = family ? family->number : (uint16_t)number;
	out->type = type ? (uint8_t)type->number : 0;
	return true;
}

static void refuse(struct check *c, const struct ast_item *item)
{
	const char *best = NULL;
	unsigned least = SPELL_FAR;

	diag_report(c->diags, item->span, DIAG_bad_socket,
		    "expected a kind of sockets, saw '%s'", item->text);
	for (size_t i = 0; i < WORDS_COUNT; i++) {
		unsigned steps = spell_distance(item->text, words[i].text);

		if (!words[i].type && steps < least) {
			least = steps;
			best = words[i].text;
		}
	}
	if (best)
		diag_help(c->diags, "did you mean '%s'?", best);
	else
		diag_help(c->diags, "write a family, packet, with a type inet/stream, or raw");
}

bool sockets_read(struct check *c, const struct ast_list *list, struct rule *rule)
{
	VEC(struct socket_kind) kinds = {0};
	bool good = true;

	for (size_t i = 0; i < list->items.n; i++) {
		const struct ast_item *item = &list->items.at[i];
		struct socket_kind kind = {.span = item->span};

		if (item->kind == ITEM_NAME && !strcmp(item->text, "raw")) {
			kind.type = SOCK_RAW;
			kind.family = AF_INET;
			VEC_PUSH(c->arena, &kinds, kind);
			kind.family = AF_INET6;
			VEC_PUSH(c->arena, &kinds, kind);
		} else if ((item->kind == ITEM_NAME || item->kind == ITEM_LITERAL) &&
			   socket_parse(item->text, &kind)) {
			VEC_PUSH(c->arena, &kinds, kind);
		} else {
			refuse(c, item);
			good = false;
		}
	}
	rule->sockets = kinds.at;
	rule->n_sockets = (uint32_t)kinds.n;
	return good;
}
