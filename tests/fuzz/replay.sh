#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# replay.sh   every input of the corpora, and every one that ever crashed something,
# through the fuzz targets as this compiler built them
set -u
here=${abs_top_srcdir:?}/tests/fuzz
built=${abs_top_builddir:?}/tests/fuzz
failed=0

for target in bundle format meta policy; do
	inputs=$target
	[ $target != format ] || inputs=policy
	set -- "$here/corpus/$inputs"
	[ ! -d "$here/regressions/$inputs" ] || set -- "$@" "$here/regressions/$inputs"
	if ! "$built/fuzz_$target" "$@" >"replay-$target.out" 2>"replay-$target.err"; then
		echo "FAIL: fuzz_$target; the last input and what it said:"
		tail -40 "replay-$target.err"
		failed=1
	fi
	cat "replay-$target.out"
	rm -f "replay-$target.out" "replay-$target.err"
done
exit $failed
