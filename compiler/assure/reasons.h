/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of an explanation that say why one rule matches one request. */
#pragma once
#include <stdio.h>
#include "compiler/assure/evaluate.h"

/* "connect to 192.0.2.1 tcp/80"; without a line end. */
void request_print(const struct request *, FILE *);
/* Indented lines: the object that the rule names, then its subject, fact by fact. */
void reasons_print(const struct policy *, const struct rule *, const struct request *,
		   FILE *);
