/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Looking addresses up, WINDOW of them a run: in the tables of the compiler with the
 * code of the templates, in the kernel's LPM trie, in a hash of whole addresses. Compiled
 * for one image of one rule: values.h has its parameters, FAMILY is 4 or 6. Answers are added
 * up, so that no branch depends on them, and must be the same of tables and trie.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define NB_KERNEL_H /* abi.h needs its types only */
#include "bpf-templates/abi.h"
#include "values.h"
#define NB_PARAMS_H
#define P(name) VALUE_##name
#define NB_MAPS_H
#define NB_NAME_H
#define NB_HAS_CAST 0 /* loops of C, as before 6.12 */
u8 nb_net4[NB_IMAGE_VARIABLE] SEC(NB_IMAGE_SECTION "nb_net4");
u8 nb_net6[NB_IMAGE_VARIABLE] SEC(NB_IMAGE_SECTION "nb_net6");
u8 nb_paths[NB_IMAGE_VARIABLE] SEC(NB_IMAGE_SECTION "nb_paths");
static __always_inline u64 name_word(u64 at)
{
	return at;
}
#include "bpf-templates/decide_net.h"

#define WINDOW 256
#define QUERIES (1u << 18)

struct address {
	u32 word[FAMILY == 4 ? 1 : 4];
};
struct prefix {
	u32 bits;
	struct address addr;
};

struct address queries[QUERIES] SEC(".bss.queries");
u32 next;
u64 sum SEC(".bss.sum");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 2000000);
	__type(key, struct prefix);
	__type(value, u32);
} lpm SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2000000);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct address);
	__type(value, u32);
} hash SEC(".maps");

static __always_inline u32 in_tables(const struct address *a)
{
#if FAMILY == 4
	return class4(a->word[0]);
#else
	return class6(a->word);
#endif
}

static __always_inline u32 in_lpm(const struct address *a)
{
	struct prefix key = { .bits = FAMILY == 4 ? 32 : 128, .addr = *a };
	u32 *value = bpf_map_lookup_elem(&lpm, &key);

	return value ? *value : 0;
}

static __always_inline u32 in_hash(const struct address *a)
{
	struct address key = *a;
	u32 *value = bpf_map_lookup_elem(&hash, &key);

	return value ? *value : 0;
}

static __always_inline u32 in_nothing(const struct address *a)
{
	return a->word[0];
}

/* bpf_loop, so that the verifier sees one lookup and not WINDOW of them */
#define RUN(name)                                                              \
	static long one_##name(u64 i, u64 *all)                                \
	{                                                                      \
		*all += in_##name(&queries[(next + i) & (QUERIES - 1)]);       \
		return 0;                                                      \
	}                                                                      \
	SEC("tc")                                                              \
	int run_##name(void *ctx)                                              \
	{                                                                      \
		u64 all = 0;                                                   \
	                                                                       \
		bpf_loop(WINDOW, one_##name, &all, 0);                         \
		next += WINDOW;                                                \
		sum += all;                                                    \
		return 0;                                                      \
	}
RUN(nothing)
RUN(tables)
RUN(lpm)
RUN(hash)

char bench_license[] SEC("license") = "Dual BSD/GPL";
