# The meaning of a policy, asked of its source: reference evaluator, explain,
# tests and assertions.
noinst_LIBRARIES += libassure.a
libassure_a_SOURCES = \
	compiler/assure/assertion.c compiler/assure/prove.h \
	compiler/assure/contain.c compiler/assure/contain.h \
	compiler/assure/evaluate.c compiler/assure/evaluate.h \
	compiler/assure/explain.c compiler/assure/explain.h \
	compiler/assure/kinds.c compiler/assure/kinds.h \
	compiler/assure/match.c compiler/assure/match.h \
	compiler/assure/names.c \
	compiler/assure/reasons.c compiler/assure/reasons.h \
	compiler/assure/test.c \
	compiler/assure/witness.c compiler/assure/witness.h
