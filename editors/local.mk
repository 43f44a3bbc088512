# For shells and editors, made from the tables of the compiler.
bashcompletiondir = $(datadir)/bash-completion/completions
nodist_bashcompletion_DATA = editors/netbpfc
vimsyntaxdir = $(datadir)/vim/vimfiles/syntax
nodist_vimsyntax_DATA = editors/netbpf.vim
vimdetectdir = $(datadir)/vim/vimfiles/ftdetect
dist_vimdetect_DATA = editors/ftdetect/netbpf.vim

EXTRA_DIST += editors/generate.sh editors/netbpfc.bash.in editors/netbpf.vim.in
CLEANFILES += editors/netbpfc editors/netbpf.vim

editor_tables = editors/generate.sh grammar/scan.l bpf-templates/ops.def bpf-templates/op_words.def \
	compiler/base/diag.def compiler/check/fields.def compiler/check/protocols.def \
	compiler/driver/commands.def compiler/driver/options.def

editors/netbpfc: editors/netbpfc.bash.in $(editor_tables)
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)CC='$(CC)' $(srcdir)/editors/generate.sh \
		$(srcdir)/editors/netbpfc.bash.in > $@.part && mv $@.part $@

editors/netbpf.vim: editors/netbpf.vim.in $(editor_tables)
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)CC='$(CC)' $(srcdir)/editors/generate.sh \
		$(srcdir)/editors/netbpf.vim.in > $@.part && mv $@.part $@
