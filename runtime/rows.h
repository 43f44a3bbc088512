/* SPDX-License-Identifier: BSD-2-Clause */
/* Which rules of the ROWS image are lost, or partly so, without the BPF LSM. */
#pragma once
#include <stdio.h>
#include "bpf-templates/abi.h"
#include "runtime/meta.h"

/* The head of the image; false when it is too short. */
bool rows_params(const uint8_t *rows, size_t len, struct nb_params *out);

/* A line for each, from META: number, name, place, text. */
void rows_print_lsm_rules(const uint8_t *rows, size_t len, const struct meta *,
			  const char *indent, FILE *out);
