/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netbpfc: argv → a command of commands.def → an exit code. Errors end here, in
 * one line on stderr; a result that could not be written is an error too.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "bpf-templates/abi.h"
#include "compiler/base/quote.h"
#include "compiler/driver/options.h"

/* With 0, 1 or 2 closed, the next file opened would take its place, and messages
 * would land in it. What replaces them fails when it is used. */
static int open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd < 0 || close(fd) ? -1 : 0;
}

static int run(int argc, char **argv, struct error *err)
{
	struct options o;

	if (options_parse(argc, argv, &o, err))
		return -1;
	if (option_given(&o, OPTION_help)) {
		options_usage(&o, stdout);
		return 0;
	}
	if (option_given(&o, OPTION_version)) {
		printf("netbpfc " PACKAGE_VERSION ", abi %d, kernel levels", NB_ABI);
#define LEVEL(value, text, major, minor) printf(" " text);
		NB_LEVELS(LEVEL)
#undef LEVEL
		printf("\n");
		return 0;
	}
	if (argc == 1)
		return error_set(err, EXIT_USAGE,
				 "what should be compiled? netbpfc POLICY -o "
				 "BUNDLE; 'netbpfc --help' lists the other commands");
	return o.command->run(&o, err);
}

static void print_error(const struct error *err)
{
	if (!*err->text)
		return;
	fprintf(stderr, "netbpfc: ");
	quote_text(stderr, err->text, strlen(err->text));
	fprintf(stderr, "\n");
}

int main(int argc, char **argv)
{
	struct error err = {.code = EXIT_OK};

	signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write that fails */
	if (open_standard())
		return EXIT_SYSTEM;
	if (run(argc, argv, &err))
		print_error(&err);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr,
			"netbpfc: cannot write to standard output: %s; the result is not "
			"complete\n",
			strerror(errno));
		return EXIT_SYSTEM;
	}
	return err.code;
}
