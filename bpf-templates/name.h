/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Eight bytes of a name in kernel memory; names are word-aligned and allocated in
 * whole words there, so the last read may run past the name but not its memory. */
#ifndef NB_NAME_H
#define NB_NAME_H

#include "params.h"

/* In the words of the headers that have it, whose types then go into the objects. */
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

/* What is there, whatever its type, for loads of plain numbers that give 0 where nothing
 * is: none of them makes the verifier look for a pointer's type. */
static __always_inline void *as_numbers(u64 at)
{
	return bpf_rdonly_cast((void *)at, bpf_core_type_id_kernel(struct NB_CAST_TYPE));
}

static __always_inline u64 name_word(u64 at)
{
	u64 word = 0;

	/* a plain load that faults to 0, cheaper than the helper */
	if (NB_HAS_CAST)
		return *(u64 *)as_numbers(at);
	bpf_probe_read_kernel(&word, 8, (void *)at);
	return word;
}

#endif
