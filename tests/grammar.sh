#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# grammar.sh [--update]   GRAMMAR_TRACE=path: the grammar in netbpf-policy(5) is the one
# that grammar/ebnf.awk makes of parse.y, and every production of parse.y is needed by
# some golden policy or example that parses, those for errors by one that does not.
# --update writes the grammar into the manual.
set -u
LC_ALL=C
export LC_ALL
trace=${GRAMMAR_TRACE:?set GRAMMAR_TRACE to tests/grammar_trace}
case $trace in /*) ;; *) trace=$(pwd)/$trace ;; esac
cd "$(dirname "$0")/.." || exit 3
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 3' INT TERM HUP
page=man/netbpf-policy.5 failed=0

wrong() {
	failed=$((failed + 1))
	echo "FAIL $*"
}

# ---- the manual ----
awk -f grammar/ebnf.awk grammar/parse.y >"$work/grammar" || wrong "ebnf.awk does not understand parse.y"
section='/^\.Ss Grammar$/,/^\.Ed$/'
if [ "${1-}" = --update ]; then
	awk -v file="$work/grammar" '
		/^\.Ss Grammar$/ { in_section = 1 }
		in_section && /^\.Bd / { print; while ((getline line <file) > 0) print line; skip = 1; next }
		/^\.Ed$/ { in_section = skip = 0 }
		!skip' "$page" >"$work/page" && cat "$work/page" >"$page"
fi
sed -n "$section{/^\./!p;}" "$page" >"$work/manual"
if ! diff -u "$work/manual" "$work/grammar" >"$work/diff"; then
	wrong "$page has another grammar than parse.y; tests/grammar.sh --update writes it"
	cat "$work/diff"
fi

# ---- every production ----
"$trace" tests/golden/*.nbp tests/golden/include/*.nbp tests/format/*.nbp examples/*.nbp >"$work/rules" ||
	wrong "grammar_trace fails"
while read -r line good bad; do
	text=$(sed -n "${line}p" grammar/parse.y)
	case $text in
	*' error '*) [ "$bad" != 0 ] || wrong "parse.y:$line: no golden policy needs it: $text" ;;
	*) [ "$good" != 0 ] || wrong "parse.y:$line: no golden policy that parses needs it: $text" ;;
	esac
done <"$work/rules"
count=$(wc -l <"$work/rules")
[ "$count" -ge 80 ] || wrong "only $count productions were seen"

echo "grammar: $count productions, $failed failed"
[ $failed = 0 ]
