# netbpfc: the command line, and the one function that runs the passes.
bin_PROGRAMS += netbpfc
netbpfc_SOURCES = \
	compiler/driver/ask.c \
	compiler/driver/check.c \
	compiler/driver/commands.def \
	compiler/driver/compile.c \
	compiler/driver/depfile.c compiler/driver/depfile.h \
	compiler/driver/gather.c compiler/driver/gather.h \
	compiler/driver/keys.c \
	compiler/driver/main.c \
	compiler/driver/options.c compiler/driver/options.def compiler/driver/options.h \
	compiler/driver/pack.c \
	compiler/driver/pack_sources.c compiler/driver/pack_sources.h \
	compiler/driver/pipeline.c compiler/driver/pipeline.h \
	compiler/driver/show.c \
	compiler/driver/source_read.c compiler/driver/source_read.h \
	compiler/driver/test.c
