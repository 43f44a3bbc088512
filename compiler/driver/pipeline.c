/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The passes, in the one direction that there is. Each is NULL exactly when it
 * reported an error; what they reported is printed here, once.
 */
#include "compiler/assure/lint.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/report.h"

static int policy_is_wrong(struct error *err)
{
	error_set(err, EXIT_POLICY, "%s", "");
	return -1;
}

static int run(struct compilation *c, enum form last, struct diags *diags,
	       struct error *err)
{
	c->ast = grammar_parse(c->arena, &c->sources, 0, diags);
	if (!c->ast)
		return policy_is_wrong(err);
	if (last == FORM_AST)
		return 0;

	c->policy = policy_check(c->arena, c->ast, &c->sources, diags);
	if (!c->policy)
		return policy_is_wrong(err);
	if (last == FORM_POLICY)
		return 0;

	c->image = policy_lower(c->arena, c->policy, diags);
	if (!c->image || !policy_lint(c->arena, c->image, diags))
		return policy_is_wrong(err);
	return 0;
}

int compilation_run(struct compilation *c, const char *path, enum form last,
		    struct error *err)
{
	enum report_form form;
	struct diags *diags;
	int failed;

	*c = (struct compilation){.arena = arena_new(), .options = c->options};
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
