# Text → AST. The generated files stand in a library of their own, because flex and
# bison write what our warnings refuse.
noinst_LIBRARIES += libgrammar.a libparser.a
libgrammar_a_SOURCES = \
	grammar/expected.c grammar/expected.h \
	grammar/grammar.c grammar/grammar.h \
	grammar/scan.h
libparser_a_SOURCES = grammar/parse.y grammar/scan.l
libparser_a_CFLAGS = $(AM_CFLAGS) -Wno-error -Wno-sign-compare -Wno-unused-function \
	-Wno-missing-prototypes -Wno-shadow
BUILT_SOURCES += grammar/parse.h
CLEANFILES += grammar/parse.c grammar/parse.h grammar/scan.c
EXTRA_DIST += grammar/ebnf.awk
AM_YFLAGS = -d -Wno-yacc
