/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions of bundles/ as commands, for tests/bundle.sh. Prints what went well
 * on standard output, errors on the other, and exits with the error's code.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundles/write.h"

static int make(const char *path, const char *key_path, struct error *err)
{
	static const struct bundle_entry entries[] = {
		{"meta/policy.nbp", (const uint8_t *)"policy web {}\n", 14},
		{"bpf/netbpf-6.12.bpf.o", (const uint8_t *)"\177ELF", 4},
		{"maps/rows.img", NULL, 0},
	};
	const struct manifest m = {.policy = "web",
				   .seq = 7,
				   .created = 1767225600,
				   .abi = 1,
				   .kernel = 0x060c,
				   .needs_cgroup = true};
	struct secret_key *key = NULL;
	int rc;

	if (secret_key_read(key_path, &key, err) < 0)
		return -1;
	rc = bundle_write(path, &m, entries, 3, key, err);
	secret_key_free(key);
	return rc;
}

static int sign(const char *path, const char *key_path, struct error *err)
{
	struct secret_key *key = NULL;
	int rc;

	if (secret_key_read(key_path, &key, err) < 0)
		return -1;
	rc = bundle_sign(path, key, err);
	secret_key_free(key);
	return rc;
}

static int verify(const char *path, const char *key_path, struct error *err)
{
	CLEANUP_FREE uint8_t *bytes = NULL;
	static struct bundle bundle;
	struct public_key key;
	char name[17];
	size_t len;

	if (public_key_read(key_path, &key, err) < 0 ||
	    bundle_read(path, &bytes, &len, err) < 0 ||
	    bundle_verify(bytes, len, &key, 1, &bundle, err) < 0)
		return -1;
	public_key_name(bundle.signer, name);
	printf("%s\n", name);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct command {
		const char *name;
		int (*run)(const char *, const char *, struct error *);
	} commands[] = {
		{"keygen", keygen},
		{"make", make},
		{"sign", sign},
		{"verify", verify},
	};
	struct error err;

	for (size_t i = 0; argc == 4 && i < sizeof commands / sizeof commands[0]; i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		if (commands[i].run(argv[2], argv[3], &err) == 0)
			return EXIT_OK;
		fprintf(stderr, "bundle_driver: %s\n", err.text);
		return err.code;
	}
	fprintf(stderr,
		"usage: bundle_driver keygen SECRET PUBLIC | make|sign BUNDLE SECRET | "
		"verify BUNDLE PUBLIC\n");
	return EXIT_USAGE;
}
