/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The passes, in the one direction that there is. Each is NULL exactly when it
 * reported an error; what they reported is printed here, once.
 */
#include "compiler/assure/lint.h"
#include "compiler/assure/net_check.h"
#include "compiler/assure/prove.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/gather.h"
#include "compiler/driver/report.h"

static int policy_is_wrong(struct error *err)
{
	error_set(err, EXIT_POLICY, "%s", "");
	return -1;
}

/* Against a date that was written down, so that the same policy gives the same
 * warnings for ever. */
static int warn_expired(const struct policy *p, struct diags *diags, struct error *err)
{
	int64_t date;

	for (uint32_t i = 0; i < p->n_rules; i++) {
		if (!p->rules[i].expires)
			continue;
		if (policy_date(p, &date, err))
			return -1;
		policy_warn_expired(p, date, diags);
		return 0;
	}
	return 0;
}

static int prove(const struct compilation *c, struct diags *diags, struct error *err)
{
	const struct policy *p = c->policy;
	bool good = true;

	if (!c->prove)
		return 0;
	for (uint32_t i = 0; i < p->n_assertions; i++)
		good &= assertion_prove(c->arena, p, &p->assertions[i], diags);
	for (uint32_t i = 0; i < p->n_tests; i++)
		good &= test_prove(c->arena, p, &p->tests[i], diags);
	return good ? 0 : policy_is_wrong(err);
}

/* Whoever installs a bundle relies on this, so that none is made of an image that fails. */
static int check_image(const struct image *image, struct error *err)
{
	const char *wrong = net_check(image);

	if (!wrong)
		return 0;
	return error_set(err, EXIT_SYSTEM,
			 "the tables of addresses do not say what the policy says (%s), so that "
			 "no bundle is made; this is a fault of netbpfc, please report it with the "
			 "policy",
			 wrong);
}

static int run(struct compilation *c, enum form last, struct diags *diags,
	       struct error *err)
{
	c->ast = sources_gather(c->arena, &c->sources, diags);
	if (!c->ast)
		return policy_is_wrong(err);
	if (last == FORM_AST)
		return 0;

	c->policy = policy_check(c->arena, c->ast, &c->sources, diags);
	if (!c->policy)
		return policy_is_wrong(err);
	if (warn_expired(c->policy, diags, err))
		return -1;
	if (last == FORM_POLICY)
		return prove(c, diags, err);

	c->image = policy_lower(c->arena, c->policy, diags);
	if (c->image && check_image(c->image, err))
		return -1;
	if (!c->image || !policy_lint(c->arena, c->image, diags))
		return policy_is_wrong(err);
	return prove(c, diags, err);
}

int compilation_run(struct compilation *c, const char *path, enum form last,
		    struct error *err)
{
	enum report_form form;
	struct diags *diags;
	int failed;

	*c = (struct compilation){.arena = arena_new(),
				  .options = c->options,
				  .prove = c->prove};
	c->sources.arena = c->arena;
	diags = diags_new(c->arena, &c->sources);
	if (report_prepare(c->options, diags, &form, err) ||
	    source_read(&c->sources, path, err))
		return -1;
	failed = run(c, last, diags, err);
	if (!failed && diags_refused(diags)) /* by warnings that -Werror raised */
		failed = policy_is_wrong(err);
	report_print(diags, form);
	return failed;
}

void compilation_free(struct compilation *c)
{
	if (c->arena)
		arena_free(c->arena);
	*c = (struct compilation){0};
}
