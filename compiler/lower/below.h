/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * States and edges of files → for each state, what entries the names directly below it
 * may have: the lists of struct nb_item in the ROWS image (abi.h). Equal lists are one,
 * and entries of several rules that mean the same are one item, so that it grows with
 * the kinds of rules and hardly with their number.
 */
#pragma once
#include "compiler/lower/lower.h"

/* When subjects have numbers: sets `below` of all states in the PATHS image, which is
 * written by then. */
void below_build(struct lowering *);
/* The sections. */
void below_write(struct lowering *);
