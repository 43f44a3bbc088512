/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operational errors: files, keys, bundles, the kernel. One a run, filled by the
 * function that fails (last parameter), printed by main only.
 */
#pragma once
#include <stddef.h>

/* Exit codes of both tools. */
enum exit_code {
	EXIT_OK = 0,
	EXIT_POLICY = 1,  /* the policy is wrong, or a test failed */
	EXIT_USAGE = 2,
	EXIT_SYSTEM = 3,  /* files, memory, the kernel */
	EXIT_REFUSED = 4, /* verification refused */
};

struct error {
	enum exit_code code;
	char text[1024]; /* one paragraph: what, where, and the fix */
};

/* Fills *err, always returns -1: `return error_set(err, EXIT_SYSTEM, ...)`. */
int error_set(struct error *err, enum exit_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Puts a prefix and ": " before the text; returns -1. */
int error_wrap(struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Bytes from outside, made fit to stand in a message: printable ASCII as it is, the
 * rest as \xNN, cut with "..." when long. Returns out. */
#define ERROR_QUOTE 64
const char *error_quote(char out[ERROR_QUOTE], const void *bytes, size_t len);

/* Cleanup on the declaration, TAKE on escape. */
void cleanup_free(void *pointer_to_pointer);
void cleanup_fd(int *fd); /* closes when >= 0 */
#define CLEANUP_FREE __attribute__((cleanup(cleanup_free)))
#define CLEANUP_FD __attribute__((cleanup(cleanup_fd)))
#define TAKE(p)                                                                \
	({                                                                     \
		__typeof__(p) take_ = (p);                                     \
		(p) = NULL;                                                    \
		take_;                                                         \
	})
