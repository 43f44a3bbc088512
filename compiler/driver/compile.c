/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netbpfc POLICY: what can be known to fail is tried first, the key and the
 * output's place, so that nobody waits for a compilation that cannot be kept.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "bundles/write.h"
#include "compiler/assure/ways.h"
#include "compiler/ast/ast.h"
#include "compiler/driver/depfile.h"
#include "compiler/driver/options.h"
#include "compiler/driver/pipeline.h"

static const struct {
	const char *name;
	enum form form;
} forms[] = {{"ast", FORM_AST}, {"policy", FORM_POLICY}, {"image", FORM_IMAGE}};

static int dump(const struct options *o, const char *name, struct error *err)
{
	CLEANUP_COMPILATION struct compilation c = {.options = o};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (strcmp(name, forms[i].name))
			continue;
		if (compilation_run(&c, o->words[0], forms[i].form, err))
			return -1;
		if (forms[i].form == FORM_AST)
			ast_dump(c.ast, stdout);
		else if (forms[i].form == FORM_POLICY)
			policy_dump(c.policy, stdout);
		else
			image_dump(c.image, stdout);
		return 0;
	}
	return error_set(err, EXIT_USAGE, "--dump takes ast, policy or image, not '%s'",
			 name);
}

static bool same_file(const char *a, const char *b)
{
	struct stat sa, sb;

	return !stat(a, &sa) && !stat(b, &sb) && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}

/* The folder of the file at path, malloc'ed. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static int check_output(const char *output, const char *input, const char *key,
			struct error *err)
{
	CLEANUP_FREE char *folder = folder_of(output);
	struct stat st;

	if (!folder)
		return error_set(err, EXIT_SYSTEM, "out of memory");
	if (!*output)
		return error_set(err, EXIT_USAGE, "-o needs the name of a file, not ''");
	if (same_file(output, input) || (key && same_file(output, key)))
		return error_set(err, EXIT_USAGE,
				 "the output '%s' is also the %s; name another file with -o",
				 output,
				 same_file(output, input) ? "policy" : "secret key");
	if (!stat(output, &st) && !S_ISREG(st.st_mode))
		return error_set(err, EXIT_SYSTEM,
				 "cannot write '%s': it is a %s; name a file with -o",
				 output,
				 S_ISDIR(st.st_mode) ? "directory" : "device or pipe");
	if (stat(folder, &st))
		return error_set(err, EXIT_SYSTEM,
				 "cannot write '%s': the folder '%s' cannot be "
				 "reached (%s); make it, or name another with -o",
				 output, folder, strerror(errno));
	if (!S_ISDIR(st.st_mode) || access(folder, W_OK | X_OK))
		return error_set(err, EXIT_SYSTEM,
				 "cannot write '%s': '%s' is not a folder that "
				 "you may write to; name another with -o",
				 output, folder);
	return 0;
}

/* What was compiled is known only now, and none of it may be written over. */
static int check_sources(const char *path, const struct sources *sources,
			 struct error *err)
{
	for (size_t i = 0; i < sources->list.n; i++)
		if (same_file(path, sources->list.at[i].name))
			return error_set(err, EXIT_USAGE,
					 "the output '%s' is also '%s', which is part of "
					 "the policy; name another file",
					 path, sources->list.at[i].name);
	return 0;
}

/* A depfile's draft, if one is wanted. */
static int draft_depfile(const struct options *o, const struct sources *sources,
			 struct depfile *d, struct error *err)
{
	const char *output = option_value(o, OPTION_output);
	const char *key = option_value(o, OPTION_key);
	struct stat st;

	if (!option_given(o, OPTION_MD) && !option_given(o, OPTION_MF))
		return 0;
	d->path = depfile_path(option_value(o, OPTION_MF), output);
	if (!d->path)
		return error_set(err, EXIT_SYSTEM, "out of memory");
	if (!strcmp(d->path, output) || same_file(d->path, output) ||
	    (key && same_file(d->path, key)))
		return error_set(err, EXIT_USAGE,
				 "the depfile '%s' is also the %s; name another file "
				 "with -MF",
				 d->path,
				 key && same_file(d->path, key) ? "secret key" : "bundle");
	if (!lstat(d->path, &st) && !S_ISREG(st.st_mode))
		return error_set(err, EXIT_SYSTEM,
				 "cannot write the depfile '%s': it is there already and "
				 "is not a plain file; name another with -MF",
				 d->path);
	if (check_sources(d->path, sources, err))
		return -1;
	return depfile_draft(d, output, sources, err);
}

static void cleanup_key(struct secret_key **key)
{
	if (*key)
		secret_key_free(*key);
}

static void say_what_was_made(const char *output, const struct policy *p, bool is_signed)
{
	unsigned ways = ways_count(p);

	printf("%s: policy %s, sequence %llu, %u rule%s, %s\n", output, p->name,
	       (unsigned long long)p->seq, p->n_rules, p->n_rules == 1 ? "" : "s",
	       is_signed ? "signed" : "not signed");
	if (ways)
		printf("%u known way%s past its rules stay%s open; -Wopen-way names %s\n", ways,
		       ways == 1 ? "" : "s", ways == 1 ? "s" : "", ways == 1 ? "it" : "them");
}

int command_compile(const struct options *o, struct error *err)
{
	__attribute__((cleanup(cleanup_key))) struct secret_key *key = NULL;
	const char *output = option_value(o, OPTION_output);
	const char *key_path = option_value(o, OPTION_key);
	const char *form = option_value(o, OPTION_dump);
	CLEANUP_COMPILATION struct compilation c = {.options = o, .prove = true};
	CLEANUP_DEPFILE struct depfile depfile = {0};

	if (options_want(o, 1, err))
		return -1;
	if (form && (option_given(o, OPTION_MD) || option_given(o, OPTION_MF)))
		return error_set(err, EXIT_USAGE,
				 "--dump writes no bundle that a depfile could speak of: "
				 "leave out -MD and -MF, or --dump");
	if (form && (output || key_path))
		return error_set(err, EXIT_USAGE,
				 "--dump prints and writes no bundle: leave out %s, or --dump",
				 output ? "-o" : "--key");
	if (form && option_given(o, OPTION_json))
		return error_set(err, EXIT_USAGE,
				 "--dump and --json both print to standard output: leave out one");
	if (form)
		return dump(o, form, err);
	if (!output)
		return error_set(err, EXIT_USAGE,
				 "where should the bundle go? Add -o BUNDLE; to "
				 "look for mistakes only, 'netbpfc check %s'",
				 o->words[0]);
	if (check_output(output, o->words[0], key_path, err))
		return -1;
	if (key_path && secret_key_read(key_path, &key, err))
		return -1;
	if (compilation_run(&c, o->words[0], FORM_IMAGE, err) ||
	    check_sources(output, &c.sources, err) ||
	    draft_depfile(o, &c.sources, &depfile, err) ||
	    image_pack(c.image, output, key, err) || depfile_publish(&depfile, err))
		return -1;
	if (!key)
		fprintf(stderr,
			"netbpfc: warning: '%s' is unsigned, and netbpf-load refuses "
			"unsigned bundles; sign it with 'netbpfc sign %s --key FILE', or compile "
			"with --key FILE\n",
			output, output);
	if (option_given(o, OPTION_json))
		return 0;
	say_what_was_made(output, c.policy, key != NULL);
	return 0;
}
