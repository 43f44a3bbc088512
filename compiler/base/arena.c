/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bump allocation from chunks that come zeroed from calloc, so that large ones
 * cost nothing until they are touched. Nothing is freed before the whole is. A large
 * array that grows is a mapping of its own, which the kernel extends without a copy, by
 * zeros: what it has not reached yet costs nothing, and what it was before is not kept.
 */
#include "compiler/base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	CHUNK_MIN = 256 * 1024,
	CHUNK_MAX = 16 * 1024 * 1024,
	ALIGN = 16,
	HUGE_PAGE = 2 * 1024 * 1024
};
#ifndef ARENA_LARGE
#define ARENA_LARGE (256u * 1024)
#endif

struct chunk {
	struct chunk *next;
	size_t used, size; /* of bytes */
	_Alignas(ALIGN) unsigned char bytes[];
};

struct large {
	void *at;
	size_t bytes;
};

struct arena {
	struct chunk *chunks; /* the first is the one being filled */
	size_t chunk_size;    /* of the next chunk */
	struct large *large;  /* arrays of their own */
	size_t n_large, large_cap;
};

static _Noreturn void run_out(size_t bytes)
{
	fprintf(stderr,
		"netbpfc: out of memory (%zu bytes wanted); the policy is too "
		"large for this machine or this limit\n",
		bytes);
	exit(3);
}

/* Page by page, touching a chunk would cost as much as what is done in it. A kernel that
 * has no huge pages says so, and nothing is lost. */
static void prefer_huge_pages(struct chunk *c, size_t bytes)
{
	uintptr_t first = ((uintptr_t)c + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
	uintptr_t end = ((uintptr_t)c + bytes) & ~(uintptr_t)(HUGE_PAGE - 1);

	if (first < end)
		madvise((void *)first, end - first, MADV_HUGEPAGE);
}

static struct chunk *add_chunk(struct arena *a, size_t bytes)
{
	size_t size = bytes > a->chunk_size ? bytes : a->chunk_size;
	struct chunk *c;

	if (bytes > PTRDIFF_MAX - sizeof *c)
		run_out(bytes);
	c = calloc(1, sizeof *c + size);
	if (!c)
		run_out(bytes);
	prefer_huge_pages(c, sizeof *c + size);
	c->size = size;
	c->next = a->chunks;
	a->chunks = c;
	if (a->chunk_size < CHUNK_MAX)
		a->chunk_size *= 2;
	return c;
}

static void *take(struct arena *a, size_t bytes, size_t align)
{
	struct chunk *c = a->chunks;
	size_t at = c ? (c->used + align - 1) & ~(align - 1) : 0;

	if (!c || at > c->size || bytes > c->size - at) {
		c = add_chunk(a, bytes);
		at = 0;
	}
	c->used = at + bytes;
	return c->bytes + at;
}

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof *a);

	if (!a)
		run_out(sizeof *a);
	a->chunk_size = CHUNK_MIN;
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct chunk *c = a->chunks, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	for (size_t i = 0; i < a->n_large; i++)
		munmap(a->large[i].at, a->large[i].bytes);
	free(a->large);
	free(a);
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	return take(a, bytes, ALIGN);
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		run_out(len);
	copy = take(a, len + 1, 1);
	memcpy(copy, s, len);
	return copy;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		run_out(0);
	text = take(a, (size_t)len + 1, 1);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	return text;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = arena_vprintf(a, fmt, args);
	va_end(args);
	return text;
}

/* Where that array is noted, or an empty place for a new one. */
static struct large *large_array(struct arena *a, const void *old)
{
	for (size_t i = a->n_large; old && i; i--)
		if (a->large[i - 1].at == old)
			return &a->large[i - 1];
	if (a->n_large == a->large_cap) {
		a->large_cap = a->large_cap * 2 + 64;
		a->large = realloc(a->large, a->large_cap * sizeof(*a->large));
		if (!a->large)
			run_out(a->large_cap * sizeof(*a->large));
	}
	a->large[a->n_large] = (struct large){ NULL, 0 };
	return &a->large[a->n_large++];
}

/* A copy of the n bytes of old, which is gone if it was large itself. */
static void *grow_large(struct arena *a, const void *old, size_t n, size_t bytes)
{
	struct large *place = large_array(a, old);
	bool was_large = place->at;
	void *at = was_large ? mremap(place->at, place->bytes, bytes, MREMAP_MAYMOVE)
			     : mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		run_out(bytes);
	madvise(at, bytes, MADV_HUGEPAGE); /* all of it: mremap takes no two pieces */
	if (!was_large && n)
		memcpy(at, old, n);
	*place = (struct large){ at, bytes };
	return at;
}

void *arena_grow(struct arena *a, void *old, size_t n, size_t *cap, size_t need,
		 size_t size)
{
	size_t bytes, want = *cap > SIZE_MAX / 2 ? SIZE_MAX : *cap * 2;
	void *at;

	if (need <= *cap)
		return old;
	if (want < need)
		want = need;
	if (__builtin_mul_overflow(want, size, &bytes))
		run_out(SIZE_MAX);
	if (bytes >= ARENA_LARGE) {
		at = grow_large(a, old, n * size, bytes);
	} else {
		at = arena_alloc(a, bytes);
		if (n)
			memcpy(at, old, n * size);
	}
	*cap = want;
	return at;
}
