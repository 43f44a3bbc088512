/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside of AST → policy. A function that returns bool or a pointer returns false
 * or NULL exactly when an error was reported, and then leaves its output alone.
 */
#pragma once
#include "compiler/ast/ast.h"
#include "compiler/base/table.h"
#include "compiler/check/expectations.h"
#include "compiler/check/policy.h"

enum {
	NAME_MAX_BYTES = 64,
	DEPTH_MAX = 200,          /* of definitions within definitions, and of subjects */
	VALUES_MAX = 2500000,     /* of all sets and rules, after expansion: a million
				   * addresses in each family, and a policy beside */
	SUBJECT_PARTS_MAX = 10000, /* of one subject, names written out */
	RULE_PARTS_MAX = 4000000, /* of the subjects of all rules */
	OWNER_BYTES_MAX = 256,
	DAY = 24 * 60 * 60
};

/* ---- values: text of one item → typed value ---- */

/* Decimal, no sign, no leading zero, at most max. Behind the digits, or NULL. */
const char *number_read(const char *, uint64_t max, uint64_t *out);

bool address_read(struct diags *, struct span, const char *, struct addr_range *out);

/* The address or prefix that is all of a line, if it is in plain form and not among the
 * last bytes of the text: where that line ends, or NULL. The span stays. */
const char *address_read_plain(const char *line, const char *end, struct addr_range *out);

/* Into out, at most PORT_BOXES_MAX of them; 0 when it reported an error. */
enum { PORT_BOXES_MAX = 5 };
uint32_t port_read(struct diags *, struct span, const char *,
		   struct port_box out[PORT_BOXES_MAX]);
bool protocol_read(struct diags *, struct span, const char *number, struct port_box *out);
bool protocol_named(const char *name, struct port_box *out); /* reports nothing */
bool protocol_carries_ports(uint8_t number);

bool id_read(struct diags *, struct span, const char *word, const char *,
	     struct id_range *out);

/* span: of the string with its quotes; text: what is between them. path_read is for
 * who takes one path: alternatives make it PATH_GENERAL, so that it is none. */
bool path_read(struct arena *, struct diags *, struct span, const char *text, bool tree,
	       struct path_pattern *out);
/* Of the patterns that the alternatives make, that number. */
bool path_read_one(struct arena *, struct diags *, struct span, const char *text, bool tree,
		   size_t index, struct path_pattern *out);

/* alternatives.c: how many patterns "{a,b}" make of the text, at most
 * ALTERNATIVES_MAX + 1; 0 = reported. */
enum { ALTERNATIVES_MAX = 1000 };
size_t alternatives_count(struct diags *, struct span, const char *text);
/* The one of that number, and where each of its bytes was written; both are one
 * longer than the text. */
struct written_out {
	char *text;
	uint32_t *origin;
};
struct written_out alternatives_pick(struct arena *, const char *text, size_t index);

/* Text between quotes → what it says: \" and \\ are the only escapes. */
const char *string_read(struct arena *, struct diags *, struct span, const char *text);

/* ---- one check ---- */

/* The values of a list or set; only the array of its type has any. */
struct operand {
	VEC(struct path_pattern) paths;
	VEC(struct addr_range) addrs;
	VEC(struct port_box) ports;
	size_t alternatives; /* patterns of this list that alternatives made */
};

/* A feed is read when it is first used. */
struct feed {
	bool tried;
	const struct operand *values; /* or NULL, and that was reported */
};

/* A subject and what bounds the recursions over it. */
struct who {
	const struct subject *subject;
	uint32_t depth, parts;
};

/* A name that the policy defines. */
struct named {
	const struct ast_statement *def;
	bool used;
	enum progress { NAMED_FRESH, NAMED_OPEN, NAMED_DONE, NAMED_FAILED } progress;
	uint32_t level;               /* definitions that it goes through */
	const struct operand *values; /* sets */
	struct who who;               /* subjects */
	const struct atom *exe;       /* paths sets once used with exe */
};

struct check {
	struct arena *arena;
	const struct ast *ast;
	const struct sources *sources;
	struct diags *diags;
	struct policy *policy;

	struct table *names;       /* → struct named */
	VEC(struct named *) named; /* in source order */
	uint32_t depth, level;     /* of the definition being resolved */
	uint32_t nested;           /* of subjects, names included */
	uint32_t suggested; /* "did you mean" is for the first unknown names only */
	uint32_t values;    /* against VALUES_MAX */
	bool full;          /* and that was reported */
	struct feed *feeds; /* by source; NULL until the first is used */
	uint64_t parts;     /* against RULE_PARTS_MAX */

	struct table *atoms; /* canonical bytes → struct atom */
	VEC(const struct atom *) by_dim[4];

	struct table *rule_names; /* → struct ast_clause */
	struct table *rule_texts; /* canonical text without the name → struct rule */
	VEC(struct rule) rules;
	bool numbered; /* every rule is good, so that tests may name them */
	VEC(struct assertion) assertions;
	VEC(struct test) tests;
	uint32_t scopes; /* so far */
};

/* names.c */
void names_define(struct check *);
/* The definition, resolved, of a kind the caller must compare. */
struct named *names_use(struct check *, struct span, const char *name);
void names_resolve_all(struct check *);
void names_warn_unused(struct check *);
bool name_fits(struct check *, struct span, const char *name);
/* "expected X, NAME is Y", with the place of its definition. */
void names_wrong_type(struct check *, struct span, const struct named *,
		      const char *expected);

/* operands.c: kind is AST_PATHS, AST_NET or AST_PORTS. */
const struct operand *operand_expand(struct check *, const struct ast_list *,
				     enum ast_kind);
/* The patterns that the text of an item stands for; tree: with what is below each. */
bool operand_add_paths(struct check *, const struct ast_item *, bool tree, struct operand *);

/* feed.c: the values of a feed; behind `most` + 1 of them it stops. */
bool feed_read(struct arena *, struct diags *, const struct sources *, uint32_t source,
	       size_t most, struct operand *out);
/* feed_order.c: a copy in the order of address, IPv4 first. */
struct addr_range *feed_order(struct arena *, const struct addr_range *, size_t n);

/* subjects.c */
bool subject_resolve(struct check *, const struct ast_subject *, struct who *out);
/* The subject of `for a except for b`; either may be NULL. */
const struct subject *subject_of_rule(struct check *, const struct ast_subject *a,
				      const struct ast_subject *b);

/* atoms.c */
const struct atom *atom_of_ids(struct check *, enum nb_dim, struct id_range *,
			       uint32_t n);
const struct atom *atom_of_paths(struct check *, enum nb_dim, const struct path_pattern *,
				 uint32_t n);

/* ops.c: what the words are about, `likely` where they fit both or contradict. */
enum object_kind ops_kind(const struct ast_list *, enum object_kind likely);
/* Sets ops and kind; `likely` where the words fit both kinds of objects. */
bool ops_read(struct check *, const struct ast_list *, enum object_kind likely,
	      struct rule *);

/* clauses.c: which statement has which, and those that are neither about objects nor
 * about subjects. */
extern const char *const waiver_words[WAIVER_COUNT];
const struct ast_clause *clause_of(const struct ast_statement *, enum ast_clause_kind);
bool clauses_fit(struct check *, const struct ast_statement *);
/* Whether `revalidate`, if it is there, can do anything. */
bool clauses_fit_ops(struct check *, const struct ast_statement *, const struct rule *);
bool clauses_fit_object(struct check *, const struct ast_statement *, enum object_kind);
/* Has the rule connections that 'except established' could leave alone? */
bool clauses_spare(struct check *, const struct ast_statement *, const struct rule *);
bool clauses_read(struct check *, const struct ast_statement *, struct rule *);

/* subtract.c: takes the exceptions out of the rule; whether there was anything to take */
bool addresses_subtract(struct check *, struct rule *, const struct operand *except);
/* The same; warns by itself and returns false when it reported an error. */
bool ports_subtract(struct check *, struct rule *, const struct operand *except,
		    struct span place);
/* Exceptions that surely except nothing. */
void paths_warn_apart(struct check *, const struct rule *);

/* rules.c: all that a rule and an assertion have in common. */
/* sockets.c */
bool sockets_read(struct check *, const struct ast_list *, struct rule *);

/* What the object of a rule looks like, whatever its operations. */
enum object_kind object_kind(const struct ast_statement *);
bool rule_read(struct check *, const struct ast_statement *, struct rule *out);

/* needs.c: rules that stated kernels cannot enforce */
void needs_check(struct check *);
void needs_warn_waived(struct check *);

/* fields.c, rules.c, text.c */
void fields_check(struct check *);
void rules_check(struct check *);
/* Start of that day UTC. */
bool date_read(struct diags *, struct span, const char *, int64_t *out);
/* Who a scope is for, and that it has defaults for all that it allows; NULL when it
 * reported an error. scopes.c */
const struct subject *scope_check(struct check *, const struct ast_statement *);
/* "deny read on secrets for nginx": without the name and without end. */
const char *rule_text(struct arena *, const struct ast_statement *, const struct rule *);

/* asserts.c, tests.c: after the rules, which they speak of */
void asserts_check(struct check *);
void tests_check(struct check *);
