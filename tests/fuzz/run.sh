#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh FOLDER   builds the targets with clang, libFuzzer and sanitizers in FOLDER and
# runs each from the committed corpus for FUZZ_SECONDS (600), two at a time. What it finds stays in
# FOLDER/found; an input that stopped a target is named on the screen. Exit 77 where
# libFuzzer is missing.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 3
folder=${1:?usage: run.sh FOLDER}
seconds=${FUZZ_SECONDS:-600}
targets=${FUZZ_TARGETS:-bundle format meta policy}
clang=${CLANG:-$(command -v clang-19 || command -v clang)}
failed=0

mkdir -p "$folder" && folder=$(cd "$folder" && pwd) || exit 3
echo 'int LLVMFuzzerTestOneInput(const char *a, long n); int LLVMFuzzerTestOneInput(const char *a, long n) { return a && n < 0; }' >"$folder/probe.c"
if ! "$clang" -fsanitize=fuzzer,address "$folder/probe.c" -o "$folder/probe" 2>/dev/null; then
	echo "SKIP: fuzz: $clang has no libFuzzer (Debian: apt-get install libclang-rt-19-dev)"
	exit 77
fi

if ! [ -e "$folder/Makefile" ]; then
	(cd "$folder" && "$top/configure" --enable-sanitizers CC="$clang" CLANG="$clang" \
		CFLAGS='-gline-tables-only -O1 -fsanitize=fuzzer-no-link -Wno-unused-command-line-argument') || exit 1
fi
make -C "$folder" -j"$(nproc)" grammar/parse.h || exit 1
make -C "$folder" -j"$(nproc)" $(printf 'tests/fuzz/libfuzzer_%s ' $targets) || exit 1

fuzz() { # fuzz TARGET: 1 when an input stopped it
	target=$1 failed=0
	found=$folder/found/$target
	inputs=$target
	[ "$target" != format ] || inputs=policy
	mkdir -p "$found" "$folder/stopped"
	set -- "$found" "$top/tests/fuzz/corpus/$inputs"
	[ ! -d "$top/tests/fuzz/regressions/$inputs" ] || set -- "$@" "$top/tests/fuzz/regressions/$inputs"
	[ "$inputs" != policy ] || set -- -dict="$top/tests/fuzz/policy.dict" "$@"
	case $target in bundle) most=16384 ;; *) most=4096 ;; esac
	echo "--- $target, $seconds s"
	"$folder/tests/fuzz/libfuzzer_$target" -seed=1 -max_total_time="$seconds" -max_len="$most" \
		-timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$folder/stopped/$target-" "$@" >"$folder/$target.log" 2>&1 || {
		echo "FAIL: $target: see $folder/$target.log, inputs in $folder/stopped"
		grep -E 'ERROR|SUMMARY|not so|images:|Test unit' "$folder/$target.log" | head -8
		failed=1
	}
	grep -E 'stat::(number_of_executed_units|peak_rss_mb)|DONE' "$folder/$target.log" | tail -3
	return $failed
}
n=0
for target in $targets; do
	{ fuzz "$target" || : >"$folder/$target.failed"; } >"$folder/$target.out" &
	n=$((n + 1))
	[ $((n % 2)) != 0 ] || wait
done
wait
for target in $targets; do
	cat "$folder/$target.out"
	[ ! -e "$folder/$target.failed" ] || failed=1
	rm -f "$folder/$target.failed"
done
exit $failed
