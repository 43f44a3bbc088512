/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * argv → struct options, by the tables commands.def and options.def. Options may
 * stand anywhere; "--" ends them. Values are only stored, commands read them.
 */
#include <string.h>
#include "compiler/driver/options.h"
#include "compiler/driver/report.h"

static const struct command commands[] = {
#define COMMAND(name, function, usage, letters, text) \
	{#name, function, usage, letters, text},
#include "compiler/driver/commands.def"
#undef COMMAND
};
#define COMMANDS (sizeof commands / sizeof *commands)

static const struct option_row {
	const char *name;
	char letter;
	const char *value;
	bool brief;
	const char *text;
} table[OPTION_COUNT] = {
#define OPTION(name, letter, value, brief, text) {#name, letter, value, brief, text},
#include "compiler/driver/options.def"
#undef OPTION
};

#define SEE_HELP "; 'netbpfc --help' lists what there is"

static int by_name(const char *word, size_t len)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (strlen(table[i].name) == len && !memcmp(table[i].name, word, len))
			return i;
	return -1;
}

static const char *dashes(const struct option_row *row)
{
	return row->name[0] >= 'A' && row->name[0] <= 'Z' ? "-" : "--";
}

static int by_letter(char letter)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (table[i].brief && table[i].letter == letter)
			return i;
	return -1;
}

static int store(struct options *o, int which, const char *value, struct error *err)
{
	struct values *v = &o->values[which];
	size_t most = which == OPTION_pub    ? OPTION_KEYS
		      : which == OPTION_warn ? OPTION_REPEATS
					     : 1;

	if (!value)
		return error_set(err, EXIT_USAGE, "option %s%s needs a value: %s%s %s",
				 dashes(&table[which]), table[which].name,
				 dashes(&table[which]), table[which].name,
				 table[which].value);
	if (v->n == most && most == 1)
		return error_set(err, EXIT_USAGE, "option %s%s is given more than once",
				 dashes(&table[which]), table[which].name);
	if (v->n == most)
		return error_set(err, EXIT_USAGE, "option %s%s is given more than %zu times",
				 dashes(&table[which]), table[which].name, most);
	v->at[v->n++] = value;
	return 0;
}

/* One option word at argv[*at], with its value there or in the next word. */
static int take(struct options *o, int argc, char **argv, int *at, struct error *err)
{
	const char *word = argv[*at], *value = NULL;
	int which;

	if (word[1] == '-' || by_name(word + 1, strcspn(word + 1, "=")) >= 0) {
		const char *name = word[1] == '-' ? word + 2 : word + 1;
		size_t len = strcspn(name, "=");

		which = by_name(name, len);
		if (which >= 0 && strlen(dashes(&table[which])) != (size_t)(name - word))
			which = -1;
		if (name[len] == '=')
			value = name + len + 1;
	} else {
		which = by_letter(word[1]);
		if (word[2])
			value = word + 2;
	}
	if (which < 0 || (value && !table[which].value))
		return error_set(err, EXIT_USAGE, "unknown option '%s'" SEE_HELP, word);
	if (!table[which].value)
		value = "";
	else if (!value && *at + 1 < argc &&
		 (argv[*at + 1][0] != '-' || !argv[*at + 1][1]))
		value = argv[++*at];
	return store(o, which, value, err);
}

/* The command named by the first operand, which is then no operand; else compile. */
static void find_command(struct options *o)
{
	o->command = &commands[0];
	for (size_t i = 0; o->n_words && i < COMMANDS; i++)
		if (!strcmp(o->words[0], commands[i].name)) {
			o->command = &commands[i];
			o->words++;
			o->n_words--;
			return;
		}
}

int options_parse(int argc, char **argv, struct options *out, struct error *err)
{
	struct options o = {.words = argv};
	bool ended = false;

	for (int i = 1; i < argc; i++) {
		if (!ended && !strcmp(argv[i], "--"))
			ended = true;
		else if (ended || argv[i][0] != '-' || !argv[i][1])
			argv[o.n_words++] = argv[i];
		else if (take(&o, argc, argv, &i, err))
			return -1;
	}
	find_command(&o);
	for (int i = 0; i < OPTION_COUNT; i++)
		if (o.values[i].n && i != OPTION_help && i != OPTION_version &&
		    !strchr(o.command->letters, table[i].letter))
			return error_set(err, EXIT_USAGE,
					 "'%s' does not take %s%s" SEE_HELP,
					 o.command->name, dashes(&table[i]),
					 table[i].name);
	*out = o;
	return 0;
}

const char *option_value(const struct options *o, enum option which)
{
	const struct values *v = &o->values[which];

	return v->n ? v->at[v->n - 1] : NULL;
}

bool option_given(const struct options *o, enum option which)
{
	return o->values[which].n > 0;
}

int options_want(const struct options *o, size_t n, struct error *err)
{
	if (o->n_words == n)
		return 0;
	if (o->n_words > n && o->command == commands)
		return error_set(err, EXIT_USAGE,
				 "'%s' is one word too many: one policy is compiled at a "
				 "time, and '%s' is no command" SEE_HELP,
				 o->words[n], o->words[0]);
	if (o->n_words > n)
		return error_set(err, EXIT_USAGE,
				 "'%s' is one word too many for '%s'" SEE_HELP,
				 o->words[n], o->command->name);
	return error_set(err, EXIT_USAGE, "a word is missing: netbpfc %s%s%s",
			 o->command == commands ? "" : o->command->name,
			 o->command == commands ? "" : " ", o->command->usage);
}

static void print_command(const struct command *c, FILE *out)
{
	fprintf(out, "  netbpfc %s%s%s\n\t%s\n", c == commands ? "" : c->name,
		c == commands ? "" : " ", c->usage, c->text);
}

void options_usage(const struct options *o, FILE *out)
{
	bool all = o->command == commands;

	fprintf(out, "usage:\n");
	for (size_t i = 0; i < COMMANDS; i++)
		if (all || o->command == &commands[i])
			print_command(&commands[i], out);
	fprintf(out, "\noptions:\n");
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &table[i];
		char form[64];

		if (!all && i != OPTION_help && !strchr(o->command->letters, row->letter))
			continue;
		snprintf(form, sizeof form, "%s%s%s%s", dashes(row), row->name, row->value ? " " : "",
			 row->value ? row->value : "");
		fprintf(out, row->brief ? "  -%c, " : "      ", row->letter);
		fprintf(out, "%-18s %s\n", form, row->text);
	}
	if (all || strchr(o->command->letters, 'W'))
		report_warnings(out);
	fprintf(out,
		"\nexit status: 0 well, 1 the policy is wrong, 2 usage, 3 files or system, "
		"4 verification refused\n");
}
