# SPDX-License-Identifier: BSD-2-Clause
# Fuzz targets, twice: with a driver that repeats kept inputs in `make check`, by any
# compiler; and with libFuzzer, only built by tests/fuzz/run.sh in a tree of its own.
fuzz_targets = tests/fuzz/fuzz_bundle tests/fuzz/fuzz_format tests/fuzz/fuzz_meta tests/fuzz/fuzz_policy
check_PROGRAMS += $(fuzz_targets)
EXTRA_PROGRAMS = tests/fuzz/libfuzzer_bundle tests/fuzz/libfuzzer_format \
	tests/fuzz/libfuzzer_meta tests/fuzz/libfuzzer_policy

fuzz_driver = tests/fuzz/driver.c tests/fuzz/target.h
tests_fuzz_fuzz_bundle_SOURCES = tests/fuzz/fuzz_bundle.c $(fuzz_driver)
tests_fuzz_fuzz_format_SOURCES = tests/fuzz/fuzz_format.c $(fuzz_driver)
tests_fuzz_fuzz_meta_SOURCES = tests/fuzz/fuzz_meta.c $(fuzz_driver)
tests_fuzz_fuzz_policy_SOURCES = tests/fuzz/fuzz_policy.c $(fuzz_driver)

# Not --gc-sections, which takes coverage counters for unused.
fuzz_flags = $(SANITIZE) -fsanitize=fuzzer
tests_fuzz_libfuzzer_bundle_SOURCES = tests/fuzz/fuzz_bundle.c
tests_fuzz_libfuzzer_bundle_LDFLAGS = $(fuzz_flags)
tests_fuzz_libfuzzer_format_SOURCES = tests/fuzz/fuzz_format.c
tests_fuzz_libfuzzer_format_LDFLAGS = $(fuzz_flags)
tests_fuzz_libfuzzer_meta_SOURCES = tests/fuzz/fuzz_meta.c
tests_fuzz_libfuzzer_meta_LDFLAGS = $(fuzz_flags)
tests_fuzz_libfuzzer_policy_SOURCES = tests/fuzz/fuzz_policy.c
tests_fuzz_libfuzzer_policy_LDFLAGS = $(fuzz_flags)

TESTS += tests/fuzz/replay.sh tests/fuzz/dictionary.sh
EXTRA_DIST += \
	tests/fuzz/replay.sh \
	tests/fuzz/dictionary.sh \
	tests/fuzz/run.sh \
	tests/fuzz/policy.dict \
	tests/fuzz/corpus \
	tests/fuzz/regressions

.PHONY: fuzz
fuzz:
	@$(srcdir)/tests/fuzz/run.sh $(abs_top_builddir)/fuzz
