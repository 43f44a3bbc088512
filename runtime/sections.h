/* SPDX-License-Identifier: BSD-2-Clause */
/* What the sections of programs mean that hang on functions and tracepoints of the
 * kernel: their numbers there, found for all of them together. */
#pragma once
#include "runtime/object.h"

/* Before the object is opened, and after it is closed. */
void sections_register(struct object *);
void sections_forget(struct object *);
void sections_find(struct object *);
/* Refuses a program whose hook this kernel does not have. */
int sections_check(const struct object *, struct error *err);
