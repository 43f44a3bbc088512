/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netbpf-load: the command line. A table of commands and a table of options;
 * the help text and the checks are made from them. The only place that prints
 * errors and chooses the exit code.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "runtime/escape.h"
#include "runtime/options.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unversioned"
#endif

enum option_bit {
	OPTION_PUB = 1 << 0,
	OPTION_CGROUP = 1 << 1,
	OPTION_PIN = 1 << 2,
	OPTION_AUDIT_ONLY_FILES = 1 << 3,
	OPTION_JSON = 1 << 4,
	OPTION_FOLLOW = 1 << 5,
	OPTION_COUNT = 1 << 6,
	OPTION_VERIFIER_STATS = 1 << 7,
	OPTION_PARTIAL_SCAN = 1 << 8,
};

static const struct option_row {
	enum option_bit bit;
	const char *name, *letter, *value, *text;
} option_rows[] = {
	{OPTION_PUB, "--pub", NULL, "FILE", "public key (default " DEFAULT_PUB ")"},
	{OPTION_CGROUP, "--cgroup", NULL, "DIR",
	 "where network rules hold (default: the root of cgroup v2)"},
	{OPTION_PIN, "--pin", NULL, "DIR", "folder on bpffs (default " DEFAULT_PIN ")"},
	{OPTION_AUDIT_ONLY_FILES, "--audit-only-files", NULL, NULL,
	 "without the BPF LSM: install the network rules only"},
	{OPTION_VERIFIER_STATS, "--print-verifier-stats", NULL, NULL,
	 "print what each program cost the kernel's verifier"},
	{OPTION_PARTIAL_SCAN, "--partial-scan", NULL, NULL,
	 "install though not all hard links could be found"},
	{OPTION_JSON, "--json", NULL, NULL, "print JSON"},
	{OPTION_FOLLOW, "--follow", "-f", NULL, "wait for more events"},
	{OPTION_COUNT, "--count", NULL, "N", "stop after N events"},
};

static const struct command {
	const char *name;
	int (*run)(const struct options *, FILE *, struct error *);
	bool takes_bundle;
	unsigned options;
	const char *text;
} commands[] = {
	{"verify", command_verify, true, OPTION_PUB,
	 "check a bundle's signature and hashes, say what is in it"},
	{"install", command_install, true,
	 OPTION_PUB | OPTION_CGROUP | OPTION_PIN | OPTION_AUDIT_ONLY_FILES |
		 OPTION_VERIFIER_STATS | OPTION_PARTIAL_SCAN,
	 "verify, load, prove, pin; then detach what was there before"},
	{"status", command_status, false, OPTION_PIN | OPTION_JSON,
	 "what is installed, hook by hook"},
	{"uninstall", command_uninstall, false, OPTION_PIN,
	 "detach and remove everything"},
	{"events", command_events, false,
	 OPTION_PIN | OPTION_JSON | OPTION_FOLLOW | OPTION_COUNT,
	 "print denials and audits"},
};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static void print_help(FILE *out)
{
	fputs("usage: netbpf-load COMMAND [BUNDLE] [OPTION...]\n\ncommands\n", out);
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		fprintf(out, "  %-10s %-7s %s\n", commands[i].name,
			commands[i].takes_bundle ? "BUNDLE" : "", commands[i].text);
	fputs("\noptions\n", out);
	for (size_t i = 0; i < COUNT_OF(option_rows); i++) {
		const struct option_row *row = &option_rows[i];
		char left[32];

		snprintf(left, sizeof left, "%s%s%s%s%s", row->letter ? row->letter : "",
			 row->letter ? ", " : "", row->name, row->value ? " " : "",
			 row->value ? row->value : "");
		fprintf(out, "  %-23s %s\n", left, row->text);
	}
	fputs("  --help, --version\n\nexit codes: 0 well, 2 usage, 3 files or the "
	      "system, 4 the bundle is refused\n",
	      out);
}

static int parse_count(const char *text, uint64_t *out, struct error *err)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || value == 0)
		return error_set(err, EXIT_USAGE,
				 "--count wants a number from 1, saw '%s'.", text);
	*out = value;
	return 0;
}

static int set_option(struct options *options, enum option_bit bit, const char *value,
		      struct error *err)
{
	switch (bit) {
	case OPTION_PUB:
		options->pub = value;
		return 0;
	case OPTION_CGROUP:
		options->cgroup = value;
		return 0;
	case OPTION_PIN:
		options->pin = value;
		return 0;
	case OPTION_AUDIT_ONLY_FILES:
		options->audit_only_files = true;
		return 0;
	case OPTION_VERIFIER_STATS:
		options->print_verifier_stats = true;
		return 0;
	case OPTION_PARTIAL_SCAN:
		options->partial_scan = true;
		return 0;
	case OPTION_JSON:
		options->json = true;
		return 0;
	case OPTION_FOLLOW:
		options->follow = true;
		return 0;
	case OPTION_COUNT:
		return parse_count(value, &options->count, err);
	}
	return 0;
}

static const struct option_row *find_option(const char *word, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(option_rows); i++) {
		const struct option_row *row = &option_rows[i];
		if ((strlen(row->name) == len && !memcmp(row->name, word, len)) ||
		    (row->letter && strlen(row->letter) == len &&
		     !memcmp(row->letter, word, len)))
			return row;
	}
	return NULL;
}

/* One word that starts with '-': --name, --name=value, or --name value. */
static int parse_option(const struct command *command, char **words, int n, int *at,
			struct options *options, struct error *err)
{
	const char *word = words[*at], *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_row *row = find_option(word, len);
	const char *value = NULL;

	if (!row)
		return error_set(err, EXIT_USAGE,
				 "unknown option '%s'. See netbpf-load --help.", word);
	if (!(command->options & row->bit))
		return error_set(err, EXIT_USAGE,
				 "%s does not take %s. See netbpf-load --help.",
				 command->name, row->name);
	if (row->value && equals)
		value = equals + 1;
	else if (row->value && *at + 1 < n)
		value = words[++*at];
	if (row->value && (!value || !*value))
		return error_set(err, EXIT_USAGE, "%s wants a value: %s %s.", row->name,
				 row->name, row->value);
	if (!row->value && equals)
		return error_set(err, EXIT_USAGE, "%s takes no value.", row->name);
	return set_option(options, row->bit, value, err);
}

static int parse_words(const struct command *command, char **words, int n,
		       struct options *options, struct error *err)
{
	bool only_names = false;

	for (int i = 0; i < n; i++) {
		if (!only_names && !strcmp(words[i], "--")) {
			only_names = true;
		} else if (!only_names && words[i][0] == '-' && words[i][1]) {
			if (parse_option(command, words, n, &i, options, err))
				return -1;
		} else if (!command->takes_bundle || options->bundle) {
			return error_set(
				err, EXIT_USAGE,
				"%s takes %s, saw also '%s'. See netbpf-load --help.",
				command->name,
				command->takes_bundle ? "one bundle" : "no file",
				words[i]);
		} else {
			options->bundle = words[i];
		}
	}
	if (command->takes_bundle && !options->bundle)
		return error_set(err, EXIT_USAGE,
				 "%s wants a bundle: netbpf-load %s BUNDLE, or - for "
				 "standard input.",
				 command->name, command->name);
	return 0;
}

static int fail(const struct error *err)
{
	fputs("netbpf-load: ", stderr);
	escape_lines(stderr, err->text, strlen(err->text));
	fputc('\n', stderr);
	return err->code;
}

int main(int argc, char **argv)
{
	struct options options = {.pub = DEFAULT_PUB, .pin = DEFAULT_PIN};
	const struct command *command = NULL;
	struct error err = {.code = EXIT_SYSTEM, .text = "failed without a reason"};
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "--version")) {
		puts("netbpf-load " PACKAGE_VERSION);
		return fflush(stdout) ? EXIT_SYSTEM : EXIT_OK;
	}
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			print_help(stdout);
			return fflush(stdout) ? EXIT_SYSTEM : EXIT_OK;
		}
	}
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		if (!strcmp(name, commands[i].name))
			command = &commands[i];
	if (!command) {
		error_set(
			&err, EXIT_USAGE,
			*name ? "unknown command '%s': expected verify, install, status, "
				"uninstall or events. See netbpf-load --help."
			      : "no command%s. See netbpf-load --help.",
			name);
		return fail(&err);
	}
	if (parse_words(command, argv + 2, argc - 2, &options, &err))
		return fail(&err);
	if (command->run(&options, stdout, &err)) {
		fflush(stdout);
		return fail(&err);
	}
	if (fflush(stdout) || ferror(stdout)) {
		error_set(&err, EXIT_SYSTEM, "cannot write to standard output: %s.",
			  strerror(errno));
		return fail(&err);
	}
	return EXIT_OK;
}
