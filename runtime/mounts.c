/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text of mountinfo to struct mounts, and joining of names. Works on text only,
 * asks the kernel nothing but to read the file.
 */
#include "runtime/mounts.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runtime/files.h"

static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' &&
		    text[2] >= '0' && text[2] <= '7' && text[3] >= '0' &&
		    text[3] <= '7') {
			*to++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
				       (text[3] - '0'));
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* id parent major:minor root point options [fields] - type source options */
static bool parse_line(char *line, struct mount *out)
{
	char *dash = strstr(line, " - "), *save = NULL, *word;
	unsigned id, parent, major, minor;
	int used = 0;

	if (!dash)
		return false;
	*dash = '\0';
	if (sscanf(line, "%u %u %u:%u %n", &id, &parent, &major, &minor, &used) < 4 ||
	    !used)
		return false;
	*out = (struct mount){.id = id, .dev = major << 20 | (minor & 0xfffff)};
	out->root = strtok_r(line + used, " ", &save);
	out->point = out->root ? strtok_r(NULL, " ", &save) : NULL;
	word = strtok_r(dash + 3, " ", &save);
	out->type = word;
	if (!out->point || !word || out->point[0] != '/')
		return false;
	unescape((char *)(uintptr_t)out->root);
	unescape((char *)(uintptr_t)out->point);
	return true;
}

int mounts_parse(const char *text, size_t len, struct mounts *out, struct error *err)
{
	struct mounts CLEANUP_MOUNTS mounts = {0};
	size_t lines = 0;
	char *line, *end;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	mounts.storage = malloc(len + 1);
	mounts.at = calloc(lines + 1, sizeof *mounts.at);
	if (!mounts.storage || !mounts.at)
		return error_set(err, EXIT_SYSTEM, "no memory for the list of mounts.");
	memcpy(mounts.storage, text, len);
	mounts.storage[len] = '\0';
	for (line = mounts.storage; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!parse_line(line, &mounts.at[mounts.n]))
			return error_set(
				err, EXIT_SYSTEM,
				"line %zu of mountinfo is not understood; is /proc "
				"mounted?",
				mounts.n + 1);
		mounts.n++;
	}
	*out = mounts;
	mounts = (struct mounts){0};
	return 0;
}

int mounts_read(const char *path, struct mounts *out, struct error *err)
{
	char *text CLEANUP_FREE = NULL;
	size_t len;

	if (file_read(path, &text, &len))
		return error_set(
			err, EXIT_SYSTEM,
			"cannot read %s: %s. Mount it: mount -t proc proc /proc.", path,
			strerror(errno));
	return mounts_parse(text, len, out, err);
}

void mounts_free(struct mounts *mounts)
{
	free(mounts->storage);
	free(mounts->at);
	*mounts = (struct mounts){0};
}

const struct mount *mounts_by_id(const struct mounts *mounts, uint32_t id)
{
	for (size_t i = 0; i < mounts->n; i++)
		if (mounts->at[i].id == id)
			return &mounts->at[i];
	return NULL;
}

const struct mount *mounts_by_type(const struct mounts *mounts, const char *type)
{
	const struct mount *found = NULL;

	for (size_t i = 0; i < mounts->n; i++) {
		const struct mount *m = &mounts->at[i];

		if (strcmp(m->type, type))
			continue;
		if (!strcmp(m->root, "/"))
			return m;
		found = found ? found : m;
	}
	return found;
}

/* What follows folder `top` in path ("" or "/..."); NULL if it is not below. */
static const char *below(const char *path, const char *top)
{
	size_t len = strcmp(top, "/") ? strlen(top) : 0;

	if (strncmp(path, top, len) || (path[len] && path[len] != '/'))
		return NULL;
	return path + len;
}

/* top followed by rest, "/" when both are empty. */
static bool join(const char *top, const char *rest, char *out, size_t cap)
{
	int n;

	if (!strcmp(top, "/"))
		top = "";
	if (!strcmp(rest, "/"))
		rest = "";
	n = snprintf(out, cap, "%s%s", top, *top || *rest ? rest : "/");
	return n > 0 && (size_t)n < cap;
}

bool mounts_name(const struct mounts *mounts, uint32_t dev, const char *inside, char *out,
		 size_t cap)
{
	for (size_t i = 0; i < mounts->n; i++) {
		const struct mount *m = &mounts->at[i];

		if (m->dev == dev && below(inside, m->root))
			return join(m->point, below(inside, m->root), out, cap);
	}
	return false;
}

bool mounts_inside(const struct mount *m, const char *path, char *out, size_t cap)
{
	const char *rest = below(path, m->point);

	return rest && join(m->root, rest, out, cap);
}
