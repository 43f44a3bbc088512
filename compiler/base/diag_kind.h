/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of diagnostics as data, in the order of diag.def: what -W, explain,
 * --help and SARIF speak of. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "compiler/base/diag.h"

enum {
#define DIAG(number, name, severity, title) DIAG_INDEX_##name,
#include "compiler/base/diag.def"
#undef DIAG
	DIAG_KINDS,
	DIAG_NAME_MAX = 31,
};

struct diag_kind {
	enum diag_code code;
	enum severity severity;
	const char *title;
	char name[DIAG_NAME_MAX + 1]; /* as people write it: unknown-name */
};

struct diag_kind diag_kind(size_t index);
size_t diag_index(enum diag_code);

/* By NB0402, in any case, or by name; false and *out as it was if there is none. */
bool diag_kind_find(const char *word, struct diag_kind *out);
/* The name that `word` may have been meant to be, of warnings only or of all. */
bool diag_kind_nearest(const char *word, bool warnings, struct diag_kind *out);
