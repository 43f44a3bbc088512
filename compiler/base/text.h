/* SPDX-License-Identifier: BSD-2-Clause */
/* Which bytes a text may hold that people are to read and judge. */
#pragma once
#include "compiler/base/diag.h"

enum text_lines { TEXT_LF, TEXT_LF_OR_CRLF };

/* False when it reported a byte or character that no text of ours may hold. */
bool text_accepts(const struct source *, uint32_t source, enum text_lines, struct diags *);
