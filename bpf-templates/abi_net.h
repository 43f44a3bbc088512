/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Part of abi.h: the tables of addresses, NET4 and NET6. */
#ifndef NB_ABI_NET_H
#define NB_ABI_NET_H

/* A piece is a run of addresses with one class; the pieces of a family cover all of
 * it. The compiler chooses the shape of the table by their number: IPv4 has one of the
 * first four (net4_kind), IPv6 one of the others (net6_kind). */
enum nb_net_kind {
	NB_NET_NONE,
	NB_NET_SORTED,
	NB_NET_TRIE,
	NB_NET_RANGES,
	NB_NET_TREE,
	NB_NET_SLOTS
};

/* SORTED: u32 start[1 << net4_steps], ascending from 0, what is left over being
 * 0xffffffff; u32 class[] likewise, what is left over being the last one. */

/* TRIE: u16, a root of 65536 entries for the top 16 bits, then blocks of 256 entries for
 * each further byte; block b starts at 65536 + b * 256. Entries of the root and of the
 * blocks that it names are numbers of blocks, those of the last blocks classes: where
 * all addresses have one class there are blocks for it, too, so that a lookup is three
 * loads and no branch. */
#define NB_TRIE_ROOT 65536u
#define NB_TRIE_BLOCK 256u

/*
 * Slots lead to lines of 64 bytes, in RANGES of IPv4 and SLOTS of IPv6. A slot is a run of
 * addresses in 16 equal parts: u32, the number of its last line << 15 | a bit for each part
 * but the first that begins a line; the part at hand lies in that line less the bits of
 * parts behind it. A line tells where its pieces but the first begin; how many of those
 * are not behind an address is its rank. It begins with a head, u64. Where its top bit is
 * set the line is INNER: the low half plus the rank is the number of a line below.
 */
#define NB_SLOT_BITS 4
#define NB_SLOT_LINE 15
#define NB_LINE_WORDS 8
#define NB_HEAD_INNER (1ull << 63)

/* In RANGES the head's top two bits say what the rest of it means, if it is not INNER:
 *   TWO    the classes of pieces of even rank, and << 18 those of odd rank;
 *   MIXED  the low half is the number of the first of the pieces' classes, u32 each. */
#define NB_HEAD_KIND 62
#define NB_HEAD_CLASS 18
enum nb_head { NB_HEAD_TWO, NB_HEAD_MIXED };
#define NB_MAX_CLASS ((1u << NB_HEAD_CLASS) - 1)

/* RANGES: u32 first[512] by the top 9 bits, of the lines that slots speak of, all 0 unless
 * net4_far; u32 slot[1 << 17] by the top 17; lines of a head and seven words, of which
 * the last is unused; at net4_classes_off the classes of MIXED; two words that nothing means.
 * Four numbers to a word: 0x8000 - low 15 bits of where a piece begins, what is left over 0,
 * so that adding an address's own sets the top bit of those it counts. The first word has
 * every fifth number, the others the four before each of them, and the last four. */
#define NB_RANGES_GROUPS 9
#define NB_RANGES_BITS 17
#define NB_RANGES_LOW (32 - NB_RANGES_BITS)
#define NB_RANGES_SLOTS (4u << NB_RANGES_GROUPS)
#define NB_RANGES_LINES (NB_RANGES_SLOTS + (4u << NB_RANGES_BITS))
#define NB_RANGES_READ (NB_LINE_WORDS + 2) /* words that a lookup may reach from a line */
#define NB_RANGES_STARTS 24
#define NB_FOUR 0x1000100010001ull

/*
 * TREE, over the upper 64 bits of an IPv6 address: u32[16], where each of net6_levels
 * levels of inner nodes begins; nodes of eight u64, half of where each but the first
 * of nine children begins, ascending; leaves at net6_leaves_off. Child i of node n is
 * number 9 * n + i of the next level. All nodes are one cache line.
 */
#define NB_TREE_CHILDREN 9
#define NB_TREE_LEVELS 16
#define NB_LEAF_PIECES 6
struct nb_leaf {
	u64 start[NB_LEAF_PIECES - 1]; /* of all pieces but the first, which begins where
					* the leaf does; left over: ~0, and the class
					* of the last */
	u32 class[NB_LEAF_PIECES];
};
/*
 * SLOTS, over the upper 64 bits of an IPv6 address: u64 top[1 << net6_top] by the top
 * bits: bits 0 to 5 are log2 of the size of a part; the rest of the low half is where the
 * first line is that slots of the region speak of. The upper half, and four bytes for each
 * slot of the address space before the address, is where its slot is, u32, modulo 2^32.
 * Lines from net6_leaves_off on, a multiple of 64. In an INNER line follow seven numbers, u64: 2^63 - where a child begins, each without its topmost bit,
 * which all of a line share; what is left over is 0. Of others, struct nb_line:
 *   bits 0 to 31 of the head are a code of two bits for each rank, where that of rank 12 is
 *   number 15, and for numbers 12 to 14 they are 0; then a number of 25 bits, and a shift.
 *   before is one less than where the first of the pieces behind begins. The others tell
 *   how much later they do, by the shift: every fourth in fourth[], those before each in
 *   rest[]. What is left over is ~0, and has the last one's code.
 * A code is a class, or NB_CODE_LIST: the number and how many such codes the line has
 * before is that of a span (below). But with net6_classes_off not 0, there at the number
 * plus the code is the class, u32, or NB_DEEP | span.
 */
#define NB_SLOTS_TOP_MAX 16
#define NB_SLOTS_STARTS 12
#define NB_SLOTS_CHILDREN 8
#define NB_LINE_SHIFT(head) ((head) >> 57) /* of lines that are not INNER */
#define NB_LINE_NUMBER(head) ((head) >> 32 & ((1u << 25) - 1))
#define NB_LINE_HEAD(codes, number, shift) ((u64)(shift) << 57 | (u64)(number) << 32 | (codes))
#define NB_CODES 4
#define NB_CODE_LIST 3
#define NB_CODE_AT(rank) ((rank) == NB_SLOTS_STARTS ? 15 : (rank))
struct nb_line {
	u64 head;
	u64 before;
	u32 rest[9];
	u32 fourth[3];
};

/* In TREE, too: the piece is one /64 with more than one class: the rest of the number is a struct
 * nb_span at net6_spans_off, of lower halves, ascending from 0, at net6_low_off, u64,
 * and of their classes at net6_low_classes_off, u32. */
#define NB_DEEP 0x80000000u

#endif
