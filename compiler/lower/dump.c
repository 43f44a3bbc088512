/* SPDX-License-Identifier: BSD-2-Clause */
/* `--dump=image`: the images as text, decoded from their bytes, for reviewers and
 * golden tests. Rows and rules are numbers; the policy dump has the rules. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include "compiler/lower/image.h"
#include "compiler/lower/pieces.h"
#include "compiler/lower/tables.h"

#define LIST(type, off) ((const type *)(rows->at + (off)))

static const char *const verdicts[] = {
	[NB_ALLOW] = "allow",
	[NB_AUDIT] = "audit",
	[NB_WOULD_DENY] = "would-deny",
	[NB_DENY] = "deny",
};

static void print_ops(FILE *out, const char *what, uint32_t ops)
{
	if (!ops)
		return;
	fprintf(out, " %s", what);
	for (uint32_t i = 0, n = 0; i < NB_OP_COUNT; i++)
		if (ops & 1u << i)
			fprintf(out, "%c%s", n++ ? ',' : ' ', op_words[i]);
}

static void print_head(const struct image *image, FILE *out)
{
	static const char *const hooks[] = {
#define HOOK(name, fn, text, kind) #fn,
#include "bpf-templates/hooks.def"
#undef HOOK
	};
	static const char *const files[] = {
#define IMAGE(name, map, file) file,
#include "bpf-templates/images.def"
#undef IMAGE
	};

	fprintf(out, "image %s\n", image->policy->name);
	fputs("programs", out);
	for (uint32_t i = 0; i < NB_HOOK_COUNT; i++)
		if (image->hooks >> i & 1)
			fprintf(out, " %s", hooks[i]);
	fputs("\nbytes", out);
	for (uint32_t i = 0; i < NB_IMAGE_COUNT; i++)
		if (image->maps[i].len && i != NB_IMAGE_META)
			fprintf(out, " %s %zu", files[i], image->maps[i].len);
	fputs("\n", out);
}

static void print_rows(const struct image *image, FILE *out)
{
	const struct nb_params *p = &image->params;
	const struct blob *rows = &image->maps[NB_IMAGE_ROWS];
	const struct nb_row *row = LIST(struct nb_row, p->rows_off);
	const struct nb_entry *entry = LIST(struct nb_entry, p->entries_off);

	fprintf(out, "rows %u\n", p->rows);
	for (uint32_t i = 1; i < p->rows; i++) {
		fprintf(out, "  row %u\n", i);
		for (uint32_t k = row[i].first; k < row[i].first + row[i].count; k++) {
			fprintf(out, "    rule %u", entry[k].rule);
			print_ops(out, verdicts[entry[k].verdict], entry[k].ops);
			if (entry[k].ops & NB_REVALIDATE)
				fputs(" revalidate", out);
			if (entry[k].verdict == NB_ALLOW)
				fprintf(out, " in scope %u", entry[k].scope);
			else if (entry[k].scope)
				fputs(entry[k].scope == NB_PINNED ? " pinned" : " except established",
				      out);
			if (entry[k].subject)
				fprintf(out, " for subject %u", entry[k].subject);
			fputs("\n", out);
		}
	}
}

static void print_defaults(const struct image *image, FILE *out)
{
	const struct nb_params *p = &image->params;
	const struct blob *rows = &image->maps[NB_IMAGE_ROWS];
	const struct nb_default *d = LIST(struct nb_default, p->defaults_off);

	if (p->defaults)
		fprintf(out, "defaults %u\n", p->defaults);
	for (uint32_t i = 0; i < p->defaults; i++) {
		fprintf(out, "  scope %u rule %u", d[i].scope, d[i].rule);
		print_ops(out, verdicts[d[i].verdict], d[i].ops);
		if (d[i].ops & NB_REVALIDATE)
			fputs(" revalidate", out);
		fprintf(out, "%s for subject %u\n", d[i].spares ? " except established" : "",
			d[i].subject);
	}
}

static void print_subjects(const struct image *image, FILE *out)
{
	static const char *const dims[] = { "exe", "uid", "gid", "cgroup" };
	const struct nb_params *p = &image->params;
	const struct blob *rows = &image->maps[NB_IMAGE_ROWS];
	const struct nb_span *span = LIST(struct nb_span, p->subjects_off);
	const struct nb_literal *literal = LIST(struct nb_literal, p->literals_off);

	if (p->subjects > 1)
		fprintf(out, "subjects %u\n", p->subjects);
	for (uint32_t i = 1; i < p->subjects; i++) {
		bool begins = true;

		fprintf(out, "  subject %u =", i);
		for (uint32_t k = span[i].first; k < span[i].first + span[i].count; k++) {
			if (k > span[i].first)
				fputs(begins ? " or" : " and", out);
			fprintf(out, " %s%s#%u", literal[k].negated ? "not " : "",
				dims[literal[k].dim], literal[k].atom);
			begins = literal[k].last;
		}
		fputs("\n", out);
	}
}

static void print_name(const struct image *image, uint32_t name, FILE *out)
{
	const uint8_t *at = image->maps[NB_IMAGE_PATHS].at + image->params.names_off +
			    (size_t)(name & NB_NAME_OFFSET) * 8;

	for (; *at; at++)
		fprintf(out, *at < 0x21 || *at > 0x7e ? "\\x%02x" : "%c", *at);
}

/* Those that a rule speaks of. */
static void print_places(const struct image *image, FILE *out)
{
	static const char *const paths[] = {
#define PLACE(magic, path) path,
#include "bpf-templates/places.def"
#undef PLACE
	};
	const struct blob *rows = &image->maps[NB_IMAGE_ROWS];
	const struct nb_place *place = LIST(struct nb_place, image->params.places_off);

	for (uint32_t i = 0; i < image->params.places; i++) {
		if (!place[i].state && !place[i].row)
			continue;
		fprintf(out, "  place '%s' state %u row %u", paths[i], place[i].state, place[i].row);
		if (image->params.guest_start != image->params.file_start)
			fprintf(out, " else state %u row %u", place[i].guest_state,
				place[i].guest_row);
		fputs("\n", out);
	}
}

static void print_paths(const struct image *image, FILE *out)
{
	const struct nb_params *p = &image->params;
	const uint8_t *paths = image->maps[NB_IMAGE_PATHS].at;
	const struct nb_edge *edge = (const void *)paths;
	const struct nb_state *state;

	if (!p->paths_bytes)
		return;
	state = (const void *)(paths + p->states_off);
	fprintf(out, "states %u start files %u executables %u cgroups %u globs %u\n",
		p->states - 1, p->file_start, p->exe_start, p->cgroup_start, p->glob_states);
	if (p->base_suffixes)
		fprintf(out, "suffixes of all %u\n", p->base_suffixes);
	for (uint32_t i = 1; i < p->states; i++) {
		fprintf(out, "  state %u else %u row %u context %u", i, state[i].background,
			state[i].row, state[i].context);
		if (state[i].suffixes)
			fprintf(out, " suffixes %u%s", state[i].suffixes & ~NB_WHOLE,
				state[i].suffixes & NB_WHOLE ? "" : " and those of all");
		fputs("\n", out);
	}
	print_places(image, out);
	fprintf(out, "edges in %u buckets\n", p->buckets);
	for (uint32_t i = 0; i < p->buckets * NB_BUCKET_EDGES; i++) {
		if (!edge[i].from)
			continue;
		if (edge[i].from & NB_GLOB) {
			fprintf(out, "  context %u class %u", edge[i].from & ~NB_GLOB, edge[i].name);
		} else {
			fprintf(out, "  state %u '", edge[i].from);
			print_name(image, edge[i].name, out);
			fputs("'", out);
		}
		fprintf(out, " to %u row %u\n", edge[i].to, edge[i].row);
	}
}

struct run { /* neighbours of one class are printed as one */
	FILE *out;
	bool v6;
	bool any;
	uint32_t class;
};

static const char *print_piece(void *to, piece_address first, piece_address last, uint32_t class)
{
	struct run *run = to;
	char text[INET6_ADDRSTRLEN];
	uint8_t addr[16];

	(void)last;
	if (run->any && run->class == class)
		return NULL;
	run->any = true;
	run->class = class;
	for (int i = run->v6 ? 15 : 3; i >= 0; i--, first >>= 8)
		addr[i] = (uint8_t)first;
	fprintf(run->out, "  from %s class %u\n",
		inet_ntop(run->v6 ? AF_INET6 : AF_INET, addr, text, sizeof(text)), class);
	return NULL;
}

/* What was chosen, and why. */
static void print_shape(const struct image *image, bool v6, FILE *out)
{
	const struct nb_params *p = &image->params;

	if (v6 && p->net6_kind == NB_NET_TREE)
		fprintf(out, "tree of %u levels above its leaves", p->net6_levels);
	else if (v6)
		fprintf(out, "slots below the top %u bits, %u levels of lines: too much for a small tree",
			p->net6_top, p->net6_levels);
	else if (p->net4_kind == NB_NET_SORTED)
		fprintf(out, "sorted table, %u steps: so few that it has some cache lines",
			p->net4_steps);
	else if (p->net4_kind == NB_NET_TRIE)
		fprintf(out, "trie of %zu blocks: too much for a sorted table, but small enough",
			(image->maps[NB_IMAGE_NET4].len / 2 - NB_TRIE_ROOT) / NB_TRIE_BLOCK);
	else
		fprintf(out, "ranges in %u slots, %u levels of lines: a trie would be larger than %u KiB",
			1u << NB_RANGES_BITS, p->net4_levels, TABLE_TRIE_BYTES >> 10);
	if (v6)
		fprintf(out, "; %u networks with several classes", p->net6_spans);
}

static void print_net(const struct image *image, bool v6, FILE *out)
{
	const struct blob *map = &image->maps[v6 ? NB_IMAGE_NET6 : NB_IMAGE_NET4];
	struct run run = { .out = out, .v6 = v6 };
	const char *wrong;

	if (!map->len)
		return;
	fprintf(out, "%s ", v6 ? "ipv6" : "ipv4");
	print_shape(image, v6, out);
	fprintf(out, "\n  %u prefixes, %.1f bytes each\n", image->prefixes[v6],
		(double)map->len / image->prefixes[v6]);
	wrong = pieces_walk(image, v6, print_piece, &run);
	if (wrong)
		fprintf(out, "  broken: %s\n", wrong);
}

static void print_classes(const struct image *image, FILE *out)
{
	const struct nb_params *p = &image->params;
	const struct blob *rows = &image->maps[NB_IMAGE_ROWS];
	const struct nb_span *span = LIST(struct nb_span, p->classes_off);
	const struct nb_cell *cell = LIST(struct nb_cell, p->cells_off);

	if (!p->net_ops)
		return;
	fprintf(out, "classes %u bind 0.0.0.0 %u bind :: %u\n", p->classes, p->any4_class,
		p->any6_class);
	for (uint32_t i = 1; i < p->classes; i++) {
		uint32_t shift = i == p->sockets_class ? 8 : 16; /* family/type, or protocol/port */

		fprintf(out, i == p->sockets_class ? "  sockets %u" : "  class %u", i);
		for (uint32_t k = span[i].first; k < span[i].first + span[i].count; k++)
			fprintf(out, " %u/%u:%u", cell[k].start >> shift,
				cell[k].start & ((1u << shift) - 1), cell[k].row);
		fputs("\n", out);
	}
}

void image_dump(const struct image *image, FILE *out)
{
	print_head(image, out);
	print_paths(image, out);
	print_net(image, false, out);
	print_net(image, true, out);
	print_classes(image, out);
	print_rows(image, out);
	print_defaults(image, out);
	print_subjects(image, out);
}
