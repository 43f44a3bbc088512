/* SPDX-License-Identifier: BSD-2-Clause */
/* What race.c and race_exec.c share. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>

/* A process that becomes one program after the other, with a thread that opens beside. */
struct chain {
	_Atomic unsigned long execs, opens, beside, unknown, wrong;
	_Atomic bool over;
};

extern struct chain *chain;

/* 1: denied, 0: opened, -1: not there just now. */
int verdict(int rc);
/* Makes the process and what is shared with it; before there are threads. */
int chain_start(void);
/* In that process, as one of the programs: argv is its name, "chain", a descriptor. */
int chain_link(char **argv);
