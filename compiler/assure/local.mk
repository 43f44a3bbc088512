# The meaning of a policy, asked of its source: reference evaluator, explain,
# lints, tests and assertions.
noinst_LIBRARIES += libassure.a
libassure_a_SOURCES = \
	compiler/assure/advice.c compiler/assure/advice.h \
	compiler/assure/asked.c compiler/assure/asked.h \
	compiler/assure/assertion.c compiler/assure/prove.h \
	compiler/assure/class_names.c \
	compiler/assure/contain.c compiler/assure/contain.h \
	compiler/assure/cover.c compiler/assure/cover.h \
	compiler/assure/evaluate.c compiler/assure/evaluate.h \
	compiler/assure/explain.c compiler/assure/explain.h \
	compiler/assure/explain_json.c \
	compiler/assure/kinds.c compiler/assure/kinds.h \
	compiler/assure/lint.c compiler/assure/lint.h \
	compiler/assure/lockout.c compiler/assure/lockout.h \
	compiler/assure/match.c compiler/assure/match.h \
	compiler/assure/move.c compiler/assure/move.h \
	compiler/assure/names.c \
	compiler/assure/net_check.c compiler/assure/net_check.h \
	compiler/assure/net_entries.c compiler/assure/net_entries.h \
	compiler/assure/net_ranges.c compiler/assure/net_ranges.h \
	compiler/assure/overlap.c compiler/assure/overlap.h \
	compiler/assure/beside.c \
	compiler/assure/peers.c compiler/assure/peers.h \
	compiler/assure/reach.c compiler/assure/reach.h compiler/assure/reach_parts.h \
	compiler/assure/reach_net.c \
	compiler/assure/reasons.c compiler/assure/reasons.h \
	compiler/assure/redundant.c compiler/assure/redundant.h \
	compiler/assure/subject_order.c compiler/assure/subject_order.h \
	compiler/assure/test.c \
	compiler/assure/ways.c compiler/assure/ways.def compiler/assure/ways.h \
	compiler/assure/witness.c compiler/assure/witness.h
