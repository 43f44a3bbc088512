/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a policy says about itself: assertions, which hold for everybody they mean,
 * and tests, which ask single questions. They change nothing in an image;
 * compiler/assure decides them.
 */
#pragma once
#include "compiler/check/policy.h"

/* Built like a rule: `asked` has operations, object and subject, span, source, line
 * and text. Its effect and number mean nothing. */
struct assertion {
	struct rule asked;
	bool always; /* stays possible; otherwise: never is */
};

/* What a case says about who asks; NULL or not known = unknown. */
struct facts {
	const char *exe, *cgroup;
	bool uid_known, gid_known;
	bool guest; /* asks for files of filesystems that the host never mounted */
	uint32_t uid;
	const uint32_t *gids;
	uint32_t n_gids;
};

/* DIRECTORY and TREE: renames of a directory without directories in it, and with some. */
enum question_kind {
	QUESTION_OPERATION,
	QUESTION_RENAME,
	QUESTION_LINK,
	QUESTION_DIRECTORY,
	QUESTION_TREE
};
enum expected { EXPECT_ALLOW, EXPECT_DENY, EXPECT_AUDIT };

struct question {
	struct span span; /* of the request, verdict included */
	const char *text; /* of the request, on one line, without the verdict */
	enum question_kind kind;
	const struct facts *who;
	enum nb_op op;        /* OPERATION */
	bool again;           /* of a file that is open already */
	const char *path;     /* files; canonical; of all but OPERATION the old name */
	const char *new_path; /* of all but OPERATION */
	bool v6;
	uint8_t addr[16];
	uint8_t protocol;
	uint16_t port;
	struct socket_kind socket;
	enum expected expected;
	uint32_t rule; /* that must decide; 0 = any */
};

struct test {
	struct span span; /* of the title */
	const char *title;
	uint32_t line;
	const struct question *questions;
	uint32_t n_questions;
};

/* After the rules in --dump=policy. */
void expectations_dump(const struct policy *, FILE *);
