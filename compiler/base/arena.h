/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One arena a compilation: everything the compiler makes lives in it and is
 * freed at once. Running out of memory ends the process with a message, exit
 * code 3; no caller has to check.
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *);

/* Zeroed, aligned to 16. */
void *arena_alloc(struct arena *, size_t bytes);
char *arena_strndup(struct arena *, const char *, size_t len);
char *arena_printf(struct arena *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *, const char *fmt, va_list)
	__attribute__((format(printf, 2, 0), nonnull(2)));

/* Room for `need` elements of `size` bytes: returns old, or a copy of its n in
 * a place at least twice as large, and sets *cap. What old was is then gone. */
void *arena_grow(struct arena *, void *old, size_t n, size_t *cap, size_t need,
		 size_t size);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))

/* A growing array: VEC(struct rule) rules = {0}; VEC_PUSH(arena, &rules, r); */
#define VEC(type)                                                              \
	struct {                                                               \
		type *at;                                                      \
		size_t n, cap;                                                 \
	}
#define VEC_PUSH(a, v, ...)                                                    \
	do {                                                                   \
		if ((v)->n == (v)->cap)                                        \
			(v)->at = arena_grow((a), (v)->at, (v)->n, &(v)->cap,  \
					     (v)->n + 1, sizeof *(v)->at);     \
		(v)->at[(v)->n++] = (__VA_ARGS__);                             \
	} while (0)
