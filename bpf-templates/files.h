/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * File rules at LSM hooks: from what a hook gets to the object's row, and from there
 * to an answer. Here read, write, exec and list, which are decided where a file is
 * opened, and what renames and links ask (names.h): they are refused when the object
 * would lose a protection that binds the one who moves it. The answer is then EXDEV,
 * on which mv(1) falls back to copying, which the rules judge.
 */
#ifndef NB_FILES_H
#define NB_FILES_H

#include "marks.h"

#define OP_BIT(name) (1u << NB_OP_##name)

/* The usual case of an open, without a jump to what programs share. */
NB_GLOBAL u64 nb_object_path(struct path *path TRUSTED)
{
	struct dentry *d = path->dentry;
	u64 edge;

	return object_labelled(d, d->d_parent, 0, &edge) ? edge : nb_walk(d, 1);
}

NB_GLOBAL u64 nb_object_at(struct path *path TRUSTED)
{
	return nb_walk(path->dentry, 0);
}

/* The same where there are no trusted arguments. Not inlined, so that its stack is
 * free again when the row is decided: together they do not fit in 512 bytes. */
static __noinline u64 object_old(struct dentry *d)
{
	return object_now(d, 0);
}

/*
 * Up to 6.6 the second, inner open of an overlay shows the overlay's path with the
 * real file's inode, so that a rule about the layer would never meet its name: there
 * the name is that of the real inode's own dentry.
 */
static __noinline u64 layer_object(struct inode *inode)
{
	u64 alias = (u64)BPF_CORE_READ(inode, i_dentry.first);

	if (!alias)
		return NB_REASON_DISCONNECTED;
	alias -= bpf_core_field_offset(((struct dentry___alias *)0)->d_u.d_alias);
	return nb_whole_name(alias, P(file_start), P(file_root_row));
}

/* NB_BROKEN is left as it is: its row is outside of the image, which denies. */
static __always_inline u64 file_object(struct file *file)
{
	u64 edge = AGAIN;

	if (NB_HAS_CAST)
		return nb_object_at((struct path *)&file->f_path);
	if (file->f_path.dentry->d_inode != file->f_inode)
		return layer_object(file->f_inode);
	for (u32 i = 0; i < TRIES && edge == AGAIN; i++)
		edge = object_old(file->f_path.dentry);
	return edge == AGAIN ? NB_REASON_BUSY : edge;
}

/* The number itself, of which the verifier knows nothing then: what follows a static
 * function is judged for each number that it may return. */
NB_GLOBAL u64 nb_number(u64 number)
{
	return number;
}

struct trying {
	struct dentry *d;
	u64 edge;
};

static long try_step(u32 i, void *ctx)
{
	struct trying *on = ctx;

	on->edge = object_now(on->d, 0);
	return on->edge != AGAIN;
}

/* As a callback it is judged once, and not at each try. */
static __always_inline u64 dentry_object_loop(struct dentry *d)
{
	struct trying on = { .d = d, .edge = AGAIN };

	bpf_loop(TRIES, try_step, &on, 0);
	return nb_number(on.edge);
}

static __always_inline u64 dentry_object(struct dentry *d)
{
	u64 edge = AGAIN;

	if (NB_HAS_CAST)
		edge = nb_walk(d, 0);
	else if (NB_HAS_LOOP)
		edge = dentry_object_loop(d);
	else
		for (u32 i = 0; i < TRIES && edge == AGAIN; i++)
			edge = object_old(d);
	if (edge == NB_BROKEN)
		return NB_REASON_IMAGE;
	return edge == AGAIN ? NB_REASON_BUSY : edge;
}

/* What could not be decided is denied; a policy that only logs denies nothing. */
#define UNDECIDED DECISION(P(file_enforce) ? NB_DENY : NB_WOULD_DENY, 0)

/* The same as nb_row_allows, of both rows of an object. */
NB_INLINE u32 rows_allow(u64 edge, u32 scope, u32 ops)
{
	u32 allowed = nb_row_allows(EDGE_ROW(edge), scope, ops, 0);

	if (EDGE_MORE(edge))
		allowed |= nb_row_allows(EDGE_MORE(edge), scope, ops, 0);
	return allowed;
}

/* Of those asked for, the operations that the rule speaks of in the row. */
NB_GLOBAL u32 nb_ops_of_rule(u32 row_number, u32 ops, u32 rule)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_row *row = row_at(rows, row_number);
	const struct nb_entry *entry;
	u64 first = row ? row->first : 0, count = row ? row->count : 0;

	for (u32 i = 0; i < P(row_max) && i < count; i++) {
		entry = entry_at(rows, first + i);
		if (entry && entry->rule == rule)
			return entry->ops & ops;
	}
	return 0;
}

/* Of those asked for together, the first that the rule speaks of: the one to log. */
NB_GLOBAL u32 nb_decided_op(u64 edge, u32 ops, u32 rule)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_default *def;
	u32 said = nb_ops_of_rule(EDGE_ROW(edge), ops, rule);

	if (EDGE_MORE(edge) && !said)
		said = nb_ops_of_rule(EDGE_MORE(edge), ops, rule);
	for (u32 i = 0; P(file_defaults) && i < P(defaults) && !said; i++) {
		def = default_at(rows, i);
		if (def && def->rule == rule)
			said = def->ops & ops & ~rows_allow(edge, def->scope, ops);
	}
	said = said ? said : ops;
	for (u32 op = 0; op < NB_OP_CONNECT; op++)
		if (said >> op & 1)
			return op;
	return 0;
}

static __always_inline int verdict_of(u64 edge, u32 ops, u32 hook, struct dentry *d)
{
	u32 known = (edge & EDGE_HIT) != 0;
	u64 decision;

	decision = known ? rows_decide(edge, ops) : UNDECIDED;
	if (DECISION_VERDICT(decision) == NB_ALLOW ||
	    (!(ops & ~(OP_BIT(LIST) | OP_BIT(STAT))) && nb_is_scanner()))
		return 0;
	nb_event_file(decision,
		      nb_decided_op(known ? edge : 0, ops, DECISION_RULE(decision)), hook,
		      known ? DECISION_RULE(decision) ? NB_REASON_RULE : NB_REASON_IMAGE
			    : (u32)edge,
		      address_of(d));
	return DECISION_VERDICT(decision) == NB_DENY ? -EPERM : 0;
}

/* A row speaks of the object, or it could not be decided. d is for the event only. */
static __always_inline int file_verdict(u64 edge, u32 ops, u32 hook, struct dentry *d)
{
	if (!NB_HAS_CAST)
		return verdict_of(edge, ops, hook, d);
	return nb_answer(ASK(ANSWER_VERDICT, hook, 0), edge, ops, address_of(d), 0) ? -EPERM : 0;
}

/* Nothing speaks of the object, not even a default; or it has no name at all. Of those
 * that have one, by one comparison. */
#define NO_ROW(edge) ((edge) == EDGE(EDGE_TO(edge), 0) && !P(file_defaults))
#define NO_RULE(edge)                                                          \
	(((edge) & EDGE_HIT) && (!EDGE_ROWS(edge) ? !P(file_defaults)          \
						  : EDGE_ROW(edge) == NB_ROW_NAMELESS))

/* May the object of the edge be used so? Only what the policy speaks of is asked. */
static __always_inline int edge_decide(u64 edge, u32 ops, u32 hook, struct dentry *d)
{
	ops &= P(file_ops);
	return !ops || NO_RULE(edge) ? 0 : file_verdict(edge, ops, hook, d);
}

/* The same where the object is at hand: it may have other names than this one. */
static __always_inline int object_decide(u64 edge, u32 ops, u32 hook, struct dentry *d,
					 struct inode *inode)
{
	int denied = edge_decide(edge, ops, hook, d);

	return denied ? denied : linked_decide(inode, edge, ops & P(file_ops), hook, d);
}

/* What is only asked for its address, or read once, as a number: that is cheaper to verify,
 * see object_now. */
static __always_inline struct dentry *opened_dentry(struct file *file)
{
	return NB_HAS_CAST ? (struct dentry *)PLAIN(file, f_path.dentry) : file->f_path.dentry;
}

static __always_inline struct inode *opened_inode(struct file *file)
{
	return NB_HAS_CAST ? (struct inode *)PLAIN(file, f_inode) : file->f_inode;
}

#define MODE(inode) (NB_HAS_CAST ? (u16)PLAIN(inode, i_mode) : (inode)->i_mode)
#define NAMES(inode) (NB_HAS_CAST ? (u32)PLAIN(inode, i_nlink) : (inode)->i_nlink)

static __always_inline struct dentry *dentry_of(struct path *path)
{
	return NB_HAS_CAST ? (struct dentry *)PLAIN(path, dentry) : path->dentry;
}

static __always_inline struct inode *inode_of(struct dentry *d)
{
	return NB_HAS_CAST ? (struct inode *)PLAIN(d, d_inode) : d->d_inode;
}

/* The same for a name, whether there is an object or not; the hook holds d. */
static __always_inline int file_decide(struct dentry *d, u32 ops, u32 hook)
{
	int denied;
	u64 edge;

	if (!(ops & P(file_ops)))
		return 0;
	edge = dentry_object(d);
	denied = edge_decide(edge, ops, hook, d);
	return denied ? denied : linked_decide(inode_of(d), edge, ops & P(file_ops), hook, d);
}

static __always_inline u64 path_object(struct path *path)
{
	u64 edge = AGAIN;

	if (NB_HAS_CAST)
		return nb_object_at(path);
	for (u32 i = 0; i < TRIES && edge == AGAIN; i++)
		edge = object_old(path->dentry);
	return edge == AGAIN ? NB_REASON_BUSY : edge;
}

/* For hooks that get a path. */
static __always_inline int path_decide(struct path *path, u32 ops, u32 hook)
{
	struct dentry *d = dentry_of(path);

	return object_decide(path_object(path), ops, hook, d, inode_of(d));
}

SEC("lsm/file_open")
int BPF_PROG(nb_file_open, struct file *file)
{
	u64 edge = NB_HAS_CAST ? nb_object_path((struct path *)&file->f_path)
			       : file_object(file);
	struct inode *inode = file->f_inode;
	int denied = 0;
	u32 ops;

	if (!inode)
		return 0;
	/* nearly always; so everything else is asked afterwards, further tries, too */
	if (NO_ROW(edge) && inode->i_nlink < 2)
		return 0;
	if (IS_DIR(inode)) /* whose content is names */
		ops = file->f_mode & FMODE_READ ? OP_BIT(LIST) : 0;
	else if (file->f_flags & FMODE_EXEC_FLAG)
		ops = OP_BIT(EXEC);
	else
		ops = (file->f_mode & FMODE_READ ? OP_BIT(READ) : 0) |
		      (file->f_mode & FMODE_WRITE ? OP_BIT(WRITE) : 0);
	if (file->f_flags & O_TMPFILE_FLAG)
		ops |= OP_BIT(CREATE);
	ops &= P(file_ops);
	if (!ops)
		return 0;
	if (!NO_RULE(edge))
		denied = file_verdict(edge, ops, NB_HOOK_FILE_OPEN, opened_dentry(file));
	return denied ? denied
		      : linked_decide(opened_inode(file), edge, ops, NB_HOOK_FILE_OPEN,
				      opened_dentry(file));
}

/* Would the object lose a protection of this row of it that binds the actor, going to t?
 * The deciding entry as of nb_row_decide. */
NB_INLINE u64 row_containment(u32 s, u64 t_edge)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_row *row;
	const struct nb_entry *entry;
	u64 soft = DECISION(NB_ALLOW, 0), first, count;

	if (s == EDGE_ROW(t_edge) || (HAS_MORE && s == EDGE_MORE(t_edge)))
		return soft;
	row = row_at(rows, s);
	if (!row)
		return DECISION(NB_DENY, 0);
	first = row->first;
	count = row->count;
	for (u32 i = 0; i < P(row_max) && i < count; i++) {
		entry = entry_at(rows, first + i);
		if (!entry)
			return DECISION(NB_DENY, 0);
		if (entry->verdict < NB_WOULD_DENY || entry->verdict <= DECISION_VERDICT(soft) ||
		    !nb_uncovered(t_edge, entry->subject, entry->ops & ~NB_NAME_OPS,
				  entry->verdict, entry->scope) ||
		    (entry->scope != NB_PINNED && !nb_subject_is(entry->subject, 0, 0)))
			continue;
		if (entry->verdict == NB_DENY)
			return DECISION(NB_DENY, entry->rule);
		soft = DECISION(entry->verdict, entry->rule);
	}
	return soft;
}

/* more: the second row of s, not the first. */
NB_GLOBAL u64 nb_containment(u64 s_edge, u64 t_edge, u32 more)
{
	return row_containment(more ? EDGE_MORE(s_edge) : EDGE_ROW(s_edge), t_edge);
}

/* The same for defaults: what t allows and s does not, to one whom the default binds. */
NB_GLOBAL u64 nb_default_containment(u64 s_edge, u64 t_edge)
{
	const u8 *rows = IMAGE_OF(nb_rows);
	const struct nb_default *def;
	u64 soft = DECISION(NB_ALLOW, 0);
	u32 lost;

	for (u32 i = 0; i < P(defaults); i++) {
		def = default_at(rows, i);
		if (!def)
			return DECISION(NB_DENY, 0);
		lost = def->ops & P(file_ops) & ~NB_NAME_OPS;
		if (!lost || def->verdict <= DECISION_VERDICT(soft) ||
		    !nb_subject_is(def->subject, 0, 0))
			continue;
		lost &= rows_allow(t_edge, def->scope, lost);
		lost &= ~rows_allow(s_edge, def->scope, lost);
		if (!lost)
			continue;
		if (def->verdict == NB_DENY)
			return DECISION(NB_DENY, def->rule);
		soft = DECISION(def->verdict, def->rule);
	}
	return soft;
}

/* Of both rows and the defaults. */
static __always_inline u64 what_is_lost(u64 s_edge, u64 t_edge)
{
	u64 lost = nb_containment(s_edge, t_edge, 0), more;

	if (EDGE_MORE(s_edge))
		lost = decision_of_both(lost, nb_containment(s_edge, t_edge, 1));
	if (P(file_defaults) && DECISION_VERDICT(lost) != NB_DENY) {
		more = nb_default_containment(s_edge, t_edge);
		if (DECISION_VERDICT(more) > DECISION_VERDICT(lost))
			lost = more;
	}
	return lost;
}

static __always_inline void tell_file(u64 decision, u32 op, u32 hook, u32 reason, u64 d)
{
	if (NB_HAS_CAST)
		nb_answer(ASK(ANSWER_EVENT, hook, reason), decision, op, d, 0);
	else
		nb_event_file(decision, op, hook, reason, d);
}

static __always_inline int refuse_move(u64 decision, u32 hook, u32 reason, struct dentry *d)
{
	if (DECISION_VERDICT(decision) == NB_ALLOW)
		return 0;
	tell_file(decision, hook == NB_HOOK_LINK ? NB_OP_LINK : NB_OP_RENAME, hook, reason,
		  address_of(d));
	return DECISION_VERDICT(decision) == NB_DENY ? -EXDEV : 0;
}

SEC("lsm/sb_free_security")
int BPF_PROG(nb_sb_free, struct super_block *sb)
{
	u64 key = (u64)sb;

	bpf_map_delete_elem(&nb_anchors, &key);
	if (NB_HAS_CAST)
		root_remove(key);
	return 0;
}

#endif
