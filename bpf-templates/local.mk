# Templates: C → bitcode by clang → a C array inside netbpfc. The bitcode must not
# tell where it was built: relative names, run in srcdir. decide_host.c is the
# same decision code compiled for the host.

template_sources = \
	bpf-templates/abi.h \
	bpf-templates/abi_net.h \
	bpf-templates/absent.def \
	bpf-templates/again.h \
	bpf-templates/attributes.h \
	bpf-templates/climb.h \
	bpf-templates/decides.def \
	bpf-templates/decide.h \
	bpf-templates/decide_below.h \
	bpf-templates/decide_net.h \
	bpf-templates/decide_path.h \
	bpf-templates/decide_peer.h \
	bpf-templates/decide_row.h \
	bpf-templates/down.h \
	bpf-templates/event.h \
	bpf-templates/exec.h \
	bpf-templates/facts.h \
	bpf-templates/files.h \
	bpf-templates/fold.h \
	bpf-templates/headers.h \
	bpf-templates/hooks.def \
	bpf-templates/images.def \
	bpf-templates/kernel.h \
	bpf-templates/labels.h \
	bpf-templates/maps.h \
	bpf-templates/marks.h \
	bpf-templates/mounts.h \
	bpf-templates/moves.h \
	bpf-templates/name.h \
	bpf-templates/names.h \
	bpf-templates/near.h \
	bpf-templates/net.h \
	bpf-templates/netbpf.bpf.c \
	bpf-templates/op_words.def \
	bpf-templates/ops.def \
	bpf-templates/optional.def \
	bpf-templates/packet.h \
	bpf-templates/params.def \
	bpf-templates/parts.h \
	bpf-templates/params.h \
	bpf-templates/places.def \
	bpf-templates/plain.h \
	bpf-templates/rounds.h \
	bpf-templates/scan.h \
	bpf-templates/socket.h \
	bpf-templates/shared.h \
	bpf-templates/shares.h \
	bpf-templates/sockets.def \
	bpf-templates/sockets.h \
	bpf-templates/use.h \
	bpf-templates/walk.h

noinst_LIBRARIES += libtemplates.a libdecide.a

libtemplates_a_SOURCES = bpf-templates/embedded.h
nodist_libtemplates_a_SOURCES = bpf-templates/embedded.c
libdecide_a_SOURCES = bpf-templates/decide_host.c bpf-templates/decide_host.h

EXTRA_DIST += $(template_sources)
CLEANFILES += bpf-templates/netbpf.bc bpf-templates/embedded.c

# In /dev/null there is no file: libLLVM looks for the sources when a policy is compiled, to quote
# lines of them, and a bundle would depend on the folder in which that is done.
bpf-templates/netbpf.bc: $(template_sources)
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)out=`cd $(@D) && pwd`/$(@F) && cd $(srcdir) && \
	$(CLANG) -target bpf -mcpu=v3 -g -O2 -Xclang -disable-llvm-passes \
		-std=gnu17 -Wall -Wextra -Wno-unused-parameter $(WERROR) \
		-fdebug-compilation-dir=/dev/null -I. $(BPF_CPPFLAGS) \
		-emit-llvm -c bpf-templates/netbpf.bpf.c -o "$$out"

bpf-templates/embedded.c: bpf-templates/netbpf.bc
	$(AM_V_GEN){ echo '#include "bpf-templates/embedded.h"' && \
	echo 'const unsigned char nb_template_bitcode[] = {' && \
	od -An -v -tu1 bpf-templates/netbpf.bc | sed 's/[0-9][0-9]*/&,/g' && \
	echo '};' && \
	echo 'const size_t nb_template_bitcode_len = sizeof nb_template_bitcode;'; \
	} > $@.part && mv $@.part $@
