/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open addressing with linear probing, at most half full. Never iterated: the
 * order of a hash must not reach any output.
 */
#include "compiler/base/table.h"

#include <stdint.h>
#include <string.h>

struct slot {
	const void *key; /* NULL: empty */
	size_t len;
	uint64_t hash;
	void *value;
};

struct table {
	struct arena *arena;
	struct slot *slots;
	size_t size, used; /* size: a power of two */
};

/* FNV-1a, and a last mix because the low bits choose the slot. */
static uint64_t hash_bytes(const void *key, size_t len)
{
	const unsigned char *p = key;
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h ^ h >> 29;
}

static struct slot *find(const struct table *t, const void *key, size_t len,
			 uint64_t hash)
{
	struct slot *s = NULL;

	for (size_t i = hash & (t->size - 1);; i = (i + 1) & (t->size - 1)) {
		s = &t->slots[i];
		if (!s->key)
			return s;
		if (s->hash == hash && s->len == len && !memcmp(s->key, key, len))
			return s;
	}
}

static void grow(struct table *t)
{
	struct slot *old = t->slots;
	size_t n = t->size;

	t->size *= 2;
	t->slots = ARENA_ARRAY(t->arena, struct slot, t->size);
	for (size_t i = 0; i < n; i++)
		if (old[i].key)
			*find(t, old[i].key, old[i].len, old[i].hash) = old[i];
}

struct table *table_new(struct arena *a)
{
	struct table *t = ARENA_NEW(a, struct table);

	t->arena = a;
	t->size = 64;
	t->slots = ARENA_ARRAY(a, struct slot, t->size);
	return t;
}

void *table_get(const struct table *t, const void *key, size_t len)
{
	return find(t, key, len, hash_bytes(key, len))->value;
}

void **table_at(struct table *t, const void *key, size_t len)
{
	uint64_t hash = hash_bytes(key, len);
	struct slot *s;

	if (t->used * 2 >= t->size)
		grow(t);
	s = find(t, key, len, hash);
	if (!s->key) {
		*s = (struct slot){.key = key, .len = len, .hash = hash};
		t->used++;
	}
	return &s->value;
}
