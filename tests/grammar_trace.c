/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which productions of parse.y the policies named make use of: a line for each, with
 * its line there, how often it was reduced in policies that parse, and in others.
 * The parser is compiled once more, with bison's trace, which is counted, not shown.
 */
#define NBP_DEBUG 1
#define YYFPRINTF count_reduction
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int count_reduction(FILE *, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wshadow"
#include "grammar/parse.c"
#pragma GCC diagnostic pop
#include "grammar/grammar.h"

/* of the policy that is being parsed; of those that parse, of the others */
static unsigned now[YYNRULES], good[YYNRULES], wrong[YYNRULES];

static int count_reduction(FILE *out, const char *format, ...)
{
	va_list values;
	int rule;

	(void)out;
	if (strncmp(format, "Reducing stack by rule %d ", 26))
		return 0;
	va_start(values, format);
	rule = va_arg(values, int);
	va_end(values);
	if (rule > 0 && rule < YYNRULES)
		now[rule]++;
	return 0;
}

static char *read_all(const char *path, size_t *len)
{
	static char text[1 << 20];
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		return NULL;
	}
	*len = fread(text, 1, sizeof text - 1, file);
	text[*len] = '\0';
	fclose(file);
	return text;
}

static int parse(const char *path)
{
	struct arena *a = arena_new();
	struct sources sources = {.arena = a};
	struct diags *diags = diags_new(a, &sources);
	struct source s = {.name = path};
	unsigned *to;

	s.text = read_all(path, &s.len);
	if (!s.text)
		return -1;
	VEC_PUSH(a, &sources.list, s);
	memset(now, 0, sizeof now);
	to = grammar_parse(a, &sources, 0, diags) ? good : wrong;
	for (int i = 0; i < YYNRULES; i++)
		to[i] += now[i];
	arena_free(a);
	return 0;
}

int main(int argc, char **argv)
{
	nbp_debug = 1;
	for (int i = 1; i < argc; i++)
		if (parse(argv[i]))
			return 3;
	for (int i = 1; i < YYNRULES; i++)
		printf("%d %u %u\n", yyrline[i + 1], good[i], wrong[i]);
	return 0;
}
