#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# collect.sh LOG WORK [--update]   what guests printed: nothing open that is not
# documented, and docs/bypass-net.md as it would be made of it
set -eu
log=$1 work=$2 here=$(cd "$(dirname "$0")" && pwd)
doc=$here/../../docs/bypass-net.md
pairs= bad=0
# Rows of the table with the columns of these kernels only: not all of them run each time.
columns() { # columns KERNEL=RESULTS...
	awk -F' *[|] *' -v ran="$(printf '%s ' "$@" | sed 's/=[^ ]*//g')" '
		BEGIN { n = split(ran, kernel, " ") }
		/^\| attempt / { for (i = 1; i <= NF; i++) at[$i] = i }
		/^\|/ {
			line = $2 "|" $3 "|" $4
			for (i = 1; i <= n; i++) line = line "|" $(at[kernel[i]])
			print line
		}'
}
for kernel in $(sed -n 's/^--- \([^ ]*\) PASS.*/\1/p' "$log"); do
	sed -n "/^--- $kernel /,/^--- [^$]/p" "$log" | sed '2,${/^--- /,$d}' >"$work/results.$kernel"
	"$here/table.sh" --check "$work/results.$kernel" || bad=1
	pairs="$pairs $kernel=$work/results.$kernel"
done
"$here/table.sh" $pairs >"$work/table.md"
if [ "${3-}" = --update ]; then
	cp "$work/table.md" "$doc"
elif ! { grep -v mptcp_announced "$doc" | columns $pairs >"$work/doc.md" # whether a worker comes in time varies
	grep -v mptcp_announced "$work/table.md" | columns $pairs | diff -u "$work/doc.md" -; }; then
	echo "FAIL: docs/bypass-net.md is not what the guests printed; make it again with tests/bypass/collect.sh"
	bad=1
fi
exit $bad
