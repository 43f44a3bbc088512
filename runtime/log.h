/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libbpf and the verifier say is kept, not printed: it matters only when
 * something fails, and then its end does.
 */
#pragma once
#include <stddef.h>

void log_start(void); /* from here on libbpf writes into the buffer; empties it */

/* The last whole lines that fit, control characters but newlines replaced. */
void log_tail(char *out, size_t cap);
