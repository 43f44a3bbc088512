/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sources → a rule that make and ninja read, which appears whole or not at all: it
 * is drafted before the bundle is written and published after, so that there is no
 * new bundle whose sources make does not know. Make cannot be told of every name.
 */
#include "compiler/driver/depfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

char *depfile_path(const char *wanted, const char *bundle)
{
	const char *slash = strrchr(bundle, '/'), *last = slash ? slash + 1 : bundle;
	const char *dot = strrchr(last, '.');
	size_t len = dot && dot > last ? (size_t)(dot - bundle) : strlen(bundle);
	char *path;

	if (wanted)
		return strdup(wanted);
	return asprintf(&path, "%.*s.d", (int)len, bundle) < 0 ? NULL : path;
}

static int not_written(const struct depfile *d, struct error *err)
{
	return error_set(err, EXIT_SYSTEM,
			 "cannot write the depfile '%s': %s; name another with -MF",
			 d->path, strerror(errno));
}

/* Some characters have a meaning to make that nothing takes away, or only in some
 * places or when the file exists: such a name would give a wrong rule in silence. */
static int put_name(FILE *out, const char *name, struct error *err)
{
	if (strpbrk(name, "\n\\;|=*?[%") || *name == '~')
		return error_set(err, EXIT_SYSTEM,
				 "make cannot be told of '%s': line ends, \\ ; | = * ? [ %% "
				 "and a ~ at the start mean something else to it; rename "
				 "the file, or leave out -MD",
				 name);
	for (; *name; name++) {
		if (*name == '$')
			putc('$', out);
		else if (strchr(" \t#:", *name))
			putc('\\', out);
		putc(*name, out);
	}
	return 0;
}

static int put_rule(FILE *out, const char *bundle, const struct sources *sources,
		    struct error *err)
{
	if (put_name(out, bundle, err))
		return -1;
	putc(':', out);
	for (size_t i = 0; i < sources->list.n; i++) {
		fputs(" \\\n  ", out);
		if (put_name(out, sources->list.at[i].name, err))
			return -1;
	}
	putc('\n', out);
	return 0;
}

static int open_temp(struct depfile *d, struct error *err)
{
	const char *slash = strrchr(d->path, '/');
	int folder = slash ? (int)(slash + 1 - d->path) : 0, fd;
	unsigned long long number;

	if (getrandom(&number, sizeof number, 0) != sizeof number)
		return not_written(d, err);
	if (asprintf(&d->temp, "%.*s.netbpf-%016llx.tmp", folder, d->path, number) < 0) {
		d->temp = NULL;
		return not_written(d, err);
	}
	fd = open(d->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		int number_of_error = errno;

		free(TAKE(d->temp)); /* not ours to unlink */
		errno = number_of_error;
		not_written(d, err);
	}
	return fd;
}

int depfile_draft(struct depfile *d, const char *bundle, const struct sources *sources,
		  struct error *err)
{
	CLEANUP_FD int fd = open_temp(d, err);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	int failed;

	if (fd < 0)
		return -1;
	if (!out)
		return not_written(d, err);
	fd = -1; /* out's from here on */
	failed = put_rule(out, bundle, sources, err);
	if (ferror(out) | fclose(out) && !failed)
		failed = not_written(d, err);
	return failed;
}

int depfile_publish(struct depfile *d, struct error *err)
{
	if (!d->temp)
		return 0;
	if (rename(d->temp, d->path))
		return not_written(d, err);
	free(TAKE(d->temp));
	return 0;
}

void depfile_cleanup(struct depfile *d)
{
	if (d->temp)
		unlink(d->temp);
	free(TAKE(d->temp));
	free(TAKE(d->path));
}
