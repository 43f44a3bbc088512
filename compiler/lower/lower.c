/* SPDX-License-Identifier: BSD-2-Clause */
/* policy → image: the order of the steps, and what they add up to. */
#include "compiler/lower/lower.h"

struct span lower_place(const struct lowering *l)
{
	/* a policy of subjects alone has tables too */
	return l->policy->n_rules ? l->policy->rules[0].span : (struct span){ 0, 0, 0 };
}

/* What rules say of TCP connections that are older than the policy. */
static uint32_t sparing(const struct policy *policy)
{
	const uint32_t streams = 1u << NB_OP_CONNECT | 1u << NB_OP_ACCEPT;
	bool some = false, all = true;

	for (uint32_t r = 0; r < policy->n_rules; r++) {
		const struct rule *rule = &policy->rules[r];

		if (rule->kind != OBJECT_NET || !(rule->ops & streams) ||
		    rule->effect == EFFECT_ALLOW)
			continue;
		some |= rule->spares;
		all &= rule->spares;
	}
	return some ? all ? 2 : 1 : 0;
}

static void collect_operations(struct lowering *l)
{
	struct nb_params *p = &l->image->params;

	for (uint32_t r = 0; r < l->policy->n_rules; r++) {
		const struct rule *rule = &l->policy->rules[r];

		uint32_t denied = rule->effect == EFFECT_DEFAULT ? rule->ops : 0;

		if (rule->kind == OBJECT_NET) {
			p->net_ops |= rule->ops;
			p->net_defaults |= denied;
			if (rule->effect == EFFECT_DENY || denied) {
				p->net_denied |= rule->ops;
				p->net_enforce |= !l->policy->audit_only && !rule->audit;
			}
			continue;
		}
		p->file_ops |= rule->ops;
		p->file_defaults |= denied;
		if (rule->revalidate)
			p->file_again |= rule->ops & NB_AGAIN_OPS;
		p->again_enforce |= rule->revalidate && rule->effect != EFFECT_AUDIT &&
				    !l->policy->audit_only && !rule->audit;
		p->file_enforce |= (rule->effect == EFFECT_DENY || denied) &&
				   !l->policy->audit_only && !rule->audit;
	}
}

size_t lower_value_max(const struct policy *policy)
{
	uint32_t kernel = (uint32_t)policy->kernel_major << 8 | policy->kernel_minor;

	return kernel >= 0x050b ? UINT32_MAX : OLD_VALUE_MAX;
}

/* Kernels before 5.11 have no map value above 4 MiB; say so now, not at install. */
static bool check_sizes(struct lowering *l)
{
	static const char *const file[] = {
#define IMAGE(name, map, text) text,
#include "bpf-templates/images.def"
#undef IMAGE
	};

	for (uint32_t i = 0; i < NB_IMAGE_COUNT; i++) {
		if (l->image->maps[i].len <= lower_value_max(l->policy))
			continue;
		diag_report(l->diags, lower_place(l), DIAG_image_too_large,
			    "the image '%s' has %zu bytes, but kernel %u.%u takes at most %u",
			    file[i], l->image->maps[i].len, l->policy->kernel_major,
			    l->policy->kernel_minor, OLD_VALUE_MAX);
		diag_help(l->diags, "say 'kernel >= 6.0' or later in the policy block if the hosts have it");
		return false;
	}
	return true;
}

/* Numbers below n, and two more that mean something else. */
static uint32_t bits_for(uint32_t n)
{
	return n + 2 > 1 ? 32 - (uint32_t)__builtin_clz(n + 2) : 1;
}

static bool has_suffixes(const struct lowering *l)
{
	uint32_t n;
	const struct nb_state *states = exact_states(l->exact, &n);

	for (uint32_t i = 0; i < n; i++)
		if (states[i].suffixes)
			return true;
	return false;
}

/* A step's result is one number (decide_path.h); what its parts need is known last. */
static bool place_rows(struct lowering *l)
{
	struct nb_params *p = &l->image->params;
	uint32_t rows = p->rows;

	p->row_shift = 32;
	p->more_shift = 63;
	if (!has_suffixes(l))
		return true;
	rows = p->exe_rows > rows ? p->exe_rows : rows;
	rows = p->cgroup_rows > rows ? p->cgroup_rows : rows;
	p->row_shift = bits_for(p->states);
	p->more_shift = p->row_shift + bits_for(rows);
	if (p->more_shift + bits_for(rows) <= 63)
		return true;
	diag_report(l->diags, lower_place(l), DIAG_image_too_large,
		    "the path rules need %u states and %u rows; with patterns such as '**/*.ext' a state and two rows must fit into 63 bits together",
		    p->states, rows);
	diag_help(l->diags, "use several policies");
	return false;
}

const struct image *policy_lower(struct arena *arena, const struct policy *policy,
				 struct diags *diags)
{
	struct lowering l = {
		.arena = arena,
		.policy = policy,
		.diags = diags,
		.image = ARENA_NEW(arena, struct image),
		.exact = exact_new(arena),
		.rows = sets_new(arena),
		.exe_rows = sets_new(arena),
		.cgroup_rows = sets_new(arena),
		.out = { .arena = arena },
	};
	struct nb_params *p = &l.image->params;

	l.files = exact_automaton(l.exact);
	l.guests = exact_automaton(l.exact);
	l.exes = exact_automaton(l.exact);
	l.cgroups = exact_automaton(l.exact);
	l.image->policy = policy;
	/* the head of ROWS is filled in last, when every parameter is known */
	bytes_section(&l.out, p, 1, sizeof(*p));
	if (!lower_paths(&l) || !lower_addresses(&l) || !lower_rows(&l) ||
	    !lower_subject_tables(&l) || !place_rows(&l))
		return NULL;
	collect_operations(&l);
	lower_hooks(&l);
	p->net_spares = sparing(policy);
	if (p->net_labels)
		shortcut_label(&l);
	p->rows_bytes = (uint32_t)l.out.bytes.n;
	memcpy(l.out.bytes.at, p, sizeof(*p));
	l.image->maps[NB_IMAGE_ROWS] = bytes_blob(&l.out);
	lower_meta(&l);
	return check_sizes(&l) ? l.image : NULL;
}
