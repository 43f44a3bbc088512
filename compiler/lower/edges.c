/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cuckoo hashing with buckets of four (Pagh and Rodler 2001; Dietzfelbinger and
 * Weidling 2007): a probe reads at most two cache lines, whatever the policy. The
 * evicted slot is drawn from either bucket by a fixed-seed generator: kicking
 * always from the first one fails at this load, and the bytes must repeat.
 */
#include "compiler/lower/edges.h"
#include <string.h>

#define LOAD_PERCENT 85
#define MAX_KICKS 2000
/* A run of so many slots in a table half full has no other cause than names made
 * for it: the hash is part of the image's format and can be inverted. */
#define MAX_RUN 512
/* So many slots or edges further on, memory is asked for what is needed there. */
#define AHEAD 32

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0xff51afd7ed558ccdull;
	return hash ^ hash >> 32;
}

/* Words of a name as the pool holds them: zero-padded, at least one zero byte. */
static uint64_t word(struct bytes name, uint32_t index)
{
	uint64_t w = 0;
	uint32_t left = name.len - index * 8;

	memcpy(&w, name.at + index * 8, left < 8 ? left : 8);
	return w;
}

/* Bytes of a word that make a name odd (NB_ODD_BYTES) leave a bit each. */
static uint64_t odd_bytes(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101ull, tops = ones << 7;
	uint64_t found = w & tops;

	for (size_t i = 0; i < sizeof(NB_ODD_BYTES) - 1; i++) {
		uint64_t other = w ^ ones * (uint8_t)NB_ODD_BYTES[i];

		found |= (other - ones) & ~other & tops;
	}
	return found;
}

/* All but where it is in the pool. */
static struct edge_name describe(struct bytes name)
{
	struct edge_name about = { .hash = name.len, .folded = name.len, .len = name.len & ~(1u << 31) };
	char last = name.len ? name.at[name.len - 1] : 0;
	uint64_t odd = last == '.' || last == ' ';

	for (uint32_t i = 0; i <= name.len / 8; i++) {
		uint64_t w = word(name, i);

		about.hash = mix(about.hash, w);
		about.folded = mix(about.folded, w | NB_FOLD_HASH);
		odd |= odd_bytes(w);
	}
	about.odd = odd != 0;
	return about;
}

struct bytes edges_bytes(const struct edge_list *list, uint32_t name)
{
	const struct edge_name *about = &list->names.at[name];

	return (struct bytes){ (const char *)&list->pool.at[about->offset], about->len };
}

static bool is_name(const struct edge_list *list, uint32_t id, struct bytes name, uint64_t hash)
{
	const struct edge_name *about = &list->names.at[id];

	return about->hash == hash && about->len == name.len &&
	       !memcmp(&list->pool.at[about->offset], name.at, name.len);
}

struct edge_list *edges_new(struct arena *arena)
{
	struct edge_list *list = ARENA_NEW(arena, struct edge_list);

	list->arena = arena;
	list->n_slots = 256;
	list->slots = ARENA_ARRAY(arena, uint32_t, list->n_slots);
	VEC_PUSH(arena, &list->pool, 0);
	return list;
}

static void rehash(struct edge_list *list, uint32_t n_slots)
{
	list->n_slots = n_slots;
	list->slots = ARENA_ARRAY(list->arena, uint32_t, list->n_slots);
	for (uint32_t id = 0; id < list->names.n; id++) {
		uint32_t i = (uint32_t)list->names.at[id].hash;

		while (list->slots[i & (list->n_slots - 1)])
			i++;
		list->slots[i & (list->n_slots - 1)] = id + 1;
	}
}

uint32_t edges_name(struct edge_list *list, struct bytes name)
{
	struct edge_name about = describe(name);
	uint32_t first = (uint32_t)about.hash, i = first, id;

	for (; (id = list->slots[i & (list->n_slots - 1)]); i++) {
		if (is_name(list, id - 1, name, about.hash))
			return id - 1;
		list->flooded |= i - first > MAX_RUN;
		if (list->flooded) /* edges_buckets refuses; any number will do */
			return 0;
	}
	id = (uint32_t)list->names.n;
	list->slots[i & (list->n_slots - 1)] = id + 1;
	about.offset = (uint32_t)list->pool.n;
	VEC_PUSH(list->arena, &list->names, about);
	for (uint32_t k = 0; k <= name.len / 8; k++)
		VEC_PUSH(list->arena, &list->pool, word(name, k));
	if (list->names.n * 2 > list->n_slots)
		rehash(list, list->n_slots * 2);
	return id;
}

uint32_t edges_slots(size_t n)
{
	uint32_t slots = 256;

	while (slots / 2 < n && slots < 1u << 31)
		slots *= 2;
	return slots;
}

void edges_expect(struct edge_list *list, size_t names)
{
	if (edges_slots(names) > list->n_slots)
		rehash(list, edges_slots(names));
}

uint32_t edges_find(const struct edge_list *list, struct bytes name)
{
	uint64_t hash = describe(name).hash;
	uint32_t i = (uint32_t)hash, id;

	for (; (id = list->slots[i & (list->n_slots - 1)]); i++)
		if (is_name(list, id - 1, name, hash))
			return id - 1;
	return EDGES_NO_NAME;
}

uint64_t edges_add(struct edge_list *list, uint32_t from, uint32_t name, uint32_t to,
		   uint32_t row)
{
	uint64_t hash = list->names.at[name].folded;

	VEC_PUSH(list->arena, &list->edges,
		 (struct nb_edge){ from, NB_NAME_TAG(hash) | list->names.at[name].offset, to, row });
	VEC_PUSH(list->arena, &list->hashes, mix(hash, from));
	return hash;
}

void edges_add_glob(struct edge_list *list, uint32_t context, uint32_t class, uint32_t to,
		    uint32_t row)
{
	VEC_PUSH(list->arena, &list->edges,
		 (struct nb_edge){ context | NB_GLOB, class, to, row });
	/* mixed once before `from` is: class ^ context alone would collide */
	VEC_PUSH(list->arena, &list->hashes, mix(mix(1, class), context | NB_GLOB));
}

struct placing {
	const struct edge_list *list;
	uint32_t *slots; /* edge + 1 */
	uint32_t buckets;
	uint64_t random;
};

static uint32_t bucket(const struct placing *p, uint32_t edge, uint32_t half)
{
	uint64_t hash = p->list->hashes.at[edge];

	return (uint32_t)((uint64_t)(uint32_t)(half ? hash >> 32 : hash) * p->buckets >> 32);
}

/* Both of its buckets are somewhere else than those of the edge before it. */
static void expect(const struct placing *p, size_t edge)
{
	if (edge >= p->list->edges.n)
		return;
	for (uint32_t half = 0; half < 2; half++)
		__builtin_prefetch(&p->slots[bucket(p, (uint32_t)edge, half) * NB_BUCKET_EDGES], 1);
}

static bool put(struct placing *p, uint32_t edge)
{
	for (uint32_t kick = 0; kick < MAX_KICKS; kick++) {
		uint32_t at = 0, evicted;

		for (uint32_t half = 0; half < 2; half++) {
			at = bucket(p, edge, half) * NB_BUCKET_EDGES;
			for (uint32_t s = at; s < at + NB_BUCKET_EDGES; s++) {
				if (!p->slots[s]) {
					p->slots[s] = edge + 1;
					return true;
				}
			}
		}
		p->random = p->random * 6364136223846793005ull + 1442695040888963407ull;
		at = bucket(p, edge, (uint32_t)(p->random >> 40) & 1) * NB_BUCKET_EDGES +
		     (uint32_t)(p->random >> 50) % NB_BUCKET_EDGES;
		evicted = p->slots[at] - 1;
		p->slots[at] = edge + 1;
		edge = evicted;
	}
	return false;
}

static void write_buckets(const struct placing *p, struct byte_list *to)
{
	struct nb_edge bucket[NB_BUCKET_EDGES];
	size_t n = (size_t)p->buckets * NB_BUCKET_EDGES;

	for (size_t at = 0; at < n; at += NB_BUCKET_EDGES) {
		memset(bucket, 0, sizeof(bucket));
		for (size_t s = at + AHEAD; s < at + AHEAD + NB_BUCKET_EDGES && s < n; s++)
			if (p->slots[s])
				__builtin_prefetch(&p->list->edges.at[p->slots[s] - 1]);
		for (uint32_t s = 0; s < NB_BUCKET_EDGES; s++)
			if (p->slots[at + s])
				bucket[s] = p->list->edges.at[p->slots[at + s] - 1];
		bytes_section(to, bucket, NB_BUCKET_EDGES, sizeof(*bucket));
	}
}

bool edges_buckets(struct edge_list *list, struct byte_list *to, uint32_t *n_buckets)
{
	struct placing p = { .list = list };
	uint64_t want = list->edges.n * 100 / (LOAD_PERCENT * NB_BUCKET_EDGES) + 1;
	uint64_t most = want * 4 + 64;

	if (list->flooded)
		return false;
	for (;; want += want / 16 + 1) { /* hardly ever needed at this load */
		uint32_t i = 0;

		if (want > most)
			return false;
		p.buckets = (uint32_t)want;
		p.random = 1;
		p.slots = ARENA_ARRAY(list->arena, uint32_t, want * NB_BUCKET_EDGES);
		for (; i < list->edges.n && put(&p, i); i++)
			expect(&p, (size_t)i + AHEAD);
		if (i == list->edges.n)
			break;
	}
	write_buckets(&p, to);
	*n_buckets = p.buckets;
	return true;
}
