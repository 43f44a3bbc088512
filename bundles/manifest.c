/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text of MANIFEST to struct and back. The parser only has to be safe, not strict:
 * what it understood is printed again and must be the same bytes, so that a
 * manifest has exactly one spelling. It hashes nothing and judges no host.
 */
#include "bundles/manifest.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundles/canonical.h"

#define VALUE 80 /* room for the longest value of a head line */

static bool decimal(const char *text, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (*text == '\0')
		return false;
	for (; *text; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (digit > 9 || value > max / 10 || value * 10 > max - digit)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

static bool read_policy(const char *text, struct manifest *m)
{
	if (strlen(text) >= sizeof m->policy)
		return false;
	memcpy(m->policy, text, strlen(text) + 1);
	return true;
}

static void print_policy(const struct manifest *m, char *out)
{
	snprintf(out, VALUE, "%s", m->policy);
}

static bool read_seq(const char *text, struct manifest *m)
{
	return decimal(text, UINT64_MAX, &m->seq);
}

static void print_seq(const struct manifest *m, char *out)
{
	snprintf(out, VALUE, "%" PRIu64, m->seq);
}

static bool read_created(const char *text, struct manifest *m)
{
	uint64_t seconds;

	if (!decimal(text, INT64_MAX, &seconds))
		return false;
	m->created = (int64_t)seconds;
	return true;
}

static void print_created(const struct manifest *m, char *out)
{
	snprintf(out, VALUE, "%" PRId64, m->created);
}

static bool read_expires(const char *text, struct manifest *m)
{
	uint64_t seconds = 0;

	if (strcmp(text, "never") != 0 && !decimal(text, INT64_MAX, &seconds))
		return false;
	m->expires = (int64_t)seconds;
	return true;
}

static void print_expires(const struct manifest *m, char *out)
{
	if (m->expires == 0)
		snprintf(out, VALUE, "never");
	else
		snprintf(out, VALUE, "%" PRId64, m->expires);
}

static bool read_abi(const char *text, struct manifest *m)
{
	uint64_t abi;

	if (!decimal(text, UINT32_MAX, &abi))
		return false;
	m->abi = (uint32_t)abi;
	return true;
}

static void print_abi(const struct manifest *m, char *out)
{
	snprintf(out, VALUE, "%" PRIu32, m->abi);
}

static bool read_kernel(const char *text, struct manifest *m)
{
	char major_text[VALUE];
	uint64_t major, minor;
	size_t len = strcspn(text, ".");

	if (text[len] != '.' || len >= sizeof major_text)
		return false;
	memcpy(major_text, text, len);
	major_text[len] = '\0';
	if (!decimal(major_text, 255, &major) || !decimal(text + len + 1, 255, &minor))
		return false;
	m->kernel = (uint32_t)(major << 8 | minor);
	return true;
}

static void print_kernel(const struct manifest *m, char *out)
{
	snprintf(out, VALUE, "%u.%u", m->kernel >> 8, m->kernel & 255);
}

static const char *const needs[] = {"none", "lsm", "cgroup", "lsm,cgroup"};

static bool read_needs(const char *text, struct manifest *m)
{
	for (unsigned i = 0; i < 4; i++)
		if (strcmp(text, needs[i]) == 0) {
			m->needs_lsm = i & 1;
			m->needs_cgroup = i & 2;
			return true;
		}
	return false;
}

static void print_needs(const struct manifest *m, char *out)
{
	snprintf(out, VALUE, "%s", needs[m->needs_lsm | m->needs_cgroup << 1]);
}

static bool read_mode(const char *text, struct manifest *m)
{
	m->audit_only = strcmp(text, "audit") == 0;
	return m->audit_only || strcmp(text, "enforce") == 0;
}

static void print_mode(const struct manifest *m, char *out)
{
	snprintf(out, VALUE, "%s", m->audit_only ? "audit" : "enforce");
}

/* The head, line by line; order is part of the format. */
static const struct field {
	const char *key, *form;
	bool (*read)(const char *, struct manifest *);
	void (*print)(const struct manifest *, char *);
} fields[] = {
	{"policy", "NAME", read_policy, print_policy},
	{"seq", "NUMBER", read_seq, print_seq},
	{"created", "SECONDS", read_created, print_created},
	{"expires", "SECONDS or never", read_expires, print_expires},
	{"abi", "NUMBER", read_abi, print_abi},
	{"kernel", "MAJOR.MINOR", read_kernel, print_kernel},
	{"needs", "lsm, cgroup, lsm,cgroup or none", read_needs, print_needs},
	{"mode", "enforce or audit", read_mode, print_mode},
};
#define N_FIELDS (sizeof fields / sizeof fields[0])

static const char title[] = "# netbpf-manifest 1";

struct printer {
	char *at;
	size_t len; /* of all that was wanted, also when it did not fit */
};

__attribute__((format(printf, 2, 3))) static void put(struct printer *p, const char *fmt,
						      ...)
{
	size_t left =
		p->len <= BUNDLE_MAX_MANIFEST ? BUNDLE_MAX_MANIFEST + 1 - p->len : 0;
	va_list args;

	va_start(args, fmt);
	p->len += (size_t)vsnprintf(left ? p->at + p->len : NULL, left, fmt, args);
	va_end(args);
}

size_t manifest_print(const struct manifest_list *list, char out[BUNDLE_MAX_MANIFEST + 1])
{
	struct printer p = {.at = out};
	char value[VALUE], hash[65];

	put(&p, "%s\n", title);
	for (size_t i = 0; i < N_FIELDS; i++) {
		fields[i].print(&list->head, value);
		put(&p, "# %s %s\n", fields[i].key, value);
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct manifest_entry *e = &list->entries[i];

		sodium_bin2hex(hash, sizeof hash, e->sha256, sizeof e->sha256);
		put(&p, "# entry %" PRIu64 " %s\n%s  %s\n", e->size, e->name, hash,
		    e->name);
	}
	return p.len <= BUNDLE_MAX_MANIFEST ? p.len : 0;
}

struct cursor {
	const char *at, *end;
	unsigned line;	/* number of the line last taken */
	char text[256]; /* that line, without its end */
};

static int wrong_line(const struct cursor *c, const char *expected, struct error *err)
{
	char quoted[ERROR_QUOTE];

	return error_set(err, EXIT_REFUSED, "MANIFEST, line %u: expected '%s', saw '%s'",
			 c->line, expected,
			 error_quote(quoted, c->text, strlen(c->text)));
}

static int take_line(struct cursor *c, struct error *err)
{
	const char *end = memchr(c->at, '\n', (size_t)(c->end - c->at));
	size_t len = end ? (size_t)(end - c->at) : 0;

	c->line++;
	if (!end || len >= sizeof c->text)
		return error_set(err, EXIT_REFUSED, "MANIFEST, line %u: %s", c->line,
				 end ? "longer than any line can be"
				     : "the text is cut short");
	memcpy(c->text, c->at, len);
	c->text[len] = '\0';
	c->at = end + 1;
	return 0;
}

static int parse_head(struct cursor *c, struct manifest *out, struct error *err)
{
	char expected[VALUE];

	if (take_line(c, err) < 0)
		return -1;
	if (strcmp(c->text, title) != 0)
		return wrong_line(c, title, err);
	for (size_t i = 0; i < N_FIELDS; i++) {
		int len = snprintf(expected, sizeof expected, "# %s ", fields[i].key);

		if (take_line(c, err) < 0)
			return -1;
		if (strncmp(c->text, expected, (size_t)len) != 0 ||
		    !fields[i].read(c->text + len, out)) {
			strncat(expected, fields[i].form,
				sizeof expected - (size_t)len - 1);
			return wrong_line(c, expected, err);
		}
	}
	return 0;
}

static int parse_entry(struct cursor *c, struct manifest_entry *out, struct error *err)
{
	static const char lead[] = "# entry ";
	char *size, *name;

	if (take_line(c, err) < 0)
		return -1;
	size = strncmp(c->text, lead, sizeof lead - 1) == 0 ? c->text + sizeof lead - 1
							    : NULL;
	name = size ? strchr(size, ' ') : NULL;
	if (!name || strlen(name + 1) > BUNDLE_MAX_NAME)
		return wrong_line(c, "# entry SIZE NAME", err);
	strcpy(out->name, name + 1);
	*name = '\0';
	if (!decimal(size, BUNDLE_MAX_BYTES, &out->size))
		return wrong_line(c, "# entry SIZE NAME", err);

	if (take_line(c, err) < 0)
		return -1;
	if (strlen(c->text) < 66 || strncmp(c->text + 64, "  ", 2) != 0 ||
	    strcmp(c->text + 66, out->name) != 0 ||
	    sodium_hex2bin(out->sha256, sizeof out->sha256, c->text, 64, NULL, NULL,
			   NULL) != 0)
		return wrong_line(c, "SHA-256, two spaces and the name of the line above",
				  err);
	return 0;
}

/* The spelling: what was read, printed again, must be what was read. */
static int compare(const char *text, size_t len, const struct manifest_list *list,
		   struct error *err)
{
	CLEANUP_FREE char *again = malloc(BUNDLE_MAX_MANIFEST + 1);
	unsigned line = 1;
	size_t i = 0, n;

	if (!again)
		return error_set(err, EXIT_SYSTEM, "no memory to check MANIFEST");
	n = manifest_print(list, again);
	if (n == len && memcmp(again, text, len) == 0)
		return 0;
	for (; i < len && i < n && text[i] == again[i]; i++)
		line += text[i] == '\n';
	return error_set(
		err, EXIT_REFUSED,
		"MANIFEST, line %u: not spelled the way netbpfc writes it (capital "
		"letters, leading zeros and other space are all refused)",
		line);
}

int manifest_parse(const uint8_t *text, size_t len, struct manifest_list *out,
		   struct error *err)
{
	CLEANUP_FREE struct manifest_list *list = calloc(1, sizeof *list);
	struct cursor c = {.at = (const char *)text, .end = (const char *)text + len};

	if (!list)
		return error_set(err, EXIT_SYSTEM, "no memory to read MANIFEST");
	if (len > BUNDLE_MAX_MANIFEST)
		return error_set(err, EXIT_REFUSED, "MANIFEST is longer than %u bytes",
				 BUNDLE_MAX_MANIFEST);
	if (parse_head(&c, &list->head, err) < 0)
		return -1;
	for (; c.at < c.end; list->n++) {
		if (list->n == BUNDLE_MAX_ENTRIES)
			return error_set(err, EXIT_REFUSED,
					 "MANIFEST lists more than %u entries",
					 BUNDLE_MAX_ENTRIES);
		if (parse_entry(&c, &list->entries[list->n], err) < 0)
			return -1;
	}
	if (manifest_check(list, err) < 0 ||
	    compare((const char *)text, len, list, err) < 0)
		return -1;
	*out = *list;
	return 0;
}
