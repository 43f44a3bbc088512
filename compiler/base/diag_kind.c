/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diag.def → rows to look up. A name is an identifier of C there and has dashes
 * everywhere else, so a row is made when it is asked for.
 */
#include "compiler/base/diag_kind.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "compiler/base/spell.h"

#define DIAG(number, name, severity, title) \
	_Static_assert(sizeof #name <= DIAG_NAME_MAX + 1 && number < 10000, #name);
#include "compiler/base/diag.def"
#undef DIAG

static const struct {
	enum diag_code code;
	enum severity severity;
	const char *name, *title;
} rows[] = {
#define DIAG(number, name, severity, title) \
	{DIAG_##name, SEVERITY_##severity, #name, title},
#include "compiler/base/diag.def"
#undef DIAG
};

struct diag_kind diag_kind(size_t index)
{
	struct diag_kind kind = {.code = rows[index].code,
				 .severity = rows[index].severity,
				 .title = rows[index].title};

	for (size_t i = 0; rows[index].name[i]; i++)
		kind.name[i] = rows[index].name[i] == '_' ? '-' : rows[index].name[i];
	return kind;
}

size_t diag_index(enum diag_code code)
{
	switch (code) {
#define DIAG(number, name, severity, title) \
	case DIAG_##name:                   \
		return DIAG_INDEX_##name;
#include "compiler/base/diag.def"
#undef DIAG
	}
	return 0;
}

bool diag_kind_find(const char *word, struct diag_kind *out)
{
	for (size_t i = 0; i < DIAG_KINDS; i++) {
		struct diag_kind kind = diag_kind(i);
		char code[16];

		snprintf(code, sizeof code, "NB%04d", (int)kind.code);
		if (strcasecmp(word, code) && strcmp(word, kind.name))
			continue;
		*out = kind;
		return true;
	}
	return false;
}

bool diag_kind_nearest(const char *word, bool warnings, struct diag_kind *out)
{
	unsigned nearest = SPELL_FAR;

	for (size_t i = 0; i < DIAG_KINDS; i++) {
		struct diag_kind kind = diag_kind(i);
		unsigned far = spell_distance(word, kind.name);

		if (far >= nearest || (warnings && kind.severity != SEVERITY_WARNING))
			continue;
		nearest = far;
		*out = kind;
	}
	return nearest < SPELL_FAR;
}
