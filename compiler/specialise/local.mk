noinst_LIBRARIES += libspecialise.a
libspecialise_a_SOURCES = \
	compiler/specialise/elf.c compiler/specialise/elf.h \
	compiler/specialise/llvm.c compiler/specialise/llvm.h \
	compiler/specialise/specialise.c compiler/specialise/specialise.h
libspecialise_a_CPPFLAGS = $(AM_CPPFLAGS) $(LLVM_CPPFLAGS)
