# What is meant: names resolved, values typed, rules complete.
noinst_LIBRARIES += libcheck.a
libcheck_a_SOURCES = \
	compiler/check/addresses.c \
	compiler/check/alternatives.c \
	compiler/check/asserts.c \
	compiler/check/atoms.c \
	compiler/check/check.c compiler/check/check.h \
	compiler/check/classes.c compiler/check/classes.h \
	compiler/check/clauses.c compiler/check/waivers.def \
	compiler/check/sockets.c \
	compiler/check/dump.c \
	compiler/check/expectations.c compiler/check/expectations.h \
	compiler/check/feed.c compiler/check/feed_order.c \
	compiler/check/fields.c compiler/check/fields.def \
	compiler/check/names.c \
	compiler/check/needs.c compiler/check/needs.def \
	compiler/check/operands.c \
	compiler/check/ops.c \
	compiler/check/paths.c \
	compiler/check/policy.h \
	compiler/check/plain.c \
	compiler/check/protocols.def \
	compiler/check/rules.c \
	compiler/check/scopes.c \
	compiler/check/subjects.c \
	compiler/check/subtract.c \
	compiler/check/tests.c \
	compiler/check/text.c \
	compiler/check/values.c
