/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line, taken apart: one command, its options, its operands. What a
 * command does not take is refused here, so that commands see only their own.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "bundles/error.h"

enum option {
#define OPTION(name, letter, value, brief, text) OPTION_##name,
#include "compiler/driver/options.def"
#undef OPTION
	OPTION_COUNT
};

enum {
	OPTION_KEYS = 16,    /* that may have signed */
	OPTION_REPEATS = 64, /* of any option */
};

struct values {
	const char *at[OPTION_REPEATS];
	size_t n;
};

struct command;

struct options {
	const struct command *command;
	struct values values[OPTION_COUNT];
	char **words; /* operands, the command's name left out */
	size_t n_words;
};

/* Runs the command; 0, or -1 with *err set. EXIT_POLICY with an empty text means
 * that diagnostics have said it all. */
struct command {
	const char *name;
	int (*run)(const struct options *, struct error *);
	const char *usage, *letters, *text;
};

#define COMMAND(name, function, usage, letters, text) \
	int function(const struct options *, struct error *);
#include "compiler/driver/commands.def"
#undef COMMAND

/* Reorders argv. 0, or -1 with *err. */
int options_parse(int argc, char **argv, struct options *, struct error *err);
/* The last value given, or NULL. */
const char *option_value(const struct options *, enum option);
bool option_given(const struct options *, enum option);
/* Refuses any number of operands but n. */
int options_want(const struct options *, size_t n, struct error *err);
/* Of one command, or of all when it is compile and was not named. */
void options_usage(const struct options *, FILE *);
