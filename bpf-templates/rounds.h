/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * ROUNDS(i, n) { ... }: the block for i = 0 to n - 1, as a loop of C. From 6.12 on the
 * kernel's own iterator counts, and the verifier judges the block two or three times,
 * whatever n is; a loop of C it judges n times. A round costs a few instructions more,
 * so loops that every open runs are left as they are. Part of decide.h.
 */
#ifndef NB_ROUNDS_H
#define NB_ROUNDS_H

#include "params.h"

#ifdef __bpf__
struct bpf_iter_num {
	u64 opaque[1];
} __attribute__((aligned(8)));

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym __weak;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym __weak;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym __weak;

struct rounds {
	struct bpf_iter_num it;
	u32 next, times;
};

static __always_inline void rounds_begin(struct rounds *r, u32 times)
{
	r->next = 0;
	r->times = times;
	if (NB_HAS_CAST)
		bpf_iter_num_new(&r->it, 0, (int)times);
}

static __always_inline u32 rounds_next(struct rounds *r, u32 *i)
{
	int *at;

	if (!NB_HAS_CAST) {
		*i = r->next++;
		return *i < r->times;
	}
	at = bpf_iter_num_next(&r->it);
	if (!at)
		return 0;
	*i = *at;
	return 1;
}

static __always_inline void rounds_end(struct rounds *r)
{
	if (NB_HAS_CAST)
		bpf_iter_num_destroy(&r->it);
}

/* Whatever leaves the block leaves the iterator, too. */
#define ROUNDS(i, n)                                                           \
	for (struct rounds rounds_ __attribute__((cleanup(rounds_end))),       \
	     *begun_ = (rounds_begin(&rounds_, (n)), (struct rounds *)0);      \
	     (void)begun_, rounds_next(&rounds_, &(i));)

/* At the begin of a loop's block: the kernel counts, and ends the loop in millions of rounds,
 * so the verifier need not see the end. From 6.9 on; what ends it soon is the block's. */
#define MAY_GO_ON(away) asm goto("may_goto %l[" #away "]" : : : : away)

/* The same for a loop of C that has a bound for older kernels, see nb_name_equal. */
#define NO_BOUND NB_HAS_CAST
#else
#define ROUNDS(i, n) for ((i) = 0; (i) < (n); (i)++)
#define MAY_GO_ON(away) goto away
#define NO_BOUND 0
#endif

#endif
