/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a policy means: sets expanded, names resolved, values typed, every rule a
 * predicate over (subject, operation, object). Made by policy_check, read by
 * lowering, the evaluator and explain. Immutable, in the compilation's arena.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "bpf-templates/abi.h"
#include "compiler/base/diag.h"

/* ---- objects ---- */

struct bytes {
	const char *at; /* no NUL inside; not necessarily NUL-terminated */
	uint32_t len;
};

/* A component with wildcards: literal bytes, GLOB_ONE ('?'), GLOB_ANY ('*', never two
 * in a row) and GLOB_SET ("[a-z]"), behind which stand the number of its ranges and
 * those: first byte << 8 | last, ascending, never touching. Matches whole components,
 * never the empty one. */
enum { GLOB_ONE = 256, GLOB_ANY = 257, GLOB_SET = 258 };

/* Places in the array that the symbol takes. */
static inline uint32_t glob_width(const uint16_t *symbol)
{
	return *symbol == GLOB_SET ? 2u + symbol[1] : 1;
}

/* Whether the symbol, not GLOB_ANY, stands for that byte. */
static inline bool glob_takes(const uint16_t *symbol, uint8_t byte)
{
	for (uint32_t i = 0; *symbol == GLOB_SET && i < symbol[1]; i++)
		if (symbol[2 + i] >> 8 <= byte && byte <= (symbol[2 + i] & 255))
			return true;
	return *symbol == GLOB_ONE || *symbol == byte;
}

enum path_shape {
	PATH_LITERAL,    /* dir is the whole path; no component = "/" */
	PATH_TREE,       /* dir and everything below */
	PATH_GLOB,       /* dir/G: G matches exactly one component */
	PATH_GLOB_BELOW, /* dir/ ** /G: any number of components between, also none */
	PATH_GENERAL,    /* dir and parts, whatever they are */
};

/* '**', any number of components and never the last part; or one component. */
struct path_part {
	bool any_depth;
	const uint16_t *glob; /* literal components too */
	uint32_t len;
};

struct path_pattern {
	struct span span;
	const char *text; /* as written, without the quotes */
	enum path_shape shape;
	const struct bytes *dir; /* literal components, escapes removed */
	uint32_t dirs;
	const uint16_t *glob; /* shapes GLOB*: bytes and GLOB_* */
	uint32_t glob_len;
	const struct path_part *parts; /* GENERAL: behind dir */
	uint32_t n_parts;
	bool tree; /* GENERAL: and everything below what matches */
};

/* Inclusive; network byte order; IPv4 in the first 4 bytes, the rest zero. */
struct addr_range {
	struct span span;
	bool v6;
	uint8_t lo[16], hi[16];
};

/* Inclusive, both dimensions. "Every protocol" is 0..255 and 0..65535. A rule
 * without a port has exactly that one box. */
struct port_box {
	struct span span;
	uint8_t proto_lo, proto_hi;
	uint16_t port_lo, port_hi;
};

/* Of every type where type is 0. Numbers are those of socket(2). */
struct socket_kind {
	struct span span;
	uint16_t family;
	uint8_t type;
};

/* ---- subjects ---- */

struct id_range {
	uint32_t lo, hi;
};

/* Interned: equal atoms are one. `index` counts from 0 within the dimension. */
struct atom {
	enum nb_dim dim;
	uint32_t index;
	const struct path_pattern *paths; /* exe; cgroup: PATH_TREE only */
	uint32_t n_paths;
	const struct id_range *ids; /* uid, gid: ascending, disjoint */
	uint32_t n_ids;
};

enum subject_kind { SUBJECT_ANYONE, SUBJECT_ATOM, SUBJECT_NOT, SUBJECT_AND, SUBJECT_OR };
struct subject {
	enum subject_kind kind;
	const struct atom *atom;        /* ATOM */
	const struct subject *left, *right; /* NOT: left only */
};

/* ---- rules ---- */

/* What a rule can waive, and why it may. */
enum waiver {
#define WAIVER(name, text) WAIVER_##name,
#include "compiler/check/waivers.def"
#undef WAIVER
	WAIVER_COUNT
};

/* ALLOW takes from the defaults of its own scope; DEFAULT is a `default deny`: it has
 * no object, which means every one. */
enum effect { EFFECT_DENY, EFFECT_AUDIT, EFFECT_ALLOW, EFFECT_DEFAULT };
enum object_kind { OBJECT_FILES, OBJECT_NET };

struct rule {
	struct span span;   /* of the whole statement */
	uint32_t number;    /* from 1, in source order */
	const char *name;   /* `as NAME`, or NULL */
	const char *source; /* file name as given, line of the statement's start */
	uint32_t line;
	const char *text;   /* one line of canonical text: no control characters */
	const char *waived[WAIVER_COUNT]; /* the reason given, or NULL */
	bool repeated;      /* written before word for word; reported */
	bool audit;         /* mode audit: of DENY and DEFAULT, only logs */
	bool pinned;        /* DENY on files: no name that would lose it, for nobody */
	bool revalidate;    /* OBJECT_FILES: asked of files that are open, too */
	bool spares;        /* of DENY and DEFAULT: connections older than the policy */
	bool host;          /* OBJECT_FILES: not on filesystems the host never mounted */
	enum effect effect;
	uint32_t scope; /* of ALLOW and DEFAULT, from 1 in source order */
	uint32_t ops; /* mask of 1 << enum nb_op */
	const struct subject *who;
	enum object_kind kind;
	const struct path_pattern *paths; /* OBJECT_FILES */
	uint32_t n_paths;
	const struct path_pattern *except; /* and none of these */
	uint32_t n_except;
	/* OBJECT_NET: an address in any of addrs AND a port in any of ports; what was
	 * excepted is taken out already */
	const struct addr_range *addrs;
	uint32_t n_addrs;
	const struct port_box *ports;
	uint32_t n_ports;
	const struct socket_kind *sockets; /* instead, where ops is `socket` alone */
	uint32_t n_sockets;
	/* for people; nothing of it is in an image */
	const char *owner, *ticket; /* or NULL */
	int64_t expires;            /* end of that day UTC; 0 = never */
	struct span expires_span;
};

/* Each operation's own word. */
extern const char *const op_words[NB_OP_COUNT];
/* Operations that a word stands for, among those that such an object has; 0 if none. */
uint32_t ops_of_word(const char *word, enum object_kind);
/* The one operation that is asked for by that word. */
bool op_of_word(const char *word, enum object_kind, enum nb_op *out);
/* The fewest words for a mask, one a call; takes its operations away. NULL: none left. */
const char *ops_next_word(uint32_t *ops, enum object_kind);

/* "packet", "inet/raw", "38": as a rule spells one. */
bool socket_parse(const char *text, struct socket_kind *out);
/* Of a family or a type; NULL if it has none. */
const char *socket_word(uint16_t number, bool type);
/* As a rule spells it. */
const char *socket_text(struct arena *, const struct socket_kind *);

struct assertion; /* expectations.h */
struct test;

struct policy {
	const char *name;
	uint64_t seq;
	const char *owner; /* or NULL */
	uint16_t kernel_major, kernel_minor; /* lowest kernel; default 5.10 */
	bool audit_only;                     /* mode audit */
	int64_t created;  /* seconds; from `date` or 0 */
	int64_t expires;  /* seconds since 1970, end of that day UTC; 0 = never */
	const struct rule *rules;
	uint32_t n_rules;
	const struct atom *const *atoms[4]; /* by enum nb_dim, by index */
	uint32_t n_atoms[4];
	uint32_t n_atoms_asked[4]; /* with those behind them that only assertions name */
	const struct assertion *assertions;
	uint32_t n_assertions;
	const struct test *tests;
	uint32_t n_tests;
	const struct sources *sources;
};

struct ast;

/* NULL exactly when it reported an error. */
const struct policy *policy_check(struct arena *, const struct ast *,
				  const struct sources *, struct diags *);
void policy_dump(const struct policy *, FILE *);
/* Warns of rules that expired before that date, in seconds since 1970. */
void policy_warn_expired(const struct policy *, int64_t date, struct diags *);
