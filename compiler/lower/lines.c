/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/lines.h"
#include <string.h>

/* A zeroed line at the end. */
static uint64_t *add_line(struct lines *l, line_words *to)
{
	size_t n = to->n + l->form->words;

	if (n > to->cap)
		to->at = arena_grow(l->arena, to->at, to->n, &to->cap, n, sizeof(*to->at));
	to->n = n;
	return to->at + n - l->form->words;
}

static uint64_t head(enum nb_head kind, uint64_t rest)
{
	return (uint64_t)kind << NB_HEAD_KIND | rest;
}

/* Two classes by turns, or all of them apart. */
static uint64_t class_head(struct lines *l, const struct piece *p, uint32_t n)
{
	uint32_t even = p[0].value, odd = n > 1 ? p[1].value : even, i = 0;

	while (i < n && p[i].value == (i & 1 ? odd : even))
		i++;
	if (i == n && even <= NB_MAX_CLASS && odd <= NB_MAX_CLASS)
		return head(NB_HEAD_TWO, (uint64_t)odd << NB_HEAD_CLASS | even);
	for (i = 0; i < n; i++)
		VEC_PUSH(l->arena, &l->classes, p[i].value);
	return head(NB_HEAD_MIXED, l->classes.n - n);
}

static void put_line(struct lines *l, uint64_t *line, uint64_t head, const struct piece *p,
		     uint32_t n)
{
	line[0] = head;
	for (uint32_t i = 1; i < n; i++)
		l->form->put(line, i - 1, p[i].start);
}

static void add_pieces(struct lines *l, line_words *list, uint32_t first, uint32_t n)
{
	const struct piece *p = l->pieces + first;

	put_line(l, add_line(l, list), class_head(l, p, n), p, n);
}

/* A tree of the pieces from `first` on, too many for a line; from its leaves up. */
static void add_tree(struct lines *l, uint32_t first, uint32_t n)
{
	uint32_t most = l->form->starts + 1, levels = 1;
	struct piece *child;

	l->children.n = 0;
	for (uint32_t i = 0; i < n; i += most) {
		struct piece made = { l->pieces[first + i].start,
				      (uint32_t)(l->below.n / l->form->words) };

		add_pieces(l, &l->below, first + i, n - i < most ? n - i : most);
		VEC_PUSH(l->arena, &l->children, made);
	}
	child = l->children.at;
	for (n = (uint32_t)l->children.n; n > most; levels++) {
		uint32_t made = 0;

		for (uint32_t i = 0; i < n; i += most) {
			struct piece parent = { child[i].start,
						(uint32_t)(l->below.n / l->form->words) };

			put_line(l, add_line(l, &l->below), head(NB_HEAD_INNER, child[i].value),
				 child + i, n - i < most ? n - i : most);
			child[made++] = parent;
		}
		n = made;
	}
	put_line(l, add_line(l, &l->top), head(NB_HEAD_INNER, child[0].value), child, n);
	if (levels > l->levels)
		l->levels = levels;
}

static void flush(struct lines *l, uint32_t first, uint32_t n)
{
	if (n <= l->form->starts + 1)
		add_pieces(l, &l->top, first, n);
	else
		add_tree(l, first, n);
}

/* Behind the pieces that begin at `last` or before. */
static uint32_t behind(const struct lines *l, uint32_t from, uint64_t last)
{
	while (from < l->n_pieces && l->pieces[from].start <= last)
		from++;
	return from;
}

uint32_t lines_add_slot(struct lines *l, uint64_t start, uint32_t bits)
{
	uint32_t first = behind(l, l->at, start) - 1, end = first + 1, slot = 0;

	for (uint32_t part = 0; part < 1u << NB_SLOT_BITS; part++) {
		uint64_t from = start + ((uint64_t)part << bits);
		uint32_t next = behind(l, end, from + ((1ull << bits) - 1));

		if (part && next - first > l->form->starts + 1) {
			flush(l, first, end - first);
			slot |= 1u << (part - 1);
			first = behind(l, end, from) - 1;
		}
		end = next;
	}
	flush(l, first, end - first);
	l->at = end - 1;
	return slot;
}

void lines_add_class(struct lines *l, uint32_t class)
{
	struct piece whole = { 0, class };

	put_line(l, add_line(l, &l->top), class_head(l, &whole, 1), &whole, 1);
}

uint32_t lines_count(const struct lines *l)
{
	return (uint32_t)(l->top.n / l->form->words);
}

size_t lines_bytes(const struct lines *l)
{
	return (l->top.n + l->below.n) * 8;
}

/* Lines below were counted from the first of them. */
void lines_write(const struct lines *l, void *to)
{
	uint64_t *at = to, n = l->top.n + l->below.n;

	if (l->top.n)
		memcpy(at, l->top.at, l->top.n * 8);
	if (l->below.n)
		memcpy(at + l->top.n, l->below.at, l->below.n * 8);
	for (uint64_t i = 0; i < n; i += l->form->words)
		if (at[i] >> NB_HEAD_KIND == NB_HEAD_INNER)
			at[i] += lines_count(l);
}
