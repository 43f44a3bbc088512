/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netbpfc inspect and verify: bundle → what it says, and whether a key vouches
 * for it. All that comes from the bundle is printed escaped.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "bpf-templates/abi.h"
#include "bundles/bundle.h"
#include "compiler/base/quote.h"
#include "compiler/driver/options.h"

static int read_keys(const struct options *o, struct public_key keys[OPTION_KEYS],
		     struct error *err)
{
	const struct values *paths = &o->values[OPTION_pub];

	for (size_t i = 0; i < paths->n; i++)
		if (public_key_read(paths->at[i], &keys[i], err))
			return -1;
	return 0;
}

/* As minisign prints it: a little-endian number. */
static void print_signer(const struct bundle *b)
{
	for (int i = 7; i >= 0; i--)
		printf("%02X", b->signer[i]);
}

static void print_date(const char *title, int64_t seconds)
{
	time_t t = (time_t)seconds;
	char text[64];
	struct tm tm;

	if (!gmtime_r(&t, &tm) ||
	    !strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &tm))
		snprintf(text, sizeof text, "%" PRId64 " seconds since 1970", seconds);
	printf("%-10s%s\n", title, text);
}

static void print_manifest(const struct bundle *b)
{
	const struct manifest *m = &b->manifest;

	printf("policy    ");
	quote_text(stdout, m->policy, strlen(m->policy));
	printf("\nsequence  %" PRIu64 "\nmode      %s\n", m->seq,
	       m->audit_only ? "audit: every denial is only logged" : "enforce");
	print_date("created", m->created);
	if (m->expires)
		print_date("expires", m->expires);
	else
		printf("expires   never\n");
	printf("abi       %u\nkernel    %u.%u or later\nneeds     %s%s%s\ndigest    ",
	       m->abi, m->kernel >> 8, m->kernel & 0xff,
	       m->needs_lsm ? "the BPF LSM" : "",
	       m->needs_lsm && m->needs_cgroup ? ", " : "",
	       m->needs_cgroup ? "cgroup v2"
	       : m->needs_lsm  ? ""
			       : "nothing");
	for (size_t i = 0; i < sizeof b->digest; i++)
		printf("%02x", b->digest[i]);
	printf("\n");
}

static void print_entries(const struct bundle *b)
{
	printf("\nentries\n");
	for (size_t i = 0; i < b->n_entries; i++) {
		printf("%10zu  ", b->entries[i].len);
		quote_text(stdout, b->entries[i].name, strlen(b->entries[i].name));
		printf("\n");
	}
}

/* META is lines of fields separated by tabs (abi.h). A rule's are number, name,
 * source, line, text; anything else is not shown here. */
#define RULE_FIELDS 6

static void print_rule(const char *line, size_t len)
{
	const char *field[RULE_FIELDS];
	size_t size[RULE_FIELDS], n = 0;

	while (n < RULE_FIELDS) {
		const char *tab = memchr(line, '\t', len);

		field[n] = line;
		size[n] = tab && n + 1 < RULE_FIELDS ? (size_t)(tab - line) : len;
		line += size[n];
		len -= size[n++];
		if (!len)
			break;
		line++;
		len--;
	}
	if (n < RULE_FIELDS || size[0] != 4 || memcmp(field[0], "rule", 4))
		return;
	printf("  rule ");
	quote_text(stdout, field[1], size[1]);
	if (size[2] != 1 || *field[2] != '-') {
		printf(" '");
		quote_text(stdout, field[2], size[2]);
		printf("'");
	}
	printf("  ");
	quote_text(stdout, field[3], size[3]);
	printf(":");
	quote_text(stdout, field[4], size[4]);
	printf("  ");
	quote_text(stdout, field[5], size[5]);
	printf("\n");
}

static void print_rules(const struct bundle *b)
{
	const struct bundle_entry *meta = bundle_find(b, "maps/meta.img");
	const char *at = meta ? (const char *)meta->at : NULL;
	size_t left = meta ? meta->len : 0;

	printf("\nrules\n");
	while (left) {
		const char *end = memchr(at, '\n', left);
		size_t len = end ? (size_t)(end - at) : left;

		print_rule(at, len);
		at += len + (end != NULL);
		left -= len + (end != NULL);
	}
}

/* Reads the bundle at path; checks its signature unless there is no key. */
static int read_bundle(const char *path, const struct public_key *keys, size_t n_keys,
		       struct bundle *out, uint8_t **bytes, struct error *err)
{
	size_t len;

	if (bundle_read(path, bytes, &len, err))
		return -1;
	if (n_keys ? bundle_verify(*bytes, len, keys, n_keys, out, err)
		   : bundle_parse(*bytes, len, out, err))
		return error_wrap(err, "%s", path);
	return 0;
}

int command_inspect(const struct options *o, struct error *err)
{
	struct public_key keys[OPTION_KEYS];
	size_t n_keys = o->values[OPTION_pub].n;
	CLEANUP_FREE struct bundle *b = calloc(1, sizeof *b);
	CLEANUP_FREE uint8_t *bytes = NULL;

	if (!b)
		return error_set(err, EXIT_SYSTEM, "out of memory");
	if (options_want(o, 1, err) || read_keys(o, keys, err) ||
	    read_bundle(o->words[0], keys, n_keys, b, &bytes, err))
		return -1;
	if (n_keys) {
		printf("VERIFIED: signed by key ");
		print_signer(b);
	} else {
		printf("UNVERIFIED: anybody may have made this bundle; --pub FILE checks who did");
	}
	printf("\n\n");
	print_manifest(b);
	print_entries(b);
	print_rules(b);
	return 0;
}

int command_verify(const struct options *o, struct error *err)
{
	struct public_key keys[OPTION_KEYS];
	CLEANUP_FREE struct bundle *b = calloc(1, sizeof *b);
	CLEANUP_FREE uint8_t *bytes = NULL;

	if (!b)
		return error_set(err, EXIT_SYSTEM, "out of memory");
	if (options_want(o, 1, err))
		return -1;
	if (!option_given(o, OPTION_pub))
		return error_set(err, EXIT_USAGE,
				 "verify needs a key to trust: netbpfc verify %s --pub ci.pub",
				 o->words[0]);
	if (read_keys(o, keys, err) ||
	    read_bundle(o->words[0], keys, o->values[OPTION_pub].n, b, &bytes, err))
		return -1;
	printf("%s: verified, signed by key ", o->words[0]);
	print_signer(b);
	printf("\npolicy ");
	quote_text(stdout, b->manifest.policy, strlen(b->manifest.policy));
	printf(", sequence %" PRIu64 ", %zu entries\n", b->manifest.seq, b->n_entries);
	return 0;
}
