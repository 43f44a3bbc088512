# What is written: the nodes that the parser builds, and their dump.
noinst_LIBRARIES += libast.a
libast_a_SOURCES = \
	compiler/ast/ast.c compiler/ast/ast.h \
	compiler/ast/cases.c compiler/ast/cases.h \
	compiler/ast/dump.c
