/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations of a policy, and what they are done on → the programs that it needs. */
#include <netinet/in.h>
#include <sys/socket.h>
#include "compiler/lower/lower.h"

#define HOOK_BIT(name) (1ull << NB_HOOK_##name)
#define OP_BIT(name) (1u << NB_OP_##name)

static const struct {
	enum nb_op op;
	enum nb_hook hook;
} decides[] = {
#define DECIDES(op, hook) { NB_OP_##op, NB_HOOK_##hook },
#include "bpf-templates/decides.def"
#undef DECIDES
};

/* No rule may silently do nothing. */
enum { DECIDED = 0
#define DECIDES(op, hook) | OP_BIT(op)
#include "bpf-templates/decides.def"
#undef DECIDES
};
_Static_assert(DECIDED == (1u << NB_OP_COUNT) - 1, "an operation that no program decides");

static uint64_t deciders(enum nb_op op)
{
	uint64_t hooks = 0;

	for (size_t i = 0; i < sizeof decides / sizeof *decides; i++)
		if (decides[i].op == op)
			hooks |= 1ull << decides[i].hook;
	return hooks;
}

/* Sockets of IPv4 and IPv6 are made before their cgroup, the others before the LSM. */
static uint64_t hooks_of_making(const struct rule *rule)
{
	uint64_t hooks = rule->effect == EFFECT_DEFAULT ? HOOK_BIT(SOCKET) | HOOK_BIT(MAKE) : 0;

	for (uint32_t i = 0; i < rule->n_sockets; i++)
		hooks |= rule->sockets[i].family == AF_INET || rule->sockets[i].family == AF_INET6
				 ? HOOK_BIT(SOCKET)
				 : HOOK_BIT(MAKE);
	return hooks;
}

static bool has_protocol(const struct port_box *box, uint8_t protocol)
{
	return box->proto_lo <= protocol && protocol <= box->proto_hi;
}

/* The hooks of cgroups are not asked of raw and ping sockets, which have no port, nor of
 * SCTP's. */
static uint64_t hooks_of_binding(const struct rule *rule)
{
	static const uint64_t of_sctp = HOOK_BIT(BIND_REST) | HOOK_BIT(BINDX);
	static const uint64_t of_cgroup = HOOK_BIT(BIND4) | HOOK_BIT(BIND6);
	static const uint8_t seen[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, IPPROTO_DCCP };
	uint64_t hooks = rule->effect == EFFECT_DEFAULT ? of_cgroup | of_sctp : 0;

	for (uint32_t i = 0; i < rule->n_ports; i++) {
		const struct port_box *box = &rule->ports[i];

		for (size_t k = 0; k < sizeof seen; k++)
			if (has_protocol(box, seen[k]))
				hooks |= of_cgroup;
		if (!box->port_lo)
			hooks |= HOOK_BIT(BIND_REST);
		if (has_protocol(box, IPPROTO_SCTP))
			hooks |= of_sctp;
	}
	return hooks;
}

/* Those of a rule's hooks that its objects can meet. */
static uint64_t hooks_of_rule(const struct rule *rule, enum nb_op op)
{
	uint64_t hooks = deciders(op);

	if (op == NB_OP_SOCKET)
		hooks &= hooks_of_making(rule);
	if (op == NB_OP_BIND)
		hooks &= hooks_of_binding(rule);
	return hooks;
}

enum { FILE_ASKS = 1, LSM_ASKS = 1, NET_ASKS = 0, PACKET_ASKS = 0, EXE_ASKS = 0, SCAN_ASKS = 0,
       SHARED_ASKS = 0 };
static const uint64_t of_lsm = 0
#define HOOK(name, fn, text, kind) | (uint64_t)kind##_ASKS << NB_HOOK_##name
#include "bpf-templates/hooks.def"
#undef HOOK
	;
static const uint64_t optional = 0
#define OPTIONAL(hook, what) | HOOK_BIT(hook)
#include "bpf-templates/optional.def"
#undef OPTIONAL
	;

static uint64_t hooks_of_operations(struct lowering *l)
{
	/* IPv6 sockets reach IPv4 addresses too; IPv4 ones only those */
	static const uint64_t only_v4 =
		HOOK_BIT(CONNECT4) | HOOK_BIT(SENDMSG4) | HOOK_BIT(BIND4);
	const struct nb_params *p = &l->image->params;
	uint32_t seen[EFFECT_DEFAULT + 1] = { 0 }; /* of files: it is the same for each */
	uint64_t hooks = 0;

	for (uint32_t r = 0; r < l->policy->n_rules; r++) {
		const struct rule *rule = &l->policy->rules[r];

		if (rule->kind == OBJECT_FILES && !(rule->ops & ~seen[rule->effect]))
			continue;
		if (rule->kind == OBJECT_FILES)
			seen[rule->effect] |= rule->ops;
		for (uint32_t op = 0; op < NB_OP_COUNT; op++) {
			uint64_t more;

			if (!(rule->ops >> op & 1))
				continue;
			more = hooks_of_rule(rule, (enum nb_op)op);
			/* what decides alone is not optional */
			if (more & of_lsm && (more & of_lsm & ~optional || !(more & ~of_lsm)))
				l->image->needs_lsm |= rule->effect != EFFECT_ALLOW;
			hooks |= p->net4_bytes || p->net_defaults >> op & 1 ? more : more & ~only_v4;
		}
	}
	return hooks;
}

void lower_hooks(struct lowering *l)
{
	struct nb_params *p = &l->image->params;
	uint64_t hooks = hooks_of_operations(l);

	/* what is only logged, the calls log */
	if (!(p->net_denied & (OP_BIT(CONNECT) | OP_BIT(SEND))))
		hooks &= ~HOOK_BIT(EGRESS);
	p->sockets_inet = hooks >> NB_HOOK_SOCKET & 1;
	p->sockets_other = hooks >> NB_HOOK_MAKE & 1;
	/* who has called must be known to tell an answer from a call */
	if (p->net_ops & OP_BIT(ACCEPT))
		hooks |= HOOK_BIT(CONNECT4) | HOOK_BIT(CONNECT6);
	p->net_labels = (hooks & (HOOK_BIT(EGRESS) | HOOK_BIT(INGRESS))) != 0;
	if (p->net_labels)
		hooks |= HOOK_BIT(SOCKET);
	if (p->file_ops) /* what no program calls is not made (specialise.c) */
		hooks |= HOOK_BIT(SB_FREE) | HOOK_BIT(WALK) | HOOK_BIT(FAR) | HOOK_BIT(ANSWER);
	if (p->file_ops & NB_MARKED_OPS)
		hooks |= HOOK_BIT(MARK);
	if (p->file_again)
		hooks |= HOOK_BIT(AGAIN);
	if (p->file_again & (1u << NB_OP_READ | 1u << NB_OP_WRITE))
		hooks |= HOOK_BIT(MMAP) | HOOK_BIT(MPROTECT);
	if (p->file_enforce)
		hooks |= HOOK_BIT(RENAME) | HOOK_BIT(LINK) | HOOK_BIT(MKDIR);
	if (p->exe_rows)
		hooks |= HOOK_BIT(TASK_EXEC) | HOOK_BIT(TASK_FORK) | HOOK_BIT(TASK_EXIT);
	l->image->hooks = hooks;
	/* no operation asks for it: it marks directories (moves.h) */
	l->image->hooks_of_marks = p->file_ops & OP_BIT(MKDIR) ? 0 : HOOK_BIT(MKDIR);
}
