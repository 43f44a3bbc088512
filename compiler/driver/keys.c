/* SPDX-License-Identifier: BSD-2-Clause */
/* netbpfc keygen and sign: the commands that touch a secret key. */
#include <stdio.h>
#include "bundles/write.h"
#include "compiler/driver/options.h"

int command_keygen(const struct options *o, struct error *err)
{
	const char *secret = option_value(o, OPTION_key),
		   *public = option_value(o, OPTION_pub);

	if (options_want(o, 0, err))
		return -1;
	if (!secret || !public || o->values[OPTION_pub].n > 1)
		return error_set(err, EXIT_USAGE,
				 "keygen needs two names: netbpfc keygen --key "
				 "ci.key --pub ci.pub");
	if (keygen(secret, public, err))
		return -1;
	printf("secret key: %s (keep it where bundles are built, and nowhere else)\n"
	       "public key: %s (bring it to the hosts, for netbpf-load)\n",
	       secret, public);
	return 0;
}

int command_sign(const struct options *o, struct error *err)
{
	const char *path = option_value(o, OPTION_key);
	struct secret_key *key;
	int failed;

	if (options_want(o, 1, err))
		return -1;
	if (!path)
		return error_set(err, EXIT_USAGE,
				 "sign needs a key: netbpfc sign %s --key ci.key",
				 o->words[0]);
	if (secret_key_read(path, &key, err))
		return -1;
	failed = bundle_sign(o->words[0], key, err);
	secret_key_free(key);
	if (!failed)
		printf("%s: signed with %s\n", o->words[0], path);
	return failed;
}
