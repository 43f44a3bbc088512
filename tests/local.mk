# `make check`: unit tests (cmocka; a new one is one word), then scripts. What
# needs root or guests is run by ./check.
unit_tests = \
	tests/unit/test_tables \
	tests/unit/test_base \
	tests/unit/test_bundle \
	tests/unit/test_check \
	tests/unit/test_diag \
	tests/unit/test_entries \
	tests/unit/test_evaluate \
	tests/unit/test_event \
	tests/unit/test_feed \
	tests/unit/test_gzip \
	tests/unit/test_images \
	tests/unit/test_lint \
	tests/unit/test_manifest \
	tests/unit/test_merged \
	tests/unit/test_patterns \
	tests/unit/test_peers \
	tests/unit/test_places \
	tests/unit/test_prove \
	tests/unit/test_runtime \
	tests/unit/test_sha256 \
	tests/unit/test_sign \
	tests/unit/test_spellings \
	tests/unit/test_types
check_PROGRAMS += $(unit_tests) tests/bundle_driver tests/colliding_names tests/grammar_trace

# The longest first, so that none of them runs alone at the end.
test_scripts = \
	tests/cli.sh \
	tests/fmt.sh \
	tests/scale.sh \
	tests/explanations.sh \
	tests/diagnostics.sh \
	tests/golden.sh \
	tests/load.sh \
	tests/editors.sh \
	tests/structure.sh \
	tests/bundle.sh \
	tests/grammar.sh \
	tests/ways.sh
tests/grammar_trace.$(OBJEXT): grammar/parse.c
TESTS += $(test_scripts) $(unit_tests)
TEST_EXTENSIONS = .sh

AM_TESTS_ENVIRONMENT = \
	abs_top_srcdir='$(abs_top_srcdir)'; export abs_top_srcdir; \
	abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
	NETBPFC='$(abs_top_builddir)/netbpfc'; export NETBPFC; \
	NETBPF_LOAD='$(abs_top_builddir)/netbpf-load'; export NETBPF_LOAD; \
	BUNDLE_DRIVER='$(abs_top_builddir)/tests/bundle_driver'; export BUNDLE_DRIVER; \
	GRAMMAR_TRACE='$(abs_top_builddir)/tests/grammar_trace'; export GRAMMAR_TRACE; \
	COLLIDING_NAMES='$(abs_top_builddir)/tests/colliding_names'; export COLLIDING_NAMES;

EXTRA_DIST += $(test_scripts) \
	tests/guests.sh tests/netbpfc.sh \
	tests/bypass.sh tests/bypass \
	tests/unit/bundle_fixture.h tests/unit/host_subject.h tests/unit/image_fixture.h \
	tests/unit/patterns.h tests/unit/prove_fixture.h \
	tests/unit/random.h tests/unit/random_policy.h \
	tests/net.sh tests/net/alone.sh tests/net/matrix.nbp tests/net/matrix.cases \
	tests/net/labelprobe.c tests/net/labels.sh tests/net/labels.cases \
	tests/net/updateprobe.c tests/net/update.sh tests/net/update.run tests/net/egress.run tests/net/probes.sh \
	tests/reproducible.sh \
	tests/golden \
	tests/format \
	tests/guest \
	tests/bypass \
	tests/bench

# In guests. bypass-table writes docs/bypass-files.md; race takes OPENS opens (a million) a
# kernel; race-control shows that it notices when a mend is gone.
.PHONY: bypass-table race race-control
bypass-table: all
	@$(srcdir)/tests/bypass/run.sh $(abs_top_builddir) --write
race: all
	@$(srcdir)/tests/bypass/race.sh $(abs_top_builddir) $(or $(OPENS),1000000)
race-control: all
	@$(srcdir)/tests/bypass/race.sh $(abs_top_builddir) 100000 control
	@for mend in moved parent stored touched top gone settle exec names; do \
		$(srcdir)/tests/bypass/race.sh $(abs_top_builddir) 10000 $$mend || exit 1; done
