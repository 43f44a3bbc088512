/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each block of text gets codes of its own for its bytes (Huffman's), and nothing else: lists of
 * addresses have few different characters, and little in them comes again that is worth
 * looking for. They shrink to less than half, at some hundred megabytes a second.
 */
#include "bundles/gzip.h"

#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h> /* crc32 alone, of which there is but one */

#define BLOCK ((size_t)1 << 17)
#define END 256 /* the symbol behind a block's last byte */
#define SYMBOLS 257
#define LONGEST 15
#define HEAD_BYTES 256 /* at least what a block's head, its end and the file's own take */

struct bits {
	uint8_t *at;
	uint64_t held;
	unsigned n; /* of them, < 8 between calls of flush */
};

struct code {
	uint16_t bits[SYMBOLS]; /* the first is the lowest */
	uint8_t len[SYMBOLS];	/* 0 = the symbol is not there */
};

/* A symbol, or two that were joined. */
struct node {
	uint32_t count;
	uint16_t parent;
	uint16_t symbol;
};

static inline void put(struct bits *b, uint64_t value, unsigned n)
{
	b->held |= value << b->n;
	b->n += n;
}

static inline void flush(struct bits *b)
{
	uint64_t lowest_first = htole64(b->held);

	memcpy(b->at, &lowest_first, sizeof lowest_first);
	b->at += b->n >> 3;
	b->held >>= b->n & ~7u;
	b->n &= 7;
}

static int by_count(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	return x->count != y->count ? (x->count < y->count ? -1 : 1)
				    : (x->symbol > y->symbol) - (x->symbol < y->symbol);
}

/* The lengths that counts ask for; the longest. The rarest two are joined, and so on: leaves
 * in order, and behind them what was joined, which is in order by itself. */
static unsigned lengths(const uint32_t count[SYMBOLS], uint8_t len[SYMBOLS])
{
	struct node nodes[2 * SYMBOLS];
	unsigned leaves = 0, n, leaf = 0, joined, longest = 0;
	uint8_t depth[2 * SYMBOLS];

	memset(len, 0, SYMBOLS);
	for (unsigned s = 0; s < SYMBOLS; s++)
		if (count[s])
			nodes[leaves++] = (struct node){.count = count[s], .symbol = (uint16_t)s};
	qsort(nodes, leaves, sizeof *nodes, by_count);
	joined = n = leaves;
	while (n < 2 * leaves - 1) {
		nodes[n].count = 0;
		for (unsigned i = 0; i < 2; i++) {
			bool is_leaf = leaf < leaves &&
				       (joined == n || nodes[leaf].count <= nodes[joined].count);
			struct node *least = &nodes[is_leaf ? leaf++ : joined++];

			nodes[n].count += least->count;
			least->parent = (uint16_t)n;
		}
		n++;
	}
	depth[n - 1] = 0;
	for (unsigned i = n - 1; i-- > 0;) {
		depth[i] = (uint8_t)(depth[nodes[i].parent] + 1);
		longest = depth[i] > longest ? depth[i] : longest;
		if (i < leaves)
			len[nodes[i].symbol] = depth[i];
	}
	return longest;
}

/* Codes of one length are consecutive, in the order of their symbols. */
static void assign(struct code *c)
{
	unsigned next = 0;

	for (unsigned len = 1; len <= LONGEST; len++) {
		next <<= 1;
		for (unsigned s = 0; s < SYMBOLS; s++) {
			unsigned turned = 0;

			if (c->len[s] != len)
				continue;
			for (unsigned i = 0; i < len; i++)
				turned |= (next >> i & 1) << (len - 1 - i);
			c->bits[s] = (uint16_t)turned;
			next++;
		}
	}
}

static void make_code(const uint8_t *at, size_t len, struct code *c)
{
	uint32_t count[SYMBOLS] = {0};

	for (size_t i = 0; i < len; i++)
		count[at[i]]++;
	count[END] = 1;
	while (lengths(count, c->len) > LONGEST)
		for (unsigned s = 0; s < SYMBOLS; s++)
			count[s] = (count[s] + 1) / 2; /* none becomes 0 */
	assign(c);
}

/* Lengths 0 to 15 are written as 4 bits each: all sixteen have a code of that length, and
 * what stands for repetitions has none. Of distances there must be some: two of one bit. */
static void put_head(struct bits *b, const struct code *c, bool last)
{
	put(b, last | 2 << 1, 3);
	put(b, SYMBOLS - 257, 5);
	put(b, 2 - 1, 5);
	put(b, 19 - 4, 4);
	flush(b);
	for (unsigned i = 0; i < 19; i++) {
		put(b, i < 3 ? 0 : 4, 3);
		flush(b);
	}
	for (unsigned s = 0; s < SYMBOLS + 2; s++) {
		unsigned value = s < SYMBOLS ? c->len[s] : 1, turned = 0;

		for (unsigned i = 0; i < 4; i++)
			turned |= (value >> i & 1) << (3 - i);
		put(b, turned, 4);
		flush(b);
	}
}

static void put_block(struct bits *out, const uint8_t *at, size_t len, bool last)
{
	struct code c = {.len = {0}};
	struct bits b; /* a copy, which no store through a pointer can change */
	size_t i = 0;

	make_code(at, len, &c);
	put_head(out, &c, last);
	b = *out;
	for (; i + 3 <= len; i += 3) { /* 7 bits, and three of 15 */
		for (unsigned j = 0; j < 3; j++)
			put(&b, c.bits[at[i + j]], c.len[at[i + j]]);
		flush(&b);
	}
	for (; i < len; i++) {
		put(&b, c.bits[at[i]], c.len[at[i]]);
		flush(&b);
	}
	put(&b, c.bits[END], c.len[END]);
	flush(&b);
	*out = b;
}

size_t gzip_room(size_t len)
{
	return len / 8 * LONGEST + (len / BLOCK + 2) * HEAD_BYTES;
}

size_t gzip_write(const uint8_t *at, size_t len, uint8_t *out)
{
	static const uint8_t head[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}; /* no time, no name */
	struct bits b = {.at = out + sizeof head};

	memcpy(out, head, sizeof head);
	for (size_t done = 0; done < len; done += BLOCK)
		put_block(&b, at + done, len - done < BLOCK ? len - done : BLOCK,
			  len - done <= BLOCK);
	put(&b, 0, -b.n & 7);
	flush(&b);
	put(&b, crc32_z(0, at, len), 32);
	flush(&b);
	put(&b, (uint32_t)len, 32);
	flush(&b);
	return (size_t)(b.at - out);
}
