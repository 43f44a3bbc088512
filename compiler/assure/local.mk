# The meaning of a policy, asked of its source: reference evaluator, explain.
noinst_LIBRARIES += libassure.a
libassure_a_SOURCES = \
	compiler/assure/evaluate.c compiler/assure/evaluate.h \
	compiler/assure/explain.c compiler/assure/explain.h \
	compiler/assure/match.c compiler/assure/match.h \
	compiler/assure/reasons.c compiler/assure/reasons.h
