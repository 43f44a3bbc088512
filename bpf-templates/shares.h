/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What programs at many hooks ask, in the kernel once. A kernel judges and compiles a
 * function again for each program that has it, which was most of the time that loading
 * took. So from 6.12 on the programs have the functions below, which deny, and the
 * loader puts others in their place (BPF_PROG_TYPE_EXT), before anything is attached: a
 * jump at the function's begin. Those are in shared.h, after all other programs, because
 * the loader gives them in that order, and needs a program that calls them.
 *
 * What took a function's place leaves when its link does. The hooks leave before; another
 * processor may still be in one. So NB_LEAVING is written before it leaves, and stands there
 * until all is pinned: an install that fails or is killed leaves at any moment.
 */
#ifndef NB_SHARES_H
#define NB_SHARES_H

#include "walk.h"

/* EDGE of the object, or the reason why there is none. From 6.18 on a dentry
 * reached through file->f_path is trusted only inside a function that says so;
 * such functions are verified once, so they may retry for longer. */
#define TRUSTED __attribute__((btf_decl_tag("arg:trusted")))
#define TRIES (NB_HAS_CAST ? 64 : 3)

static __always_inline u32 is_leaving(void)
{
	struct nb_control *control;
	u32 zero = 0;

	control = bpf_map_lookup_elem(&nb_control, &zero);
	return control && control->store == NB_LEAVING;
}

/* What is said of an object while nothing stands in a function's place. */
static __always_inline u64 nobody_there(void)
{
	return is_leaving() ? EDGE(0, NB_ROW_NAMELESS) : NB_REASON_IMAGE;
}

/* The object that d names; asked: its parent's label has just not told. */
NB_GLOBAL u64 nb_walk(struct dentry *d TRUSTED, u32 asked)
{
	asm volatile("" : : "r"(d), "r"(asked) : "memory");
	return nobody_there();
}

/* The same of an object that the hook does not hold, see use.h. */
NB_GLOBAL u64 nb_far(u64 address)
{
	asm volatile("" : : "r"(address) : "memory");
	return nobody_there();
}

/* What is asked, in a word with the numbers that go with it. */
enum answer {
	ANSWER_VERDICT, /* 1: whoever does this to what the edge is of is denied */
	ANSWER_AGAIN,   /* the same of the rules that are asked again */
	ANSWER_MARKS,   /* the same of the marks of the inode; hook perhaps with NB_REVALIDATE */
	ANSWER_EVENT,   /* nothing, a decision is told; op instead of ops */
};
#define ASK(what, hook, reason) ((u64)(what) | (u64)(reason) << 8 | (u64)(hook) << 32)
#define ASKED_WHAT(ask) ((ask) & 0xff)
#define ASKED_REASON(ask) ((u32)(ask) >> 8)
#define ASKED_HOOK(ask) ((u32)((ask) >> 32))

NB_GLOBAL u32 nb_answer(u64 ask, u64 edge, u32 ops, u64 d, u64 inode)
{
	asm volatile("" : : "r"(ask), "r"(edge), "r"(ops), "r"(d), "r"(inode) : "memory");
	return !is_leaving();
}

#endif
