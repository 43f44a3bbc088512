/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/lines.h"
#include <string.h>

/* A zeroed line at the end. */
static uint64_t *add_line(struct lines *l, line_words *to)
{
	size_t n = to->n + NB_LINE_WORDS;

	if (n > to->cap)
		to->at = arena_grow(l->arena, to->at, to->n, &to->cap, n, sizeof(*to->at));
	to->n = n;
	return to->at + n - NB_LINE_WORDS;
}

static uint32_t number_of_next(const line_words *list)
{
	return (uint32_t)(list->n / NB_LINE_WORDS);
}

static void add_pieces(struct lines *l, line_words *list, const struct piece *p, uint32_t n)
{
	l->form->put(l, add_line(l, list), p, n);
}

static void add_inner(struct lines *l, line_words *list, const struct piece *child, uint32_t n)
{
	uint64_t *line = add_line(l, list);

	line[0] = NB_HEAD_INNER | child[0].value;
	for (uint32_t i = 1; i < n; i++)
		l->form->put_child(line, i, child[i].start);
}

/* A tree of pieces that are too many for a line; from its leaves up. */
static void add_tree(struct lines *l, const struct piece *p, uint32_t n)
{
	uint32_t most = l->form->children, levels = 1;
	struct piece *child;

	l->children.n = 0;
	for (uint32_t i = 0, some; i < n; i += some) {
		struct piece made = { p[i].start, number_of_next(&l->below) };

		some = l->form->fit(l, p + i, n - i);
		add_pieces(l, &l->below, p + i, some);
		VEC_PUSH(l->arena, &l->children, made);
	}
	child = l->children.at;
	for (n = (uint32_t)l->children.n; n > most; levels++) {
		uint32_t made = 0;

		for (uint32_t i = 0; i < n; i += most) {
			struct piece parent = { child[i].start, number_of_next(&l->below) };

			add_inner(l, &l->below, child + i, n - i < most ? n - i : most);
			child[made++] = parent;
		}
		n = made;
	}
	add_inner(l, &l->top, child, n);
	if (levels > l->levels)
		l->levels = levels;
}

static void flush(struct lines *l, uint32_t first, uint32_t n)
{
	const struct piece *p = l->pieces + first;

	if (l->form->fit(l, p, n) == n)
		add_pieces(l, &l->top, p, n);
	else
		add_tree(l, p, n);
}

/* Behind the pieces that begin at `last` or before. */
static uint32_t behind(const struct lines *l, uint32_t from, uint64_t last)
{
	while (from < l->n_pieces && l->pieces[from].start <= last)
		from++;
	return from;
}

static bool fits(const struct lines *l, uint32_t first, uint32_t end)
{
	return l->form->fit(l, l->pieces + first, end - first) == end - first;
}

uint32_t lines_add_slot(struct lines *l, uint64_t start, uint32_t bits)
{
	uint32_t first = behind(l, l->at, start) - 1, end = first + 1, slot = 0;
	bool fit = true;

	for (uint32_t part = 0; part < 1u << NB_SLOT_BITS; part++) {
		uint64_t from = start + ((uint64_t)part << bits);
		uint32_t next = behind(l, end, from + ((1ull << bits) - 1));

		if (next > end)
			fit = fits(l, first, next);
		if (part && !fit) {
			flush(l, first, end - first);
			slot |= 1u << (part - 1);
			first = behind(l, end, from) - 1;
			fit = fits(l, first, next);
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

	add_pieces(l, &l->top, &whole, 1);
}

uint32_t lines_count(const struct lines *l)
{
	return number_of_next(&l->top);
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
	for (uint64_t i = 0; i < n; i += NB_LINE_WORDS)
		if (at[i] & NB_HEAD_INNER)
			at[i] += lines_count(l);
}
