noinst_LIBRARIES += liblower.a
liblower_a_SOURCES = \
	compiler/lower/active.c compiler/lower/active.h \
	compiler/lower/addresses.c compiler/lower/addresses.h \
	compiler/lower/below.c compiler/lower/below.h \
	compiler/lower/bytes.c compiler/lower/bytes.h \
	compiler/lower/contexts.c \
	compiler/lower/dump.c \
	compiler/lower/edges.c compiler/lower/edges.h \
	compiler/lower/exact.c compiler/lower/exact.h \
	compiler/lower/globs.c compiler/lower/globs.h \
	compiler/lower/hooks.c \
	compiler/lower/image.h \
	compiler/lower/lines.c compiler/lower/lines.h \
	compiler/lower/lower.c compiler/lower/lower.h \
	compiler/lower/meta.c \
	compiler/lower/net.c \
	compiler/lower/paths.c \
	compiler/lower/pieces.c compiler/lower/pieces.h \
	compiler/lower/pieces_lines.c compiler/lower/pieces_walk.h \
	compiler/lower/places.c \
	compiler/lower/rows.c \
	compiler/lower/shortcuts.c \
	compiler/lower/sets.c compiler/lower/sets.h \
	compiler/lower/steps.c compiler/lower/steps.h \
	compiler/lower/subjects.c compiler/lower/subjects.h \
	compiler/lower/tables.h \
	compiler/lower/tables4.c compiler/lower/tables6.c \
	compiler/lower/tables_slots.c compiler/lower/tables_trie.c \
	compiler/lower/trie.c compiler/lower/trie.h
