/* SPDX-License-Identifier: BSD-2-Clause */
/* What makes each file hook run: see provoke.h. */
#pragma once
#include <stddef.h>
#include "runtime/hooks.h"

struct file_step {
	enum nb_hook hook;
	int (*go)(int dir); /* errno of what was tried */
};
extern const struct file_step file_steps[];
extern const size_t n_file_steps;
