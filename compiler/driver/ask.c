/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netbpfc explain: words and options → struct request → policy_explain. What was
 * not said about the subject is unknown, not absent. One word alone that is no
 * file's name is a diagnostic's: explanations.c.
 */
#include <arpa/inet.h>
#include <string.h>
#include "compiler/assure/explain.h"
#include "compiler/assure/match.h"
#include "compiler/assure/reasons.h"
#include "compiler/driver/explanations.h"
#include "compiler/driver/options.h"
#include "compiler/driver/pipeline.h"

#define GIDS_MAX 1024

/* What is asked of two names; without `to` nothing is. */
struct move_words {
	enum move_kind kind;
	const char *to;
};

/* Digits only, no sign, at most `most`; the first byte after them, or NULL. */
static const char *take_number(const char *text, uint32_t most, uint32_t *out)
{
	uint64_t n = 0;
	const char *at = text;

	for (; *at >= '0' && *at <= '9' && n <= most; at++)
		n = n * 10 + (uint64_t)(*at - '0');
	*out = (uint32_t)n;
	return at == text || n > most ? NULL : at;
}

static bool whole_number(const char *text, uint32_t most, uint32_t *out)
{
	const char *end = take_number(text, most, out);

	return end && !*end;
}

/* Names in rules are canonical, so the question must be. */
static int check_path(const char *what, const char *path, struct error *err)
{
	const char *wrong = NULL;

	if (path[0] != '/')
		wrong = "it must begin with '/'";
	for (const char *at = path; *at == '/' && path[1];
	     at += 1 + strcspn(at + 1, "/")) {
		size_t len = strcspn(at + 1, "/");

		if (!len)
			wrong = "it has a '/' too many";
		else if (len > 255)
			wrong = "it has a component longer than 255 bytes";
		else if ((len == 1 && at[1] == '.') ||
			 (len == 2 && !memcmp(at + 1, "..", 2)))
			wrong = "it has a '.' or '..' component; say where it leads";
	}
	if (!wrong)
		return 0;
	return error_set(err, EXIT_USAGE, "%s '%s' is not a canonical absolute path: %s",
			 what, path, wrong);
}

/* A word may be about files and about the network; paths begin with '/'. */
static int parse_operation(const char *word, const char *object, enum nb_op *out,
			   enum object_kind *kind, struct error *err)
{
	*kind = *object == '/' ? OBJECT_FILES : OBJECT_NET;
	if (op_of_word(word, *kind, out))
		return 0;
	*kind = *kind == OBJECT_NET ? OBJECT_FILES : OBJECT_NET;
	if (op_of_word(word, *kind, out))
		return 0;
	if (ops_of_word(word, OBJECT_FILES))
		return error_set(err, EXIT_USAGE,
				 "'%s' is several operations; ask for one of them", word);
	error_set(err, EXIT_USAGE, "unknown operation '%s'; there are", word);
	for (int i = 0; i < NB_OP_COUNT; i++) {
		size_t used = strlen(err->text);

		snprintf(err->text + used, sizeof err->text - used, "%s%s",
			 i ? ", " : " ", op_words[i]);
	}
	return -1;
}

static int parse_address(const char *word, struct request *r, struct error *err)
{
	char text[INET6_ADDRSTRLEN] = "";
	size_t len = strlen(word);

	if (len >= 2 && word[0] == '[' && word[len - 1] == ']')
		word++, len -= 2;
	if (len < sizeof text)
		memcpy(text, word, len);
	r->v6 = strchr(text, ':');
	if (inet_pton(r->v6 ? AF_INET6 : AF_INET, text, r->addr) == 1)
		return 0;
	return error_set(err, EXIT_USAGE,
			 "'%s' is not an address; say 192.0.2.1, 2001:db8::1 or "
			 "[2001:db8::1], and the port after it as tcp/80",
			 word);
}

static int parse_port(const char *word, struct request *r, struct error *err)
{
	static const struct {
		const char *name;
		uint8_t number;
	} names[] = {
#define PROTOCOL(name, number, has_ports) {#name, number},
#include "compiler/check/protocols.def"
#undef PROTOCOL
	};
	size_t len = strcspn(word, "/");
	const char *end;
	uint32_t n = 256;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i].name) == len && !memcmp(names[i].name, word, len))
			n = names[i].number;
	if (n == 256) {
		end = take_number(word, 255, &n);
		if (!end || end != word + len)
			return error_set(err, EXIT_USAGE,
					 "'%s' is not a protocol and port; say "
					 "tcp/80, udp/53, icmp, or a number such as 47",
					 word);
	}
	r->protocol = (uint8_t)n;
	n = 0;
	if (!protocol_has_ports(r->protocol) && word[len])
		return error_set(err, EXIT_USAGE, "'%s': this protocol has no ports", word);
	if (protocol_has_ports(r->protocol) &&
	    (!word[len] || !whole_number(word + len + 1, 65535, &n)))
		return error_set(err, EXIT_USAGE,
				 "'%s' needs a port from 0 to 65535, as in tcp/80", word);
	r->port = (uint16_t)n;
	return 0;
}

static int parse_gids(const char *text, uint32_t gids[GIDS_MAX], struct request *r,
		      struct error *err)
{
	const char *at = text;

	r->gids = gids;
	r->gid_known = true;
	while (r->n_gids < GIDS_MAX) {
		at = take_number(at, UINT32_MAX - 1, &gids[r->n_gids++]);
		if (at && !*at)
			return 0;
		if (!at || *at++ != ',')
			break;
	}
	return error_set(err, EXIT_USAGE,
			 "--gid takes numbers separated by commas, as in "
			 "--gid 33,1000, not '%s'",
			 text);
}

static int parse_subject(const struct options *o, uint32_t gids[GIDS_MAX],
			 struct request *r, struct error *err)
{
	const char *uid = option_value(o, OPTION_uid), *gid = option_value(o, OPTION_gid);

	r->exe = option_value(o, OPTION_exe);
	r->cgroup = option_value(o, OPTION_cgroup);
	if ((r->exe && check_path("--exe", r->exe, err)) ||
	    (r->cgroup && check_path("--cgroup", r->cgroup, err)))
		return -1;
	r->uid_known = uid;
	if (uid && !whole_number(uid, UINT32_MAX - 1, &r->uid))
		return error_set(err, EXIT_USAGE,
				 "--uid takes a number, not '%s'; 'id -u NAME' "
				 "tells the number of a name",
				 uid);
	return gid ? parse_gids(gid, gids, r, err) : 0;
}

/* rename [tree] OLD to NEW, link OLD to NEW; a '/' behind OLD is a directory's. Nothing is
 * read of other words. */
static int parse_move(const struct options *o, struct request *r, struct move_words *m,
		      struct error *err)
{
	size_t n = o->n_words, tree = n == 6;
	bool link = !strcmp(o->words[1], "link"), rename = !strcmp(o->words[1], "rename");
	char *ends[2];

	if ((!link && !rename) || n < 5 || n > 6 || strcmp(o->words[n - 2], "to"))
		return 0;
	if (tree && (link || strcmp(o->words[2], "tree")))
		return error_set(err, EXIT_USAGE,
				 "'%s' stands before the old name; say rename tree /old to /new",
				 o->words[2]);
	ends[0] = o->words[n - 3];
	ends[1] = o->words[n - 1];
	m->kind = link ? MOVE_LINK : tree ? MOVE_TREE : MOVE_FILE;
	for (int i = 0; i < 2 && !link; i++) {
		size_t len = strlen(ends[i]);

		if (len < 2 || ends[i][len - 1] != '/' || (i && m->kind == MOVE_FILE))
			continue;
		ends[i][len - 1] = '\0';
		m->kind = tree ? MOVE_TREE : MOVE_DIRECTORY;
	}
	if (check_path("the old name", ends[0], err) || check_path("the new name", ends[1], err))
		return -1;
	if (!ends[0][1] || !ends[1][1])
		return error_set(err, EXIT_USAGE, "nobody can move or replace /");
	r->path = ends[0];
	m->to = ends[1];
	return 0;
}

static int parse_file(const struct options *o, struct request *r, struct error *err)
{
	if (options_want(o, 3, err) || check_path("the object", o->words[2], err))
		return -1;
	r->path = o->words[2];
	r->again = option_given(o, OPTION_revalidate);
	if (r->again && !(NB_AGAIN_OPS >> r->op & 1))
		return error_set(err, EXIT_USAGE,
				 "--revalidate asks of read, write or list; %s is "
				 "judged each time that it is done",
				 o->words[1]);
	return 0;
}

static int parse_object(const struct options *o, enum object_kind kind, struct request *r,
			struct error *err)
{
	if (kind == OBJECT_FILES)
		return parse_file(o, r, err);
	if (option_given(o, OPTION_revalidate))
		return error_set(err, EXIT_USAGE,
				 "--revalidate asks of files that are open: netbpfc explain "
				 "web.nbp read /etc/shadow --revalidate");
	if (r->op == NB_OP_SOCKET) {
		if (options_want(o, 3, err))
			return -1;
		if (!socket_parse(o->words[2], &r->socket))
			return error_set(err, EXIT_USAGE,
					 "'%s' is not a kind of sockets; say packet, or "
					 "inet/raw with the type",
					 o->words[2]);
		return 0;
	}
	if (o->n_words == 3)
		return error_set(err, EXIT_USAGE, "%s also needs a protocol and port: %s %s tcp/80",
				 o->words[1], o->words[1], o->words[2]);
	return options_want(o, 4, err) || parse_address(o->words[2], r, err) ||
			       parse_port(o->words[3], r, err)
		       ? -1
		       : 0;
}

static int answer_move(const struct compilation *c, const struct request *r,
		       const struct move_words *words, bool json, struct error *err)
{
	struct move move;

	if (!policy_move(c->arena, c->policy, r, words->kind, words->to, &move))
		return error_set(err, EXIT_POLICY,
				 "there are too many names below %s and %s to decide this", r->path,
				 words->to);
	if (json)
		policy_explain_json(c->policy, r, words->kind, words->to, &move, stdout);
	else
		policy_explain_move(c->policy, r, words->kind, words->to, &move, stdout);
	return 0;
}

int command_explain(const struct options *o, struct error *err)
{
	CLEANUP_COMPILATION struct compilation c = {.options = o};
	uint32_t gids[GIDS_MAX];
	struct request r = {0};
	struct move_words move = {0};
	bool json = option_given(o, OPTION_json);
	enum object_kind kind;

	if (o->n_words == 1 && !json && !strpbrk(o->words[0], "./"))
		return explanation_print(o->words[0], stdout, err);
	if (o->n_words < 3)
		return error_set(
			err, EXIT_USAGE,
			"explain needs a policy, an operation and an "
			"object: netbpfc explain web.nbp read /etc/shadow --uid 33, or "
			"netbpfc explain web.nbp connect 192.0.2.1 tcp/80; or the code of "
			"a diagnostic: netbpfc explain NB0402");
	if (parse_operation(o->words[1], o->words[2], &r.op, &kind, err) ||
	    parse_subject(o, gids, &r, err) || parse_move(o, &r, &move, err) ||
	    (!move.to && parse_object(o, kind, &r, err)))
		return -1;
	if (compilation_run(&c, o->words[0], FORM_POLICY, err))
		return -1;
	if (move.to)
		return answer_move(&c, &r, &move, json, err);
	if (json)
		policy_explain_json(c.policy, &r, MOVE_FILE, NULL, NULL, stdout);
	else
		policy_explain(c.policy, &r, stdout);
	return 0;
}
