/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tokens → AST, an action is one constructor call. What a word or value means, and
 * whether it may stand there, is decided in compiler/check. The end of this file
 * says what was expected, and finds the next statement after an error.
 */
%require "3.8"
%define api.pure full
%define api.prefix {nbp_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%parse-param { struct scan *s }
%lex-param { struct scan *s }

%code requires {
#include "compiler/ast/cases.h"
struct scan;
}

%code {
#include <stdlib.h>
#include "grammar/scan.h"

/* Bounds the depth of subjects, and with it every recursion over them. */
#define YYMAXDEPTH 2000
#define YYINITDEPTH 200
#define YYLLOC_DEFAULT(now, parts, n)                                                  \
	((now) = (n) ? (struct span){ YYRHSLOC(parts, 1).source,                       \
				      YYRHSLOC(parts, 1).start,                        \
				      YYRHSLOC(parts, n).end } :                       \
		       (struct span){ YYRHSLOC(parts, 0).source,                       \
				      YYRHSLOC(parts, 0).end,                          \
				      YYRHSLOC(parts, 0).end })

static int nbp_lex(NBP_STYPE *, struct span *, struct scan *);
static void nbp_error(struct span *, struct scan *, const char *);
}

%union {
	const char *text;
	struct ast_item item;
	struct ast_list *list;
	struct ast_subject *subject;
	struct ast_statement *statement;
	struct ast_field field;
	struct ast_object object;
	struct ast_clause clause;
	enum ast_kind kind;
	struct ast_cases *cases;
	struct ast_case *asks;
	struct ast_request request;
	struct ast_verdict verdict;
}

%token END 0 "end of file"
%token POLICY "'policy'" PATHS "'paths'" NET "'net'" PORTS "'ports'" SUBJECT "'subject'"
%token DENY "'deny'" AUDIT "'audit'"
%token SCOPE "'scope'" ALLOW "'allow'" DEFAULT "'default'"
%token ON "'on'" TO "'to'" FROM "'from'" PORT "'port'" FOR "'for'" EXCEPT "'except'" AS "'as'"
%token WAIVE "'waive'" MODE "'mode'" PINNED "'pinned'" HOST "'host'"
%token REVALIDATE "'revalidate'"
%token ESTABLISHED "'established'"
%token AND "'and'" OR "'or'" NOT "'not'" EXE "'exe'" UID "'uid'" GID "'gid'"
%token ASSERT "'assert'" NEVER "'never'" ALWAYS "'always'" TEST "'test'"
%token BY "'by'" ARROW "'=>'"
%token OWNER "'owner'" TICKET "'ticket'" EXPIRES "'expires'"
%token CGROUP "'cgroup'" TREE "'tree'" ANYWHERE "'anywhere'" PROTO "'proto'"
%token '{' "'{'" '}' "'}'" '(' "'('" ')' "')'" ',' "','" '=' "'='" AT_LEAST "'>='"
%token INCLUDE "'include'" FEED "'file'"
%token <text> NAME "a name" LITERAL "an address, port or number" STRING "a quoted string"
%token BAD "a bad character"
%token RESYNC "the next statement"

%type <list> group items list ops
%type <item> item op
%type <subject> subject conjunction unary primary fact
%type <text> field_word
%type <statement> statement policy fields set rule clauses include assertion test
%type <statement> scope members member
%type <field> field value
%type <object> object
%type <clause> clause
%type <kind> effect set_kind quantifier
%type <cases> cases
%type <asks> case facts requests
%type <request> request
%type <verdict> verdict

%%

statements:
	%empty
|	statements statement          { ast_add(s->ast, $2); }
|	statements error RESYNC       { yyerrok; }
;

statement: policy | set | rule | scope | include | assertion | test ;

policy:
	POLICY NAME '{' fields '}'    { $$ = ast_policy(@$, $2, @2, $4); }
;

fields:
	%empty                        { $$ = ast_parts(s->arena); }
|	fields field                  { $$ = ast_field_add(s->arena, $1, $2); }
;

field:
	field_word value              { $$ = ast_field(@1, $1, $2); }
;

field_word:
	NAME
|	OWNER                         { $$ = "owner"; }
|	TICKET                        { $$ = "ticket"; }
|	EXPIRES                       { $$ = "expires"; }
|	MODE                          { $$ = "mode"; }
;

include:
	INCLUDE STRING                { $$ = ast_include(s->arena, @$, $2, @2); }
;

value:
	LITERAL                       { $$ = ast_value(VALUE_LITERAL, @1, $1); }
|	STRING                        { $$ = ast_value(VALUE_STRING, @1, $1); }
|	NAME                          { $$ = ast_value(VALUE_WORD, @1, $1); }
|	AUDIT                         { $$ = ast_value(VALUE_WORD, @1, "audit"); }
|	AT_LEAST LITERAL              { $$ = ast_value(VALUE_AT_LEAST, @2, $2); }
;

set:
	set_kind NAME '=' group       { $$ = ast_set(s->arena, $1, @$, $2, @2, $4); }
|	SUBJECT NAME '=' subject      { $$ = ast_subject(s->arena, @$, $2, @2, $4); }
;

set_kind:
	PATHS                         { $$ = AST_PATHS; }
|	NET                           { $$ = AST_NET; }
|	PORTS                         { $$ = AST_PORTS; }
;

rule:
	effect ops object clauses     { $$ = ast_rule($1, @$, $2, $3, $4); }
;

scope:
	SCOPE NAME '{' members '}'    { $$ = ast_scope(@$, $2, @2, $4); }
;

members:
	%empty                        { $$ = ast_parts(s->arena); }
|	members member                { $$ = ast_inner_add(s->arena, $1, $2); }
|	members error RESYNC          { $$ = $1; yyerrok; }
;

member:
	DEFAULT DENY ops clauses      { $$ = ast_default(@$, $3, $4); }
|	ALLOW ops object clauses      { $$ = ast_rule(AST_ALLOW, @$, $2, $3, $4); }
;

effect:
	DENY                          { $$ = AST_DENY; }
|	AUDIT                         { $$ = AST_AUDIT; }
;

ops:
	op                            { $$ = ast_list_of(s->arena, $1); }
|	ops ',' op                    { $$ = ast_list_add(s->arena, $1, $3); }
;

op:
	NAME                          { $$ = ast_item(ITEM_NAME, @1, $1); }
;

object:
	ON list                       { $$ = ast_object(OBJECT_ON, @1, $2); }
|	TO list                       { $$ = ast_object(OBJECT_TO, @1, $2); }
|	FROM list                     { $$ = ast_object(OBJECT_FROM, @1, $2); }
|	ON PORT list                  { $$ = ast_object(OBJECT_ON_PORT, @$, $3); }
;

clauses:
	%empty                        { $$ = ast_parts(s->arena); }
|	clauses clause                { $$ = ast_clause_add(s->arena, $1, $2); }
;

clause:
	PORT list                     { $$ = ast_clause_list(CLAUSE_PORT, @1, $2); }
|	ON PORT list                  { $$ = ast_clause_list(CLAUSE_ON_PORT, @$, $3); }
|	FOR subject                   { $$ = ast_clause_subject(CLAUSE_FOR, @1, $2); }
|	EXCEPT FOR subject            { $$ = ast_clause_subject(CLAUSE_EXCEPT_FOR, @1, $3); }
|	EXCEPT ON list                { $$ = ast_clause_list(CLAUSE_EXCEPT_ON, @2, $3); }
|	EXCEPT TO list                { $$ = ast_clause_list(CLAUSE_EXCEPT_TO, @2, $3); }
|	EXCEPT PORT list              { $$ = ast_clause_list(CLAUSE_EXCEPT_PORT, @2, $3); }
|	EXCEPT ESTABLISHED            { $$ = ast_clause_list(CLAUSE_EXCEPT_ESTABLISHED, @2, NULL); }
|	PINNED                        { $$ = ast_clause_list(CLAUSE_PINNED, @1, NULL); }
|	HOST                          { $$ = ast_clause_list(CLAUSE_HOST, @1, NULL); }
|	REVALIDATE                    { $$ = ast_clause_list(CLAUSE_REVALIDATE, @1, NULL); }
|	MODE AUDIT                    { $$ = ast_clause_list(CLAUSE_AUDIT, @$, NULL); }
|	AS NAME                       { $$ = ast_clause_as(@1, $2, @2); }
|	WAIVE NAME STRING             { $$ = ast_clause_waive(@1, $2, @2, $3, @3); }
|	OWNER STRING                  { $$ = ast_clause_text(CLAUSE_OWNER, @1, $2, @2); }
|	TICKET STRING                 { $$ = ast_clause_text(CLAUSE_TICKET, @1, $2, @2); }
|	EXPIRES LITERAL               { $$ = ast_clause_text(CLAUSE_EXPIRES, @1, $2, @2); }
;

assertion:
	ASSERT quantifier ops object clauses
				      { $$ = ast_rule($2, @$, $3, $4, $5); }
;

quantifier:
	NEVER                         { $$ = AST_NEVER; }
|	ALWAYS                        { $$ = AST_ALWAYS; }
;

test:
	TEST STRING '{' cases '}'     { $$ = ast_test(s->arena, @$, $2, @2, $4); }
;

cases:
	%empty                        { $$ = ast_cases(s->arena); }
|	cases case                    { $$ = ast_case_add(s->arena, $1, $2); }
;

case:
	AS facts '{' requests '}'     { $$ = ast_case_of($2, $4, @1); }
;

facts:
	%empty                        { $$ = ast_case(s->arena); }
|	facts fact                    { $$ = ast_fact_add(s->arena, $1, $2); }
|	facts NOT HOST                { $$ = ast_fact_guest($1, @2, @3); }
;

requests:
	%empty                        { $$ = ast_case(s->arena); }
|	requests request              { $$ = ast_request_add(s->arena, $1, $2); }
;

request:
	op item ARROW verdict         { $$ = ast_request(@$, $1, $2, $4); }
|	REVALIDATE op item ARROW verdict
				      { $$ = ast_request_again(@$, $2, $3, $5); }
|	op item item ARROW verdict    { $$ = ast_request_two(REQUEST_PORT, @$, $1, $2, $3, $5); }
|	op item TO item ARROW verdict { $$ = ast_request_two(REQUEST_TO, @$, $1, $2, $4, $6); }
;

verdict:
	ALLOW                         { $$ = ast_verdict(VERDICT_ALLOW, @1); }
|	DENY                          { $$ = ast_verdict(VERDICT_DENY, @1); }
|	AUDIT                         { $$ = ast_verdict(VERDICT_AUDIT, @1); }
|	DENY BY NAME                  { $$ = ast_verdict_by(VERDICT_DENY, @$, $3, NULL, @3); }
|	AUDIT BY NAME                 { $$ = ast_verdict_by(VERDICT_AUDIT, @$, $3, NULL, @3); }
|	DENY BY NAME LITERAL          { $$ = ast_verdict_by(VERDICT_DENY, @$, $3, $4, @4); }
|	AUDIT BY NAME LITERAL         { $$ = ast_verdict_by(VERDICT_AUDIT, @$, $3, $4, @4); }
;

list:
	group
|	list ',' group                { $$ = ast_list_join(s->arena, $1, $3); }
;

group:
	item                          { $$ = ast_list_of(s->arena, $1); }
|	'{' '}'                       { $$ = ast_list(s->arena, @$); }
|	'{' items '}'                 { $$ = ast_list_at($2, @$); }
|	'{' items ',' '}'             { $$ = ast_list_at($2, @$); }
;

items:
	item                          { $$ = ast_list_of(s->arena, $1); }
|	items ',' item                { $$ = ast_list_add(s->arena, $1, $3); }
;

item:
	NAME                          { $$ = ast_item(ITEM_NAME, @1, $1); }
|	LITERAL                       { $$ = ast_item(ITEM_LITERAL, @1, $1); }
|	STRING                        { $$ = ast_item(ITEM_STRING, @1, $1); }
|	TREE STRING                   { $$ = ast_item(ITEM_TREE, @2, $2); }
|	ANYWHERE                      { $$ = ast_item(ITEM_ANYWHERE, @1, "anywhere"); }
|	PROTO LITERAL                 { $$ = ast_item(ITEM_PROTO, @2, $2); }
|	FEED STRING                   { $$ = ast_item(ITEM_FILE, @2, $2); }
;

subject:
	conjunction
|	subject OR conjunction        { $$ = ast_join(s->arena, AST_OR, @$, $1, $3); }
;

conjunction:
	unary
|	conjunction AND unary         { $$ = ast_join(s->arena, AST_AND, @$, $1, $3); }
;

unary:
	primary
|	NOT unary                     { $$ = ast_not(s->arena, @$, $2); }
;

primary:
	'(' subject ')'               { $$ = $2; }
|	NAME                          { $$ = ast_named(s->arena, @1, $1); }
|	fact
;

fact:
	EXE group                     { $$ = ast_listed(s->arena, AST_EXE, @$, $2); }
|	UID group                     { $$ = ast_listed(s->arena, AST_UID, @$, $2); }
|	GID group                     { $$ = ast_listed(s->arena, AST_GID, @$, $2); }
|	CGROUP group                  { $$ = ast_listed(s->arena, AST_CGROUP, @$, $2); }
;

%%

#include "grammar/expected.h"

/* Only the depth of the parser's stack ends up here. */
static void nbp_error(struct span *span, struct scan *s, const char *message)
{
	(void)message;
	diag_report(s->diags, *span, DIAG_too_deep, "this is nested too deeply");
	diag_help(s->diags, "name the inner part with 'subject NAME = ...', use the name");
}

static int yyreport_syntax_error(const yypcontext_t *context, struct scan *s)
{
	yysymbol_kind_t kinds[EXPECTED_MAX];
	const char *expected[EXPECTED_MAX];
	int n = yypcontext_expected_tokens(context, kinds, EXPECTED_MAX);

	for (int i = 0; i < n; i++)
		expected[i] = yysymbol_name(kinds[i]);
	s->lost = true;
	expected_report(s, expected, n > 0 ? (size_t)n : 0);
	return 0;
}

/* Inside of a scope its members do, and its end; nothing else could follow there. */
static bool begins_statement(const struct scan *s)
{
	const struct token *t = &s->last;

	if (s->scope && t->kind == '}')
		return s->braces < s->scope;
	if (s->scope && t->kind != END)
		return t->first && (t->kind == ALLOW || t->kind == DEFAULT);
	switch (t->kind) {
	case POLICY:
	case PATHS:
	case NET:
	case PORTS:
	case SUBJECT:
	case DENY:
	case AUDIT:
	case INCLUDE:
	case ASSERT:
	case TEST:
	case SCOPE:
		return t->first;
	case ALLOW:
	case DEFAULT:
		return t->first && !s->orphans;
	default:
		return t->kind == END;
	}
}

/* SCOPE NAME '{': how far it was met. */
static void follow_head(struct scan *s)
{
	static const int after[] = { 0, NAME, '{' };

	if (s->last.kind == SCOPE)
		s->head = 1;
	else if (s->head && s->last.kind == after[s->head])
		s->head = (s->head + 1) % 3;
	else
		return;
	if (!s->head)
		s->scope = s->braces + 1;
}

static void read_token(struct scan *s)
{
	s->before = s->last.kind;
	s->last.kind = scan_token(&s->last.value, &s->last.span, s->flex);
	s->last.first = s->fresh;
	follow_head(s);
	s->fresh = false;
	s->braces += (s->last.kind == '{') - (s->last.kind == '}');
	if (s->before == '}' && s->braces < s->scope)
		s->scope = 0;
}

/* Drops tokens until one begins a statement. That may be the very one that was
 * out of place, unless no statement can begin with it. */
static void find_statement(struct scan *s)
{
	bool stray = !s->scope && (s->last.kind == ALLOW || s->last.kind == DEFAULT);

	if (s->head) { /* what stands in that scope would only be out of place */
		s->scope = s->head = 0;
		s->orphans = true;
	}
	/* a token that was tried as a beginning already is passed over: no loop */
	if (stray || (s->tried && s->last.span.start == s->tried_at))
		read_token(s);
	while (!begins_statement(s))
		read_token(s);
	s->orphans = false;
	s->tried = true;
	s->tried_at = s->last.span.start;
}

static int nbp_lex(NBP_STYPE *value, struct span *span, struct scan *s)
{
	if (s->lost) {
		find_statement(s);
		s->lost = false;
		s->replay = s->last.kind != END;
		*span = s->last.span;
		return s->replay ? RESYNC : END;
	}
	if (!s->replay)
		read_token(s);
	s->replay = false;
	*value = s->last.value;
	*span = s->last.span;
	return s->last.kind;
}
