/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of what is proved of a policy: text to policy, random numbers that repeat. The
 * includer has cmocka's headers. */
#pragma once
#include <string.h>
#include "compiler/check/check.h"
#include "grammar/grammar.h"

static struct arena *arena;
static struct sources sources;
static struct diags *diags;
static uint64_t seed;

static int begin(void **state)
{
	(void)state;
	arena = arena_new();
	seed = 1;
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static const struct policy *compile(const char *text)
{
	const struct ast *ast;
	const struct policy *p;

	sources = (struct sources){.arena = arena};
	VEC_PUSH(arena, &sources.list, (struct source){"t", text, strlen(text)});
	diags = diags_new(arena, &sources);
	ast = grammar_parse(arena, &sources, 0, diags);
	p = ast ? policy_check(arena, ast, &sources, diags) : NULL;
	if (!p)
		diags_print(diags, stderr);
	assert_non_null(p);
	return p;
}
