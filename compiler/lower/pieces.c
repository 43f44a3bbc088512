/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/pieces_walk.h"

bool walk_fail(struct walk *w, const char *what)
{
	w->wrong = what;
	return false;
}

bool walk_tell(struct walk *w, piece_address first, piece_address last, uint32_t class)
{
	if (first != w->end || last < first)
		return walk_fail(w, "pieces with a gap");
	if (class >= w->p->classes)
		return walk_fail(w, "a class that does not exist");
	w->end = last + 1;
	w->wrong = w->fn(w->to, first, last, class);
	return !w->wrong;
}

/* n records of that size at off, or NULL. */
const void *walk_records(struct walk *w, size_t off, size_t n, size_t size)
{
	if (off <= w->len && n <= (w->len - off) / size)
		return w->at + off;
	walk_fail(w, "a place behind the end");
	return NULL;
}

static bool walk_sorted(struct walk *w)
{
	uint32_t n = 1u << (w->p->net4_steps & 31);
	const uint32_t *start = walk_records(w, 0, 2 * (size_t)n, 4), *class = start + n;

	if (!start || start[0])
		return walk_fail(w, "a sorted table that does not begin at 0");
	for (uint32_t i = 0; i < n; i++) {
		if (i + 1 < n && start[i + 1] == UINT32_MAX && start[i] == UINT32_MAX) {
			if (class[i] != class[i + 1])
				return walk_fail(w, "two classes of one address");
			continue;
		}
		if (!walk_tell(w, start[i], i + 1 < n ? start[i + 1] - 1 : UINT32_MAX, class[i]))
			return false;
	}
	return true;
}

static bool one_class(struct walk *, uint32_t block, uint32_t bits, uint32_t *class);

/* Are all entries of the block equal? Then one of them, and so on down, says it all. */
static bool read_class(struct walk *w, uint32_t block, uint32_t bits, uint32_t *class)
{
	const uint16_t *entry = walk_records(w, (NB_TRIE_ROOT + (size_t)block * NB_TRIE_BLOCK) * 2,
					NB_TRIE_BLOCK, 2);

	for (uint32_t i = 1; entry && i < NB_TRIE_BLOCK; i++)
		if (entry[i] != entry[0])
			return false;
	*class = entry ? entry[0] : 0;
	return entry && (!bits || one_class(w, entry[0], bits - 8, class));
}

static bool one_class(struct walk *w, uint32_t block, uint32_t bits, uint32_t *class)
{
	struct memo *m = &w->memo[block % MEMO];

	if (m->state == MEMO_EMPTY || m->block != block || m->bits != bits) {
		struct memo made = {.block = block, .bits = bits};

		made.state = read_class(w, block, bits, &made.class) ? MEMO_ONE : MEMO_MIXED;
		*m = made;
	}
	*class = m->class;
	return m->state == MEMO_ONE;
}

static bool walk_block(struct walk *w, size_t off, uint32_t n, uint32_t start, uint32_t bits)
{
	const uint16_t *entry = walk_records(w, off * 2, n, 2);

	for (uint32_t i = 0; entry && i < n; i++) {
		uint32_t first = start + (i << bits), class = entry[i];

		if (!bits || one_class(w, entry[i], bits - 8, &class)) {
			if (!walk_tell(w, first, first + ((1u << bits) - 1), class))
				return false;
		} else if (w->wrong || !walk_block(w, NB_TRIE_ROOT + (size_t)entry[i] * NB_TRIE_BLOCK,
						   NB_TRIE_BLOCK, first, bits - 8)) {
			return false;
		}
	}
	return entry;
}

bool walk_network(struct walk *w, uint64_t high, uint32_t number)
{
	const struct nb_params *p = w->p;
	const struct nb_span *span =
		walk_records(w, p->net6_spans_off + (size_t)number * sizeof(*span), 1, sizeof(*span));
	piece_address base = (piece_address)high << 64;
	const uint64_t *start;
	const uint32_t *class;

	if (!span)
		return false;
	start = walk_records(w, p->net6_low_off + (size_t)span->first * 8, span->count, 8);
	class = walk_records(w, p->net6_low_classes_off + (size_t)span->first * 4, span->count, 4);
	if (!start || !class)
		return false;
	if (number >= p->net6_spans || !span->count ||
	    (uint64_t)span->count > 1ull << p->net6_low_steps)
		return walk_fail(w, "a network that is not searched to its end");
	for (uint32_t i = 0; i < span->count; i++) {
		uint64_t last = i + 1 < span->count ? start[i + 1] - 1 : UINT64_MAX;

		if (!walk_tell(w, base | start[i], base | last, class[i]))
			return false;
	}
	return true;
}

/* The upper halves first to last. */
static bool walk_leaf(struct walk *w, uint64_t node, uint64_t first, uint64_t last)
{
	const struct nb_leaf *leaf =
		walk_records(w, w->p->net6_leaves_off + node * sizeof(*leaf), 1, sizeof(*leaf));

	for (uint32_t i = 0; leaf && i < NB_LEAF_PIECES; i++) {
		bool more = i + 1 < NB_LEAF_PIECES;
		uint64_t end = more && leaf->start[i] <= last ? leaf->start[i] - 1 : last;

		if (more && leaf->start[i] == UINT64_MAX && first == UINT64_MAX) {
			/* what is left over may stand at a piece of the very last network */
			if (leaf->class[i] != leaf->class[i + 1])
				return walk_fail(w, "two classes of one network");
			continue;
		}
		if (more && leaf->start[i] <= first)
			return walk_fail(w, "a leaf that does not ascend");
		if (leaf->class[i] & NB_DEEP) {
			if (end != first)
				return walk_fail(w, "a list for several networks");
			if (!walk_network(w, first, leaf->class[i] & ~NB_DEEP))
				return false;
		} else if (!walk_tell(w, (piece_address)first << 64,
				 (piece_address)end << 64 | UINT64_MAX, leaf->class[i])) {
			return false;
		}
		if (end == last)
			return true;
		first = end + 1;
	}
	return false;
}

/* Depth is at most NB_TREE_LEVELS. */
static bool walk_node(struct walk *w, uint32_t level, uint64_t node, uint64_t first,
		      uint64_t last)
{
	const uint32_t *levels = (const uint32_t *)w->at;
	const uint64_t *half;

	if (level == w->p->net6_levels)
		return walk_leaf(w, node, first, last);
	half = walk_records(w, levels[level] + node * 64, 8, 8);
	for (uint32_t i = 0; half && i < NB_TREE_CHILDREN; i++) {
		bool more = i + 1 < NB_TREE_CHILDREN && half[i] < 1ull << 63;
		uint64_t end = more ? half[i] * 2 - 1 : last;

		if (more && (half[i] * 2 <= first || half[i] * 2 > last))
			return walk_fail(w, "a node that does not ascend");
		if (!walk_node(w, level + 1, node * NB_TREE_CHILDREN + i, first, end))
			return false;
		if (!more) {
			for (i++; i < NB_TREE_CHILDREN; i++)
				if (half[i - 1] != 1ull << 63)
					return walk_fail(w, "a node that does not ascend");
			return true;
		}
		first = end + 1;
	}
	return false;
}

static bool walk_tree(struct walk *w)
{
	if (w->p->net6_levels > NB_TREE_LEVELS || w->len < NB_TREE_LEVELS * 4)
		return walk_fail(w, "a tree without its head");
	return walk_node(w, 0, 0, 0, UINT64_MAX);
}

static bool walk_v4(struct walk *w)
{
	switch (w->p->net4_kind) {
	case NB_NET_SORTED:
		return walk_sorted(w);
	case NB_NET_TRIE:
		return walk_block(w, 0, NB_TRIE_ROOT, 0, 16);
	case NB_NET_RANGES:
		return walk_ranges(w);
	default:
		return walk_fail(w, "a table of no known shape");
	}
}

static bool walk_v6(struct walk *w)
{
	if (w->p->net6_low_steps > 31)
		return walk_fail(w, "too many steps");
	switch (w->p->net6_kind) {
	case NB_NET_TREE:
		return walk_tree(w);
	case NB_NET_SLOTS:
		return walk_slots(w);
	default:
		return walk_fail(w, "a table of no known shape");
	}
}

const char *pieces_walk(const struct image *image, bool v6, piece_fn *fn, void *to)
{
	const struct blob *map = &image->maps[v6 ? NB_IMAGE_NET6 : NB_IMAGE_NET4];
	piece_address last = v6 ? ~(piece_address)0 : UINT32_MAX;
	struct walk w = { .at = map->at, .len = map->len, .p = &image->params, .fn = fn,
			  .to = to };

	if (map->len != (v6 ? w.p->net6_bytes : w.p->net4_bytes))
		return "a size that its parameter does not give";
	if (!map->len)
		return fn(to, 0, last, 0);
	if (!(v6 ? walk_v6(&w) : walk_v4(&w)))
		return w.wrong ? w.wrong : "a list that ends too early";
	return w.end == last + 1 || (v6 && !w.end) ? NULL : "pieces that end too early";
}
