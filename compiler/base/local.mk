# Memory, texts, diagnostics: what every pass of the compiler stands on.
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	compiler/base/arena.c compiler/base/arena.h \
	compiler/base/diag.c compiler/base/diag.h compiler/base/diag.def \
	compiler/base/diag_kind.c compiler/base/diag_kind.h \
	compiler/base/diag_print.c \
	compiler/base/json.c compiler/base/json.h \
	compiler/base/quote.c compiler/base/quote.h \
	compiler/base/source.c compiler/base/source.h \
	compiler/base/spell.c compiler/base/spell.h \
	compiler/base/table.c compiler/base/table.h \
	compiler/base/text.c compiler/base/text.h \
	compiler/base/utf8.c compiler/base/utf8.h
