/* SPDX-License-Identifier: BSD-2-Clause */
/* netbpfc check: all passes that can find fault with a policy, and no output. */
#include "compiler/driver/options.h"
#include "compiler/driver/pipeline.h"

int command_check(const struct options *o, struct error *err)
{
	CLEANUP_COMPILATION struct compilation c = {.options = o, .prove = true};

	if (options_want(o, 1, err) || compilation_run(&c, o->words[0], FORM_IMAGE, err))
		return -1;
	if (option_given(o, OPTION_json))
		return 0;
	printf("%s: policy %s is well formed, %u rule%s\n", o->words[0], c.policy->name,
	       c.policy->n_rules, c.policy->n_rules == 1 ? "" : "s");
	return 0;
}
