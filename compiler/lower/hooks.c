/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations of a policy → the programs that it needs. What nothing would decide is
 * refused here, so that no rule silently does nothing. */
#include "compiler/lower/lower.h"

#define HOOK_BIT(name) (1ull << NB_HOOK_##name)

static const struct {
	enum nb_op op;
	enum nb_hook hook;
} decides[] = {
#define DECIDES(op, hook) { NB_OP_##op, NB_HOOK_##hook },
#include "bpf-templates/decides.def"
#undef DECIDES
};

static uint64_t deciders(enum nb_op op)
{
	uint64_t hooks = 0;

	for (size_t i = 0; i < sizeof decides / sizeof *decides; i++)
		if (decides[i].op == op)
			hooks |= 1ull << decides[i].hook;
	return hooks;
}

bool hooks_decide(struct lowering *l)
{
	uint32_t decided = 0;
	bool good = true;

	for (uint32_t op = 0; op < NB_OP_COUNT; op++)
		decided |= deciders((enum nb_op)op) ? 1u << op : 0;
	for (uint32_t r = 0; r < l->policy->n_rules; r++) {
		const struct rule *rule = &l->policy->rules[r];
		uint32_t left = rule->ops & ~decided;
		const char *word, *text = "";

		if (!left)
			continue;
		while ((word = ops_next_word(&left, rule->kind)))
			text = arena_printf(l->arena, "%s%s'%s'", text, *text ? ", " : "", word);
		diag_report(l->diags, rule->span, DIAG_not_supported,
			    "no program of this version decides %s on %s", text,
			    rule->kind == OBJECT_FILES ? "files" : "the network");
		diag_help(l->diags, "tests and 'netbpfc explain' understand this rule; a bundle "
				    "that does not enforce it is not made");
		good = false;
	}
	return good;
}

uint64_t hooks_needed(const struct nb_params *p)
{
	/* IPv6 sockets reach IPv4 addresses too; IPv4 ones only those */
	static const uint64_t only_v4 =
		HOOK_BIT(CONNECT4) | HOOK_BIT(SENDMSG4) | HOOK_BIT(BIND4);
	uint64_t hooks = 0;

	for (uint32_t op = 0; op < NB_OP_COUNT; op++) {
		uint64_t more = deciders((enum nb_op)op);

		if (!((p->file_ops | p->net_ops) & 1u << op))
			continue;
		hooks |= p->net4_bytes || p->net_defaults & 1u << op ? more : more & ~only_v4;
	}
	/* what is only logged, the calls log */
	if (!(p->net_denied & (1u << NB_OP_CONNECT | 1u << NB_OP_SEND)))
		hooks &= ~HOOK_BIT(EGRESS);
	if (hooks & (HOOK_BIT(EGRESS) | HOOK_BIT(INGRESS)))
		hooks |= HOOK_BIT(SOCKET);
	if (p->file_ops)
		hooks |= HOOK_BIT(SB_FREE);
	if (p->file_enforce)
		hooks |= HOOK_BIT(RENAME) | HOOK_BIT(LINK);
	if (p->exe_rows)
		hooks |= HOOK_BIT(TASK_EXEC) | HOOK_BIT(TASK_FORK) | HOOK_BIT(TASK_EXIT);
	return hooks;
}
