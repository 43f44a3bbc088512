/* SPDX-License-Identifier: BSD-2-Clause */
/* How diagnostics are shown: the options -W, --color and --json. */
#pragma once
#include <stdio.h>
#include "bundles/error.h"
#include "compiler/base/diag.h"

struct options;

enum report_form { REPORT_PLAIN, REPORT_COLOURED, REPORT_SARIF };

/* Tells diags what the options make of warnings; 0, or -1 with *err. */
int report_prepare(const struct options *, struct diags *, enum report_form *,
		   struct error *err);
void report_print(const struct diags *, enum report_form);

/* The warnings by name, for --help. */
void report_warnings(FILE *);

/* One run in SARIF 2.1.0, from sarif.c. */
void sarif_print(const struct diags *, FILE *);
