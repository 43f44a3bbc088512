/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is known of a directory, in the storage of its inode: its state, and marks of
 * moves (walk.h, moves.h).
 *
 * To ask a storage that is not there takes longer than all else that a climb does at a
 * directory. So from 6.12 on a byte that dentries share by their addresses is set before
 * a state or MOVED comes into an inode's storage, and never cleared: where it is 0,
 * neither is there, or was put there when the directory had another dentry. For a climb
 * that is the same, because what is in the middle of a rename keeps its dentry: such a
 * MOVED is of a rename that is over, and the name that the climb meets is the last.
 */
#ifndef NB_LABELS_H
#define NB_LABELS_H

#include "down.h"

/* The marks of a directory; its state is one if is_known() says so. One load, so that
 * marks and state are of the same moment. */
static __always_inline u64 label_marks(struct inode *directory, u32 *state)
{
	struct nb_label *label = bpf_inode_storage_get(&nb_labels, directory, 0, 0);
	u64 word;

	if (!label)
		return 0;
	word = *(volatile u64 *)&label->word;
	*state = word;
	return word;
}

static __always_inline u32 is_known(u64 marks)
{
	return (marks & (NB_LABEL_KNOWN | NB_LABEL_MOVED)) == NB_LABEL_KNOWN;
}

/* Where it is, in a register: what clang would know of it otherwise is not so. */
static __always_inline struct nb_known *all_known(void)
{
	struct nb_known *known = &nb_known;

	asm("" : "+r"(known));
	return known;
}

/* A hash of where something is. Half of the address does, which the verifier lets be a
 * number where it is copied, so what it is copied from must still be wanted. */
static __always_inline u32 address_hash(u64 at)
{
	u32 hash = at;

	asm volatile("" : "+w"(hash)); /* a register of four bytes */
	hash *= 0x9e3779b1u;
	asm volatile("" : : "r"(at));
	return hash;
}

/* The byte of a directory, added up by hand: clang would copy an address before. */
static __always_inline u8 *touched_byte(struct nb_known *known, struct dentry *d)
{
	u64 at = address_hash((u64)d) >> 15;

	_Static_assert(NB_TOUCHED == 1 << 17, "the shift above");
	_Static_assert(__builtin_offsetof(struct nb_known, touched) == 0, "the sum below");
	asm("%0 += %1" : "+r"(at) : "r"(known));
	return (u8 *)at;
}

/* Where the anchor of the filesystem is, if it is there. */
static __always_inline struct nb_root *root_of(struct nb_known *known, u64 sb)
{
	_Static_assert(NB_ROOTS == 1 << 8, "the shift below");
	return &known->roots[address_hash(sb) >> 24];
}

/* Then the way down reads them as one, which costs half. */
#define SEQ_FOLLOWS_FLAGS                                                      \
	(bpf_core_field_offset(struct dentry, d_seq.seqcount.sequence) ==      \
	 bpf_core_field_offset(struct dentry, d_flags) + 4)

/* Whoever meets a filesystem's own address here is on it, so that nobody takes it away
 * meanwhile; two of one place do not share it, the second has none. */
static __always_inline void root_add(struct nb_known *known, u64 sb, u64 edge)
{
	struct nb_root *root = root_of(known, sb);

	if (!SEQ_FOLLOWS_FLAGS || __sync_val_compare_and_swap(&root->sb, 0, 1))
		return;
	root->edge = edge;
	__sync_lock_test_and_set(&root->sb, sb);
}

static __always_inline void root_remove(u64 sb)
{
	struct nb_root *root = root_of(all_known(), sb);

	if (*(volatile u64 *)&root->sb == sb)
		__sync_lock_test_and_set(&root->sb, 0);
}

/* Label p, whose inode that is; AGAIN if it is being taken away under us. Whoever adds
 * the state to a label that has marks only adds the same one, so that it needs no turn. */
static __always_inline u32 label_store(struct dentry *p, struct inode *directory, u32 state,
				       struct nb_known *known)
{
	struct nb_label made = { .word = NB_LABEL_KNOWN | state }, *label;

	if (NB_HAS_CAST) { /* made empty, which takes less time */
		*(volatile u8 *)touched_byte(known, p) = 1;
		label = bpf_inode_storage_get(&nb_labels, directory, 0,
					      BPF_LOCAL_STORAGE_GET_F_CREATE);
		if (label)
			__sync_fetch_and_or(&label->word, made.word);
	} else {
		label = bpf_inode_storage_get(&nb_labels, directory, &made,
					      BPF_LOCAL_STORAGE_GET_F_CREATE);
		if (NB_HAS_LOOP && label && !(*(volatile u64 *)&label->word & NB_LABEL_KNOWN))
			__sync_fetch_and_or(&label->word, made.word);
	}
	barrier();
	if (*(volatile int *)&directory->i_count.counter)
		return 0;
	bpf_inode_storage_delete(&nb_labels, directory);
	return AGAIN;
}

#endif
