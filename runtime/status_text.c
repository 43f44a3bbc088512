/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints struct status. What is not enforced is said before anything else could
 * make a reader stop. */
#include <inttypes.h>
#include <string.h>
#include "runtime/escape.h"
#include "runtime/host.h"
#include "runtime/status.h"

static bool any_pinned(const struct status *s, enum hook_kind kind)
{
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++)
		if (s->hooks[i].pinned && hook_table[i].kind == kind)
			return true;
	return false;
}

bool status_damage(const struct status *s, unsigned hook, char *text, size_t size)
{
	const struct hook_state *state = &s->hooks[hook];
	char name[SHARE_NAME];

	if (state->cut_off) {
		snprintf(text, size,
			 "link_%s was removed, and this hook judges nothing any more (%s). "
			 "Install again.",
			 hook_table[hook].function, hook_table[hook].text);
	} else if (state->lacks) {
		shares_name(state->lacking, hook, name, sizeof name);
		snprintf(text, size,
			 "%s was removed, and %s denies what it cannot judge without it. "
			 "Uninstall, then install again.",
			 name, hook_table[hook].function);
	}
	return state->cut_off || state->lacks;
}

static void warn_of_hook(const struct status *s, unsigned hook,
			 void (*say)(const char *, void *), void *arg)
{
	const struct hook_state *state = &s->hooks[hook];
	char damage[STATUS_DAMAGE], text[sizeof "damaged: " + STATUS_DAMAGE];

	if (status_damage(s, hook, damage, sizeof damage)) {
		snprintf(text, sizeof text, "damaged: %s", damage);
		say(text, arg);
	}
	if (state->detached) {
		snprintf(
			text, sizeof text,
			"%s is attached to nothing: its cgroup was removed. Install again.",
			hook_table[hook].function);
		say(text, arg);
	}
	if (state->skipped) {
		snprintf(text, sizeof text,
			 "the kernel left out %" PRIu64
			 " runs of %s (it was already running on "
			 "that CPU); those calls were not judged.",
			 state->skipped, hook_table[hook].function);
		say(text, arg);
	}
}

void status_warnings(const struct status *s, const char *lsm,
		     void (*say)(const char *text, void *arg), void *arg)
{
	char text[512];

	if (!s->known) {
		say("incomplete: an install or uninstall was interrupted. Its hooks still deny; "
		    "the next install or uninstall removes it.",
		    arg);
	} else {
		if (s->unlisted)
			say("there is no list of its hooks (" PINS_LIST
			    "), so that a missing one is not seen. Install again.",
			    arg);
		if (s->file_ops && !any_pinned(s, HOOK_FILE))
			say("file rules are NOT enforced and NOT logged: installed with "
			    "--audit-only-files.",
			    arg);
		if (s->net_ops && !any_pinned(s, HOOK_NET) && !any_pinned(s, HOOK_LSM))
			say("network rules are NOT enforced: no hook of theirs is pinned.",
			    arg);
		if (s->net_ops >> NB_OP_LISTEN & 1 && !s->hooks[NB_HOOK_LISTEN].pinned)
			say("rules on listen are NOT enforced and NOT logged: installed with "
			    "--audit-only-files.",
			    arg);
		if (s->net_ops >> NB_OP_SOCKET & 1 && s->sockets_other && !s->hooks[NB_HOOK_MAKE].pinned)
			say("rules on making sockets of other families than inet and inet6 are "
			    "NOT enforced and NOT logged: installed with --audit-only-files.",
			    arg);
		if (s->meta.audit_only)
			say("mode audit: denials are logged and NOT enforced.", arg);
		if (any_pinned(s, HOOK_FILE) && !s->stores_labels)
			say("directory labels are not stored: enforcement is complete, opening "
			    "files is slower.",
			    arg);
	}
	if ((any_pinned(s, HOOK_FILE) || any_pinned(s, HOOK_LSM)) && lsm[0] &&
	    !host_lsm_has_bpf(lsm)) {
		snprintf(
			text, sizeof text,
			"%s are NOT enforced: /sys/kernel/security/lsm holds '%.200s'.",
			any_pinned(s, HOOK_FILE) ? "file rules"
						 : "rules that need the BPF LSM",
			lsm);
		say(text, arg);
	}
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++)
		warn_of_hook(s, i, say, arg);
}

static void say_text(const char *text, void *arg)
{
	fprintf(arg, "warning     %s\n", text);
}

static void print_hooks(const struct status *s, FILE *out)
{
	fprintf(out, "%-14s %6s %8s  %-9s %-24s %s\n", "hook", "link", "program", "state",
		"at", "decides");
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		const struct hook_state *state = &s->hooks[i];

		if (!state->pinned)
			continue;
		fprintf(out, "%-14s %6u %8u  %-9s ", hook_table[i].function, state->link,
			state->program, state->detached ? "DETACHED" : "attached");
		escape_lines(out, state->target, strlen(state->target));
		fprintf(out, "%*s %s\n",
			(int)(strlen(state->target) < 24 ? 24 - strlen(state->target)
							 : 0),
			"", hook_table[i].text);
	}
}

void status_print_text(const struct status *s, const char *pin, const char *lsm,
		       FILE *out)
{
	fprintf(out, "generation  %s\n", s->generation.name);
	fprintf(out, "pinned      ");
	escape_lines(out, pin, strlen(pin));
	fprintf(out, "/%s\n", s->generation.name);
	if (s->known) {
		fputs("policy      ", out);
		escape_lines(out, s->meta.policy, strlen(s->meta.policy));
		fprintf(out,
			"\nseq         %" PRIu64 "\nmode        %s\nrules       %zu\n",
			s->meta.seq, s->meta.audit_only ? "audit" : "enforce",
			s->meta.n_rules);
	}
	fprintf(out, "digest      %.12s... (begin of the SHA-256 of MANIFEST)\n",
		s->generation.name + 4);
	fprintf(out,
		"counters    denied %" PRIu64 ", audited %" PRIu64
		", events lost %" PRIu64 "\n",
		s->counts[NB_COUNT_DENIED], s->counts[NB_COUNT_AUDITED],
		s->counts[NB_COUNT_LOST]);
	status_warnings(s, lsm, say_text, out);
	print_hooks(s, out);
	fprintf(out, "%-14s %6s %12s  %s\n", "map", "id", "bytes", "frozen");
	for (size_t i = 0; i < s->n_maps; i++)
		fprintf(out, "%-14s %6u %12" PRIu64 "  %s\n", s->maps[i].name,
			s->maps[i].id, s->maps[i].bytes,
			s->maps[i].frozen ? "yes" : "no");
}

struct json_list {
	FILE *out;
	bool more;
};

static void say_json(const char *text, void *arg)
{
	struct json_list *list = arg;

	if (list->more)
		fputc(',', list->out);
	list->more = true;
	escape_json(list->out, text, strlen(text));
}

static void print_hooks_json(const struct status *s, FILE *out)
{
	bool more = false;

	fputs(",\"hooks\":[", out);
	for (unsigned i = 0; i < NB_HOOK_COUNT; i++) {
		const struct hook_state *state = &s->hooks[i];

		if (!state->pinned)
			continue;
		fprintf(out,
			"%s{\"hook\":\"%s\",\"link\":%u,\"program\":%u,\"attached\":%s,"
			"\"skipped\":%" PRIu64 ",\"at\":",
			more ? "," : "", hook_table[i].function, state->link,
			state->program, state->detached ? "false" : "true",
			state->skipped);
		escape_json(out, state->target, strlen(state->target));
		fputc('}', out);
		more = true;
	}
	fputs("],\"maps\":[", out);
	for (size_t i = 0; i < s->n_maps; i++) {
		fprintf(out, "%s{\"map\":", i ? "," : "");
		escape_json(out, s->maps[i].name, strlen(s->maps[i].name));
		fprintf(out, ",\"id\":%u,\"bytes\":%" PRIu64 ",\"frozen\":%s}",
			s->maps[i].id, s->maps[i].bytes,
			s->maps[i].frozen ? "true" : "false");
	}
	fputc(']', out);
}

void status_print_json(const struct status *s, const char *lsm, FILE *out)
{
	struct json_list warnings = {.out = out};

	fprintf(out, "{\"generation\":\"%s\",\"complete\":%s", s->generation.name,
		s->known ? "true" : "false");
	if (s->known) {
		fputs(",\"policy\":", out);
		escape_json(out, s->meta.policy, strlen(s->meta.policy));
		fprintf(out, ",\"seq\":%" PRIu64 ",\"mode\":\"%s\",\"rules\":%zu",
			s->meta.seq, s->meta.audit_only ? "audit" : "enforce",
			s->meta.n_rules);
	}
	fprintf(out, ",\"digest_begin\":\"%.12s\"", s->generation.name + 4);
	fprintf(out,
		",\"denied\":%" PRIu64 ",\"audited\":%" PRIu64
		",\"events_lost\":%" PRIu64,
		s->counts[NB_COUNT_DENIED], s->counts[NB_COUNT_AUDITED],
		s->counts[NB_COUNT_LOST]);
	fputs(",\"warnings\":[", out);
	status_warnings(s, lsm, say_json, &warnings);
	fputc(']', out);
	print_hooks_json(s, out);
	fputc('}', out);
}
