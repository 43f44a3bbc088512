/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NET6: a static tree over the upper halves of addresses, nodes of one cache line, and
 * lists of lower halves for the networks that need them. Inner nodes hold halves of
 * numbers, so that a difference has its sign in the top bit; each leaf therefore begins
 * at an even number, for which a piece may be cut in two.
 */
#include <string.h>
#include "compiler/lower/tables.h"

struct piece { /* of upper halves */
	uint64_t start;
	uint32_t value; /* class, or NB_DEEP | number of a span */
} __attribute__((packed, aligned(4)));

struct tree {
	struct arena *arena;
	struct piece *pieces;
	uint32_t n_pieces;
	VEC(struct nb_span) spans;
	VEC(uint64_t) lows;
	VEC(uint32_t) low_classes;
	uint32_t widest; /* span */
	struct nb_leaf *leaves;
	uint64_t *starts; /* of the leaves */
	uint32_t n_leaves;
};

static uint64_t high(const struct interval *i)
{
	return (uint64_t)(i->start >> 64);
}

/* The network of list->at[i], which begins inside of it or is followed by one that does.
 * Returns the first interval behind it. */
static uint32_t add_network(struct tree *t, const struct intervals *list, uint32_t i)
{
	uint64_t network = high(&list->at[i]);
	struct nb_span span = { .first = (uint32_t)t->lows.n };

	if ((uint64_t)list->at[i].start) { /* begins with what was before */
		VEC_PUSH(t->arena, &t->lows, 0);
		VEC_PUSH(t->arena, &t->low_classes, list->at[i - 1].set);
	}
	for (; i < list->n && high(&list->at[i]) == network; i++) {
		VEC_PUSH(t->arena, &t->lows, (uint64_t)list->at[i].start);
		VEC_PUSH(t->arena, &t->low_classes, list->at[i].set);
	}
	span.count = (uint32_t)t->lows.n - span.first;
	if (span.count > t->widest)
		t->widest = span.count;
	t->pieces[t->n_pieces++] =
		(struct piece){ network, NB_DEEP | (uint32_t)t->spans.n };
	VEC_PUSH(t->arena, &t->spans, span);
	if (network != UINT64_MAX && (i == list->n || high(&list->at[i]) != network + 1))
		t->pieces[t->n_pieces++] =
			(struct piece){ network + 1, list->at[i - 1].set };
	return i;
}

static void add_pieces(struct tree *t, const struct intervals *list)
{
	for (uint32_t i = 0; i < list->n;) {
		const struct interval *at = &list->at[i];

		if ((uint64_t)at->start || (i + 1 < list->n && high(at + 1) == high(at))) {
			i = add_network(t, list, i);
			continue;
		}
		t->pieces[t->n_pieces++] = (struct piece){ high(at), at->set };
		i++;
	}
}

static void add_leaf(struct tree *t, uint64_t start, uint32_t first, uint32_t n)
{
	struct nb_leaf *leaf = &t->leaves[t->n_leaves];

	for (uint32_t i = 0; i < NB_LEAF_PIECES; i++) {
		const struct piece *p = &t->pieces[first + (i < n ? i : n - 1)];

		if (i)
			leaf->start[i - 1] = i < n ? p->start : UINT64_MAX;
		leaf->class[i] = p->value;
	}
	t->starts[t->n_leaves++] = start;
}

static void add_leaves(struct tree *t)
{
	uint64_t start = 0, next = 0;

	for (uint32_t i = 0; i < t->n_pieces; start = next) {
		uint32_t n = t->n_pieces - i, behind;

		if (n <= NB_LEAF_PIECES) {
			add_leaf(t, start, i, n);
			return;
		}
		n = NB_LEAF_PIECES;
		behind = i + n;
		next = t->pieces[behind].start;
		if (next & 1) { /* begin the next leaf one before, inside of the last piece */
			next--;
			behind--;
			if (next == t->pieces[behind].start)
				n--;
		}
		add_leaf(t, start, i, n);
		i = behind;
	}
}

/* One level of nodes over n children that begin at `starts`, of which those of the
 * nodes remain; returns how many. */
static uint32_t add_level(uint64_t *starts, uint32_t n, uint64_t *nodes)
{
	uint32_t made = 0;

	for (uint32_t first = 0; first < n; first += NB_TREE_CHILDREN) {
		for (uint32_t i = 1; i < NB_TREE_CHILDREN; i++)
			*nodes++ = first + i < n ? starts[first + i] >> 1 : 1ull << 63;
		starts[made++] = starts[first];
	}
	return made;
}

/* Levels are made from the leaves up and stand from the root down. */
static struct blob write(struct tree *t, struct nb_params *p)
{
	uint32_t count[NB_TREE_LEVELS] = { 0 }, levels = 0, off = NB_TREE_LEVELS * 4;
	uint32_t n = t->n_leaves, children = n;
	size_t lows, low_classes, end;
	uint8_t *at;

	for (; n > 1; levels++)
		count[levels] = n = (n + NB_TREE_CHILDREN - 1) / NB_TREE_CHILDREN;
	for (uint32_t i = 0; i < levels; i++)
		off += count[i] * 64;
	p->net6_levels = levels;
	p->net6_leaves_off = off;
	p->net6_spans = (uint32_t)t->spans.n;
	p->net6_spans_off = off + t->n_leaves * (uint32_t)sizeof(struct nb_leaf);
	lows = p->net6_spans_off + t->spans.n * sizeof(struct nb_span);
	low_classes = lows + t->lows.n * 8;
	end = low_classes + t->low_classes.n * 4;
	p->net6_low_off = (uint32_t)lows;
	p->net6_lows = (uint32_t)t->lows.n;
	p->net6_low_classes_off = (uint32_t)low_classes;
	while (1u << p->net6_low_steps < t->widest)
		p->net6_low_steps++;
	at = arena_alloc(t->arena, end);
	memcpy(at + off, t->leaves, t->n_leaves * sizeof(struct nb_leaf));
	if (t->spans.n) {
		memcpy(at + p->net6_spans_off, t->spans.at, t->spans.n * sizeof(struct nb_span));
		memcpy(at + lows, t->lows.at, t->lows.n * 8);
		memcpy(at + low_classes, t->low_classes.at, t->low_classes.n * 4);
	}
	for (uint32_t i = 0; i < levels; i++) {
		off -= count[i] * 64;
		children = add_level(t->starts, children, (uint64_t *)(at + off));
		((uint32_t *)at)[levels - 1 - i] = off;
	}
	return (struct blob){ at, end };
}

struct blob table_v6(struct arena *arena, const struct intervals *list, struct nb_params *p)
{
	struct arena *room = arena_new();
	struct tree t = { .arena = arena };
	struct blob made = { NULL, 0 };

	if (list->n > 1 || list->at[0].set) {
		/* a network and what goes on behind it are at most two to an interval */
		t.pieces = ARENA_ARRAY(room, struct piece, 2 * (size_t)list->n);
		add_pieces(&t, list);
		t.leaves = ARENA_ARRAY(room, struct nb_leaf, t.n_pieces / 5 + 1);
		t.starts = ARENA_ARRAY(room, uint64_t, t.n_pieces / 5 + 1);
		add_leaves(&t);
		made = write(&t, p);
		p->net6_bytes = (uint32_t)made.len;
	}
	arena_free(room);
	return made;
}
