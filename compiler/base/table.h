/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of any bytes → pointers; keys are not copied and must stay as they are. */
#pragma once
#include "compiler/base/arena.h"

struct table;

struct table *table_new(struct arena *);
void *table_get(const struct table *, const void *key, size_t len); /* or NULL */
/* Where the key's value stands, NULL at first. Valid until the next table_at. */
void **table_at(struct table *, const void *key, size_t len);
