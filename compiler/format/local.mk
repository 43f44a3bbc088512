# The layout of a policy: text → the same policy, laid out.
noinst_LIBRARIES += libformat.a
libformat_a_SOURCES = \
	compiler/format/align.c \
	compiler/format/format.c compiler/format/format.h \
	compiler/format/layout.c compiler/format/lines.h \
	compiler/format/pieces.c compiler/format/pieces.h
