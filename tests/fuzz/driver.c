/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target over the files and folders named, without libFuzzer: any
 * compiler builds it, so that `make check` repeats every input that is kept.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "tests/fuzz/target.h"

static unsigned ran;

static void run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t n, room = 1 << 20;
	uint8_t *bytes = malloc(room), *exact;

	if (!file || !bytes) {
		perror(path);
		exit(3);
	}
	n = fread(bytes, 1, room, file);
	fclose(file);
	/* of just that size, so that a sanitizer sees a read behind it */
	exact = malloc(n ? n : 1);
	if (!exact)
		exit(3);
	memcpy(exact, bytes, n);
	free(bytes);
	fprintf(stderr, "%s\n", path); /* the last one is what stopped it */
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	ran++;
}

static void run(const char *path)
{
	struct dirent **list;
	struct stat st;
	int n;

	if (stat(path, &st)) {
		perror(path);
		exit(3);
	}
	if (!S_ISDIR(st.st_mode)) {
		run_file(path);
		return;
	}
	n = scandir(path, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		char inside[4096];

		snprintf(inside, sizeof inside, "%s/%s", path, list[i]->d_name);
		if (list[i]->d_name[0] != '.')
			run(inside);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		run(argv[i]);
	printf("%s: %u inputs\n", argv[0], ran);
	return ran ? 0 : 1;
}
