/* SPDX-License-Identifier: BSD-2-Clause */
/* Formats events. Numbers of the kernel that this table does not know are printed
 * as numbers: an event of a newer program is still an event. */
#include "runtime/event_text.h"
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include "runtime/clock.h"
#include "runtime/escape.h"
#include "runtime/hooks.h"

static const char *const verdict_words[] = {
	[NB_ALLOW] = "allow",
	[NB_AUDIT] = "audit",
	[NB_WOULD_DENY] = "would-deny",
	[NB_DENY] = "deny",
};
static const char *const verdict_caps[] = {
	[NB_ALLOW] = "ALLOW",
	[NB_AUDIT] = "AUDIT",
	[NB_WOULD_DENY] = "WOULD-DENY",
	[NB_DENY] = "DENY",
};

static const struct {
	const char *word, *text;
} reasons[] = {
	[NB_REASON_RULE] = {"rule", "an image in the kernel contradicts itself"},
	[NB_REASON_DISCONNECTED] =
		{"disconnected", "opened by handle, and the kernel knows no name for it"},
	[NB_REASON_DEEP] = {"deep", "too many folders below the last known one"},
	[NB_REASON_BUSY] = {"busy", "it was being renamed at every attempt"},
	[NB_REASON_ANCHOR] = {"anchor", "its filesystem has no place on this host"},
	[NB_REASON_IMAGE] = {"image", "an image in the kernel contradicts itself"},
	[NB_REASON_CONTAINMENT] = {"containment",
				   "the new name would not be protected by this rule"},
	[NB_REASON_DIRECTORY] =
		{"directory",
		 "moving this folder would change which rules hold below it"},
	[NB_REASON_PORTS] = {"ports", "protocol or port of the packet cannot be read, and a "
				      "rule asks for them"},
	[NB_REASON_ROUTE] = {"route", "the packet is routed by way of further addresses"},
	[NB_REASON_HEADER] = {"header", "the packet has no IP header"},
	[NB_REASON_FOLDED] = {"folded", "its directory does not tell capital from small letters, "
					"and this may be another spelling of a name in the rules"},
};

#define WORD(table, i) \
	((i) < sizeof(table) / sizeof *(table) && table[i] ? table[i] : "?")
#define REASON(i, member) \
	((i) < sizeof reasons / sizeof *reasons ? reasons[i].member : "unknown reason")

static const struct {
	uint8_t number;
	const char *word;
} protocols[] = {
	{1, "icmp"},	{6, "tcp"},    {17, "udp"},
	{58, "icmpv6"}, {132, "sctp"}, {136, "udplite"},
};

/* "[address]:port/protocol" */
static void print_peer(const struct nb_event *event, char *out, size_t cap)
{
	char address[INET6_ADDRSTRLEN] = "?", number[8];
	const char *protocol = number;

	inet_ntop(event->family == 4 ? AF_INET : AF_INET6, event->addr, address,
		  sizeof address);
	snprintf(number, sizeof number, "%u", event->protocol);
	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
		if (protocols[i].number == event->protocol)
			protocol = protocols[i].word;
	snprintf(out, cap, "[%s]:%u/%s", address, event->port, protocol);
}

static bool is_socket(const struct nb_event *event)
{
	return event->op == NB_OP_SOCKET;
}

/* Components come leaf first: writes them from the end of a buffer backwards. */
static void join_components(const char *components, size_t len, char out[EVENT_NAME])
{
	char *at = out + EVENT_NAME - 1;
	size_t i = 0;

	*at = '\0';
	while (i < len) {
		size_t n = strnlen(components + i, len - i);

		if (n + 1 > (size_t)(at - out))
			break;
		at -= n;
		memcpy(at, components + i, n);
		*--at = '/';
		i += n + 1;
	}
	if (!*at)
		*--at = '/';
	memmove(out, at, strlen(at) + 1);
}

void event_path(const struct mounts *mounts, uint32_t dev, const char *components,
		size_t len, char out[EVENT_NAME])
{
	char inside[EVENT_NAME];

	if (len > NB_EVENT_PATH)
		len = NB_EVENT_PATH;
	join_components(components, len, inside);
	if (len > NB_EVENT_PATH - 256) /* the kernel stops where the next may not fit */
		snprintf(out, EVENT_NAME, "...%.*s", EVENT_NAME - 8, inside);
	else if (!mounts_name(mounts, dev, inside, out, EVENT_NAME))
		snprintf(out, EVENT_NAME, "[%u:%u]%.*s", dev >> 20, dev & 0xfffff,
			 EVENT_NAME - 32, inside);
}

static void print_string(FILE *out, const char *key, const char *text)
{
	fprintf(out, " %s=", key);
	escape_text(out, text, strlen(text));
}

static void print_rule(const struct nb_event *event, const struct meta_rule *rule,
		       FILE *out)
{
	if (rule && rule->name) {
		fputs(" rule=", out);
		escape_lines(out, rule->name, strlen(rule->name));
	} else if (event->rule) {
		fprintf(out, " rule=%u", event->rule);
	}
	if (rule) {
		fputc(' ', out);
		escape_lines(out, rule->source, strlen(rule->source));
		fprintf(out, ":%u", rule->line);
	}
	if (!event->rule || event->reason != NB_REASON_RULE)
		fprintf(out, " reason=\"%s\"", REASON(event->reason, text));
}

void event_print_text(const struct event_facts *facts, FILE *out)
{
	const struct nb_event *event = facts->event;
	char when[CLOCK_TEXT], peer[80];

	fprintf(out, "%s %s %s ",
		clock_text(when, facts->time_ns / 1000000000,
			   facts->time_ns % 1000000000),
		WORD(verdict_caps, event->verdict), WORD(op_words, event->op));
	if (is_socket(event)) {
		socket_text(event->port, event->protocol, peer);
		fputs(peer, out);
	} else if (event->family) {
		print_peer(event, peer, sizeof peer);
		fputs(peer, out);
	} else {
		escape_text(out, facts->object, strlen(facts->object));
	}
	print_rule(event, meta_rule_find(facts->meta, event->rule), out);
	fprintf(out, " pid=%u tid=%u uid=%u", event->pid, event->tid, event->uid);
	fputs(" comm=", out);
	escape_text(out, event->comm, strnlen(event->comm, sizeof event->comm));
	print_string(out, "exe", facts->exe);
	print_string(out, "cgroup", facts->cgroup);
	fprintf(out, " hook=%s program=%u\n",
		event->hook < NB_HOOK_COUNT ? hook_table[event->hook].function : "?",
		facts->program);
}

/* "key":"text", and "key_bytes":true where \u00NN stands for single bytes. */
static void print_json_bytes(FILE *out, const char *key, const char *text, size_t len)
{
	fprintf(out, ",\"%s\":", key);
	if (!escape_json(out, text, len))
		fprintf(out, ",\"%s_bytes\":true", key);
}

static void print_json(FILE *out, const char *key, const char *text)
{
	print_json_bytes(out, key, text, strlen(text));
}

static void print_object_json(const struct event_facts *facts, FILE *out)
{
	const struct nb_event *event = facts->event;
	char peer[80], *end;

	if (is_socket(event)) {
		socket_text(event->port, event->protocol, peer);
		print_json(out, "socket", peer);
		return;
	}
	if (!event->family) {
		print_json(out, "path", facts->object);
		return;
	}
	print_peer(event, peer, sizeof peer);
	print_json(out, "peer", peer);
	end = strchr(peer, ']');
	if (end)
		*end = '\0';
	print_json(out, "address", peer + 1);
	fprintf(out, ",\"port\":%u,\"protocol\":%u", event->port, event->protocol);
}

static void print_rule_json(const struct event_facts *facts, FILE *out)
{
	const struct nb_event *event = facts->event;
	const struct meta_rule *rule = meta_rule_find(facts->meta, event->rule);

	if (facts->meta->policy)
		print_json(out, "policy", facts->meta->policy);
	fprintf(out, ",\"seq\":%" PRIu64, facts->meta->seq);
	if (event->rule)
		fprintf(out, ",\"rule\":%u", event->rule);
	if (rule && rule->name)
		print_json(out, "rule_name", rule->name);
	if (rule) {
		print_json(out, "source", rule->source);
		fprintf(out, ",\"line\":%u", rule->line);
		print_json(out, "text", rule->text);
	}
	print_json(out, "reason", REASON(event->reason, word));
	if (!event->rule || event->reason != NB_REASON_RULE)
		print_json(out, "reason_text", REASON(event->reason, text));
}

void event_print_json(const struct event_facts *facts, FILE *out)
{
	const struct nb_event *event = facts->event;
	char when[CLOCK_TEXT];

	fprintf(out,
		"{\"schema\":\"netbpf.event/1\",\"time\":\"%s\",\"boot_ns\":%" PRIu64,
		clock_text(when, facts->time_ns / 1000000000,
			   facts->time_ns % 1000000000),
		event->time_ns);
	print_json(out, "verdict", WORD(verdict_words, event->verdict));
	print_json(out, "op", WORD(op_words, event->op));
	print_object_json(facts, out);
	print_rule_json(facts, out);
	fprintf(out, ",\"pid\":%u,\"tid\":%u,\"uid\":%u", event->pid, event->tid,
		event->uid);
	print_json_bytes(out, "comm", event->comm,
			 strnlen(event->comm, sizeof event->comm));
	print_json(out, "exe", facts->exe);
	print_json(out, "cgroup", facts->cgroup);
	fprintf(out, ",\"cgroup_id\":%" PRIu64, event->cgroup);
	print_json(out, "hook",
		   event->hook < NB_HOOK_COUNT ? hook_table[event->hook].function : "?");
	fprintf(out, ",\"program\":%u", facts->program);
	print_json(out, "generation", facts->generation);
	fputs("}\n", out);
}
