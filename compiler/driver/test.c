/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netbpfc test: each test and assertion with its outcome. Compiling asks the same,
 * says only what is wrong, and then writes no bundle.
 */
#include <string.h>
#include "compiler/assure/prove.h"
#include "compiler/base/quote.h"
#include "compiler/driver/options.h"
#include "compiler/driver/pipeline.h"

static int policy_is_wrong(struct error *err)
{
	error_set(err, EXIT_POLICY, "%s", "");
	return -1;
}

static void print(bool good, const char *text, const struct diags *diags,
		  bool coloured)
{
	fputs(good ? "ok    " : "FAIL  ", stdout);
	quote_text(stdout, text, strlen(text));
	putchar('\n');
	if (coloured)
		diags_print_coloured(diags, stdout);
	else
		diags_print(diags, stdout);
}

int command_test(const struct options *o, struct error *err)
{
	CLEANUP_COMPILATION struct compilation c = {.options = o,
						.prove = option_given(o, OPTION_json)};
	const char *color = option_value(o, OPTION_color);
	bool coloured = color && !strcmp(color, "always");
	const struct policy *p;
	uint32_t failed = 0;

	if (options_want(o, 1, err) || compilation_run(&c, o->words[0], FORM_POLICY, err))
		return -1;
	if (option_given(o, OPTION_json)) /* said already */
		return 0;
	p = c.policy;
	for (uint32_t i = 0; i < p->n_assertions; i++) {
		struct diags *diags = diags_new(c.arena, &c.sources);
		bool good = assertion_prove(c.arena, p, &p->assertions[i], diags);

		print(good, p->assertions[i].asked.text, diags, coloured);
		failed += !good;
	}
	for (uint32_t i = 0; i < p->n_tests; i++) {
		struct diags *diags = diags_new(c.arena, &c.sources);
		bool good = test_prove(c.arena, p, &p->tests[i], diags);

		print(good, p->tests[i].title, diags, coloured);
		failed += !good;
	}
	printf("%u passed, %u failed\n", p->n_assertions + p->n_tests - failed, failed);
	return failed ? policy_is_wrong(err) : 0;
}
