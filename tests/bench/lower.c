/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lower POLICY   what the lowering of a policy costs: seconds of CPU before it, in it; the
 * process's most memory in MiB before it, and what it adds; bytes of the image of paths: all,
 * for each rule, and for each component that is named.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include "compiler/lower/image.h"
#include "grammar/grammar.h"

static double now(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static char *read_file(const char *name, size_t *len)
{
	FILE *in = fopen(name, "r");
	char *text = malloc(64u << 20);

	if (!in || !text)
		exit(3);
	*len = fread(text, 1, (64u << 20) - 1, in);
	fclose(in);
	text[*len] = '\0';
	return text;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct sources sources = { .arena = arena };
	struct diags *diags = diags_new(arena, &sources);
	double began = now(), middle, end;
	const struct policy *policy;
	const struct image *image;
	const struct ast *ast;
	const struct nb_edge *edges;
	uint32_t named = 0;
	struct rusage before, use;
	size_t len;
	char *text = read_file(argc > 1 ? argv[1] : "", &len);

	VEC_PUSH(arena, &sources.list, (struct source){ argv[1], text, len });
	ast = grammar_parse(arena, &sources, 0, diags);
	policy = ast ? policy_check(arena, ast, &sources, diags) : NULL;
	getrusage(RUSAGE_SELF, &before);
	middle = now();
	image = policy ? policy_lower(arena, policy, diags) : NULL;
	end = now();
	if (!image) {
		diags_print(diags, stderr);
		return 1;
	}
	getrusage(RUSAGE_SELF, &use);
	edges = (const struct nb_edge *)image->maps[NB_IMAGE_PATHS].at;
	for (uint32_t i = 0; i < image->params.buckets * NB_BUCKET_EDGES; i++)
		named += edges[i].from && !(edges[i].from & NB_GLOB);
	printf("%.3f\t%.3f\t%ld\t%ld\t%u\t%.1f\t%.1f\tstates %u edges %u\n", middle - began, end - middle,
	       before.ru_maxrss / 1024, (use.ru_maxrss - before.ru_maxrss) / 1024, image->params.paths_bytes,
	       (double)image->params.paths_bytes / policy->n_rules,
	       (double)image->params.paths_bytes / named, image->params.states, named);
	free(text);
	arena_free(arena);
	return 0;
}
