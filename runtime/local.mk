# SPDX-License-Identifier: BSD-2-Clause
# netbpf-load: one static file (with sanitizers: a dynamic one). Everything but
# main is a library, so that tests link the same code.
noinst_LIBRARIES += libruntime.a
sbin_PROGRAMS += netbpf-load

libruntime_a_SOURCES = \
	runtime/accept.c runtime/accept.h \
	runtime/adopt.c runtime/adopt.h \
	runtime/adopt_sockets.c runtime/adopt_sockets.h \
	runtime/attach.c runtime/attach.h \
	runtime/cgroups.c runtime/cgroups.h \
	runtime/clock.c runtime/clock.h \
	runtime/core_types.c runtime/core_types.h \
	runtime/escape.c runtime/escape.h \
	runtime/event_text.c runtime/event_text.h \
	runtime/events.c \
	runtime/files.c runtime/files.h \
	runtime/folding.c runtime/folding.h \
	runtime/held.c runtime/held.h \
	runtime/hooks.c runtime/hooks.h \
	runtime/host.c runtime/host.h \
	runtime/host_require.c \
	runtime/images.c runtime/images.h \
	runtime/install.c \
	runtime/kernel_functions.c runtime/kernel_functions.h \
	runtime/kernel_types.c runtime/kernel_types.h \
	runtime/log.c runtime/log.h \
	runtime/mapped.c runtime/mapped.h \
	runtime/maps.c runtime/maps.h \
	runtime/marks.c runtime/marks.h \
	runtime/meta.c runtime/meta.h \
	runtime/mounts.c runtime/mounts.h \
	runtime/object.c runtime/object.h \
	runtime/open_name.c runtime/open_name.h \
	runtime/options.h \
	runtime/pins.c runtime/pins.h \
	runtime/pins_change.c \
	runtime/process.c runtime/process.h \
	runtime/prove.c runtime/prove.h \
	runtime/provoke.c runtime/provoke.h \
	runtime/provoke_files.c runtime/provoke_files.h \
	runtime/rows.c runtime/rows.h \
	runtime/sections.c runtime/sections.h \
	runtime/scan.c runtime/scan.h \
	runtime/settle.c runtime/settle.h \
	runtime/shares.c runtime/shares.h \
	runtime/stats.c runtime/stats.h \
	runtime/status.c runtime/status.h \
	runtime/status_text.c \
	runtime/symbol.c runtime/symbol.h \
	runtime/uninstall.c \
	runtime/verify.c

netbpf_load_SOURCES = runtime/main.c runtime/elf_tree.c
netbpf_load_LDADD = libruntime.a libdecide.a libbundle.a $(LOADER_LIBS) $(SODIUM_LIBS) $(NETTLE_LIBS)
if SANITIZERS
netbpf_load_LDFLAGS = $(AM_LDFLAGS)
else
netbpf_load_LDFLAGS = $(AM_LDFLAGS) -static
endif

runtime_test_libs = libruntime.a libdecide.a libbundle.a $(LOADER_LIBS) $(SODIUM_LIBS) $(NETTLE_LIBS) \
	$(CMOCKA_LIBS)
tests_unit_test_runtime_LDADD = $(runtime_test_libs)
tests_unit_test_event_LDADD = $(runtime_test_libs)
tests_unit_test_types_LDADD = $(runtime_test_libs)
