# netbpfc: the command line, and the one function that runs the passes.
bin_PROGRAMS += netbpfc
netbpfc_SOURCES = \
	compiler/driver/ask.c \
	compiler/driver/check.c \
	compiler/driver/commands.def \
	compiler/driver/compile.c \
	compiler/driver/depfile.c compiler/driver/depfile.h \
	compiler/driver/fmt.c \
	compiler/driver/gather.c compiler/driver/gather.h \
	compiler/driver/explanations.c compiler/driver/explanations.h \
	compiler/driver/keys.c \
	compiler/driver/main.c \
	compiler/driver/options.c compiler/driver/options.def compiler/driver/options.h \
	compiler/driver/pack.c \
	compiler/driver/pack_sources.c compiler/driver/pack_sources.h \
	compiler/driver/pipeline.c compiler/driver/pipeline.h \
	compiler/driver/replace.c compiler/driver/replace.h \
	compiler/driver/report.c compiler/driver/report.h \
	compiler/driver/sarif.c \
	compiler/driver/show.c \
	compiler/driver/source_read.c compiler/driver/source_read.h \
	compiler/driver/test.c

# The texts of `netbpfc explain CODE`, as a C array.
nodist_netbpfc_SOURCES = compiler/driver/explanations_text.c
EXTRA_DIST += compiler/driver/explanations.txt
CLEANFILES += compiler/driver/explanations_text.c

compiler/driver/explanations_text.c: compiler/driver/explanations.txt
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN){ echo '#include "compiler/driver/explanations.h"' && \
	echo 'const char explanations_text[] = {' && \
	od -An -v -td1 $(srcdir)/compiler/driver/explanations.txt | sed 's/-*[0-9][0-9]*/&,/g' && \
	echo '0 };'; \
	} > $@.part && mv $@.part $@
