/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NET6: the choice of a shape over the upper halves of addresses, and lists of lower
 * halves for the networks that need them. The tree has nodes of one cache line. Its inner
 * nodes hold halves of numbers, so that a difference has its sign in the top bit; each leaf
 * therefore begins at an even number, for which a piece may be cut in two.
 */
#include <string.h>
#include "compiler/lower/tables.h"

struct tree {
	struct arena *arena, *room;
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

static uint32_t upper(uint32_t n) /* log2, rounded up */
{
	uint32_t bits = 0;

	while (bits < 31 && 1u << bits < n)
		bits++;
	return bits;
}

static size_t networks_bytes(const struct tree *t)
{
	return t->spans.n ? t->spans.n * sizeof(struct nb_span) + t->lows.n * 12 + 8 : 0;
}

/* The networks behind what the shape needs, at a multiple of 8. */
static struct blob add_networks(const struct tree *t, struct shape made, struct nb_params *p)
{
	size_t spans = (made.len + 7) & ~(size_t)7, lows, classes;

	p->net6_spans = (uint32_t)t->spans.n;
	p->net6_lows = (uint32_t)t->lows.n;
	if (!t->spans.n)
		return (struct blob){ made.at, made.len };
	lows = spans + t->spans.n * sizeof(struct nb_span);
	classes = lows + t->lows.n * 8;
	p->net6_spans_off = (uint32_t)spans;
	p->net6_low_off = (uint32_t)lows;
	p->net6_low_classes_off = (uint32_t)classes;
	p->net6_low_steps = upper(t->widest);
	memcpy(made.at + spans, t->spans.at, t->spans.n * sizeof(struct nb_span));
	memcpy(made.at + lows, t->lows.at, t->lows.n * 8);
	memcpy(made.at + classes, t->low_classes.at, t->low_classes.n * 4);
	return (struct blob){ made.at, classes + t->low_classes.n * 4 };
}

/* Levels are made from the leaves up and stand from the root down. */
static struct shape tree(struct tree *t, struct nb_params *p)
{
	uint32_t count[NB_TREE_LEVELS] = { 0 }, levels = 0, off = NB_TREE_LEVELS * 4;
	uint32_t n, children;
	size_t end;
	uint8_t *at;

	t->leaves = ARENA_ARRAY(t->room, struct nb_leaf, t->n_pieces / 5 + 1);
	t->starts = ARENA_ARRAY(t->room, uint64_t, t->n_pieces / 5 + 1);
	add_leaves(t);
	n = children = t->n_leaves;
	for (; n > 1; levels++)
		count[levels] = n = (n + NB_TREE_CHILDREN - 1) / NB_TREE_CHILDREN;
	for (uint32_t i = 0; i < levels; i++)
		off += count[i] * 64;
	p->net6_kind = NB_NET_TREE;
	p->net6_levels = levels;
	p->net6_leaves_off = off;
	end = off + (size_t)t->n_leaves * sizeof(struct nb_leaf);
	at = arena_alloc(t->arena, end + networks_bytes(t));
	memcpy(at + off, t->leaves, t->n_leaves * sizeof(struct nb_leaf));
	for (uint32_t i = 0; i < levels; i++) {
		off -= count[i] * 64;
		children = add_level(t->starts, children, (uint64_t *)(at + off));
		((uint32_t *)at)[levels - 1 - i] = off;
	}
	return (struct shape){ at, end };
}

static struct shape choose(struct tree *t, size_t most, struct nb_params *p)
{
	const struct nb_params before = *p;
	struct shape made;

	if (t->n_pieces <= TABLE_TREE_PIECES)
		return tree(t, p);
	made = table_slots(t->arena, t->pieces, t->n_pieces, (uint32_t)t->spans.n,
			   networks_bytes(t), p);
	if (made.at && made.len + networks_bytes(t) <= most)
		return made;
	*p = before;
	return tree(t, p);
}

struct blob table_v6(struct arena *arena, const struct intervals *list, size_t most,
		     struct nb_params *p)
{
	struct tree t = { .arena = arena, .room = arena_new() };
	struct blob made = { NULL, 0 };

	if (list->n > 1 || list->at[0].set) {
		/* a network and what goes on behind it are at most two to an interval */
		t.pieces = ARENA_ARRAY(t.room, struct piece, 2 * (size_t)list->n);
		add_pieces(&t, list);
		made = add_networks(&t, choose(&t, most, p), p);
		p->net6_bytes = (uint32_t)made.len;
	}
	arena_free(t.room);
	return made;
}
